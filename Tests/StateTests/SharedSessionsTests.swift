import Routing
import State
import Testing

/// Sessions that two processes share, each with its own connections.
@Suite struct SharedSessionsTests {
    private let key = SessionKey(high: .random(in: 0 ... .max), low: 1)

    private func sessions(lifetime: Duration = .seconds(60)) async throws -> RedisSharedSessions {
        RedisSharedSessions(
            try await RedisServer.shared.get().pool(), prefix: "s:", lifetime: lifetime, timeout: .seconds(5))
    }

    private func state(_ model: String) -> SessionState {
        var state = SessionState(model: model, decision: "d\u{0}\r\n", lastSeen: 12.5)
        state.turns = 3
        state.promptTokens = 1 << 40
        state.open(["call_1", "call_2"], by: model)
        return state
    }

    @Test func whatOneWritesTheOtherReads() async throws {
        let (first, second) = (try await sessions(), try await sessions())
        let nothing = try await first.load(key)
        #expect(nothing.state == nil)
        #expect(try await first.replace(key, nothing, with: state("small")) == nil)
        let found = try await second.load(key)
        #expect(found.state == state("small"))
        #expect(try await second.replace(key, found, with: nil) == nil)
        #expect(try await first.load(key).state == nil)
    }

    @Test func whoComesSecondIsToldWhatIsThere() async throws {
        let store = try await sessions()
        let before = try await store.load(key)
        #expect(try await store.replace(key, before, with: state("small")) == nil)
        let newer = try await store.replace(key, before, with: state("large"))
        #expect(newer?.state == state("small"))
        #expect(try await store.load(key).state == state("small"))
        // A session that was forgotten and made anew is another one.
        let stale = try await store.load(key)
        #expect(try await store.replace(key, stale, with: nil) == nil)
        #expect(try await store.replace(key, SharedSession(state: nil, version: []), with: state("large")) == nil)
        #expect(try await store.replace(key, stale, with: state("tiny"))?.state == state("large"))
    }

    @Test func noTurnIsLost() async throws {
        let stores = [try await sessions(), try await sessions()]
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for number in 0..<40 {
                tasks.addTask { [key] in
                    try await stores[number % 2].update(key, attempts: 200) { state in
                        state = state ?? SessionState(model: "m", decision: "d", lastSeen: 1)
                        state?.turns += 1
                    }
                }
            }
            for try await isDone in tasks { #expect(isDone) }
        }
        #expect(try await stores[0].load(key).state?.turns == 40)
    }

    @Test func bytesThatAreNoStateAreReplaced() async throws {
        let pool = try await RedisServer.shared.get().pool()
        let store = RedisSharedSessions(pool, prefix: "broken:", lifetime: .seconds(60), timeout: .seconds(5))
        let name = "broken:" + String(repeating: "0", count: 15) + "2" + String(repeating: "0", count: 15) + "3"
        for bytes in [[], [1], [2, 0, 0], [1] + Array(repeating: UInt8(255), count: 200)] as [[UInt8]] {
            _ = try await pool.command([Array("DEL".utf8), Array(name.utf8)])
            _ = try await pool.command(
                [
                    Array("HSET".utf8), Array(name.utf8), Array("version".utf8), Array("x".utf8),
                    Array("state".utf8), bytes,
                ])
            let found = try await store.load(SessionKey(high: 2, low: 3))
            #expect(found.state == nil)
            #expect(try await store.replace(SessionKey(high: 2, low: 3), found, with: state("small")) == nil)
            #expect(try await store.load(SessionKey(high: 2, low: 3)).state == state("small"))
        }
    }

    @Test func aSessionEndsByItsTimeToLive() async throws {
        let pool = try await RedisServer.shared.get().pool()
        let store = RedisSharedSessions(pool, prefix: "ttl:", lifetime: .seconds(60), timeout: .seconds(5))
        let found = try await store.load(SessionKey(high: 4, low: 5))
        _ = try await store.replace(SessionKey(high: 4, low: 5), found, with: state("small"))
        let name = "ttl:" + String(repeating: "0", count: 15) + "4" + String(repeating: "0", count: 15) + "5"
        let left = try #require(try await pool.command("PTTL", name).integer)
        #expect((1...60_000).contains(left))
    }
}
