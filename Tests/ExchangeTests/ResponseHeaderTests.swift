import NIOHTTP1
import Policy
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct ResponseHeaderTests {
    static let policy = """
        providers:
          defaults:
            default_model: "modèle 1"
            reasoning_families: { q: { type: chat_template_kwargs, parameter: enable_thinking } }
          models:
            - { name: "modèle 1", reasoning_family: q, backend_refs: [{ endpoint: "10.0.0.1:8000" }] }
            - { name: small, backend_refs: [{ endpoint: "10.0.0.2:8000" }] }
        routing:
          modelCards: [{ name: "modèle 1" }, { name: small }]
          signals:
            keywords:
              - { name: "größe", operator: OR, keywords: [prove] }
              - { name: other, operator: OR, keywords: [prove] }
            context:
              - { name: short, min_tokens: 0, max_tokens: 1K }
          projections:
            scores:
              - { name: s, method: weighted_sum, inputs: [{ type: keyword, name: other, weight: 1.0 }] }
            mappings:
              - { name: m, source: s, outputs: [{ name: high, gte: 0.5 }, { name: low, lt: 0.5 }] }
          decisions:
            - name: "100% größe"
              priority: 9
              rules: { operator: AND, conditions: [{ type: keyword, name: "größe" }, { type: context, name: short }, { type: projection, name: high }] }
              modelRefs: [{ model: "modèle 1", use_reasoning: true }]
              emits:
                - { kind: retention, retention: { ttl_turns: 3, keep_current_model: true, prefer_prefix_retention: false } }
        """

    static func body(_ text: String, model: String = "auto") -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]}"#
    }

    /// The router's headers of an answer, by name.
    func routed(
        _ text: String, model: String = "auto", status: Int = 200, debug: String? = nil
    ) throws -> [String: String] {
        let headers = try RouterFixture(Self.policy).forward(
            Self.body(text, model: model), headers: debug.map { [("X-Vsr-Debug", $0)] } ?? []
        ).answered(
            status, [("content-type", "application/json"), ("X-VSR-Selected-Model", "forged"), ("x-vsr-evil", "1")])
        var found: [String: String] = [:]
        for (name, value) in headers where name.lowercased().hasPrefix("x-vsr-") {
            #expect(found.updateValue(value, forKey: name) == nil, "\(name) is there twice")
        }
        return found
    }

    static let keystone = ["x-vsr-schema-version": "2", "x-vsr-response-path": "upstream"]

    /// The confidence is the mean of 1, 1 and 1 / (1 + e⁻⁶).
    @Test func aRoutedAnswer() throws {
        let found = try routed("prove it")
        #expect(
            found
                == Self.keystone.merging([
                    "x-vsr-selected-recipe": "default", "x-vsr-selected-decision": "100%25 gr%C3%B6%C3%9Fe",
                    "x-vsr-selected-confidence": "0.9992", "x-vsr-selected-algorithm": "static",
                    "x-vsr-selected-model": "mod%C3%A8le 1",
                ]) { $1 })
    }

    @Test func anAnswerWithoutDecision() throws {
        #expect(
            try routed("hello")
                == Self.keystone.merging([
                    "x-vsr-selected-recipe": "default", "x-vsr-selected-algorithm": "default",
                    "x-vsr-selected-model": "mod%C3%A8le 1",
                ]) { $1 })
    }

    @Test func aPhysicalModel() throws {
        #expect(try routed("prove it", model: "small") == Self.keystone)
    }

    @Test(arguments: [201, 204, 299])
    func everySuccessHasTheFullSet(_ status: Int) throws {
        #expect(try routed("hello", status: status)["x-vsr-selected-recipe"] == "default")
    }

    @Test(arguments: [301, 400, 401, 404, 418, 422])
    func otherStatusesHaveTheKeystoneOnly(_ status: Int) throws {
        #expect(try routed("prove it", status: status, debug: "true") == Self.keystone)
    }

    @Test func debugHeadersOnDemand() throws {
        let plain = try routed("prove it")
        for value in ["false", "1", "yes", ""] { #expect(try routed("prove it", debug: value) == plain) }
        let added = [
            "x-vsr-client-protocol": "openai", "x-vsr-upstream-protocol": "openai", "x-vsr-selected-reasoning": "on",
            "x-vsr-injected-system-prompt": "false", "x-vsr-matched-keywords": "gr%C3%B6%C3%9Fe,other",
            "x-vsr-matched-context": "short", "x-vsr-matched-projections": "high",
            "x-vsr-retention-ttl-turns": "3", "x-vsr-retention-keep-current-model": "true",
            "x-vsr-retention-prefer-prefix": "false",
        ]
        for value in ["true", "TRUE"] {
            var debug = try routed("prove it", debug: value)
            let tokens = debug.removeValue(forKey: "x-vsr-context-token-count")
            #expect((1...20).contains(try #require(tokens.flatMap { Int($0) })))
            #expect(debug == plain.merging(added) { $1 })
        }
        #expect(try routed("hi", model: "small", debug: "true")["x-vsr-selected-reasoning"] == "off")
    }

    @Test func theBackendsOtherHeadersArriveAsTheyWere() throws {
        let exchange = try RouterFixture(Self.policy).forward(Self.body("hi"), headers: [("x-request-id", "mine")])
        let headers = try exchange.answered(
            200,
            [
                ("Content-Type", "application/json"), ("Content-Length", "2"), ("X-Request-Id", "theirs"),
                ("x-ratelimit-remaining", "7"), ("Set-Cookie", "a=1"), ("set-cookie", "b=2"),
            ])
        #expect(headers["content-type"] == ["application/json"])
        #expect(headers["content-length"] == ["2"])
        #expect(headers["x-request-id"] == ["mine"])
        #expect(headers["x-ratelimit-remaining"] == ["7"])
        #expect(headers["set-cookie"] == ["a=1", "b=2"])
    }

    @Test func recipeNamesAreHeaderText() throws {
        let policy =
            Self.policy + """

                recipes:
                  - name: "prudent·e"
                    routing: { decisions: [{ name: rest, modelRefs: [{ model: small }] }] }
                entrypoints:
                  - { model_names: [careful], recipe: "prudent·e" }
                """
        let headers = try RouterFixture(policy).forward(Self.body("hi", model: "careful")).answered()
        #expect(headers["x-vsr-selected-recipe"] == ["prudent%C2%B7e"])
    }

    @Test(arguments: [
        ("plain", "plain"), ("two words", "two words"), ("", ""), ("100%", "100%25"), ("é", "%C3%A9"),
        ("a\nb\r", "a%0Ab%0D"), ("\u{7F}\t", "%7F%09"), ("🦆", "%F0%9F%A6%86"), ("~!\"", "~!\""),
    ])
    func fieldValues(_ text: String, _ expected: String) {
        #expect(HeaderText.fieldValue(text) == expected)
        #expect(HeaderText.isValue(HeaderText.fieldValue(text)))
        #expect(PercentDecoding.decode(HeaderText.fieldValue(text)) == text)
    }
}
