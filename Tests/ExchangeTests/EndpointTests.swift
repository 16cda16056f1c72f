import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct EndpointTests {
    static let policy = """
        providers:
          defaults: { default_model: org/small }
          models:
            - { name: org/small, backend_refs: [{ endpoint: "10.0.0.1:8000" }] }
        routing:
          modelCards:
            - { name: org/small, description: Quick. }
          decisions: [{ name: rest, modelRefs: [{ model: org/small }] }]
        recipes:
          - name: careful
            description: Takes its time.
            routing: { decisions: [{ name: rest, modelRefs: [{ model: org/small }] }] }
        entrypoints:
          - { model_names: ["slow é"], recipe: careful }
        global: { router: { auto_model_names: [auto], include_config_models_in_list: true } }
        """

    static func entry(
        _ id: String, _ owner: String, _ description: String, _ resolution: String, isDefault: Bool = false,
        recipe: String? = nil
    ) -> JSON {
        .object([
            ("id", .string(id)), ("object", "model"), ("created", 0), ("owned_by", .string(owner)),
            ("description", .string(description)),
            (
                "routing",
                .object(
                    [
                        ("resolution", .string(resolution)), ("selectable", true), ("default_route", .bool(isDefault)),
                    ] + (recipe.map { [("recipe", .string($0))] } ?? []))
            ),
        ])
    }

    static let entries: [JSON] = [
        entry(
            "auto", "vllm-semantic-router", "Chooses the model by the policy", "virtual", isDefault: true,
            recipe: "default"),
        entry("slow é", "vllm-semantic-router", "Takes its time.", "virtual", recipe: "careful"),
        entry("org/small", "upstream-endpoint", "Quick.", "passthrough"),
    ]

    @Test(arguments: ["/v1/models", "/v1/models/", "/v1/models?limit=2"])
    func theListOfModels(_ target: String) throws {
        let response = try RouterFixture(Self.policy).endpoint(.GET, target)
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(try response.json == ["object": "list", "data": .array(Self.entries)])
    }

    @Test(arguments: [
        ("auto", 0), ("slow%20%C3%A9", 1), ("slow%20%c3%a9", 1), ("org/small", 2), ("org%2Fsmall", 2),
        ("org%2fsmall/?x=1", 2),
    ])
    func oneModel(_ identifier: String, _ index: Int) throws {
        let response = try RouterFixture(Self.policy).endpoint(.GET, "/v1/models/" + identifier)
        #expect(response.status == 200)
        #expect(try response.json == Self.entries[index])
    }

    @Test(arguments: ["gpt-4", "Auto", "auto%", "auto%2", "%61uto%00", "%+1", "a%FFb"])
    func aModelThatIsNotListed(_ identifier: String) throws {
        let response = try RouterFixture(Self.policy).endpoint(.GET, "/v1/models/" + identifier)
        #expect(response.status == 404)
        #expect(response.error?["code"] == "model_not_found")
        #expect(response.header("x-vsr-response-path") == "error")
    }

    @Test(arguments: [
        ("", ""), ("%41", "A"), ("%", "%"), ("%4", "%4"), ("%zz", "%zz"), ("%+1", "%+1"), ("%2541", "%41"),
        ("a+b", "a+b"), ("%F0%9F%A6%86", "🦆"), ("%FF", "\u{FFFD}"),
    ])
    func percentDecoding(_ text: String, _ expected: String) {
        #expect(PercentDecoding.decode(text) == expected)
    }

    @Test(arguments: ["/", "", "*", "/v1", "/v1/completions", "/V1/Models", "/v1//models", "/metrics", "/health/x"])
    func pathsThatDoNotExist(_ target: String) throws {
        let response = try RouterFixture(Self.policy).endpoint(.GET, target)
        #expect(response.status == 404)
        #expect(response.error?["code"] == "not_found")
        #expect(response.error?["type"] == "not_found_error")
        #expect(response.header("x-vsr-schema-version") == "2")
        #expect(response.header("x-vsr-response-path") == "error")
    }

    @Test(arguments: [
        (HTTPMethod.GET, "/v1/chat/completions", "POST"), (.PUT, "/v1/chat/completions/?x", "POST"),
        (.OPTIONS, "/v1/chat/completions", "POST"), (.POST, "/v1/models", "GET"), (.DELETE, "/health", "GET, HEAD"),
        (.POST, "/ready", "GET, HEAD"), (.DELETE, "/v1/models/auto", "GET"),
    ])
    func methodsThatAreNotAllowed(_ method: HTTPMethod, _ target: String, _ allow: String) throws {
        let response = try RouterFixture(Self.policy).endpoint(method, target, [("x-request-id", "abc")])
        #expect(response.status == 405)
        #expect(response.header("allow") == allow)
        #expect(response.error?["code"] == "method_not_allowed")
        #expect(response.header("x-request-id") == "abc")
    }

    @Test func aHostileIdentifierIsNotEchoed() throws {
        let fixture = try RouterFixture(Self.policy)
        for hostile in ["a b", "é", String(repeating: "a", count: 129)] {
            #expect(try fixture.endpoint(.GET, "/nothing", [("x-request-id", hostile)]).header("x-request-id") == nil)
        }
    }

    @Test(arguments: [HTTPMethod.GET, .HEAD])
    func health(_ method: HTTPMethod) throws {
        let response = try RouterFixture(Self.policy).endpoint(method, "/health/?probe")
        #expect(response.status == 200)
        #expect(try response.json == ["status": "healthy", "service": "martlet"])
    }

    @Test(arguments: [HTTPMethod.GET, .HEAD])
    func readiness(_ method: HTTPMethod) throws {
        let response = try RouterFixture(Self.policy).endpoint(method, "/ready")
        #expect(response.status == 200)
        #expect(
            try response.json
                == ["status": "ready", "ready": true, "generation": 1, "missing_models": [], "unavailable": []])
    }

    @Test func readinessNamesMissingModels() throws {
        let policy = Self.policy.replacing(
            "  decisions: [{ name: rest, modelRefs: [{ model: org/small }] }]\nrecipes",
            with: """
                  signals: { domains: [{ name: law }] }
                  decisions:
                    - { name: law, rules: { type: domain, name: law }, modelRefs: [{ model: org/small }] }
                recipes
                """)
        let missing = try RouterFixture(policy).router.readiness()["missing_models"]
        #expect(missing?[0]?["family"] == "domain")
        #expect(missing?[0]?["signals"] == ["law"])
        #expect(missing?[0]?["state"] == "unknown: model missing")
    }

    @Test func metricsWhereTheyAreRendered() throws {
        let fixture = try RouterFixture(Self.policy) { $0.renderMetrics = { Array("# metrics\n".utf8) } }
        let response = try fixture.endpoint(.GET, "/metrics")
        #expect(response.status == 200)
        #expect(response.text == "# metrics\n")
        #expect(response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try fixture.endpoint(.POST, "/metrics").header("allow") == "GET")
    }

    @Test func encodedBodiesAreRefused() throws {
        let fixture = try RouterFixture(Self.policy)
        func status(_ encodings: [String]) throws -> Int {
            let head = RouterFixture.head(.POST, "/v1/chat/completions", encodings.map { ("Content-Encoding", $0) })
            switch fixture.router.admit(head) {
            case .readBody: return 0
            case .passThrough: return -1
            case .respond(let response):
                #expect(response.error?["code"] == "unsupported_content_encoding")
                return response.status
            }
        }
        #expect(try status([]) == 0)
        #expect(try status(["identity"]) == 0)
        #expect(try status(["Identity"]) == 0)
        for encodings in [["gzip"], ["br"], ["identity, gzip"], ["identity", "gzip"]] {
            #expect(try status(encodings) == 415)
        }
    }

    @Test(arguments: [
        (DoorFailure.badRequest("no host"), 400, "bad_request"), (.ambiguousLength, 400, "ambiguous_length"),
        (.headersTooLarge, 431, "headers_too_large"), (.targetTooLong, 414, "target_too_long"),
        (.bodyTooLarge(limit: 9), 413, "body_too_large"), (.requestTimeout, 408, "request_timeout"),
        (.unsupported("CONNECT"), 501, "unsupported"), (.versionNotSupported, 505, "version_not_supported"),
        (.overloaded, 503, "overloaded"), (.draining, 503, "draining"),
    ])
    func failuresOfTheDoor(_ failure: DoorFailure, _ status: Int, _ code: String) throws {
        let response = try RouterFixture(Self.policy).router.failure(failure)
        #expect(response.status == status)
        #expect(response.error?["code"] == .string(code))
        #expect(response.error?["message"] == .string(failure.message))
        #expect(response.closeConnection)
        #expect(response.header("x-vsr-schema-version") == "2")
        #expect(response.header("x-vsr-response-path") == "error")
        #expect(response.header("retry-after") == (status == 503 ? "1" : nil))
    }
}
