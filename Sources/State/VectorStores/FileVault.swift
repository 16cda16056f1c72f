internal import Foundation
internal import Synchronization

/// The bytes of uploaded files. They are found by an id of this process's making alone.
public protocol FileVault: Sendable {
    /// Keeps bytes; when it returns they are there after a crash, as far as the vault promises.
    func put(_ bytes: [UInt8], id: String) throws(StateError)
    /// The bytes; nil when there are none.
    func get(_ id: String) throws(StateError) -> [UInt8]?
    /// Where another program can read them; nil where there is no such place.
    func path(_ id: String) -> String?
    func remove(_ id: String)
    /// Removes what no entry names: bytes whose upload ended before it was acknowledged.
    func keepOnly(_ ids: Set<String>)
}

/// Files in a directory, written aside, flushed to the disk and then named.
public struct DirectoryVault: FileVault {
    private let directory: String
    private let isExclusive: Bool

    /// A vault in a directory, which is made for its owner alone. What nobody names is removed only where no other
    /// process keeps files in it. Throws when the directory cannot be made.
    public init(_ directory: String, isExclusive: Bool) throws(StateError) {
        self.directory = directory
        self.isExclusive = isExclusive
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StateError(
                .unusable, "the folder \(directory) for files cannot be used: \(error.localizedDescription)")
        }
    }

    /// Letters, digits and `_` alone: no id leads out of the directory.
    private func place(_ id: String) -> String? {
        let isSafe =
            (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x30...0x39).contains(byte) || byte == 0x5F
            }
        return isSafe ? directory + "/" + id : nil
    }

    public func put(_ bytes: [UInt8], id: String) throws(StateError) {
        guard let place = place(id) else { throw StateError(.writeFailed, "the file's id is not one of a vault") }
        let aside = place + ".part"
        let descriptor = open(aside, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.failure("opened", place) }
        var written = 0
        var isWritten = true
        bytes.withUnsafeBytes { buffer in
            while let base = buffer.baseAddress, written < buffer.count {
                let count = write(descriptor, base + written, buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    isWritten = false
                    return
                }
                written += count
            }
        }
        isWritten = isWritten && fsync(descriptor) == 0
        isWritten = close(descriptor) == 0 && isWritten
        guard isWritten, rename(aside, place) == 0, flushDirectory() else {
            let failure = Self.failure("written", place)
            unlink(aside)
            throw failure
        }
    }

    /// A name is on the disk when its directory is.
    private func flushDirectory() -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func failure(_ verb: String, _ place: String) -> StateError {
        StateError(.writeFailed, "\(place) cannot be \(verb): \(String(cString: strerror(errno)))")
    }

    public func get(_ id: String) throws(StateError) -> [UInt8]? {
        guard let place = place(id), FileManager.default.fileExists(atPath: place) else { return nil }
        guard let data = FileManager.default.contents(atPath: place) else {
            throw StateError(.unusable, "\(place) cannot be read")
        }
        return Array(data)
    }

    public func path(_ id: String) -> String? { place(id) }

    public func remove(_ id: String) {
        if let place = place(id) { unlink(place) }
    }

    public func keepOnly(_ ids: Set<String>) {
        guard isExclusive else { return }
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        where name.hasPrefix("file_") && !ids.contains(name) {
            unlink(directory + "/" + name)
        }
    }
}

/// Files in this process, up to a number of bytes.
public final class MemoryVault: FileVault {
    private let limit: Int
    private let kept = Mutex<(files: [String: [UInt8]], bytes: Int)>(([:], 0))

    /// A vault of so many bytes.
    public init(limit: Int = 256 << 20) {
        self.limit = limit
    }

    public func put(_ bytes: [UInt8], id: String) throws(StateError) {
        let fits = kept.withLock { kept in
            guard kept.bytes + bytes.count <= limit else { return false }
            kept.bytes += bytes.count - (kept.files[id]?.count ?? 0)
            kept.files[id] = bytes
            return true
        }
        guard fits else { throw StateError(.writeFailed, "files in memory may have \(limit) bytes together") }
    }

    public func get(_ id: String) throws(StateError) -> [UInt8]? { kept.withLock { $0.files[id] } }
    public func path(_ id: String) -> String? { nil }

    public func remove(_ id: String) {
        kept.withLock { kept in
            if let bytes = kept.files.removeValue(forKey: id) { kept.bytes -= bytes.count }
        }
    }

    public func keepOnly(_ ids: Set<String>) {
        kept.withLock { kept in
            kept.files = kept.files.filter { ids.contains($0.key) }
            kept.bytes = kept.files.values.reduce(0) { $0 + $1.count }
        }
    }
}
