import Foundation
import Policy
import State
import Testing

/// What callers see of engines that are away, slow, restarted or do not know them.
@Suite struct EngineFaultTests {
    private let now = Date().timeIntervalSince1970

    private func response(_ id: String) -> StoredResponse {
        StoredResponse(
            id: id, tenant: "alice", createdAt: now, expiresAt: now + 100, input: Array("[]".utf8),
            output: Array("[]".utf8), object: Array("{}".utf8))
    }

    private func code(_ body: () async throws(StateError) -> Void) async -> StateError.Code? {
        do throws(StateError) { try await body() } catch {
            #expect(!error.description.contains("swordfish") && !error.description.contains("wrong-secret"))
            return error.code
        }
        return nil
    }

    @Test(.timeLimit(.minutes(2))) func aRedisThatIsAwayIsSaidAndThatItIsBackToo() async throws {
        let server = try RedisServer()
        let pool = try await server.pool()
        let store = RedisResponseStore(pool, prefix: "p:")
        try await store.put(response("resp_1"))
        server.stop()
        #expect(await code { () throws(StateError) in try await store.put(response("resp_2")) } == .engineUnavailable)
        #expect(pool.failure?.code == .engineUnavailable)
        try server.start()
        try await TestEngine.untilDone { try await store.put(response("resp_3")) }
        #expect(pool.failure == nil)
        #expect(try await store.get("resp_1", tenant: "alice", at: now) == response("resp_1"))
        #expect(try await store.get("resp_2", tenant: "alice", at: now) == nil)
        #expect(try await store.get("resp_3", tenant: "alice", at: now) == response("resp_3"))
    }

    /// A connection that died while nobody used it costs nobody an error.
    @Test(.timeLimit(.minutes(2))) func aRestartBetweenTwoCommandsIsNotNoticed() async throws {
        let server = try RedisServer()
        let pool = try await server.pool()
        _ = try await pool.command("SET", "a", "1")
        server.stop()
        try server.start()
        _ = try await server.pool()
        #expect(try await pool.command("GET", "a").bytes == Array("1".utf8))
    }

    @Test(.timeLimit(.minutes(2))) func aSlowRedisEndsByTheDeadline() async throws {
        let server = try RedisServer()
        let pool = try await server.pool(timeout: .milliseconds(200))
        server.send(SIGSTOP)
        #expect(await code { () throws(StateError) in _ = try await pool.command("PING") } == .timedOut)
        server.send(SIGCONT)
        try await TestEngine.untilDone { _ = try await pool.command("SET", "a", "1") }
        // A late answer to the first command is nobody else's.
        #expect(try await pool.command("GET", "a").bytes == Array("1".utf8))
    }

    /// Not every caller waits for an engine that hangs.
    @Test(.timeLimit(.minutes(2))) func anEngineThatHangsIsLeftAloneForAWhile() async throws {
        let server = try RedisServer()
        let pool = try await server.pool(timeout: .milliseconds(50))
        server.send(SIGSTOP)
        try await TestEngine.untilDone {
            _ = await code { () throws(StateError) in _ = try await pool.command("PING") }
            guard pool.failure?.code == .timedOut else { throw StateError(.unusable, "not yet") }
        }
        server.send(SIGCONT)
        try await TestEngine.untilDone { _ = try await pool.command("PING") }
        #expect(pool.failure == nil)
    }

    @Test(.timeLimit(.minutes(2))) func aCancelledCallerDoesNotWait() async throws {
        let server = try RedisServer()
        let pool = try await server.pool(timeout: .seconds(60))
        server.send(SIGSTOP)
        let caller = Task { await code { () throws(StateError) in _ = try await pool.command("PING") } }
        caller.cancel()
        #expect(await caller.value == .timedOut)
        server.stop()
    }

    @Test(.timeLimit(.minutes(2))) func aWrongPasswordIsSaidWithoutIt() async throws {
        let server = try RedisServer(password: "swordfish")
        _ = try await server.pool()
        for secret in ["wrong-secret", ""] {
            var endpoint = try server.endpoint()
            endpoint.password = Secret(secret)
            let pool = RedisPool(endpoint, logger: TestEngine.logger)
            #expect(await code { () throws(StateError) in _ = try await pool.command("PING") } == .accessDenied)
        }
        let known = try await PostgresServer.shared.get().pool()
        let stranger = PostgresPool(
            try PostgresServer.shared.get().endpoint(password: "wrong-secret"), logger: TestEngine.logger)
        #expect(await code { () throws(StateError) in _ = try await stranger.execute("SELECT 1") } == .accessDenied)
        #expect(known.failure == nil)
    }

    @Test(.timeLimit(.minutes(2))) func aPostgresThatIsAwayIsSaidAndThatItIsBackToo() async throws {
        let server = try PostgresServer()
        let pool = try await server.pool()
        let store = try PostgresResponseStore(pool, table: "kept")
        try await store.put(response("resp_1"))
        server.stop()
        #expect(await code { () throws(StateError) in try await store.put(response("resp_2")) } == .engineUnavailable)
        try server.start()
        try await TestEngine.untilDone { try await store.put(response("resp_3")) }
        #expect(try await store.get("resp_1", tenant: "alice", at: now) == response("resp_1"))
        #expect(try await store.get("resp_2", tenant: "alice", at: now) == nil)
    }

    @Test(.timeLimit(.minutes(2))) func aSlowStatementEndsByTheDeadline() async throws {
        let pool = try await PostgresServer.shared.get().pool()
        let failure = await code { () throws(StateError) in
            _ = try await pool.execute("SELECT pg_sleep(20)", within: .milliseconds(200))
        }
        #expect(failure == .timedOut)
        #expect(try await pool.execute("SELECT 7::int8").rows == [[[0, 0, 0, 0, 0, 0, 0, 7]]])
    }

    @Test(.timeLimit(.minutes(2))) func aFailedTransactionLeavesNothing() async throws {
        let pool = try await PostgresServer.shared.get().pool()
        _ = try await pool.execute("CREATE TABLE IF NOT EXISTS whole (number int8 PRIMARY KEY)")
        let failure = await code { () throws(StateError) in
            _ = try await pool.transaction([
                ("INSERT INTO whole VALUES ($1)", [.integer(1)]), ("INSERT INTO whole VALUES ($1)", [.integer(1)]),
            ])
        }
        #expect(failure == .refused)
        #expect(try await pool.execute("SELECT count(*) FROM whole").rows == [[[0, 0, 0, 0, 0, 0, 0, 0]]])
    }

    /// Many processes may start at once; the table is made once.
    @Test(.timeLimit(.minutes(2))) func migrationsAreMadeOnce() async throws {
        let server = try PostgresServer.shared.get()
        var pools: [PostgresPool] = []
        for _ in 0..<4 { pools.append(try await server.pool()) }
        try await withThrowingTaskGroup(of: Void.self) { [now] tasks in
            for pool in pools {
                tasks.addTask {
                    let store = try PostgresResponseStore(pool, table: "made_once")
                    _ = try await store.get("resp_1", tenant: "alice", at: now)
                }
            }
            try await tasks.waitForAll()
        }
        for name in ["Robert'); DROP TABLE x; --", "", "1a", String(repeating: "a", count: 49), "ä"] {
            #expect(throws: StateError.self) { try PostgresResponseStore(pools[0], table: name) }
        }
    }
}
