import NIOHTTP1
import State
import Testing
import Wire

@testable import Exchange

@Suite struct CacheTests {
    private static func policy(_ cache: String = "enabled: true, mode: exact, scope: global") -> String {
        """
        version: v0.3
        providers:
          defaults: {default_model: m}
          models: [{name: m, backend_refs: [{endpoint: "127.0.0.1:9001", weight: 1}]}]
        routing:
          modelCards: [{name: m}]
          decisions:
            - name: all
              rules: {operator: AND, conditions: []}
              modelRefs: [{model: m}]
              plugins: [{type: response_cache, configuration: {\(cache)}}]
        global:
          services: {authz: {identity: {trusted_proxies: [10.0.0.1]}}}
        """
    }

    private static let answer =
        #"{"id":"x","model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Four."},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#

    private static func body(_ text: String = "2+2?", _ more: String = "") -> String {
        #"{"model":"auto","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
    }

    /// Whether a request is answered from the cache; one that is not is answered by the backend.
    private func isHit(
        _ fixture: RouterFixture, _ body: String, _ headers: [(String, String)] = [], peer: String? = nil,
        status: Int = 200, answer: String = CacheTests.answer
    ) throws -> Bool {
        switch try fixture.start(body, headers: headers, peer: peer) {
        case .respond(let response):
            #expect(response.status == 200)
            #expect(response.header("x-vsr-cache-hit") == "true")
            #expect(response.header("x-vsr-response-path") == "cache")
            return true
        case .forward(let exchange):
            _ = try DrivenExchange(exchange).answered(status, [("content-type", "application/json")], answer)
            return false
        default: throw UnexpectedOutcome("neither")
        }
    }

    @Test func theSameRequestIsAnsweredFromTheCache() throws {
        let fixture = try RouterFixture(Self.policy())
        #expect(try !isHit(fixture, Self.body()))
        let response = try fixture.answer(Self.body())
        #expect(try response.json["choices"]?[0]?["message"]?["content"] == "Four.")
        #expect(response.header("x-vsr-selected-decision") == "all")
        #expect(try fixture.log.request()["cache"] == "hit")
    }

    @Test func aStreamIsReplayedAsAStream() throws {
        let fixture = try RouterFixture(Self.policy())
        #expect(try !isHit(fixture, Self.body()))
        let response = try fixture.answer(Self.body("2+2?", #","stream":true"#))
        #expect(response.header("content-type")?.hasPrefix("text/event-stream") == true)
        #expect(response.text.contains("Four.") && response.text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test(arguments: [
        #","temperature":0.1"#, #","tools":[{"type":"function","function":{"name":"f"}}]"#, #","n":2"#,
        #","response_format":{"type":"json_object"}"#, #","max_tokens":5"#,
    ])
    func whatChangesTheAnswerIsInTheKey(more: String) throws {
        let fixture = try RouterFixture(Self.policy())
        #expect(try !isHit(fixture, Self.body()))
        #expect(try !isHit(fixture, Self.body("2+2?", more)))
        #expect(try isHit(fixture, Self.body("2+2?", #","user":"u","stream":false"#)))
    }

    @Test(arguments: [(500, CacheTests.answer), (200, #"{"error":{"message":"no"}}"#), (200, "{}")])
    func failuresAreNotKept(status: Int, answer: String) throws {
        let fixture = try RouterFixture(Self.policy())
        if status == 200 {
            #expect(try !isHit(fixture, Self.body(), status: status, answer: answer))
        } else {
            let exchange = try fixture.forward(Self.body())
            _ = try exchange.attempt()
            exchange.vanish()
        }
        #expect(try !isHit(fixture, Self.body()))
    }

    @Test func usersDoNotShareAndAnonymousCallersHaveNone() throws {
        let fixture = try RouterFixture(Self.policy("enabled: true, mode: exact"))
        func user(_ name: String) throws -> Bool {
            try isHit(fixture, Self.body(), [("x-authz-user-id", name)], peer: "10.0.0.1")
        }
        #expect(try !user("alice"))
        #expect(try user("alice"))
        #expect(try !user("bob"))
        #expect(try !isHit(fixture, Self.body()))
        #expect(try !isHit(fixture, Self.body()))
        #expect(try fixture.log.request()["cache"] == "off: no_identity")
        // A client that claims an identity by itself is nobody.
        #expect(try !isHit(fixture, Self.body(), [("x-authz-user-id", "alice")], peer: "10.9.9.9"))
    }

    @Test func clientsControlWhatThePolicyAllows() throws {
        let fixture = try RouterFixture(
            Self.policy("enabled: true, mode: exact, scope: global, request_controls: {enabled: true}"))
        func turn(_ control: String) throws -> Bool {
            try isHit(fixture, Self.body(), [("x-vsr-cache-control", control)])
        }
        #expect(try !turn("no-store"))
        #expect(try !turn("no-cache"), "and kept")
        #expect(try isHit(fixture, Self.body()))
        #expect(try !turn("bypass"))
        #expect(try turn("max-age=0"), "max-age is not among the allowed")
        let closed = try RouterFixture(Self.policy())
        _ = try isHit(closed, Self.body())
        #expect(try isHit(closed, Self.body(), [("x-vsr-cache-control", "bypass")]))
    }

    /// No model has spoken, so nobody holds the session.
    @Test func aHitLeavesTheSessionWhereItWas() throws {
        let fixture = try RouterFixture(
            Self.policy().replacing("global:\n", with: "global:\n  router: {learning: {enabled: true}}\n"))
        let session = [("x-session-id", "s"), ("x-conversation-id", "c")]
        #expect(try !isHit(fixture, Self.body()))
        let before = fixture.router.current.memory.sessions.count
        #expect(try isHit(fixture, Self.body(), session))
        #expect(fixture.router.current.memory.sessions.count == before)
    }

    @Test func aPluginThatIsOffMakesNothingPersonal() throws {
        let fixture = try RouterFixture(
            Self.policy().replacing(
                "plugins: [", with: "plugins: [{type: memory, configuration: {enabled: false}}, "))
        #expect(try !isHit(fixture, Self.body()))
        #expect(try isHit(fixture, Self.body()))
    }

    @Test func nothingIsKeptForNoTime() throws {
        let fixture = try RouterFixture(Self.policy("enabled: true, mode: exact, scope: global, ttl_seconds: 0"))
        #expect(try !isHit(fixture, Self.body()))
        #expect(try !isHit(fixture, Self.body()))
    }
}
