import NIOHTTP1
import Policy
import Routing
import State
import Testing
import Upstream

@testable import Exchange

/// The smoke requests of the agent recipe, spec selection-learning §5.9, and what protects a session.
@Suite struct LearningTests {
    private typealias Fixture = LearningFixture

    private func answered(
        _ fixture: RouterFixture, _ body: String, _ headers: [(String, String)] = LearningFixture.identity,
        answer: String = "{}"
    ) throws -> [String] {
        let relayed = try fixture.forward(body, headers: headers).answered(
            200, [("content-type", "application/json")], answer)
        return [relayed.model ?? ""] + relayed.learning
    }

    @Test func aConversationBeginsAndGoesOn() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let first = try answered(fixture, Fixture.body("17 x 23, number only"))
        #expect(
            first == [
                "local", "adaptation=keep_base,protection=establish_baseline",
                "adaptation=cold_start,protection=new_conversation", "protection=conversation",
            ])
        let line = try fixture.log.request()
        #expect(line["protection"] == "establish_baseline new_conversation")
        #expect(line["adaptation"] == "keep_base cold_start" && line["propensity"] == "1.0")
        let second = try answered(fixture, Fixture.body("17 x 23, number only"))
        #expect(
            second == [
                "local", "adaptation=keep_base,protection=allow_switch",
                "adaptation=base_best,protection=switch_margin_not_met", "protection=conversation",
            ])
    }

    @Test func aPrivateDecisionBypassesAndLeavesThePinAlone() throws {
        let fixture = try RouterFixture(Fixture.policy(scope: "session"))
        _ = try answered(fixture, Fixture.body("prove it"))
        let pinned = try answered(fixture, Fixture.body("prove it"))[0]
        let secret = try answered(fixture, Fixture.body("my password is x"))
        #expect(
            secret == [
                "local", "adaptation=bypass,protection=bypass",
                "adaptation=decision_bypass,protection=decision_bypass", "protection=session",
            ])
        #expect(try answered(fixture, Fixture.body("prove it"))[0] == pinned)
        // Nothing was learned of it either.
        let memory = fixture.router.current.memory
        #expect(!memory.experience.all().contains { "\($0.key.place)".contains("privacy") })
    }

    @Test func withoutIdentityNothingIsSampledAndTheHeaderSaysSo() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let turn = try answered(fixture, Fixture.body("prove it"), [("x-vsr-debug", "true")])
        #expect(turn[1] == "adaptation=keep_base,protection=suppress_sampling")
        #expect(turn[2].hasSuffix("protection=missing_identity"))
        for number in 0..<200 {
            let next = try answered(
                fixture, Fixture.body("prove it"), [("x-vsr-debug", "true"), ("x-request-id", "r\(number)")])
            #expect(next[0] == "medium")
        }
    }

    @Test func anonymousClientsThatBeginAlikeDoNotHoldEachOther() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let first = try fixture.forward(Fixture.body("a number"), headers: [])
        let second = try answered(fixture, Fixture.body("a number"), [("x-vsr-debug", "true")])
        #expect(second[2].hasSuffix("protection=missing_identity"))
        first.vanish()
    }

    @Test func withoutDebugThereAreNoLearningHeadersButAReplayID() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let relayed = try fixture.forward(
            Fixture.body("prove it"), headers: [("x-session-id", "s"), ("x-request-id", "r7")]
        ).answered()
        #expect(relayed.learning == ["", "", ""])
        #expect(relayed.first(name: "x-vsr-replay-id") == "r7")
    }

    @Test(arguments: ["conversation", "session"]) func aToolLoopKeepsItsModel(scope: String) throws {
        let fixture = try RouterFixture(Fixture.policy(scope: scope))
        let tools = #","tools":[{"type":"function","function":{"name":"search"}}]"#
        _ = try answered(
            fixture, Fixture.body("a number", tools: tools), answer: Fixture.toolCall("call_1"))
        // The text of the turn now speaks for another decision.
        let result = try answered(fixture, Fixture.toolResult("prove it"))
        #expect(result[0] == "local")
        #expect(result[1] == "adaptation=keep_base,protection=hold_current")
        #expect(result[2].hasSuffix("protection=tool_or_protocol_state"))
    }

    @Test func anAnonymousClientsToolResultFindsItsModelToo() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let tools = #","tools":[{"type":"function","function":{"name":"search"}}]"#
        let first = try answered(fixture, Fixture.body("a number", tools: tools), [], answer: Fixture.toolCall("c9"))
        let result = try answered(
            fixture,
            Fixture.toolResult("a number", call: "c9").replacing(
                #"{"role":"tool""#, with: #"{"role":"system","content":"prove"},{"role":"tool""#),
            [("x-vsr-debug", "true")])
        #expect(first[0] == result[0] && result[1].hasSuffix("protection=hold_current"))
    }

    @Test func aConcurrentTurnDoesNotTakeAToolResultAway() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let tools = #","tools":[{"type":"function","function":{"name":"search"}}]"#
        _ = try answered(fixture, Fixture.body("a number", tools: tools), answer: Fixture.toolCall("call_1"))
        // Another branch of the agent moves the conversation to another decision's model.
        let other = try answered(fixture, Fixture.body("prove it"))
        #expect(other[0] != "local")
        #expect(try answered(fixture, Fixture.toolResult("prove it"))[0] == "local")
    }

    @Test func aTurnThatFailsLeavesTheSessionWhereItWas() throws {
        let fixture = try RouterFixture(Fixture.policy())
        _ = try answered(fixture, Fixture.body("a number"))
        let exchange = try fixture.forward(Fixture.body("prove it"), headers: Fixture.identity)
        _ = try exchange.attempt()
        let again = exchange.next(after: .status(503, retryAfter: nil))
        if case .attempt = again { _ = exchange.next(after: .status(503, retryAfter: nil)) }
        exchange.finish()
        // A tool result without a known call: only the pin can say whose it is.
        #expect(try answered(fixture, Fixture.toolResult("prove it", call: "unknown"))[0] == "local")
    }

    @Test func aLockedTurnHasNoStandIn() throws {
        let fixture = try RouterFixture(
            Fixture.policy().replacing(
                "modelRefs: [{model: medium}, {model: large}]",
                with:
                    "modelRefs: [{model: medium}, {model: large}]\n      algorithm: {type: static, on_error: fallback}")
        )
        _ = try answered(fixture, Fixture.body("prove it"))
        let exchange = try fixture.forward(Fixture.toolResult("prove it"), headers: Fixture.identity)
        let first = try exchange.attempt()
        for _ in 0..<4 {
            guard case .attempt(let attempt, _) = exchange.next(after: .status(503, retryAfter: nil)) else { break }
            #expect(attempt.backend == first.backend)
        }
        exchange.finish()
    }

    @Test func tenantsDoNotShareSessions() throws {
        let fixture = try RouterFixture(
            Fixture.policy(
                more: """
                      services:
                        authz: {identity: {trusted_proxies: [10.0.0.1]}}
                    """))
        func turn(_ user: String, _ text: String) throws -> [String] {
            let relayed = try fixture.forward(
                Fixture.body(text), headers: Fixture.identity + [("x-authz-user-id", user)], peer: "10.0.0.1"
            ).answered()
            return relayed.learning
        }
        #expect(try turn("alice", "a number")[0].contains("establish_baseline"))
        #expect(try turn("alice", "a number")[0].contains("allow_switch"))
        #expect(try turn("bob", "a number")[0].contains("establish_baseline"))
    }

    @Test func aModelThatCannotHoldTheRequestIsNoCandidate() throws {
        let fixture = try RouterFixture(Fixture.policy())
        let long = Fixture.body("prove " + String(repeating: "that it holds ", count: 2_000))
        #expect(try answered(fixture, long)[0] == "large")
        #expect(try answered(fixture, Fixture.body("prove it"), [])[0] == "medium")
    }

    @Test func aModelWithoutToolsIsNoCandidateForARequestWithTools() throws {
        let fixture = try RouterFixture(Fixture.policy(tools: ", capabilities: [chat]"))
        let tools = #","tools":[{"type":"function","function":{"name":"search"}}]"#
        #expect(try answered(fixture, Fixture.body("prove it", tools: tools), [])[0] == "large")
        #expect(try answered(fixture, Fixture.body("prove it"), [])[0] == "medium")
    }

    @Test func aFailingModelIsLeftAtASafeBoundary() throws {
        let fixture = try RouterFixture(Fixture.policy())
        // The draws of these requests keep the base.
        let identity = LearningFixture.identity + [("x-request-id", "r1")]
        #expect(try answered(fixture, Fixture.body("prove it"), identity)[0] == "medium")
        let observed = fixture.router.current.memory.observations.model("medium")
        let now = UTCTimeForTests.now
        for _ in 0..<6 { observed.ended(isFailure: true, at: now) }
        for _ in 0..<40 {
            fixture.router.current.memory.experience.update(
                [.init(.decision(recipe: "default", name: "proof"), model: "medium")]
            ) { $0.record(.failed, score: 1, at: now) }
        }
        let turn = try answered(fixture, Fixture.body("prove it"), identity)
        #expect(turn[0] == "large")
        #expect(turn[1].contains("protection=rescue_switch"))
    }

    @Test func learningIsOffWhereThePolicyDoesNotTurnItOn() throws {
        let fixture = try RouterFixture(
            Fixture.policy().replacing("enabled: true", with: "enabled: false"))
        let relayed = try fixture.forward(Fixture.body("prove it"), headers: Fixture.identity).answered()
        #expect(relayed.learning == ["", "", ""])
        #expect(fixture.router.current.memory.sessions.count == 0)
    }

    @Test func theSameRequestDrawsTheSame() throws {
        func models() throws -> [String] {
            let fixture = try RouterFixture(Fixture.policy())
            return try (0..<100).map { number in
                try answered(
                    fixture, Fixture.body("prove it"),
                    [("x-session-id", "s\(number)"), ("x-conversation-id", "c"), ("x-request-id", "r\(number)")])[0]
            }
        }
        #expect(try models() == models())
    }
}

/// What leaves a candidate out.
@Suite struct CandidateHealthTests {
    @Test func aModelThatFailsIsNoCandidateUntilItHeals() throws {
        let fixture = try RouterFixture(
            LearningFixture.policy().replacing("enabled: true", with: "enabled: false"))
        func model() throws -> String? {
            try fixture.forward(LearningFixture.body("prove it")).answered().model
        }
        #expect(try model() == "medium")
        for _ in 0..<3 {
            let exchange = try fixture.forward(LearningFixture.body("prove it"))
            _ = exchange.next()
            if case .attempt = exchange.next(after: .connectFailed("refused")) {
                _ = exchange.next(after: .connectFailed("refused"))
            }
            exchange.finish()
        }
        #expect(try model() == "large")
        // It is left as what stands in.
        let standIns = try RouterFixture.order(fixture, LearningFixture.body("prove it"))
        #expect(standIns == ["large", "medium"])
        let observed = fixture.router.current.memory.observations.model("medium")
        #expect(observed.isFailing(at: UTCTimeForTests.now))
        #expect(!observed.isFailing(at: UTCTimeForTests.now + 180))
    }
}
