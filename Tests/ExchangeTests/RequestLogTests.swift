import Logging
import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct RequestLogTests {
    static let policy = """
        providers:
          defaults: { default_model: only }
          models:
            - { name: only, backend_refs: [{ name: here, endpoint: "10.0.0.1:8000", api_key: backend-secret, extra_headers: { x-more: extra-secret } }] }
        routing:
          modelCards: [{ name: only }]
          signals:
            keywords: [{ name: greeting, operator: OR, keywords: [hello] }]
          decisions:
            - name: greet
              rules: { type: keyword, name: greeting }
              modelRefs: [{ model: only }]
              plugins:
                - { type: system_prompt, configuration: { system_prompt: operator words } }
                - { type: request_params, configuration: { max_tokens_limit: 5 } }
        """

    static let body =
        #"{"model":"auto","max_tokens":9,"user":"user-words","metadata":{"k":"metadata-words"},"messages":[{"role":"user","content":"hello user words"}],"tools":[{"type":"function","function":{"name":"tool-words"}}]}"#
    static let headers = [
        ("authorization", "Bearer client-secret"), ("x-api-key", "key-secret"), ("cookie", "cookie-secret"),
        ("x-authz-user-id", "identity-secret"), ("x-request-id", "abc"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ]
    static let secrets = [
        "client-secret", "key-secret", "cookie-secret", "backend-secret", "extra-secret", "identity-secret", "words",
    ]

    @Test func oneLineTellsWhatHappened() throws {
        let fixture = try RouterFixture(Self.policy)
        let exchange = try fixture.forward(Self.body, headers: Self.headers, peer: "127.0.0.1")
        _ = try exchange.answered(
            200, [("content-type", "application/json")],
            #"{"choices":[{"message":{"content":"model words"}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}"#)
        let lines = fixture.log.all
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.level == .info)
        #expect(line.message == "routing_decision")
        var fields = line.metadata.mapValues { "\($0)" }
        for measured in ["duration_ms", "routing_us", "first_byte_ms"] {
            let value = fields.removeValue(forKey: measured)
            #expect(try #require(value.flatMap { Double($0) }) >= 0)
        }
        #expect(
            fields == [
                "request_id": "abc", "trace_id": "0af7651916cd43dd8448eb211c80319c", "original_model": "auto",
                "status": "200", "response_path": "upstream", "stream": "false", "recipe": "default",
                "decision": "greet", "confidence": "1.0", "algorithm": "static", "reason_code": "decision_selected",
                "selected_model": "only", "backend": "here", "prompt_tokens": "7", "completion_tokens": "3",
                "parameters_changed": #"["max_tokens"]"#,
            ])
    }

    @Test func noTextAndNoCredentialIsLogged() throws {
        let fixture = try RouterFixture(Self.policy)
        let good = try fixture.forward(Self.body, headers: Self.headers)
        _ = try good.answered()
        let bad = try fixture.forward(Self.body, headers: Self.headers)
        _ = try bad.attempt()
        _ = try bad.attempt(after: .reset("reset while reading"))
        _ = try bad.refusal(after: .tlsFailed("no trust"))
        let refused = Self.body.replacing(#""model":"auto""#, with: #""model":"no-such-words""#)
        _ = try fixture.answer(refused, headers: Self.headers)
        _ = try fixture.answer(Self.body + "words", headers: Self.headers)
        #expect(fixture.log.all.count == 4)
        for line in fixture.log.all {
            let text = "\(line.message) \(line.metadata)"
            for secret in Self.secrets { #expect(!text.contains(secret), "\(text)") }
        }
    }

    @Test func refusalsAreToldAtDebug() throws {
        let fixture = try RouterFixture(Self.policy)
        _ = try fixture.answer("{}", headers: [("x-request-id", "abc")])
        let line = try #require(fixture.log.all.first)
        #expect(line.level == .debug)
        #expect(line.message == "request_refused")
        #expect(
            line.metadata.mapValues { "\($0)" } == ["request_id": "abc", "status": "400", "error": "missing_field"])
    }

    @Test func attemptsAreListedWhenThereWereMany() throws {
        let fixture = try RouterFixture(Self.policy)
        let exchange = try fixture.forward(Self.body)
        _ = try exchange.attempt()
        _ = try exchange.attempt(after: .connectFailed("x"))
        _ = try exchange.relayed()
        _ = exchange.end()
        exchange.finish()
        #expect(try fixture.log.request()["attempts"] == #"["only/here: connect_failed", "only/here: status_200"]"#)
    }
}
