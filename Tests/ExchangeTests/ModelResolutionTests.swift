import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct ModelResolutionTests {
    static let routing = """
        providers:
          defaults: { default_model: small }
          models:
            - name: small
              provider_model_id: vendor/small-1
              backend_refs: [{ endpoint: "10.0.0.1:8000" }]
            - name: large
              external_model_ids: { vllm: org/large, openai: gpt-large }
              backend_refs: [{ endpoint: "10.0.0.2:8000" }, { base_url: "https://api.example.com/v1", type: openai }]
        routing:
          modelCards:
            - { name: small, description: Quick., loras: [{ name: small-law }] }
            - name: large
            - name: paper
          decisions:
            - { name: rest, modelRefs: [{ model: small }] }
        """

    static func body(_ model: String) -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#
    }

    /// What the backend is asked for, or the code of the refusal.
    func outcome(_ fixture: RouterFixture, _ model: String) throws -> String {
        switch try fixture.start(Self.body(model)) {
        case .respond(let response): return try #require(response.error?["code"]?.string)
        case .forward(let exchange):
            let attempt = try DrivenExchange(exchange).attempt()
            DrivenExchange(exchange).vanish()
            return try #require(try attempt.json["model"]?.string)
        case .passThrough: return "passed through"
        case .pending: return "pending"
        }
    }

    @Test(arguments: [
        ("auto", "vendor/small-1"), ("vllm-sr/auto", "vendor/small-1"), ("MoM", "vendor/small-1"),
        ("small", "vendor/small-1"), ("vendor/small-1", "vendor/small-1"), ("small-law", "small-law"),
        ("large", "org/large"), ("org/large", "org/large"), ("gpt-large", "org/large"),
        ("  auto ", "vendor/small-1"), ("\\tlarge\\n", "org/large"), ("paper", "model_has_no_backend"),
        ("Auto", "model_not_found"), ("SMALL", "model_not_found"), ("mom", "model_not_found"),
        ("small law", "model_not_found"), ("gpt-4", "model_not_found"), ("   ", "model_not_found"),
        ("", "missing_field"),
    ])
    func namesOfTheDefaults(_ model: String, _ expected: String) throws {
        #expect(try outcome(RouterFixture(Self.routing), model) == expected)
    }

    @Test func unknownModelIsRefusedAsOpenAIDoes() throws {
        let response = try RouterFixture(Self.routing).answer(Self.body("gpt-4"))
        #expect(response.status == 404)
        let error = try #require(response.error)
        #expect(error["code"] == "model_not_found")
        #expect(error["type"] == "not_found_error")
        #expect(error["param"] == "model")
        #expect(
            error["message"]?.string
                == "Model \"gpt-4\" is not available. GET /v1/models lists the models; for routing ask for vllm-sr/auto, auto, MoM."
        )
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("x-vsr-schema-version") == "2")
        #expect(response.header("x-vsr-response-path") == "error")
    }

    @Test func aLongUnknownNameIsCutInTheMessage() throws {
        let response = try RouterFixture(Self.routing).answer(Self.body(String(repeating: "m", count: 5_000)))
        let message = try #require(response.error?["message"]?.string)
        #expect(message.hasPrefix("Model \"" + String(repeating: "m", count: 100) + "\" is not available."))
    }

    @Test func theOperatorsOwnAliases() throws {
        let named = try RouterFixture(Self.routing + "\nglobal: { router: { auto_model_name: router } }")
        #expect(try outcome(named, "router") == "vendor/small-1")
        #expect(try outcome(named, "auto") == "vendor/small-1")
        #expect(try outcome(named, "MoM") == "model_not_found")
        let listed = try RouterFixture(Self.routing + "\nglobal: { router: { auto_model_names: [best] } }")
        #expect(try outcome(listed, "best") == "vendor/small-1")
        #expect(try outcome(listed, "auto") == "model_not_found")
        let none = try RouterFixture(Self.routing + "\nglobal: { router: { auto_model_names: [] } }")
        for name in ["auto", "MoM", "vllm-sr/auto"] { #expect(try outcome(none, name) == "model_not_found") }
        #expect(try outcome(none, "small") == "vendor/small-1")
    }

    @Test func entrypointsLeadToTheirRecipes() throws {
        let fixture = try RouterFixture(
            Self.routing + """

                recipes:
                  - name: careful
                    description: Takes its time.
                    routing:
                      decisions:
                        - { name: always_large, modelRefs: [{ model: large }] }
                entrypoints:
                  - { model_names: [careful-auto, "slow"], recipe: careful }
                """)
        #expect(try outcome(fixture, "careful-auto") == "org/large")
        #expect(try outcome(fixture, "slow") == "gpt-large", "the model's second backend")
        #expect(try outcome(fixture, "auto") == "vendor/small-1")
        let headers = try fixture.forward(Self.body(" slow ")).answered()
        #expect(headers.first(name: "x-vsr-selected-recipe") == "careful")
        #expect(headers.first(name: "x-vsr-selected-decision") == "always_large")
        #expect(headers.first(name: "x-vsr-selected-model") == "large")
    }

    @Test func aDecisionMayNameAnAdapterAsItsModel() throws {
        let fixture = try RouterFixture(
            Self.routing.replacing("modelRefs: [{ model: small }]", with: "modelRefs: [{ model: small-law }]"))
        let attempt = try fixture.attempt(Self.body("auto"))
        #expect(try attempt.json["model"] == "small-law")
        #expect(attempt.backend.host == "10.0.0.1")
    }

    @Test func aPaddedNameIsLoggedAsItWasMeant() throws {
        let fixture = try RouterFixture(Self.routing)
        _ = try fixture.forward(Self.body("   auto  ")).answered()
        #expect(try fixture.log.request()["original_model"] == "auto")
    }
}
