import Exchange
import Logging
import Policy
import State
import Testing
import Wire

@testable import Control

/// Replay records through the management API.
@Suite struct ReplayEndpointTests {
    private let source: FixedSource

    init() async throws {
        let store = DurableReplayStore(try .inMemory(), lifetime: 0)
        var records: [ReplayRecord] = []
        for number in 0..<3 {
            var record = ReplayRecord(id: "r\(number)", timestamp: Double(1_000 + number))
            (record.requestID, record.recipe, record.decision) = (record.id, "default", number == 2 ? "rest" : "code")
            (record.sessionID, record.selectedModel, record.status) = ("s1", "big", 200)
            record.document = Array(#"{"id":"x","decision":"code","decision_tier":2}"#.utf8)
            record.payload = Array(
                #"{"prompt":"question \#(number)","response_body":"{\"cut"}"#.utf8)
            records.append(record)
        }
        try await store.append(records)
        let writer = ReplayWriter(store, spillPath: nil, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        var source = FixedSource()
        source.memory = RouterMemory(replay: writer)
        self.source = source
    }

    private func get(_ path: String) async throws -> (status: Int, json: JSON) {
        let answer = Answer()
        try await withServer(source: source) { http async throws in
            let response = try await http.send("GET", path)
            await answer.set(response.status, try response.json)
        }
        return await answer.value
    }

    private actor Answer {
        var value: (status: Int, json: JSON) = (0, .null)
        func set(_ status: Int, _ json: JSON) { value = (status, json) }
    }

    @Test func recordsAreListedInPages() async throws {
        let (status, json) = try await get("/v1/router_replay?limit=2&decision=code")
        #expect(status == 200 && json["object"] == "router_replay.list" && json["total"] == 2)
        #expect(json["data"]?.array?.compactMap { $0["id"]?.string } == ["r1", "r0"])
        #expect(json["has_more"] == false && json["next_offset"] == nil && json["data"]?[0]?["prompt"] == nil)
        let first = try await get("/v1/router_replay/?limit=1&showDetails=true").json
        #expect(first["has_more"] == true && first["next_offset"] == 1)
        #expect(first["data"]?[0]?["prompt"] == "question 2")
    }

    @Test func oneRecordHasItsTextsAndOutcomes() async throws {
        let source = self.source
        try await withServer(source: source) { http async throws in
            let told = try await http.send(
                "POST", "/v1/router/outcomes", headers: [("Idempotency-Key", "k")],
                body: #"{"replay_id":"r1","target":"route","verdict":"failed","reason":"slow","metadata":{"a":"b"}}"#)
            #expect(told.status == 200, "a record is enough to tell an outcome of")
            let record = try await http.send("GET", "/v1/router_replay/r1").json
            #expect(record["id"] == "r1" && record["prompt"] == "question 1")
            #expect(record["outcomes"]?[0]?["verdict"] == "failed" && record["outcomes"]?[0]?["reason"] == "slow")
            #expect(record["outcomes"]?[0]?["metadata"]?["a"] == "b")
            let missing = try await http.send("GET", "/v1/router_replay/none")
            #expect(missing.status == 404)
            #expect(try missing.json["error"]?["code"] == "REPLAY_NOT_FOUND")
        }
    }

    @Test func whoMayNotReadTextsSeesNone() async throws {
        let source = self.source
        try await withServer(
            {
                $0.mode = .bearer
                $0.tokens = [.init(value: Secret("t"), role: "viewer")]
                $0.roles = ["viewer": ["replay.read"]]
            }, source: source
        ) { http async throws in
            let token = [("Authorization", "Bearer t")]
            let record = try await http.send("GET", "/v1/router_replay/r1", headers: token).json
            #expect(record["id"] == "r1" && record["prompt"] == nil && record["response_body"] == nil)
            let list = try await http.send("GET", "/v1/router_replay?showDetails=true", headers: token).json
            #expect(list["data"]?[0]?["prompt"] == nil)
            let turns = try await http.send("GET", "/v1/router_replay/trajectory?session_id=s1", headers: token).json
            #expect(turns["messages"]?[0]?["content"] == "" && turns["messages"]?[0]?["content_redacted"] == true)
        }
    }

    @Test func aSessionIsToldInItsOrder() async throws {
        let json = try await get("/v1/router_replay/trajectory?session_id=s1").json
        #expect(json["record_count"] == 3)
        #expect(
            json["messages"]?.array?.compactMap { $0["content"]?.string }
                == ["question 0", #"{"cut"#, "question 1", #"{"cut"#, "question 2", #"{"cut"#])
        #expect(try await get("/v1/router_replay/trajectory").status == 400)
    }

    @Test func sumsAreServed() async throws {
        let json = try await get("/v1/router_replay/aggregate?decision=code").json
        #expect(json["record_count"] == 2 && json["decision_distribution"]?[0]?["count"] == 2)
    }

    @Test(arguments: ["limit=0", "limit=101", "offset=-1", "colour=red", "cache_status=warm", "since=tomorrow"])
    func filtersThatMeanNothingAreRefused(query: String) async throws {
        let (status, json) = try await get("/v1/router_replay?\(query)")
        #expect(status == 400 && json["error"]?["code"] == "INVALID_INPUT")
    }
}
