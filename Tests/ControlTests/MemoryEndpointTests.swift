import Exchange
import State
import Testing
import Wire

@testable import Control

@Suite struct MemoryEndpointTests {
    private static func source() async throws -> FixedSource {
        let table = try MemoryTable()
        for (id, user, kind, quarantine) in [
            ("mem_1", "ann", StoredMemory.Kind.episodic, nil as String?), ("mem_2", "ann", .semantic, nil),
            ("mem_3", "bob", .episodic, nil), ("mem_4", "ann", .episodic, "standing_order"),
        ] {
            try await table.keep(
                StoredMemory(
                    id: id, user: user, kind: kind, content: "content of \(id)", source: .conversation,
                    importance: 0.5, at: 1_700_000_000, quarantine: quarantine), aging: MemoryAging())
        }
        var source = FixedSource()
        source.memory = RouterMemory(memories: table)
        return source
    }

    @Test func aUsersMemoriesAreListedReadAndForgotten() async throws {
        try await withServer(source: try await Self.source()) { http async throws in
            let list = try await http.send("GET", "/v1/memory?user_id=ann").json
            #expect(list["total"] == 2 && list["limit"] == 100)
            #expect(
                list["memories"]?[0] == [
                    "id": "mem_1", "type": "episodic", "content": "content of mem_1", "user_id": "ann",
                    "source": "conversation", "importance": 0.5, "access_count": 0,
                    "created_at": "2023-11-14T22:13:20Z", "updated_at": "2023-11-14T22:13:20Z",
                ])
            let apart = try await http.send("GET", "/v1/memory?user_id=ann&status=quarantined").json
            #expect(apart["memories"]?[0]?["quarantine"] == "standing_order" && apart["total"] == 1)
            let semantic = try await http.send("GET", "/v1/memory?user_id=ann&type=semantic,procedural&limit=1").json
            #expect(semantic["memories"]?.array?.compactMap { $0["id"] } == ["mem_2"])
            #expect(try await http.send("GET", "/v1/memory/mem_2?user_id=ann").json["content"] == "content of mem_2")
            for method in ["GET", "DELETE"] {
                let foreign = try await http.send(method, "/v1/memory/mem_3?user_id=ann")
                #expect(foreign.status == 404 && foreign.errorCode == "NOT_FOUND")
            }
            #expect(try await http.send("DELETE", "/v1/memory/mem_2?user_id=ann").json["success"] == true)
            #expect(try await http.send("GET", "/v1/memory/mem_2?user_id=ann").status == 404)
            #expect(try await http.send("DELETE", "/v1/memory?user_id=ann&type=semantic").status == 200)
            #expect(try await http.send("GET", "/v1/memory?user_id=ann").json["total"] == 1)
            #expect(try await http.send("DELETE", "/v1/memory?user_id=ann").status == 200)
            #expect(try await http.send("GET", "/v1/memory?user_id=ann&status=quarantined").json["total"] == 0)
            #expect(try await http.send("GET", "/v1/memory?user_id=bob").json["total"] == 1)
        }
    }

    /// The list names every user's; a release says who made it.
    @Test func whatIsKeptApartIsListedForAllAndReleased() async throws {
        try await withServer(source: try await Self.source()) { http async throws in
            let list = try await http.send("GET", "/v1/memory/quarantine?limit=5").json
            #expect(list["total"] == 1 && list["offset"] == 0)
            #expect(list["memories"]?[0]?["id"] == "mem_4" && list["memories"]?[0]?["user_id"] == "ann")
            for target in ["/v1/memory/mem_4/release?user_id=bob", "/v1/memory/mem_1/release?user_id=ann"] {
                let refused = try await http.send("POST", target)
                #expect(refused.status == 404 && refused.errorCode == "NOT_FOUND")
            }
            let released = try await http.send("POST", "/v1/memory/mem_4/release?user_id=ann")
            let memory = try released.json
            #expect(released.status == 200 && memory["quarantine"] == nil)
            #expect(memory["release"]?["reason"] == "standing_order")
            #expect(memory["release"]?["released_by"]?.string?.isEmpty == false)
            #expect(try await http.send("GET", "/v1/memory/quarantine").json["total"] == 0)
            #expect(try await http.send("GET", "/v1/memory?user_id=ann").json["total"] == 3)
            #expect(try await http.send("GET", "/v1/memory/quarantine?offset=-1").status == 400)
        }
    }

    @Test(arguments: [
        ("/v1/memory", 400, "MISSING_USER_ID"), ("/v1/memory?user_id=a%20b", 400, "INVALID_USER_ID"),
        ("/v1/memory?user_id=a&type=fact", 400, "INVALID_TYPE"),
        ("/v1/memory?user_id=a&limit=101", 400, "INVALID_LIMIT"),
        ("/v1/memory?user_id=a&status=x", 400, "INVALID_INPUT"), ("/v1/memory/a%20b?user_id=a", 400, "INVALID_ID"),
        ("/v1/memory/none?user_id=a", 404, "NOT_FOUND"),
    ])
    func whatIsNotUnderstoodIsRefused(target: String, status: Int, code: String) async throws {
        try await withServer(source: try await Self.source()) { http async throws in
            let response = try await http.send("GET", target)
            #expect(response.status == status && response.errorCode == code)
        }
    }

    @Test func withoutMemoryThereIsNone() async throws {
        try await withServer { http async throws in
            let response = try await http.send("GET", "/v1/memory?user_id=a")
            #expect(response.status == 503 && response.errorCode == "MEMORY_NOT_AVAILABLE")
            let created = try await http.send("POST", "/v1/memory", body: #"{"user_id":"a","content":"x"}"#)
            #expect(created.status == 503)
            let empty = try await http.send("POST", "/v1/memory", body: #"{"user_id":"a","content":" "}"#)
            #expect(empty.status == 400)
        }
    }
}
