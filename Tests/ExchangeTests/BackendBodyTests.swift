import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct BackendBodyTests {
    static let policy = """
        providers:
          defaults: { default_model: plain }
          models:
            - name: plain
              backend_refs: [{ endpoint: "10.0.0.1:8000" }]
            - name: renamed
              provider_model_id: vendor/renamed-1
              backend_refs: [{ endpoint: "10.0.0.2:8000" }]
            - name: many
              external_model_ids: { vllm: org/many, openai: gpt-many }
              backend_refs:
                - { name: own, endpoint: "10.0.0.3:8000" }
                - { name: cloud, base_url: "https://api.example.com/v1", provider: openai }
                - { name: other, endpoint: "10.0.0.4:8000", type: ollama }
        routing:
          modelCards:
            - { name: plain, loras: [{ name: plain-law }] }
            - name: renamed
            - name: many
          signals:
            keywords: [{ name: law, operator: OR, keywords: [contract] }]
          decisions:
            - { name: law, priority: 2, rules: { type: keyword, name: law }, modelRefs: [{ model: plain, lora_name: plain-law }] }
            - { name: rest, priority: 1, modelRefs: [{ model: renamed }] }
        """

    @Test func nothingButTheModelChanges() throws {
        let fixture = try RouterFixture(Self.policy)
        let before = "{ \"temperature\" : 1.0e0 ,\n\t\"x_unknown\": {\"b\":[1, 2.50,null],\"a\":\"\\u00e9\\/é\"},"
        let after =
            ", \"messages\" :[ {\"role\":\"user\",\"content\":\"hi 🦆\", \"odd\":-0} ],\"big\":123456789012345678901234567890 }\n"
        let attempt = try fixture.attempt(before + "\"model\" :  \"auto\"" + after)
        #expect(attempt.text == before + "\"model\" :  \"vendor/renamed-1\"" + after)
        #expect(attempt.headers["content-length"] == [String(attempt.text.utf8.count)])
    }

    @Test func aModelUnderItsOwnNameKeepsEveryByte() throws {
        let fixture = try RouterFixture(Self.policy)
        let body = " {\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}] , \"model\":\"plain\",\"stream\":null}  "
        #expect(try fixture.attempt(body).text == body)
    }

    @Test func adaptersGoByTheirOwnName() throws {
        let fixture = try RouterFixture(Self.policy)
        let chosen = try fixture.attempt(
            #"{"model":"auto","messages":[{"role":"user","content":"read this contract"}]}"#)
        #expect(try chosen.json["model"] == "plain-law")
        #expect(chosen.headers.first(name: "x-selected-model") == "plain")
        let named = try fixture.attempt(#"{"model":"plain-law","messages":[{"role":"user","content":"hi"}]}"#)
        #expect(try named.json["model"] == "plain-law")
        #expect(named.backend.host == "10.0.0.1")
    }

    @Test func identifiersFollowTheBackendsType() throws {
        let fixture = try RouterFixture(Self.policy)
        var seen: [String: String] = [:]
        for _ in 0..<3 {
            let attempt = try fixture.attempt(#"{"model":"many","messages":[{"role":"user","content":"hi"}]}"#)
            seen["\(attempt.backend)\(attempt.target)"] = try attempt.json["model"]?.string
        }
        #expect(
            seen == [
                "http://10.0.0.3:8000/v1/chat/completions": "org/many",
                "https://api.example.com:443/v1/chat/completions": "gpt-many",
                "http://10.0.0.4:8000/v1/chat/completions": "many",
            ])
    }

    @Test(arguments: [
        (#"endpoint: "10.0.0.9:8000""#, "10.0.0.9:8000", "/v1/chat/completions"),
        (#"endpoint: "10.0.0.9:80""#, "10.0.0.9", "/v1/chat/completions"),
        (#"endpoint: "[fd00::1]:8000""#, "[fd00::1]:8000", "/v1/chat/completions"),
        (#"base_url: "https://api.example.com""#, "api.example.com", "/v1/chat/completions"),
        (#"base_url: "https://api.example.com/openai/v2/""#, "api.example.com", "/openai/v2/chat/completions"),
        (#"base_url: "https://api.example.com:8443/v1", chat_path: /chat"#, "api.example.com:8443", "/chat"),
        (
            #"base_url: "https://x.azure.com/openai/deployments/d", provider: azure-openai, api_version: 2025-03-01"#,
            "x.azure.com", "/openai/deployments/d/chat/completions?api-version=2025-03-01"
        ),
    ])
    func addresses(_ reference: String, _ authority: String, _ target: String) throws {
        let fixture = try RouterFixture(
            Self.policy.replacing(#"endpoint: "10.0.0.1:8000""#, with: reference))
        let attempt = try fixture.attempt(#"{"model":"plain","messages":[{"role":"user","content":"hi"}]}"#)
        #expect(attempt.method == .POST)
        #expect(attempt.target == target)
        #expect(attempt.headers["host"] == [authority])
    }

    @Test func theBodiesLimitIsTheSmallerOfDoorAndPolicy() throws {
        let head = RouterFixture.head(.POST, "/v1/chat/completions")
        func limit(_ policy: String, _ door: Int) throws -> Int {
            let fixture = try RouterFixture(policy) { $0.maxBodyBytes = door }
            guard case .readBody(let limit) = fixture.router.admit(head) else { return -1 }
            return limit
        }
        let bounded = Self.policy + "\nglobal: { router: { streamed_body: { enabled: true, max_bytes: 1000 } } }"
        #expect(try limit(Self.policy, 5_000) == 5_000)
        #expect(try limit(bounded, 5_000) == 1_000)
        #expect(try limit(bounded, 500) == 500)
    }

    @Test func theMembersOfABodyAreBounded() throws {
        let fixture = try RouterFixture(Self.policy)
        func body(_ count: Int) -> String {
            let members = (0..<count).map { ",\"x\($0)\":0" }.joined()
            return #"{"model":"auto","messages":[{"role":"user","content":"hi"}]\#(members)}"#
        }
        #expect(try fixture.attempt(body(1_022)).backend.host == "10.0.0.2")
        let refused = try fixture.answer(body(1_023))
        #expect(refused.status == 400)
        #expect(refused.error?["code"] == "too_many_items")
    }

    @Test(arguments: [
        ("[]", "invalid_type"), ("{", "malformed_json"), (#"{"model":"auto"}"#, "missing_field"),
        (#"{"model":7,"messages":[]}"#, "invalid_type"), (#"{"model":"auto","messages":[]}"#, "empty_messages"),
        (#"{"model":"auto","model":"plain","messages":[{"role":"user","content":"x"}]}"#, "duplicate_key"),
    ])
    func refusedBodies(_ body: String, _ code: String) throws {
        let response = try RouterFixture(Self.policy).answer(body, headers: [("x-request-id", "abc")])
        #expect(response.status == 400)
        #expect(response.error?["code"] == .string(code))
        #expect(response.error?["type"] == "invalid_request_error")
        #expect(response.header("x-request-id") == "abc")
        #expect(response.header("x-vsr-response-path") == "error")
    }
}
