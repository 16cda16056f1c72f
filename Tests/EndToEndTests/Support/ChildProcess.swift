import Foundation
import Synchronization

/// A process that a test started. What it prints goes to files, so that no pipe can fill up.
final class ChildProcess: Sendable {
    let identifier: pid_t
    private let outputPath: String
    private let errorPath: String
    private let status = Mutex<Int32?>(nil)

    /// Starts a program. `environment` is all that it sees.
    init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
        directory: String? = nil
    ) throws {
        let stem = TestRun.directory + "/child-" + UUID().uuidString
        outputPath = stem + ".out"
        errorPath = stem + ".err"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errorPath, flags, 0o600)
        let command = (directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + [executable] + arguments
        let words = command.map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { (words + variables).forEach { free($0) } }
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, command[0], &actions, nil, words + [nil], variables + [nil])
        guard result == 0 else { throw TestFailure("cannot start \(executable): \(String(cString: strerror(result)))") }
        self.identifier = identifier
        TestRun.started(identifier)
    }

    deinit {
        if exitCode == nil {
            kill(identifier, SIGKILL)
            waitpid(identifier, nil, 0)
            TestRun.ended(identifier)
        }
        unlink(outputPath)
        unlink(errorPath)
    }

    /// What it has written to standard output so far.
    var output: String { Self.text(outputPath) }

    /// What it has written to standard error so far.
    var errors: String { Self.text(errorPath) }

    /// How it ended: its exit code, or 128 and the signal; nil while it runs.
    var exitCode: Int32? {
        status.withLock { status in
            if let status { return status }
            var raw: Int32 = 0
            guard waitpid(identifier, &raw, WNOHANG) == identifier else { return nil }
            TestRun.ended(identifier)
            let signal = raw & 0x7F
            status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
            return status
        }
    }

    /// Memory that the process holds, in bytes; zero once it is gone.
    var residentBytes: Int {
        let lines = Self.text("/proc/\(identifier)/status").split(separator: "\n")
        let words = lines.first { $0.hasPrefix("VmRSS:") }?.split(separator: " ").compactMap { Int($0) }
        return (words?.first ?? 0) * 1024
    }

    func send(_ signal: Int32) { kill(identifier, signal) }

    /// Waits for the end and returns the exit code.
    func waitForExit(seconds: Double = 20) throws -> Int32 {
        try Deadline(seconds).poll("process \(identifier) to end; it said:\n\(errors)") { exitCode }
    }

    /// Asks the process to end, and ends it when it does not within the deadline.
    @discardableResult
    func stop(seconds: Double = 10) -> Int32 {
        send(SIGTERM)
        if let code = try? waitForExit(seconds: seconds) { return code }
        send(SIGKILL)
        return (try? waitForExit(seconds: 5)) ?? -1
    }

    private static func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }
}
