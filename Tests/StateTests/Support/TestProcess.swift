import Foundation
import Synchronization

/// A server that tests started; it ends with them.
final class TestProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let running = Mutex<Set<pid_t>>([])
    private static let atEnd: Void = {
        atexit {
            TestProcess.running.withLock { $0.forEach { _ = kill($0, SIGKILL) } }
            try? FileManager.default.removeItem(atPath: TestProcess.directory)
        }
    }()

    /// For the files of this run.
    static let directory: String = {
        let path = NSTemporaryDirectory() + "martlet-state-tests-\(getpid())"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        chmod(path, 0o755)
        return path
    }()

    let identifier: pid_t

    /// Starts a program whose output goes to a file.
    init(_ words: [String], log: String) throws {
        _ = Self.atEnd
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        let texts = words.map { strdup($0) }
        let settings: [String] = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"]
        let variables = settings.map { strdup($0) }
        defer { (texts + variables).forEach { free($0) } }
        var identifier: pid_t = 0
        let result = posix_spawnp(&identifier, words[0], &actions, nil, texts + [nil], variables + [nil])
        guard result == 0 else { throw Failure(description: "cannot start \(words[0])") }
        self.identifier = identifier
        Self.running.withLock { _ = $0.insert(identifier) }
    }

    deinit { end(SIGKILL) }

    /// Ends the process and waits for it.
    func end(_ signal: CInt) {
        guard Self.running.withLock({ $0.remove(identifier) }) != nil else { return }
        kill(identifier, signal)
        waitpid(identifier, nil, 0)
    }

    func send(_ signal: CInt) { kill(identifier, signal) }

    /// Runs a program to its end.
    static func run(_ words: [String], log: String) throws {
        let process = try TestProcess(words, log: log)
        var status: CInt = 0
        waitpid(process.identifier, &status, 0)
        running.withLock { _ = $0.remove(process.identifier) }
        guard status == 0 else {
            let text = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw Failure(description: "\(words[0]) failed:\n\(text.suffix(2_000))")
        }
    }

    /// A port of the loopback interface that nobody listens on. It is not one that the system gives to clients, so that it
    /// is still free when a server that was killed comes back.
    static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = UInt16.random(in: 20_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            address.sin_port = port.bigEndian
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isBound { return Int(port) }
        }
        throw Failure(description: "there is no free port")
    }
}
