import Foundation
import Logging
import Policy
import State
import Synchronization

/// A Redis of the tests' own on the loopback interface, which writes every change to its log at once.
final class RedisServer: Sendable {
    let port: Int
    private let directory: String
    private let password: String?
    private let process = Mutex<TestProcess?>(nil)

    init(password: String? = nil) throws {
        port = try TestProcess.freePort()
        self.password = password
        directory = TestProcess.directory + "/redis-\(port)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try start()
    }

    deinit { stop() }

    func start() throws {
        var words = [
            "redis-server", "--bind", "127.0.0.1", "--port", "\(port)", "--dir", directory, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--daemonize", "no",
        ]
        if let password { words += ["--requirepass", password] }
        let started = try TestProcess(words, log: directory + "/log")
        process.withLock { $0 = started }
    }

    func stop(_ signal: CInt = SIGKILL) {
        process.withLock { process in
            process?.end(signal)
            process = nil
        }
    }

    func send(_ signal: CInt) { process.withLock { $0?.send(signal) } }

    func endpoint(timeout: Duration = .seconds(5)) throws -> RedisEndpoint {
        guard let address = EngineAddress("127.0.0.1:\(port)", defaultPort: 6_379) else {
            throw TestProcess.Failure(description: "no address")
        }
        var endpoint = RedisEndpoint(address)
        endpoint.connections = 4
        endpoint.timeout = timeout
        endpoint.password = Secret(password ?? "")
        return endpoint
    }

    /// A pool that is known to work.
    func pool(timeout: Duration = .seconds(5)) async throws -> RedisPool {
        let pool = RedisPool(try endpoint(timeout: timeout), logger: TestEngine.logger)
        try await TestEngine.untilDone { _ = try await pool.command("PING") }
        return pool
    }

    /// The server that tests share which do it no harm.
    static let shared = Result { try RedisServer() }
}
