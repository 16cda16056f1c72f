import HTTPTypes
import Logging
import Policy
import Testing

@testable import Control

@Suite struct AccessTests {
    static func bearer(_ tokens: [(String, String)]) -> (inout ManagementConfiguration) -> Void {
        { configuration in
            configuration.mode = .bearer
            configuration.tokens = tokens.map { .init(value: Secret($0.0), role: $0.1) }
        }
    }

    static func authorization(_ token: String) -> [(String, String)] { [("Authorization", "Bearer \(token)")] }

    @Test func tokensAreAskedForEverywhereButHealth() async throws {
        try await withServer(Self.bearer([("secret-token", "admin")])) { http async throws in
            #expect(try await http.send("GET", "/health").status == 200)
            for endpoint in Endpoints.all where !endpoint.isPublic {
                let body = endpoint.method == .post ? #"{"text":"a"}"# : nil
                let refused = try await http.send(endpoint.method.rawValue, endpoint.path, body: body)
                #expect(refused.status == 401, "\(endpoint.path)")
                #expect(refused.errorCode == "UNAUTHORIZED")
                #expect(refused.headers["www-authenticate"] == "Bearer")
                let accepted = try await http.send(
                    endpoint.method.rawValue, endpoint.path, headers: Self.authorization("secret-token"), body: body)
                // What an endpoint says of this request is its own affair.
                #expect(accepted.status != 401 && accepted.status != 403, "\(endpoint.path)")
            }
            #expect(try await http.send("GET", "/nowhere").status == 401)
        }
    }

    @Test func wrongTokens() async throws {
        try await withServer(Self.bearer([("secret-token", "admin")])) { http async throws in
            for value in [
                "Bearer secret-toke", "Bearer secret-tokenn", "Bearer", "Bearer ", "Basic secret-token", "secret-token",
            ] {
                let response = try await http.send("GET", "/ready", headers: [("Authorization", value)])
                #expect(response.status == 401, "\(value)")
            }
            let lower = try await http.send("GET", "/ready", headers: [("Authorization", "bearer secret-token")])
            #expect(lower.status == 200)
        }
    }

    @Test func rolesLimitWhatTokensMay() async throws {
        let tokens = [("v", "viewer"), ("o", "operator"), ("a", "admin"), ("p", "probe"), ("n", "none")]
        try await withServer({
            Self.bearer(tokens)(&$0)
            $0.roles["probe"] = ["ready.read"]
            $0.roles["none"] = []
        }) { http async throws in
            for role in ["v", "o", "a"] {
                let headers = Self.authorization(role)
                #expect(try await http.send("GET", "/config/router", headers: headers).status == 200)
                #expect(
                    try await http.send("POST", "/api/v1/eval", headers: headers, body: #"{"text":"a"}"#).status == 200)
            }
            #expect(try await http.send("GET", "/ready", headers: Self.authorization("p")).status == 200)
            let forbidden = try await http.send("GET", "/config/router", headers: Self.authorization("p"))
            #expect(forbidden.status == 403)
            #expect(forbidden.errorCode == "FORBIDDEN")
            #expect(forbidden.text.contains("config.read"))
            #expect(try await http.send("GET", "/ready", headers: Self.authorization("n")).status == 403)
            #expect(try await http.send("GET", "/nowhere", headers: Self.authorization("n")).status == 404)
        }
    }

    @Test func bearerWithoutAnyTokenRefusesAll() async throws {
        try await withServer(Self.bearer([])) { http async throws in
            let response = try await http.send("GET", "/ready", headers: Self.authorization(""))
            #expect(response.status == 401)
            #expect(response.errorCode == "MANAGEMENT_AUTH_NOT_CONFIGURED")
        }
    }

    @Test func namesOfOtherMachinesAreRefusedWithoutTokens() async throws {
        try await withServer { http async throws in
            for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8080"] {
                #expect(try await http.send("GET", "/config/router", host: host).status == 200, "\(host)")
            }
            for host in [
                "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.2", "localhost:x", nil,
            ] {
                let response = try await http.send("GET", "/config/router", host: host)
                #expect(response.status == 403 || (host == nil && response.status == 400), "\(host ?? "none")")
            }
        }
        try await withServer(Self.bearer([("t", "admin")])) { http async throws in
            let response = try await http.send(
                "GET", "/ready", headers: Self.authorization("t"), host: "router.example")
            #expect(response.status == 200)
        }
    }

