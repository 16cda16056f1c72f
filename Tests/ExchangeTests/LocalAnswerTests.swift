import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct LocalAnswerTests {
    static let message = "First line.\\n\\n  Third line, \\\"quoted\\\" naïve 語 🦆.\\n"
    static let answer = "First line.\n\n  Third line, \"quoted\" naïve 語 🦆.\n"

    static func policy(_ defaults: String = "default_model: small", models: String = Self.models) -> String {
        """
        providers:
          defaults: { \(defaults) }
          models:
        \(models)
        routing:
          modelCards: [{ name: small }, { name: large }, { name: paper }]
          signals:
            keywords:
              - { name: secret, operator: OR, keywords: [xyzzy] }
              - { name: bare, operator: OR, keywords: [bare] }
              - { name: nowhere, operator: OR, keywords: [paper] }
              - { name: foreign, operator: OR, keywords: [foreign] }
          decisions:
            - name: refuse
              priority: 9
              rules: { type: keyword, name: secret }
              modelRefs: [{ model: large }]
              plugins: [{ type: fast_response, configuration: { message: "\(Self.message)" } }]
            - { name: nothing_named, priority: 8, rules: { type: keyword, name: bare } }
            - { name: on_paper, priority: 7, rules: { type: keyword, name: nowhere }, modelRefs: [{ model: paper }] }
            - name: mixed
              priority: 6
              rules: { type: keyword, name: foreign }
              modelRefs: [{ model: paper }, { model: large }, { model: small }]
        """
    }

    static let models = """
            - { name: small, backend_refs: [{ endpoint: "10.0.0.1:8000" }] }
            - { name: large, api_format: anthropic, backend_refs: [{ endpoint: "10.0.0.2:8000" }] }
        """

    static func body(_ text: String, stream: Bool = false, model: String = "auto") -> String {
        #"{"model":"\#(model)","stream":\#(stream),"messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    @Test func aFixedAnswer() throws {
        let fixture = try RouterFixture(Self.policy())
        let response = try fixture.answer(Self.body("say xyzzy"), headers: [("x-request-id", "abc")])
        #expect(response.status == 200)
        #expect(!response.closeConnection)
        #expect(
            response.headers.filter { $0.0 != "x-vsr-selected-confidence" }.map { "\($0.0): \($0.1)" } == [
                "content-type: application/json", "x-request-id: abc", "x-vsr-schema-version: 2",
                "x-vsr-response-path: fast_response", "x-vsr-fast-response: true", "x-vsr-selected-recipe: default",
                "x-vsr-selected-decision: refuse", "x-vsr-selected-algorithm: static",
            ])
        let json = try response.json
        #expect(json["object"] == "chat.completion")
        #expect(json["model"] == "router")
        #expect(json["id"]?.string?.hasPrefix("chatcmpl-fast-") == true)
        #expect(json["choices"]?.array?.count == 1)
        #expect(json["choices"]?[0]?["message"] == ["role": "assistant", "content": .string(Self.answer)])
        #expect(json["choices"]?[0]?["finish_reason"] == "stop")
        #expect(json["usage"] == ["prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0])
        let line = try fixture.log.request()
        #expect(line["response_path"] == "fast_response")
        #expect(line["decision"] == "refuse")
        #expect(line["selected_model"] == nil)
    }

    @Test func aFixedAnswerAsAStream() throws {
        let response = try RouterFixture(Self.policy()).answer(Self.body("say xyzzy", stream: true))
        #expect(response.header("content-type") == "text/event-stream; charset=utf-8")
        #expect(response.header("x-vsr-fast-response") == "true")
        let events = response.text.components(endedBy: "\n\n")
        #expect(events.last == "data: [DONE]")
        let chunks = try events.dropLast().map { try JSON(parsing: String($0.dropFirst(6))) }
        #expect(chunks.allSatisfy { $0["object"] == "chat.completion.chunk" && $0["model"] == "router" })
        #expect(chunks.first?["choices"]?[0]?["delta"]?["role"] == "assistant")
        #expect(chunks.compactMap { $0["choices"]?[0]?["delta"]?["content"]?.string }.joined() == Self.answer)
        #expect(chunks.last?["choices"]?[0]?["finish_reason"] == "stop")
    }

    @Test func aPhysicalModelIsNotAnsweredFor() throws {
        #expect(
            try RouterFixture(Self.policy()).attempt(Self.body("say xyzzy", model: "small")).backend.host == "10.0.0.1")
    }

    @Test(arguments: ["hello", "bare"])
    func theDefaultModelServesWhatNobodyNames(_ text: String) throws {
        let fixture = try RouterFixture(Self.policy())
        let exchange = try fixture.forward(Self.body(text))
        let headers = try exchange.answered()
        #expect(headers["x-vsr-selected-model"] == ["small"])
        #expect(headers["x-vsr-selected-algorithm"] == ["default"])
        #expect(headers["x-vsr-selected-decision"] == (text == "bare" ? ["nothing_named"] : []))
        #expect(try fixture.log.request()["reason_code"] == (text == "bare" ? "decision_selected" : "no_decision"))
    }

    @Test(arguments: [
        ("hello", "default_reasoning_effort: low", "no_model_available"),
        ("bare", "default_reasoning_effort: low", "no_model_available"),
        ("paper", "default_model: small", "model_has_no_backend"),
        ("hello", "default_model: paper", "model_has_no_backend"),
    ])
    func nothingAvailable(_ text: String, _ defaults: String, _ code: String) throws {
        let response = try RouterFixture(Self.policy(defaults)).answer(Self.body(text))
        #expect(response.status == 503)
        #expect(response.error?["code"] == .string(code))
        #expect(response.error?["type"] == "server_error")
        #expect(response.header("x-vsr-response-path") == "error")
    }

    @Test func aModelWithoutBackends() throws {
        let models = "    - { name: small, provider_model_id: x }"
        let response = try RouterFixture(Self.policy(models: models)).answer(Self.body("hello"))
        #expect(response.status == 503)
        #expect(response.error?["code"] == "model_has_no_backend")
        let named = try RouterFixture(Self.policy(models: models)).answer(Self.body("hello", model: "small"))
        #expect(named.error?["code"] == "model_has_no_backend")
    }

    @Test func aFormatThatCannotBeCalledYet() throws {
        let response = try RouterFixture(Self.policy("default_model: large")).answer(Self.body("hello"))
        #expect(response.status == 501)
        #expect(response.error?["code"] == "unsupported_api_format")
    }

    @Test func theFirstCandidateThatCanBeCalledServes() throws {
        #expect(try RouterFixture(Self.policy()).attempt(Self.body("foreign")).backend.host == "10.0.0.1")
    }

    @Test func processingIsSkippedOnlyWhereThePolicyAllowsIt() throws {
        let skip = [("x-vsr-skip-processing", "true")]
        let closed = try RouterFixture(Self.policy())
        #expect(try closed.answer(Self.body("say xyzzy"), headers: skip).header("x-vsr-fast-response") == "true")
        let open = try RouterFixture(
            Self.policy() + "\nglobal: { router: { skip_processing: { enabled: true } } }")
        let headers = try open.forward(Self.body("say xyzzy"), headers: skip).answered()
        #expect(headers["x-vsr-selected-recipe"] == [])
        #expect(headers["x-vsr-response-path"] == ["upstream"])
        #expect(try open.log.request()["reason_code"] == "skip_processing")
        #expect(try open.answer(Self.body("say xyzzy")).status == 200)
    }
}

extension String {
    /// The parts of a text in which every part ends with `mark`.
    func components(endedBy mark: String) -> [String] {
        split(separator: mark).map(String.init)
    }
}
