import Logging
import NIOHTTP1
import State
import Testing
import Upstream
import Wire

@testable import Exchange

/// What a routed request leaves behind.
@Suite struct ReplayRecordTests {
    @Test func anAnsweredRequestTellsItsWholeStory() async throws {
        let fixture = try ReplayFixture()
        try fixture.ask(
            "Prove it.", more: #","metadata":{"session_id":"s1"}"#, headers: [("x-request-id", "r1")])
        let record = try #require(try await fixture.records().first)
        #expect(record.id == "r1" && record.recipe == "default" && record.decision == "maths")
        #expect(record.requestedModel == "auto" && record.selectedModel == "big" && record.sessionID == "s1")
        #expect(record.status == 200 && record.lifecycle == .completed && !record.isStream && !record.isCached)
        #expect(record.promptTokens == 100 && record.completionTokens == 10)
        #expect(record.actualCost == 0.0012 && record.baselineCost == 0.0012 && record.currency == "USD")
        let json = try record.json
        #expect(json["signals"]?["keyword"] == ["proofs"])
        #expect(json["signal_values"]?["keyword:proofs"] == .number(1))
        #expect(json["route_diagnostics"]?["proposal_model"] == "big")
        #expect(json["evidence"]?.array?.count == 2)
        #expect(json["terminal_reason"] == "completed" && json["streaming"] == false)
        #expect(json["attempts"]?[0]?["outcome"] == "status_200")
        #expect(json["prompt"] == nil && json["request_body"] == nil, "texts are kept apart")
        let texts = try record.texts
        #expect(texts["prompt"] == "Prove it." && texts["prompt_truncated"] == false)
        #expect(texts["response_body"]?.string == ReplayFixture.answer)
    }

    @Test func aRequestUnderWayIsListedUntilItEnds() async throws {
        let fixture = try ReplayFixture()
        let exchange = try fixture.router.forward(
            ReplayFixture.body("Prove it.", more: #","stream":true"#), headers: [("x-request-id", "r1")])
        _ = try exchange.attempt()
        func listed(_ change: (inout ReplayFilter) -> Void = { _ in }) async throws -> [ReplayRecord] {
            var filter = ReplayFilter()
            change(&filter)
            return try await fixture.writer.page(filter, limit: 10, offset: 0, includingPayload: false).records
        }
        let open = try #require(try await listed { $0.decision = "maths" }.first)
        #expect(open.id == "r1" && open.lifecycle == .inProgress && open.isStream && open.payload.isEmpty)
        let json = try open.json
        #expect(json["lifecycle_state"] == "in_progress" && json["signals"]?["keyword"] == ["proofs"])
        #expect(json["ended_at"] == nil && json["response_status"] == nil && json["terminal_reason"] == nil)
        #expect(try await listed { $0.decision = "rest" }.isEmpty)
        #expect(try await fixture.writer.record("r1", includingPayload: false)?.lifecycle == .inProgress)
        exchange.vanish()
        #expect(try await listed().isEmpty, "it is on its way to the store")
        #expect(try await fixture.records().map(\.lifecycle) == [.aborted])
        #expect(try await listed().map(\.lifecycle) == [.aborted])
    }

    @Test func aCachedAnswerTellsItsAge() async throws {
        let cache = "enabled: true, mode: exact, scope: global, ttl_seconds: 90"
        let fixture = try ReplayFixture(
            ReplayFixture.policy(more: "plugins: [{type: response_cache, configuration: {\(cache)}}]"))
        try fixture.ask("Prove it.")
        _ = try fixture.router.answer(ReplayFixture.body("Prove it."))
        let records = try await fixture.records()
        let hit = try #require(records.last).json
        #expect(hit["cache_hit_kind"] == "exact" && hit["from_cache"] == true && hit["cache_source"] == "memory")
        #expect(hit["cache_ttl_seconds"] == .number(90))
        let age = try #require(hit["cache_entry_age_seconds"]?.double)
        #expect((0..<60).contains(age))
        #expect(try records[0].json["cache_entry_age_seconds"] == nil)
    }

    @Test func whatMemoryDidIsTold() async throws {
        let policy = ReplayFixture.policy(more: "plugins: [{type: memory, configuration: {enabled: true}}]")
            .replacing("global:\n", with: "global:\n  stores: {memory: {enabled: true}}\n")
        let store = DurableReplayStore(try .inMemory(), lifetime: 0)
        let writer = ReplayWriter(store, spillPath: nil, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        let router = try RouterFixture(policy, memory: RouterMemory(replay: writer, memories: try MemoryTable()))
        _ = try router.forward(ReplayFixture.body("Prove it.")).answered(
            200, [("content-type", "application/json")], ReplayFixture.answer)
        writer.close()
        await writer.run()
        let page = try await store.page(ReplayFilter(), limit: 1, offset: 0, includingPayload: false)
        let diagnostics = try #require(try page.records.first?.json["route_diagnostics"])
        #expect(diagnostics["memory_status"] == "off" && diagnostics["memory_reason"] == "no_identity")
        #expect(diagnostics["memory_result_count"] == .int(0) && diagnostics["memory_fail_open"] == false)
        let traces: [MemoryTrace] = [.recalled(2), .recalled(0), .failed(code: "timeout")]
        #expect(traces.map(\.status) == ["used", "empty", "failed"] && traces.map(\.count) == [2, 0, 0])
        #expect(traces.map(\.reason) == [nil, nil, "timeout"])
    }

    @Test func answersWithoutAModelAndFailuresAreRecordedToo() async throws {
        let fixture = try ReplayFixture()
        _ = try fixture.router.answer(ReplayFixture.body("the password"))
        let failing = try fixture.router.forward(ReplayFixture.body("hello"))
        var failure: AttemptFailure?
        while case .attempt = failing.next(after: failure) { failure = .connectTimeout }
        failing.finish()
        let gone = try fixture.router.forward(ReplayFixture.body("hello"))
        _ = try gone.attempt()
        gone.vanish()
        let records = try await fixture.records()
        #expect(records.map(\.decision) == ["refuse", "rest", "rest"])
        #expect(records.map(\.lifecycle) == [.completed, .failed, .aborted])
        #expect(records[0].selectedModel == "" && records[0].actualCost == nil)
        #expect(try records[0].json["response_path"] == "fast_response")
        #expect(try records[0].texts["response_body"]?.string?.contains("No.") == true)
        #expect(records[1].status == 504)
        #expect(try records[1].json["terminal_reason"] == "backend_timeout")
        #expect(try records[2].json["terminal_reason"] == "client_disconnected")
    }

    @Test(
        arguments: [
            ("{enabled: false}", "", []),
            ("{enabled: false}", "plugins: [{type: router_replay, configuration: {}}]", []),
            ("{enabled: false}", "plugins: [{type: router_replay, configuration: {enabled: true}}]", ["maths"]),
            ("{enabled: true}", "plugins: [{type: router_replay, configuration: {enabled: false}}]", ["rest"]),
        ] as [(String, String, [String])])
    func theDecisionsPluginHasTheLastWord(replay: String, plugin: String, expected: [String]) async throws {
        let fixture = try ReplayFixture(ReplayFixture.policy(replay: replay, more: plugin))
        try fixture.ask("Prove it.")
        try fixture.ask("hello")
        #expect(try await fixture.records().map(\.decision) == expected)
    }

    @Test func textsAreKeptAsFarAsThePolicySays() async throws {
        func texts(_ configuration: String, _ text: String) async throws -> JSON {
            let fixture = try ReplayFixture(
                ReplayFixture.policy(
                    more: "plugins: [{type: router_replay, configuration: {\(configuration)}}]"))
            try fixture.ask(text)
            let payload = try #require(try await fixture.records().first).payload
            return payload.isEmpty ? "nothing" : try JSON(parsing: payload)
        }
        #expect(try await texts("capture_request_body: false, capture_response_body: false", "prove") == "nothing")
        let answered = try await texts("capture_request_body: false", "prove")
        #expect(answered["prompt"] == nil && answered["response_body"]?.string?.isEmpty == false)
        // Cut between characters, not within one.
        let cut = try await texts("max_body_bytes: 8", "prove ößa")
        #expect(cut["prompt"] == "prove ö" && cut["prompt_truncated"] == true)
        #expect(cut["response_body"]?.string?.utf8.count == 8 && cut["response_body_truncated"] == true)
        let redacted = try await texts("redact_personal_data: true", "prove ann@example.com 4111 1111 1111 1111")
        let prompt = try #require(redacted["prompt"]?.string)
        #expect(!prompt.contains("ann@") && !prompt.contains("1111") && prompt.hasPrefix("prove ["))
        #expect(redacted["prompt_redacted"] == true && redacted["request_body_redacted"] == true)
        #expect(throws: Never.self) { try JSON(parsing: redacted["request_body"]?.string ?? "") }
    }

    @Test func limitsOfTheDecisionGoWithTheRecord() async throws {
        let fixture = try ReplayFixture(
            ReplayFixture.policy(more: "plugins: [{type: router_replay, configuration: {max_records: 7}}]"))
        try fixture.ask("prove")
        try fixture.ask("hello")
        #expect(try await fixture.records().map(\.limit) == [7, 10_000])
    }

    @Test func toolCallsAreTracedWithinTheirBounds() async throws {
        let fixture = try ReplayFixture(
            ReplayFixture.policy(more: "plugins: [{type: router_replay, configuration: {max_tool_trace_steps: 2}}]"))
        let body = """
            {"model":"auto","messages":[{"role":"user","content":"prove"},
            {"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":{"name":"find","arguments":"{\\"q\\":1}"}}]},
            {"role":"tool","tool_call_id":"c1","content":"one"},
            {"role":"assistant","tool_calls":[{"id":"c2","type":"function","function":{"name":"read","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"c2","content":"two"}]}
            """
        _ = try fixture.router.forward(body).answered()
        let trace = try #require(try await fixture.records().first).texts["tool_trace"]
        #expect(trace?["steps"]?.array?.count == 2 && trace?["dropped_step_count"] == 2)
        #expect(trace?["steps"]?[0]?["tool_name"] == "read" && trace?["steps"]?[1]?["output"] == "two")
        #expect(trace?["flow"] == "tool_loop" && trace?["tool_names"] == ["read"])
    }

    @Test func aReplayIDIsGivenWhereThereIsARecord() throws {
        let on = try ReplayFixture()
        let off = try ReplayFixture(ReplayFixture.policy(replay: "{enabled: false}"))
        for (fixture, expected) in [(on, "r1"), (off, nil)] as [(ReplayFixture, String?)] {
            let headers = try fixture.router.forward(
                ReplayFixture.body("hello"), headers: [("x-request-id", "r1")]
            ).answered()
            #expect(headers.first(name: "x-vsr-replay-id") == expected)
            #expect(
                try fixture.router.answer(ReplayFixture.body("password"), headers: [("x-request-id", "r1")])
                    .header("x-vsr-replay-id") == expected)
        }
    }
}
