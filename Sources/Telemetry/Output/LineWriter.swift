import Glibc
import Synchronization

/// Writes whole lines to a file descriptor, one `write(2)` each, never interleaved with other lines of this writer.
///
/// A line that the descriptor refuses is dropped and counted: what observes the router must not stop it. The process
/// is expected to ignore `SIGPIPE`.
public final class LineWriter: Sendable {
    /// The writer of standard output.
    public static let standardOutput = LineWriter(fileDescriptor: STDOUT_FILENO)
    /// The writer of standard error.
    public static let standardError = LineWriter(fileDescriptor: STDERR_FILENO)

    /// The longest line in bytes, its newline included.
    public static let maximumLineBytes = 16_384

    /// The descriptor written to; never closed by this type.
    public let fileDescriptor: Int32

    private static let waitMilliseconds: Int32 = 100
    private let endsInsideLine = Mutex(false)
    private let dropped = Atomic<Int>(0)

    /// Creates a writer. Two writers on one descriptor may interleave long lines: share one.
    public init(fileDescriptor: Int32) {
        self.fileDescriptor = fileDescriptor
    }

    /// Lines lost so far, in whole or in part.
    public var droppedLines: Int { dropped.load(ordering: .relaxed) }

    /// Whether the descriptor is a terminal.
    public var isTerminal: Bool { isatty(fileDescriptor) == 1 }

    /// Writes one line, which must end in its newline.
    public func write(_ line: [UInt8]) {
        endsInsideLine.withLock { endsInsideLine in
            if endsInsideLine {
                guard writeAll([UInt8(ascii: "\n")]) == 1 else {
                    dropped.wrappingAdd(1, ordering: .relaxed)
                    return
                }
                endsInsideLine = false
            }
            let written = writeAll(line)
            if written < line.count {
                dropped.wrappingAdd(1, ordering: .relaxed)
                endsInsideLine = written > 0
            }
        }
    }

    private func writeAll(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBytes { buffer -> Int in
            guard let base = buffer.baseAddress else { return 0 }
            var offset = 0
            while offset < buffer.count {
                let count = Glibc.write(fileDescriptor, base + offset, buffer.count - offset)
                if count > 0 {
                    offset += count
                } else if count < 0, errno == EINTR {
                    continue
                } else if count < 0, errno == EAGAIN, waitUntilWritable() {
                    continue
                } else {
                    break
                }
            }
            return offset
        }
    }

    /// For a descriptor that somebody set to non-blocking, such as a terminal shared with another program.
    private func waitUntilWritable() -> Bool {
        var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&descriptor, 1, Self.waitMilliseconds) == 1 && descriptor.revents & Int16(POLLOUT) != 0
    }
}