    @Test func pagesOfOtherSitesAreRefused() async throws {
        try await withServer { http async throws in
            let evil = try await http.send(
                "POST", "/api/v1/eval", headers: [("Origin", "https://evil.example")], body: #"{"text":"a"}"#)
            #expect(evil.status == 403)
            #expect(evil.errorCode == "FORBIDDEN")
            #expect(try await http.send("GET", "/ready", headers: [("Origin", "null")]).status == 403)
            let own = try await http.send("GET", "/ready", headers: [("Origin", "http://localhost:3000")])
            #expect(own.status == 200)
        }
    }

    @Test func exposureNeedsPermissionBearerAndAToken() async throws {
        var configuration = ManagementConfiguration()
        configuration.port = 0
        configuration.address = "0.0.0.0"
        func problems() -> [ManagementStartError] { configuration.problems }
        #expect(
            problems() == [
                .remoteExposureNotAllowed(address: "0.0.0.0"), .remoteExposureNeedsBearer(address: "0.0.0.0"),
            ])
        configuration.allowsRemoteExposure = true
        #expect(problems() == [.remoteExposureNeedsBearer(address: "0.0.0.0")])
        configuration.mode = .bearer
        #expect(problems() == [.remoteExposureNeedsToken(address: "0.0.0.0")])
        let server = ManagementServer(
            configuration: configuration, source: FixedSource(), logger: Logger(label: "control-tests"))
        await #expect(throws: ManagementStartError.remoteExposureNeedsToken(address: "0.0.0.0")) {
            try await server.run()
        }
        configuration.tokens = [.init(value: Secret("t"), role: "ghost")]
        #expect(problems() == [.unknownRole("ghost")])
        configuration.tokens = [.init(value: Secret("t"), role: "viewer")]
        #expect(problems().isEmpty)
    }

    @Test func exposedServerAnswersTokens() async throws {
        try await withServer({
            Self.bearer([("t", "viewer")])(&$0)
            $0.address = "0.0.0.0"
            $0.allowsRemoteExposure = true
        }) { http async throws in
            #expect(try await http.send("GET", "/ready").status == 401)
            #expect(try await http.send("GET", "/ready", headers: Self.authorization("t"), host: "any").status == 200)
        }
    }

    @Test func loopbackAddresses() {
        var configuration = ManagementConfiguration()
        for (address, expected) in [
            ("127.0.0.1", true), ("127.8.9.10", true), ("localhost", true), ("::1", true), ("[::1]", true),
            ("0.0.0.0", false), ("::", false), ("10.0.0.1", false), ("127.0.0.1.evil", false), ("127.0.0", false),
            ("", false),
        ] {
            configuration.address = address
            #expect(configuration.isLoopback == expected, "\(address)")
        }
    }

    @Test func tokensComeFromTheEnvironmentAndBlankOnesDoNotCount() {
        var settings = ManagementAPISettings()
        settings.authentication.mode = .bearer
        for (name, role) in [("FULL", "admin"), ("BLANK", "viewer"), ("UNSET", "viewer")] {
            var token = ManagementToken()
            token.environmentVariable = name
            token.role = role
            settings.authentication.tokens.append(token)
        }
        let configuration = ManagementConfiguration(settings) { ["FULL": "secret", "BLANK": "  "][$0] }
        #expect(configuration.tokens.map(\.role) == ["admin"])
        #expect(configuration.tokens.first?.value.reveal() == "secret")
        #expect(!"\(configuration)".contains("secret"))
    }

    @Test func digestsAreComparedWhole() {
        #expect(AccessControl.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!AccessControl.areEqual([1, 2, 3], [1, 2, 4]))
        #expect(!AccessControl.areEqual([1, 2, 3], [1, 2]))
        #expect(AccessControl.areEqual([], []))
    }
}
