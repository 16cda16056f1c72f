import Foundation
import Logging
import State

/// Where state can be kept.
enum TestEngine: String, CaseIterable, Sendable {
    case memory
    case sqlite
    case redis
    case postgres

    static let logger = Logger(label: "state-tests") { _ in SwiftLogNoOpLogHandler() }

    /// An empty store.
    func responseStore() async throws -> any ResponseStore {
        let number = UInt64.random(in: 0 ... .max)
        switch self {
        case .memory: return BoundedResponseStore(limit: 100)
        case .sqlite:
            let path = TestProcess.directory + "/responses-\(number).sqlite"
            return try DurableResponseStore(try StateDatabase(path: path), limit: 100, at: 0)
        case .redis:
            return RedisResponseStore(try await RedisServer.shared.get().pool(), prefix: "test-\(number):")
        case .postgres:
            return try PostgresResponseStore(try await PostgresServer.shared.get().pool(), table: "test_\(number)")
        }
    }

    /// Tries again until it can be done, at most for half a minute.
    static func untilDone<Value>(_ body: () async throws -> Value) async throws -> Value {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do { return try await body() } catch {
                guard .now < end else { throw error }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
