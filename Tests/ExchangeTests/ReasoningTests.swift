import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct ReasoningTests {
    static func policy(kind: String, parameter: String, isOn: Bool, extra: String = "", backend: String) -> String {
        """
        providers:
          defaults:
            default_model: thinker
            \(extra)
            reasoning_families: { family: { type: \(kind), parameter: \(parameter) } }
          models:
            - { name: thinker, reasoning_family: family, backend_refs: [{ \(backend) }] }
        routing:
          modelCards: [{ name: thinker }]
          decisions:
            - { name: rest, modelRefs: [{ model: thinker, use_reasoning: \(isOn) }] }
        """
    }

    /// The members that a body has beside model and messages after shaping.
    func shaped(
        _ kind: String, _ parameter: String, _ isOn: Bool, _ members: String = "", extra: String = "",
        backend: String = #"endpoint: "10.0.0.1:8000""#
    ) throws -> JSON {
        let fixture = try RouterFixture(
            Self.policy(kind: kind, parameter: parameter, isOn: isOn, extra: extra, backend: backend))
        let attempt = try fixture.attempt(
            #"{"model":"auto","messages":[{"role":"user","content":"hi"}]\#(members)}"#)
        let object = try #require(try attempt.json.object)
        #expect(object.prefix(2).map(\.0) == ["model", "messages"])
        return .object(Array(object.dropFirst(2)))
    }

    @Test(arguments: [true, false])
    func chatTemplateArguments(_ isOn: Bool) throws {
        let kind = "chat_template_kwargs"
        #expect(
            try shaped(kind, "enable_thinking", isOn) == ["chat_template_kwargs": ["enable_thinking": .bool(isOn)]])
        #expect(
            try shaped(kind, "enable_thinking", isOn, #","chat_template_kwargs":{"a":1,"enable_thinking":"x"}"#)
                == ["chat_template_kwargs": ["a": 1, "enable_thinking": .bool(isOn)]])
        #expect(
            try shaped(kind, "thinking", isOn, #","chat_template_kwargs":null"#)
                == ["chat_template_kwargs": ["thinking": .bool(isOn)]])
    }

    @Test func effortOfATemplate() throws {
        let kind = "reasoning_effort"
        #expect(try shaped(kind, kind, true) == ["chat_template_kwargs": ["reasoning_effort": "medium"]])
        #expect(try shaped(kind, kind, false) == ["chat_template_kwargs": ["reasoning_effort": "low"]])
        #expect(
            try shaped(kind, kind, true, #","reasoning_effort":"minimal""#)
                == ["chat_template_kwargs": ["reasoning_effort": "medium"]])
        #expect(
            try shaped(kind, kind, false, #","reasoning_effort":"minimal""#)
                == ["chat_template_kwargs": ["reasoning_effort": "minimal"]])
        #expect(
            try shaped(kind, kind, true, extra: "default_reasoning_effort: high")
                == ["chat_template_kwargs": ["reasoning_effort": "high"]])
    }

    @Test(arguments: ["api.openai.com", "api.deepseek.com", "openrouter.ai"])
    func effortOfServicesThatReadTheTopLevel(_ host: String) throws {
        let kind = "reasoning_effort"
        let backend = "base_url: \"https://\(host)/v1\""
        #expect(try shaped(kind, kind, true, backend: backend) == ["reasoning_effort": "medium"])
        #expect(try shaped(kind, kind, false, backend: backend) == .object([]))
        #expect(
            try shaped(kind, kind, true, #","reasoning_effort":"low""#, backend: backend)
                == ["reasoning_effort": "medium"])
        #expect(
            try shaped(kind, kind, false, #","reasoning_effort":"low""#, backend: backend)
                == ["reasoning_effort": "low"])
    }

    @Test func topLevelEffort() throws {
        let kind = "top_level_reasoning_effort"
        #expect(try shaped(kind, "reasoning_effort", true) == ["reasoning_effort": "medium"])
        #expect(try shaped(kind, "reasoning_effort", false) == .object([]))
        #expect(
            try shaped(kind, "reasoning_effort", true, #","reasoning_effort":"high""#)
                == ["reasoning_effort": "medium"])
        #expect(
            try shaped(kind, "reasoning_effort", false, #","reasoning_effort":"high""#)
                == ["reasoning_effort": "high"])
    }

    @Test func aReferencesOwnEffortWins() throws {
        let policy = Self.policy(
            kind: "top_level_reasoning_effort", parameter: "reasoning_effort", isOn: true,
            extra: "default_reasoning_effort: low", backend: #"endpoint: "10.0.0.1:8000""#
        ).replacing("use_reasoning: true", with: "use_reasoning: true, reasoning_effort: xhigh")
        let attempt = try RouterFixture(policy).attempt(
            #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#)
        #expect(try attempt.json["reasoning_effort"] == "xhigh")
    }

    @Test func aBlockedEffortDoesNotComeBack() throws {
        let policy = Self.policy(
            kind: "reasoning_effort", parameter: "reasoning_effort", isOn: false,
            backend: #"endpoint: "10.0.0.1:8000""#
        ).replacing(
            "use_reasoning: false }]",
            with:
                "use_reasoning: false }], plugins: [{ type: request_params, configuration: { blocked_params: [reasoning_effort] } }]"
        )
        let attempt = try RouterFixture(policy).attempt(
            #"{"model":"auto","messages":[{"role":"user","content":"hi"}],"reasoning_effort":"xhigh"}"#)
        #expect(try attempt.json["chat_template_kwargs"] == ["reasoning_effort": "low"])
        #expect(try attempt.json["reasoning_effort"] == nil)
    }

    @Test func aBodyThatCannotBeShapedIsTheClientsError() throws {
        let fixture = try RouterFixture(
            Self.policy(
                kind: "chat_template_kwargs", parameter: "enable_thinking", isOn: true,
                backend: #"endpoint: "10.0.0.1:8000""#))
        let refusal = try fixture.forward(
            #"{"model":"auto","messages":[{"role":"user","content":"hi"}],"chat_template_kwargs":"on"}"#
        ).refusal()
        #expect(refusal.status == 400)
        #expect(refusal.error?["code"] == "invalid_type")
    }

    @Test func aPhysicalModelIsLeftAlone() throws {
        let fixture = try RouterFixture(
            Self.policy(
                kind: "chat_template_kwargs", parameter: "enable_thinking", isOn: true,
                backend: #"endpoint: "10.0.0.1:8000""#))
        let body = #"{"model":"thinker","messages":[{"role":"user","content":"hi"}]}"#
        #expect(try fixture.attempt(body).text == body)
    }
}
