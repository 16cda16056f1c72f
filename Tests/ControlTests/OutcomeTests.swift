import Exchange
import Routing
import State
import Testing
import Wire

@testable import Control

@Suite struct OutcomeTests {
    private let source: FixedSource

    init() {
        source = FixedSource()
        source.memory.routed.add(
            RoutedRequest(recipe: "default", decision: "code", tier: 2, model: "m-big", user: "alice"), id: "r1")
    }

    private static func body(_ more: String = "", verdict: String = "good_fit") -> String {
        #"{"replay_id":"r1","source":"agent","target":"model","verdict":"\#(verdict)"\#(more)}"#
    }

    private func post(
        _ http: RawHTTP, _ body: String, key: String? = "k1", path: String = "/v1/router/outcomes"
    ) async throws -> RawResponse {
        try await http.send("POST", path, headers: key.map { [("Idempotency-Key", $0)] } ?? [], body: body)
    }

    private func good(_ place: ExperienceKey.Place) -> Double {
        source.memory.experience.experience(ExperienceKey(place, model: "m-big"), at: 0).good
    }

    @Test func anOutcomeCountsOnceByItsScoreAtEveryLevel() async throws {
        try await withServer(source: source) { http async throws in
            let first = try await post(http, Self.body(#","target_ref":"m-big","score":0.5"#))
            #expect(first.status == 200)
            let body = try first.json
            #expect(body["success"] == true && body["updated"] == 1 && body["recorded"] == true)
            let again = try await post(http, Self.body()).json
            #expect(again["duplicate"] == true && again["updated"] == 0 && again["recorded"] == false)
            for place in [
                ExperienceKey.Place.decision(recipe: "default", name: "code"), .tier(recipe: "default", 2),
                .everywhere,
            ] { #expect(abs(good(place) - 0.5) < 1e-9) }
        }
        let taste = source.memory.experience.judgements(user: "alice", model: "m-big", at: 0)
        #expect(taste.mean == 0.5)
    }

    @Test func refusalsSayWhy() async throws {
        let cases: [(String, String?, Int, String)] = [
            (Self.body(), nil, 400, "MISSING_IDEMPOTENCY_KEY"),
            (Self.body(), String(repeating: "k", count: 257), 400, "INVALID_IDEMPOTENCY_KEY"),
            ("[]", "a", 400, "INVALID_OUTCOME"), (Self.body(verdict: "fine"), "b", 400, "INVALID_OUTCOME"),
            (Self.body(#","score":2"#), "c", 400, "INVALID_OUTCOME"),
            (Self.body(#","metadata":{"a":1}"#), "d", 400, "INVALID_OUTCOME"),
            (#"{"replay_id":"r9","verdict":"failed"}"#, "e", 404, "REPLAY_NOT_FOUND"),
            (Self.body(#","target_ref":"other""#), "f", 409, "OUTCOME_OWNERSHIP_MISMATCH"),
        ]
        try await withServer(source: source) { http async throws in
            for (body, key, status, code) in cases {
                let response = try await post(http, body, key: key)
                #expect(response.status == status && response.errorCode == code, "\(body)")
            }
        }
        #expect(source.memory.experience.all().isEmpty)
    }

    @Test func aRoleMayTellSixtyInAMinute() async throws {
        // The minute may turn while they are told; then all 120 are admitted, or one of the later ones is refused.
        let statuses = Statuses()
        try await withServer(source: source) { http async throws in
            for number in 0..<130 {
                await statuses.add(try await post(http, Self.body(), key: "k\(number)").status)
            }
        }
        let told = await statuses.all
        #expect(told.prefix(60).allSatisfy { $0 == 200 } && told.contains(429))
        #expect(source.memory.outcomeRate.admits("another role", at: 0))
    }

    private actor Statuses {
        var all: [Int] = []
        func add(_ status: Int) { all.append(status) }
    }

    @Test func otherTargetsTeachNothing() async throws {
        try await withServer(source: source) { http async throws in
            let body = try await post(
                http, #"{"replay_id":"r1","target":"route","verdict":"failed"}"#, key: "z"
            ).json
            #expect(body["updated"] == 0 && body["recorded"] == true)
        }
        #expect(source.memory.experience.all().isEmpty)
    }

    @Test func learnedStateIsListedForgottenAndGoneBackTo() async throws {
        let key = ExperienceKey(.decision(recipe: "default", name: "code"), model: "m-big")
        let other = ExperienceKey(.decision(recipe: "default", name: "rest"), model: "m-big")
        source.memory.experience.update([key, other]) { $0.record(.goodFit, score: 1, at: 1_000) }
        try await withServer(source: source) { http async throws in
            let list = try await http.send("GET", "/api/v1/learning?decision=code")
            let records = try #require(try list.json["records"]?.array)
            #expect(records.count == 1 && records[0]["model"] == "m-big")
            #expect(records[0]["good_fit"]?.double == 1)

            let forgotten = try await post(http, "{}", path: "/api/v1/learning/reset?decision=code").json
            #expect(forgotten["forgotten"] == 1)
            #expect(source.memory.experience.experience(key, at: 1_000).isCold)
            #expect(!source.memory.experience.experience(other, at: 1_000).isCold)

            let back = try await post(http, "{}", path: "/api/v1/learning/rollback?decision=code").json
            #expect(back["restored"] == 1)
            #expect(source.memory.experience.experience(key, at: 1_000).good == 1)

            // What is printed can be put back.
            source.memory.experience.reset()
            let restored = try await post(
                http, String(decoding: list.body, as: UTF8.self), path: "/api/v1/learning"
            ).json
            #expect(restored["restored"] == 1)
            #expect(source.memory.experience.experience(key, at: 1_000).good == 1)
            #expect(try await post(http, "{}", path: "/api/v1/learning").errorCode == "INVALID_INPUT")
            #expect(
                try await post(http, "{}", path: "/api/v1/learning/rollback?checkpoint=99").errorCode == "NOT_FOUND")
        }
    }
}
