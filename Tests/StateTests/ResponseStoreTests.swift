import Foundation
import State
import Testing

/// One suite for every engine.
@Suite struct ResponseStoreTests {
    private let now = Date().timeIntervalSince1970.rounded()

    private func response(
        _ id: String, tenant: String = "alice", after seconds: Double = 0, lifetime: Double = 100,
        conversation: String? = nil
    ) -> StoredResponse {
        StoredResponse(
            id: id, tenant: tenant, createdAt: now + seconds, expiresAt: now + seconds + lifetime,
            previousID: "resp_0", conversationID: conversation, instructions: "Be kind.", input: Array("[]".utf8),
            output: Array("[1]".utf8), object: Array("{}".utf8))
    }

    @Test(arguments: TestEngine.allCases) func whatIsPutIsThereForItsTenantUntilItExpires(
        engine: TestEngine
    ) async throws {
        let store = try await engine.responseStore()
        try await store.put(response("resp_1"))
        #expect(try await store.get("resp_1", tenant: "alice", at: now + 50) == response("resp_1"))
        #expect(try await store.get("resp_1", tenant: "bob", at: now + 50) == nil)
        #expect(try await store.get("resp_1", tenant: "alice", at: now + 101) == nil)
        #expect(try await store.get("resp_2", tenant: "alice", at: now + 50) == nil)
        #expect(try await store.delete("resp_1", tenant: "bob") == false)
        #expect(try await store.delete("resp_1", tenant: "alice"))
        #expect(try await store.get("resp_1", tenant: "alice", at: now + 50) == nil)
        #expect(try await store.delete("resp_1", tenant: "alice") == false)
    }

    @Test(arguments: TestEngine.allCases) func aConversationsNewestResponseIsFound(engine: TestEngine) async throws {
        let store = try await engine.responseStore()
        try await store.put(response("resp_1", after: 1, conversation: "c"))
        try await store.put(response("resp_2", after: 2, conversation: "c"))
        try await store.put(response("resp_3", tenant: "bob", after: 3, conversation: "c"))
        #expect(try await store.latest(conversation: "c", tenant: "alice", at: now + 50)?.id == "resp_2")
        #expect(try await store.latest(conversation: "d", tenant: "alice", at: now + 50) == nil)
        #expect(try await store.delete("resp_2", tenant: "alice"))
        #expect(try await store.latest(conversation: "c", tenant: "alice", at: now + 50)?.id == "resp_1")
    }

    @Test(arguments: TestEngine.allCases) func aResponseIsPutInTheOldOnesPlace(engine: TestEngine) async throws {
        let store = try await engine.responseStore()
        try await store.put(response("resp_1", conversation: "c"))
        var changed = response("resp_1", after: 1, conversation: "d")
        (changed.instructions, changed.previousID) = (nil, nil)
        changed.object = []
        try await store.put(changed)
        #expect(try await store.get("resp_1", tenant: "alice", at: now + 50) == changed)
        #expect(try await store.latest(conversation: "d", tenant: "alice", at: now + 50) == changed)
    }

    /// Zeros, quotes, protocol marks, placeholders, wildcards and keys of other records are only text.
    @Test(arguments: TestEngine.allCases) func hostileValuesAreOnlyValues(engine: TestEngine) async throws {
        let store = try await engine.responseStore()
        let hostile = "a\u{0}b\r\n$3\r\n'; DROP TABLE responses; -- %s $1 {x} * ? [y] \u{202E}\u{1F600}"
        var evil = response(hostile, tenant: hostile, conversation: hostile)
        evil.instructions = hostile
        evil.previousID = hostile
        evil.input = (0...255).map { UInt8($0) }
        evil.output = []
        evil.object = Array(repeating: 0, count: 1 << 20)
        try await store.put(response("resp_1"))
        try await store.put(evil)
        #expect(try await store.get(hostile, tenant: hostile, at: now + 50) == evil)
        #expect(try await store.latest(conversation: hostile, tenant: hostile, at: now + 50) == evil)
        for id in ["*", "resp_*", "%", "", "}:resp_1", String(repeating: "x", count: 100_000)] {
            #expect(try await store.get(id, tenant: "alice", at: now + 50) == nil)
            #expect(try await store.latest(conversation: id, tenant: "alice", at: now + 50) == nil)
            #expect(try await store.delete(id, tenant: "alice") == false)
        }
        #expect(try await store.delete(hostile, tenant: hostile))
        #expect(try await store.get("resp_1", tenant: "alice", at: now + 50) == response("resp_1"))
    }

    @Test(arguments: TestEngine.allCases) func manyAtOnceLoseNothing(engine: TestEngine) async throws {
        let store = try await engine.responseStore()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for number in 0..<80 { tasks.addTask { try await store.put(response("resp_\(number)")) } }
            try await tasks.waitForAll()
        }
        for number in 0..<80 {
            #expect(try await store.get("resp_\(number)", tenant: "alice", at: now + 50) != nil)
        }
    }

    @Test func theBoundHoldsInMemory() {
        let store = BoundedResponseStore(limit: 10)
        for number in 0..<100 { store.put(response("resp_\(number)")) }
        #expect(store.get("resp_99", tenant: "alice", at: now + 2) != nil)
        #expect((0..<100).count { store.get("resp_\($0)", tenant: "alice", at: now + 2) != nil } <= 10)
    }
}
