import Foundation
import State
import Testing

/// One suite for every engine.
@Suite struct ResponseStoreTests {
    private static func engines() throws -> [any ResponseStore] {
        let path = NSTemporaryDirectory() + "martlet-responses-\(UInt64.random(in: 0 ... .max)).sqlite"
        return [
            BoundedResponseStore(limit: 100),
            try DurableResponseStore(try StateDatabase(path: path), limit: 100, at: 0),
        ]
    }

    private func response(
        _ id: String, tenant: String = "alice", at: Double = 1, conversation: String? = nil
    ) -> StoredResponse {
        StoredResponse(
            id: id, tenant: tenant, createdAt: at, expiresAt: at + 100, previousID: "resp_0",
            conversationID: conversation, instructions: "Be kind.", input: Array("[]".utf8), output: Array("[1]".utf8),
            object: Array("{}".utf8))
    }

    @Test func whatIsPutIsThereForItsTenantUntilItExpires() throws {
        for store in try Self.engines() {
            try store.put(response("resp_1"))
            #expect(try store.get("resp_1", tenant: "alice", at: 50) == response("resp_1"))
            #expect(try store.get("resp_1", tenant: "bob", at: 50) == nil)
            #expect(try store.get("resp_1", tenant: "alice", at: 101) == nil)
            #expect(try store.get("resp_2", tenant: "alice", at: 50) == nil)
            #expect(try store.delete("resp_1", tenant: "bob") == false)
            #expect(try store.delete("resp_1", tenant: "alice"))
            #expect(try store.get("resp_1", tenant: "alice", at: 50) == nil)
        }
    }

    @Test func aConversationsNewestResponseIsFound() throws {
        for store in try Self.engines() {
            try store.put(response("resp_1", at: 1, conversation: "c"))
            try store.put(response("resp_2", at: 2, conversation: "c"))
            try store.put(response("resp_3", tenant: "bob", at: 3, conversation: "c"))
            #expect(try store.latest(conversation: "c", tenant: "alice", at: 50)?.id == "resp_2")
            #expect(try store.latest(conversation: "d", tenant: "alice", at: 50) == nil)
        }
    }

    @Test func theBoundHoldsInMemory() throws {
        let store = BoundedResponseStore(limit: 10)
        for number in 0..<100 { store.put(response("resp_\(number)")) }
        #expect(store.get("resp_99", tenant: "alice", at: 2) != nil)
        #expect((0..<100).count { store.get("resp_\($0)", tenant: "alice", at: 2) != nil } <= 10)
    }
}
