import Evidence
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOPosix
import Policy
import State
import Synchronization
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct LimitTests {
    static func policy(_ limits: String, router: String = "{}") -> String {
        """
        version: v0.3
        providers:
          defaults: {default_model: m}
          models:
            - {name: m, backend_refs: [{endpoint: "127.0.0.1:9001"}], pricing: {prompt_per_1m: 1000, completion_per_1m: 1000}}
            - {name: large, backend_refs: [{endpoint: "127.0.0.1:9002"}]}
        routing:
          modelCards: [{name: m}, {name: large}]
          signals: {keywords: [{name: fast, operator: OR, keywords: [fast]}, {name: prove, operator: OR, keywords: [prove]}]}
          decisions:
            - {name: fast, priority: 9, rules: {type: keyword, name: fast}, modelRefs: [{model: m}], plugins: [{type: fast_response, configuration: {message: no}}]}
            - {name: proofs, priority: 8, rules: {type: keyword, name: prove}, modelRefs: [{model: large}]}
            - {name: all, rules: {operator: AND, conditions: []}, modelRefs: [{model: m}], plugins: [{type: response_cache, configuration: {enabled: true, mode: exact, scope: global}}]}
        global:
          router: \(router)
          services: {authz: {identity: {trusted_proxies: [10.0.0.1]}}, ratelimit: {\(limits)}}
        """
    }

    /// Rules of one local limiter whose unit does not end during a test.
    static func local(_ rules: String...) -> String {
        "providers: [" + rules.map { "{type: local-limiter, rules: [\($0)]}" }.joined(separator: ", ") + "]"
    }

    static func body(_ text: String = "hi", model: String = "auto", _ more: String = "") -> String {
        #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
    }

    static func answer(_ usage: String = #","usage":{"prompt_tokens":6,"completion_tokens":4}"#) -> String {
        #"{"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}]\#(usage)}"#
    }

    /// The status of a request that the backend answers when it gets there.
    @discardableResult
    static func status(
        _ fixture: RouterFixture, _ body: String = body(), user: String? = nil, groups: String? = nil,
        answer: String = answer(), headers: [(String, String)] = []
    ) throws -> Int {
        var headers = headers
        if let user { headers.append(("x-authz-user-id", user)) }
        if let groups { headers.append(("x-authz-user-groups", groups)) }
        switch try fixture.start(body, headers: headers, peer: "10.0.0.1") {
        case .respond(let response): return response.status
        case .forward(let exchange):
            _ = try DrivenExchange(exchange).answered(200, [("content-type", "application/json")], answer)
            return 200
        default: throw UnexpectedOutcome("neither")
        }
    }

    @Test func aRefusalHasTheContractsShape() throws {
        let fixture = try RouterFixture(
            Self.policy(Self.local("{name: budget, requests_per_unit: 1, unit: day}")))
        let passed = try fixture.forward(Self.body()).answered(
            200, [("content-type", "application/json"), ("x-ratelimit-limit", "999")], Self.answer())
        #expect(passed["x-ratelimit-limit"] == ["1"])
        #expect(passed["x-ratelimit-remaining"] == ["0"])
        let now = LimitClock.now
        let refused = try fixture.answer(Self.body())
        #expect(refused.status == 429)
        #expect(refused.header("x-vsr-response-path") == "rate_limited")
        #expect(refused.header("x-vsr-schema-version") == "2")
        #expect(refused.header("x-ratelimit-limit") == "1" && refused.header("x-ratelimit-remaining") == "0")
        let reset = try #require(refused.header("x-ratelimit-reset").flatMap { Int64($0) })
        let seconds = try #require(refused.header("retry-after").flatMap { Int64($0) })
        #expect(reset % 86_400 == 0 && abs(reset - now - seconds) <= 5 && seconds >= 1)
        #expect(
            try refused.json == [
                "error": [
                    "message": .string("Rate limit exceeded. Retry after \(seconds) seconds."),
                    "type": "rate_limit_error", "code": 429,
                ]
            ])
        let line = try fixture.log.request()
        #expect(line["status"] == "429" && line["response_path"] == "rate_limited" && line["limit"] == "budget")
    }

    @Test func theFirstRuleThatMatchesCountsAndALimitlessOneExempts() throws {
        let fixture = try RouterFixture(
            Self.policy(
                Self.local(
                    "{name: admin, match: {user: root}}, {name: gold, match: {group: gold}, requests_per_unit: 3, unit: day}, {name: others, requests_per_unit: 1, unit: day}"
                )))
        func passes(_ count: Int, user: String?, groups: String? = nil) throws -> Int {
            try (0..<count).filter { _ in try Self.status(fixture, user: user, groups: groups) == 200 }.count
        }
        #expect(try passes(9, user: "root") == 9)
        #expect(try passes(9, user: "ann", groups: "silver, gold") == 3)
        #expect(try passes(9, user: "bob", groups: "silver") == 1)
        #expect(try passes(9, user: "eve") == 1)
        #expect(try passes(9, user: nil) == 1, "anonymous callers share one count")
    }

    @Test func allProvidersMustLetARequestPass() throws {
        let fixture = try RouterFixture(
            Self.policy(
                Self.local(
                    "{name: each, requests_per_unit: 2, unit: day}",
                    "{name: together, per: [], requests_per_unit: 3, unit: day}")))
        let passed = try ["a", "a", "a", "b", "b", "c"].map { try Self.status(fixture, user: $0) }
        #expect(passed == [200, 200, 429, 200, 429, 429])
        #expect(try fixture.log.request()["limit"] == "together")
    }

    @Test func modelsHaveTheirOwnCountsUnlessTheyShareOne() throws {
        let rule = "{name: r, requests_per_unit: 1, unit: day}"
        let apart = try RouterFixture(Self.policy(Self.local(rule)))
        #expect(try Self.status(apart) == 200)
        #expect(try Self.status(apart, Self.body("prove it")) == 200)
        let shared = try RouterFixture(
            Self.policy(Self.local("{name: r, per: [user], requests_per_unit: 1, unit: day}")))
        #expect(try Self.status(shared) == 200)
        #expect(try Self.status(shared, Self.body("prove it")) == 429)
        let one = try RouterFixture(
            Self.policy(Self.local("{name: r, match: {model: large}, requests_per_unit: 1, unit: day}")))
        for expected in [200, 429] { #expect(try Self.status(one, Self.body("prove it")) == expected) }
        for _ in 0..<3 { #expect(try Self.status(one) == 200) }
    }

    @Test func namedModelsAndSkippedRequestsAreLimitedAndFastResponsesAreNot() throws {
        let fixture = try RouterFixture(
            Self.policy(
                Self.local("{name: r, per: [], requests_per_unit: 2, unit: day}"),
                router: "{skip_processing: {enabled: true}}"))
        #expect(try Self.status(fixture, Self.body(model: "large")) == 200)
        #expect(try Self.status(fixture, headers: [("x-vsr-skip-processing", "true")]) == 200)
        #expect(try Self.status(fixture, Self.body(model: "large")) == 429)
        #expect(try Self.status(fixture, headers: [("x-vsr-skip-processing", "true")]) == 429)
        #expect(try Self.status(fixture, Self.body("fast")) == 200)
    }

    @Test func anotherGatewaysSkippedRequestsAreLimited() throws {
        let fixture = try RouterFixture(
            Self.policy(
                Self.local("{name: r, match: {model: large}, requests_per_unit: 1, unit: day}"),
                router: "{skip_processing: {enabled: true}}"))
        var head = RouterFixture.head(.POST, "/v1/chat/completions", [("x-vsr-skip-processing", "true")])
        head.door = .externalProcessor
        guard case .readBody = fixture.router.admit(head) else { throw UnexpectedOutcome("the body is not read") }
        let body = ByteBuffer(string: Self.body(model: "large"))
        let loop = EmbeddedEventLoop()
        guard case .passThrough = fixture.router.begin(head, body: body, on: loop) else {
            throw UnexpectedOutcome("the first does not pass")
        }
        guard case .respond(let refused) = fixture.router.begin(head, body: body, on: loop) else {
            throw UnexpectedOutcome("the second passes")
        }
        #expect(refused.status == 429)
        let other = ByteBuffer(string: Self.body(model: "m"))
        guard case .passThrough = fixture.router.begin(head, body: other, on: loop) else {
            throw UnexpectedOutcome("another model does not pass")
        }
        head.target = "/v1/embeddings"
        guard case .passThrough = fixture.router.admit(head) else { throw UnexpectedOutcome("not passed by its head") }
    }

    @Test func tokensAreChargedWhenTheAnswerIsKnown() throws {
        let fixture = try RouterFixture(Self.policy(Self.local("{name: r, per: [], tokens_per_unit: 35, unit: day}")))
        // 10 tokens each; of the fourth the prompt alone would not fit.
        let statuses = try (0..<4).map { try Self.status(fixture, Self.body("hi \($0)")) }
        #expect(statuses == [200, 200, 200, 429])
    }

    @Test func anAnswerWithoutUsageIsNotFree() throws {
        let fixture = try RouterFixture(Self.policy(Self.local("{name: r, per: [], tokens_per_unit: 40, unit: day}")))
        #expect(try Self.status(fixture, answer: Self.answer("")) == 200)
        #expect(try Self.status(fixture, Self.body("more")) == 429)
        let gone = try RouterFixture(Self.policy(Self.local("{name: r, per: [], tokens_per_unit: 10, unit: day}")))
        let exchange = try gone.forward(Self.body("twenty letters in all"))
        _ = try exchange.attempt()
        exchange.vanish()
        #expect(try Self.status(gone, Self.body("more")) == 429)
    }

    @Test func whatABackendRefusesCostsNoTokens() throws {
        let fixture = try RouterFixture(Self.policy(Self.local("{name: r, per: [], tokens_per_unit: 20, unit: day}")))
        for number in 0..<3 {
            let exchange = try fixture.forward(Self.body("hi \(number)"))
            _ = try exchange.answered(400, [("content-type", "application/json")], #"{"error":{"message":"no"}}"#)
        }
    }

    @Test func aBudgetOfMoneyIsSpentByThePrices() throws {
        let fixture = try RouterFixture(
            Self.policy(Self.local("{name: r, match: {user: ann}, per: [user], cost_per_unit: 0.025, unit: month}")))
        // A cent each.
        let statuses = try (0..<4).map { try Self.status(fixture, Self.body("hi \($0)"), user: "ann") }
        #expect(statuses == [200, 200, 429, 429])
        let refused = try fixture.answer(Self.body("hi 9"), headers: [("x-authz-user-id", "ann")], peer: "10.0.0.1")
        #expect(refused.header("x-ratelimit-limit") == nil && refused.header("x-ratelimit-reset") != nil)
        #expect(try Self.status(fixture, user: "bob") == 200)
    }

    @Test func answersOfTheCacheCountAsRequestsAndCostNoTokens() throws {
        let fixture = try RouterFixture(
            Self.policy(Self.local("{name: r, per: [], requests_per_unit: 3, tokens_per_unit: 25, unit: day}")))
        let statuses = try (0..<4).map { _ in try Self.status(fixture) }
        #expect(statuses == [200, 200, 200, 429])
    }

    @Test func aReloadKeepsTheCounts() throws {
        let text = Self.policy(Self.local("{name: r, per: [], requests_per_unit: 1, unit: day}"))
        let fixture = try RouterFixture(text)
        #expect(try Self.status(fixture) == 200)
        let families = PolicyFamilies(
            signals: SignalFamilies.all, algorithms: [], plugins: PluginDeclarations.all)
        let loaded = PolicyLoader(families: families).load(bytes: Array(text.utf8))
        fixture.router.replace(
            with: try RouterGeneration(
                loaded, number: 2, resources: EvidenceResources(), memory: fixture.router.current.memory,
                environment: { _ in nil }))
        #expect(try Self.status(fixture) == 429)
    }
}

/// Rate limit services that other processes ask.
@Suite struct LimitServiceTests {
    private final class Scripted: RateLimitService {
        let asked = Mutex<[RateLimitQuery]>([])
        private let answer: RateLimitAnswer?

        init(_ answer: RateLimitAnswer?) { self.answer = answer }

        func ask(_ query: RateLimitQuery) async throws -> RateLimitAnswer {
            asked.withLock { $0.append(query) }
            guard let answer else { throw UnexpectedOutcome("no answer") }
            return answer
        }
    }

    private static func policy(_ more: String = "", failsOpen: Bool = false) -> String {
        LimitTests.policy(
            "fail_open: \(failsOpen), providers: [\(more){type: envoy-ratelimit, address: 'limits:9', domain: d}]")
    }

    private enum Outcome: Sendable {
        /// The headers of the answer.
        case forwarded(HTTPHeaders)
        case refused(LocalResponse)
    }

    private func outcome(_ fixture: RouterFixture, headers: [(String, String)] = []) async throws -> Outcome {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Outcome.self)
        let router = fixture.router
        loop.execute {
            let head = RouterFixture.head(.POST, "/v1/chat/completions", headers, peer: "10.0.0.1")
            guard
                case .pending(let pending) = router.begin(
                    head, body: ByteBuffer(string: LimitTests.body()), on: loop)
            else { return promise.fail(UnexpectedOutcome("the service is not asked")) }
            pending.whenResolved { start in
                switch start {
                case .respond(let response): promise.succeed(.refused(response))
                case .forward(let exchange):
                    promise.completeWith(Result { .forwarded(try DrivenExchange(exchange).answered()) })
                default: promise.fail(UnexpectedOutcome("neither"))
                }
            }
        }
        return try await promise.futureResult.get()
    }

    private func fixture(_ policy: String, _ service: Scripted) throws -> RouterFixture {
        try RouterFixture(policy) { $0.rateLimitService = { _ in service } }
    }

    @Test func theServiceIsAskedByUserModelAndGroups() async throws {
        let service = Scripted(RateLimitAnswer(isOverLimit: false, limit: 10, remaining: 4, secondsUntilReset: 30))
        let fixture = try fixture(Self.policy(), service)
        let headers = [("x-authz-user-id", "ann"), ("x-authz-user-groups", "a, b")]
        guard case .forwarded(let relayed) = try await outcome(fixture, headers: headers) else {
            throw UnexpectedOutcome("not forwarded")
        }
        #expect(relayed["x-ratelimit-limit"] == ["10"] && relayed["x-ratelimit-remaining"] == ["4"])
        #expect(
            service.asked.withLock { $0 } == [
                RateLimitQuery(
                    domain: "d",
                    descriptors: [
                        [.init("user_id", "ann")], [.init("user_id", "ann"), .init("model", "m")],
                        [.init("group", "a")], [.init("group", "b")],
                    ])
            ])
    }

    @Test func aServicesRefusalIsWithdrawnFromTheLocalCount() async throws {
        let service = Scripted(RateLimitAnswer(isOverLimit: true, limit: 10, remaining: 0, secondsUntilReset: 17))
        let local = "{type: local-limiter, rules: [{name: r, per: [], requests_per_unit: 1, unit: day}]}, "
        let fixture = try fixture(Self.policy(local), service)
        for _ in 0..<3 {
            guard case .refused(let refused) = try await outcome(fixture) else {
                throw UnexpectedOutcome("not refused")
            }
            #expect(refused.status == 429 && refused.header("retry-after") == "17")
            #expect(try fixture.log.request()["limit"] == "envoy-ratelimit")
        }
        #expect(service.asked.withLock { $0.count } == 3)
    }

    @Test(arguments: [true, false]) func aServiceThatDoesNotAnswer(failsOpen: Bool) async throws {
        let service = Scripted(nil)
        let fixture = try fixture(Self.policy(failsOpen: failsOpen), service)
        switch try await outcome(fixture) {
        case .forwarded: #expect(failsOpen)
        case .refused(let refused):
            #expect(!failsOpen && refused.status == 429 && refused.header("retry-after") == "5")
        }
        #expect(fixture.log.all.contains { $0.message == "rate_limit_service_failed" })
    }
}
