import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct BackendHeaderTests {
    static let body = #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#

    /// A policy with one backend.
    static func policy(_ reference: String = "", identity: String = "") -> String {
        """
        providers:
          defaults: { default_model: only }
          models:
            - { name: only, backend_refs: [{ endpoint: "10.0.0.1:8000"\(reference.isEmpty ? "" : ", " + reference) }] }
        routing:
          modelCards: [{ name: only }]
          decisions: [{ name: rest, modelRefs: [{ model: only }] }]
        \(identity.isEmpty ? "" : "global: { services: { authz: { identity: { \(identity) } } } }")
        """
    }

    func headers(
        _ given: [(String, String)], _ reference: String = "", identity: String = "",
        environment: [String: String] = [:]
    ) throws -> HTTPHeaders {
        try RouterFixture(Self.policy(reference, identity: identity), environment: environment)
            .attempt(Self.body, headers: given).headers
    }

    @Test(arguments: [
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
        "Proxy-Authorization", "Cookie", "x-vsr-debug", "X-VSR-Selected-Recipe", "x-vsr-internal-auth",
        "x-authz-user-id", "X-Authz-Tenant-Id", "x-user-openai-key", "X-User-Groups",
    ])
    func headersThatStayBehind(_ name: String) throws {
        #expect(try headers([(name, "secret-value"), ("x-kept", "yes")])[name] == [])
        #expect(try headers([(name, "secret-value"), ("x-kept", "yes")])["x-kept"] == ["yes"])
    }

    @Test func headersThatAConnectionNamesStayBehind() throws {
        let headers = try headers([
            ("Connection", "close, X-Hop"), ("connection", "x-other"), ("x-hop", "1"), ("X-Other", "2"),
            ("x-kept", "3"),
        ])
        #expect(headers["x-hop"] == [])
        #expect(headers["x-other"] == [])
        #expect(headers["x-kept"] == ["3"])
    }

    @Test func headersOfTheClientTravel() throws {
        let headers = try headers([
            ("Content-Type", "application/json"), ("User-Agent", "tests/1"), ("X-Trace", "a"), ("x-trace", "b"),
            ("Authorization", "Bearer client"), ("OpenAI-Organization", "org-1"),
        ])
        #expect(headers["content-type"] == ["application/json"])
        #expect(headers["user-agent"] == ["tests/1"])
        #expect(headers["x-trace"] == ["a", "b"])
        #expect(headers["authorization"] == ["Bearer client"])
        #expect(headers["openai-organization"] == ["org-1"])
    }

    @Test func framingAndEncodingAreTheRoutersOwn() throws {
        let headers = try headers([
            ("Host", "evil"), ("Content-Length", "3"), ("Accept-Encoding", "gzip"), ("x-selected-model", "evil"),
        ])
        #expect(headers["host"] == ["10.0.0.1:8000"])
        #expect(headers["content-length"] == [String(Self.body.replacing("auto", with: "only").utf8.count)])
        #expect(headers["accept-encoding"] == ["identity"])
        #expect(headers["x-selected-model"] == ["only"])
    }

    @Test func configuredIdentityHeadersStayBehind() throws {
        let headers = try headers(
            [("X-Forwarded-User", "ann"), ("x-teams", "a"), ("x-kept", "1")],
            identity: "user_id_header: X-Forwarded-User, user_groups_header: X-Teams")
        #expect(headers["x-forwarded-user"] == [])
        #expect(headers["x-teams"] == [])
        #expect(headers["x-kept"] == ["1"])
    }

    @Test func theBackendsCredentialReplacesTheClients() throws {
        let given = [
            ("Authorization", "Bearer client"), ("authorization", "Bearer twice"), ("x-api-key", "client"),
            ("Api-Key", "client"),
        ]
        let bearer = try headers(given, "api_key: hunter2")
        #expect(bearer["authorization"] == ["Bearer hunter2"])
        #expect(bearer["x-api-key"] == [] && bearer["api-key"] == [])
        let custom = try headers(given, "api_key: hunter2, auth_header: X-Key, auth_prefix: Token")
        #expect(custom["x-key"] == ["Token hunter2"])
        #expect(custom["authorization"] == [])
        let bare = try headers(given, #"api_key: hunter2, auth_header: x-api-key, auth_prefix: """#)
        #expect(bare["x-api-key"] == ["hunter2"])
        #expect(bare["authorization"] == [])
        let azure = try headers(given, "api_key: hunter2, provider: azure-openai")
        #expect(azure["api-key"] == ["hunter2"])
        #expect(azure["authorization"] == [])
    }

    @Test func keysFromTheEnvironment() throws {
        let set = try headers(
            [("authorization", "Bearer client")], "api_key_env: KEY", environment: ["KEY": "from-env"])
        #expect(set["authorization"] == ["Bearer from-env"])
        let unset = try headers([("authorization", "Bearer client")], "api_key_env: KEY")
        #expect(unset["authorization"] == ["Bearer client"])
    }

    @Test func extraHeadersReplaceTheClients() throws {
        let headers = try headers(
            [("x-tenant", "evil"), ("x-other", "kept")], "extra_headers: { X-Tenant: blue, X-More: \"a b\" }")
        #expect(headers["x-tenant"] == ["blue"])
        #expect(headers["x-more"] == ["a b"])
        #expect(headers["x-other"] == ["kept"])
    }

    @Test func aTraceGoesOnAsAChild() throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let headers = try headers([
            ("traceparent", "00-\(trace)-b7ad6b7169203331-01"), ("tracestate", "a=1"), ("tracestate", "b=2"),
        ])
        let parts = try #require(headers.first(name: "traceparent")).split(separator: "-")
        #expect(headers["traceparent"].count == 1)
        #expect(parts.count == 4)
        #expect(parts[0] == "00" && parts[1] == trace && parts[3] == "01")
        #expect(parts[2].count == 16 && parts[2] != "b7ad6b7169203331")
        #expect(headers["tracestate"] == ["a=1,b=2"])
    }

    @Test(arguments: ["", "00-zz", "00-00000000000000000000000000000000-b7ad6b7169203331-01"])
    func aMalformedTraceBeginsAnew(_ parent: String) throws {
        let headers = try headers([("traceparent", parent), ("tracestate", "a=1")])
        let value = try #require(headers.first(name: "traceparent"))
        #expect(value.utf8.count == 55 && value.hasPrefix("00-") && value.hasSuffix("-00"))
        #expect(!value.contains("00000000000000000000000000000000"))
        #expect(headers["tracestate"] == [])
    }

    @Test func requestIdentifiersAreKeptWhereTheyAreHarmless() throws {
        #expect(try headers([("X-Request-Id", "abc-123_~!")])["x-request-id"] == ["abc-123_~!"])
        let longest = String(repeating: "a", count: 128)
        #expect(try headers([("x-request-id", longest)])["x-request-id"] == [longest])
        for hostile in ["", "a b", "a\tb", "é", longest + "a"] {
            let made = try headers([("x-request-id", hostile)])["x-request-id"]
            #expect(made.count == 1)
            #expect(made.allSatisfy { $0.hasPrefix("req-") && $0.utf8.count == 20 })
        }
        let first = try headers([])["x-request-id"]
        #expect(first != (try headers([])["x-request-id"]))
    }

    @Test func theModelsNameIsHeaderText() throws {
        let policy = Self.policy().replacing("only", with: "\"modèle 1\"")
        let attempt = try RouterFixture(policy).attempt(Self.body)
        #expect(attempt.headers["x-selected-model"] == ["mod%C3%A8le 1"])
        #expect(try attempt.json["model"] == "modèle 1")
    }
}
