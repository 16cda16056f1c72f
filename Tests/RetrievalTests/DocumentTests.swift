import Foundation
import State
import Testing
import Wire

@testable import Retrieval

@Suite struct DocumentTests {
    static let files: [(name: String, text: String, attributes: JSON)] = [
        ("refunds.md", "# Refunds\nMoney is paid back within fourteen days.", ["year": 2024, "team": "billing"]),
        ("dams.txt", "The turbine of the dam was replaced in March.", ["year": 2020, "team": "works"]),
        ("cats.html", "<p>A cat sleeps for most of the day.</p>", ["year": 2022, "draft": true]),
    ]

    @Test func filesAreFoundByWhatTheySay() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files)
        let hits = try await fixture.call(
            "POST", "/v1/vector_stores/\(store)/search", ["query": "when is the turbine of the dam replaced"])
        let first = try #require(hits["data"]?[0])
        #expect(first["filename"]?.string == "dams.txt")
        #expect(first["attributes"]?["team"]?.string == "works")
        #expect((first["score"]?.double ?? 0) > 0.5)
        #expect(hits["search_query"]?[0]?.string == "when is the turbine of the dam replaced")
        await fixture.stop()
    }

    static let filters: [(filter: JSON, names: [String])] = [
        (["type": "eq", "key": "team", "value": "works"], ["dams.txt"]),
        (["type": "ne", "key": "team", "value": "works"], ["cats.html", "refunds.md"]),
        (["type": "gt", "key": "year", "value": 2022], ["refunds.md"]),
        (["type": "gte", "key": "year", "value": 2022], ["cats.html", "refunds.md"]),
        (["type": "lt", "key": "year", "value": 2022], ["dams.txt"]),
        (["type": "lte", "key": "year", "value": 2022.0], ["cats.html", "dams.txt"]),
        (["type": "in", "key": "team", "value": ["works", "billing"]], ["dams.txt", "refunds.md"]),
        (["type": "nin", "key": "team", "value": ["works"]], ["cats.html", "refunds.md"]),
        (["type": "eq", "key": "draft", "value": true], ["cats.html"]),
        (["type": "eq", "key": "filename", "value": "dams.txt"], ["dams.txt"]),
        (
            [
                "type": "or",
                "filters": [
                    ["type": "eq", "key": "draft", "value": true],
                    [
                        "type": "and",
                        "filters": [
                            ["type": "gt", "key": "year", "value": 2000],
                            ["type": "eq", "key": "team", "value": "works"],
                        ],
                    ],
                ],
            ], ["cats.html", "dams.txt"]
        ),
    ]

    @Test func filtersAreHonoured() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files)
        for row in Self.filters {
            let hits = try await fixture.call(
                "POST", "/v1/vector_stores/\(store)/search",
                ["query": "the day of the money", "filters": row.filter, "hybrid": ["mode": "rrf"]])
            let names = (hits["data"]?.array ?? []).compactMap { $0["filename"]?.string }.sorted()
            #expect(names == row.names, "\(row.filter.text())")
        }
        await fixture.stop()
    }

    @Test(
        arguments: [
            ["type": "like", "key": "a", "value": "b"], ["type": "eq", "key": "a"],
            ["type": "eq", "key": "a", "value": []],
            ["type": "and", "filters": []], ["team": "works"], [], ["type": "eq", "key": "a", "value": 1, "more": 2],
            ["type": "in", "key": "a", "value": "b"], "team = works",
        ] as [JSON]) func filtersThatAreNotUnderstoodAreErrors(_ filter: JSON) async throws
    {
        let fixture = try DocumentsFixture(reads: false)
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        let code = await fixture.refusal(
            "POST", "/v1/vector_stores/\(store)/search", ["query": "x", "filters": filter])
        #expect(code == .invalidInput)
    }

    @Test(arguments: ["weighted", "rrf"]) func thresholdsMeanSomethingInBothModes(_ mode: String) async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files)
        let texts = try await fixture.texts(
            store,
            [
                "query": "turbine of the dam replaced in March", "hybrid": ["mode": .string(mode)],
                "ranking_options": ["score_threshold": 0.7],
            ])
        #expect(texts == ["The turbine of the dam was replaced in March."])
        await fixture.stop()
    }

    @Test func whatNoModelReadsIsFoundByItsWords() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store([("policy.txt", "退款政策：十四天内退款。", [:])] + Self.files)
        #expect(try await fixture.texts(store, ["query": "退款政策"]).first == "退款政策：十四天内退款。")
        await fixture.stop()
    }

    @Test func tenantsAreSealed() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files, tenant: "anna")
        let file = try #require(try await fixture.call("GET", "/v1/files", tenant: "anna")["data"]?[0]?["id"]?.string)
        for tenant in ["ben", "", "Anna"] {
            #expect(try await fixture.call("GET", "/v1/files", tenant: tenant)["data"]?.array?.count == 0)
            #expect(try await fixture.call("GET", "/v1/vector_stores", tenant: tenant)["data"]?.array?.count == 0)
            for (method, path, body) in [
                ("GET", "/v1/files/\(file)", nil), ("DELETE", "/v1/files/\(file)", nil),
                ("GET", "/v1/files/\(file)/content", nil), ("GET", "/v1/vector_stores/\(store)", nil),
                ("DELETE", "/v1/vector_stores/\(store)", nil), ("POST", "/v1/vector_stores/\(store)", ["name": "mine"]),
                ("POST", "/v1/vector_stores/\(store)/search", ["query": "refund"]),
                ("POST", "/v1/vector_stores/\(store)/files", ["file_id": .string(file)]),
                ("GET", "/v1/vector_stores/\(store)/files", nil),
                ("DELETE", "/v1/vector_stores/\(store)/files/\(file)", nil),
            ] as [(String, String, JSON?)] {
                #expect(await fixture.refusal(method, path, body, tenant: tenant) == .notFound, "\(method) \(path)")
            }
        }
        // Another's file cannot be put into one's own store.
        let own = try #require(try await fixture.call("POST", "/v1/vector_stores", tenant: "ben")["id"]?.string)
        let code = await fixture.refusal(
            "POST", "/v1/vector_stores/\(own)/files", ["file_id": .string(file)], tenant: "ben")
        #expect(code == .notFound)
        await fixture.stop()
    }

    @Test func listsGoOnBehindACursor() async throws {
        let fixture = try DocumentsFixture(reads: false)
        var ids: [String] = []
        for index in 0..<5 { ids.append(try await fixture.upload("f\(index).txt", "text \(index)")) }
        ids.sort()
        var seen: [String] = []
        var query = ["limit": "2", "order": "asc"]
        while true {
            let page = try await fixture.call("GET", "/v1/files", query: query)
            let found = (page["data"]?.array ?? []).compactMap { $0["id"]?.string }
            #expect(page["first_id"]?.string == found.first && page["last_id"]?.string == found.last)
            seen += found
            guard page["has_more"]?.bool == true else { break }
            query["after"] = found.last
        }
        #expect(seen == ids)
        let before = try await fixture.call(
            "GET", "/v1/files", query: ["order": "asc", "before": ids[3], "limit": "2"])
        #expect((before["data"]?.array ?? []).compactMap { $0["id"]?.string } == [ids[1], ids[2]])
        #expect(await fixture.refusal("GET", "/v1/files", query: ["limit": "0"]) == .invalidLimit)
        #expect(await fixture.refusal("GET", "/v1/files", query: ["order": "up"]) == .invalidOrder)
        #expect(await fixture.refusal("GET", "/v1/files", query: ["after": "file_0"]) == .invalidCursor)
    }

    @Test func storesExpireAfterTheirLastUse() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files)
        let path = "/v1/vector_stores/\(store)"
        _ = try await fixture.call("POST", path, ["expires_after": ["anchor": "last_active_at", "days": 2]])
        fixture.clock.advance(days: 1.5)
        #expect(try await fixture.texts(store, ["query": "cat"]).isEmpty == false)
        fixture.clock.advance(days: 1.5)
        #expect(try await fixture.call("GET", path)["status"]?.string == "completed", "searching it counts as use")
        fixture.clock.advance(days: 1)
        #expect(try await fixture.call("GET", path)["status"]?.string == "expired")
        #expect(await fixture.refusal("POST", path + "/search", ["query": "cat"]) == .expired)
        await fixture.service.expire()
        #expect(try await fixture.call("GET", path)["file_counts"]?["total"]?.int == 0)
        await fixture.stop()
    }

    @Test func deletedFilesAreFoundNoMore() async throws {
        let fixture = try DocumentsFixture()
        let store = try await fixture.store(Self.files)
        let hit = try await fixture.call("POST", "/v1/vector_stores/\(store)/search", ["query": "the cat sleeps"])
        let file = try #require(hit["data"]?[0]?["file_id"]?.string)
        _ = try await fixture.call("DELETE", "/v1/files/\(file)")
        let texts = try await fixture.texts(store, ["query": "the cat sleeps"])
        #expect(texts.allSatisfy { !$0.contains("cat") } && texts.count == 2)
        #expect(try fixture.vault.get(file) == nil)
        await fixture.stop()
    }

    @Test func batchesTellHowFarTheyAre() async throws {
        let fixture = try DocumentsFixture(reads: false)
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        let ids = [try await fixture.upload("a.txt", "a"), try await fixture.upload("b.txt", "b")]
        let path = "/v1/vector_stores/\(store)/file_batches"
        let batch = try await fixture.call("POST", path, ["file_ids": .array(ids.map(JSON.string))])
        #expect(batch["status"]?.string == "in_progress" && batch["file_counts"]?["total"]?.int == 2)
        let id = try #require(batch["id"]?.string)
        #expect(try await fixture.call("GET", "\(path)/\(id)/files")["data"]?.array?.count == 2)
        #expect(try await fixture.call("POST", "\(path)/\(id)/cancel")["status"]?.string == "cancelled")
        let file = try await fixture.attachment(store, ids[0])
        #expect(file["last_error"]?["code"]?.string == "cancelled")
    }

    @Test func wrongBodiesAreRefused() async throws {
        let fixture = try DocumentsFixture(reads: false)
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        let path = "/v1/vector_stores/\(store)"
        for (target, body) in [
            ("/v1/vector_stores", ["names": "x"]),
            ("/v1/vector_stores", ["expires_after": ["anchor": "now", "days": 1]]),
            ("/v1/vector_stores", ["chunking_strategy": ["type": "auto2"]]), (path + "/search", [:]),
            (path + "/search", ["query": "  "]), (path + "/search", ["query": "x", "max_num_results": 0]),
            (path + "/search", ["query": "x", "rewrite_query": true]),
            (path + "/search", ["query": "x", "hybrid": ["mode": "other"]]),
            (path + "/search", ["query": "x", "ranking_options": ["score_threshold": 2]]), (path + "/files", [:]),
            (
                path + "/files",
                ["file_id": "f", "chunking_strategy": ["type": "static", "static": ["max_chunk_size_tokens": 1]]]
            ),
        ] as [(String, JSON)] {
            #expect(await fixture.refusal("POST", target, body) == .invalidInput, "\(target) \(body.text())")
        }
        #expect(await fixture.refusal("PUT", path) == .methodNotAllowed)
        #expect(await fixture.refusal("GET", path + "/other") == .notFound)
        #expect(await fixture.refusal("GET", "/v1/files/../../etc/passwd") == .notFound)
    }
}
