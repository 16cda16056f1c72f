import Evidence
import Policy
import State
import Testing
import Wire

@testable import Exchange

@Suite struct CostBreakdownTests {
    static func policy(_ services: String = "", plugins: String = "[]") -> String {
        """
        version: v0.3
        providers:
          defaults: {default_model: small}
          models:
            - {name: small, backend_refs: [{endpoint: "127.0.0.1:9001"}], pricing: {prompt_per_1m: 1, completion_per_1m: 2}}
            - {name: large, backend_refs: [{endpoint: "127.0.0.1:9002"}], pricing: {prompt_per_1m: 10, completion_per_1m: 20}}
            - {name: twin, backend_refs: [{endpoint: "127.0.0.1:9003"}], pricing: {prompt_per_1m: 20, completion_per_1m: 10}}
            - {name: euro, backend_refs: [{endpoint: "127.0.0.1:9004"}], pricing: {currency: EUR, prompt_per_1m: 100, completion_per_1m: 100}}
            - {name: free, backend_refs: [{endpoint: "127.0.0.1:9005"}]}
        routing:
          modelCards: [{name: small}, {name: large}, {name: twin}, {name: euro}, {name: free}]
          signals: {keywords: [{name: free, operator: OR, keywords: [free]}, {name: euro, operator: OR, keywords: [euro]}]}
          decisions:
            - {name: free, priority: 9, rules: {type: keyword, name: free}, modelRefs: [{model: free}], plugins: \(plugins)}
            - {name: euro, priority: 8, rules: {type: keyword, name: euro}, modelRefs: [{model: euro}], plugins: \(plugins)}
            - {name: all, rules: {operator: AND, conditions: []}, modelRefs: [{model: small}], plugins: \(plugins)}
        global: {services: {\(services)}}
        """
    }

    static let usage = #","usage":{"prompt_tokens":100000,"completion_tokens":10000}"#

    static func body(_ text: String, _ more: String = "") -> String {
        #"{"model":"auto","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#
    }

    static func answer(_ usage: String) -> String {
        #"{"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Yes."},"finish_reason":"stop"}]\#(usage)}"#
    }

    /// The log line of one answered request.
    private func line(_ fixture: RouterFixture, _ text: String, usage: String = usage) throws -> RecordedLog.Line {
        _ = try fixture.forward(Self.body(text)).answered(
            200, [("content-type", "application/json")], Self.answer(usage))
        return try fixture.log.request()
    }

    private func expect(_ line: RecordedLog.Line, _ numbers: [String: Double?], baseline: String?) {
        for (name, expected) in numbers {
            let value = line[name].flatMap { Double($0) }
            switch (value, expected) {
            case (let value?, let expected?): #expect(abs(value - expected) < 1e-9, "\(name): \(value)")
            default: #expect(value == nil && expected == nil, "\(name): \(line[name] ?? "nothing")")
            }
        }
        #expect(line["baseline_model"] == baseline)
    }

    @Test func theBaselineIsTheDearestOfTheCurrencyAndTheFirstOfEquals() throws {
        let line = try line(try RouterFixture(Self.policy()), "hi")
        expect(line, ["cost": 0.12, "baseline_cost": 1.2, "cost_savings": 1.08], baseline: "large")
        #expect(line["currency"] == "USD")
    }

    @Test func theBaselineCanBeChosen() throws {
        let fixture = try RouterFixture(Self.policy("costs: {baseline_model: twin}"))
        expect(
            try line(fixture, "hi"), ["cost": 0.12, "baseline_cost": 2.1, "cost_savings": 1.98], baseline: "twin")
        // Prices are never converted.
        expect(try line(fixture, "euro"), ["cost": 11, "baseline_cost": nil, "cost_savings": nil], baseline: nil)
    }

    @Test func eachCurrencyHasItsBaseline() throws {
        let line = try line(try RouterFixture(Self.policy()), "euro")
        expect(line, ["cost": 11, "baseline_cost": 11, "cost_savings": 0], baseline: "euro")
        #expect(line["currency"] == "EUR")
    }

    @Test func whatIsNotKnownIsNotZero() throws {
        let fixture = try RouterFixture(Self.policy())
        for line in [try line(fixture, "free"), try line(fixture, "hi", usage: "")] {
            expect(line, ["cost": nil, "baseline_cost": nil, "cost_savings": nil], baseline: nil)
        }
    }

    @Test func anAnswerFromTheCacheCostsNothing() throws {
        let cache = "[{type: response_cache, configuration: {enabled: true, mode: exact, scope: global}}]"
        let fixture = try RouterFixture(Self.policy(plugins: cache))
        _ = try line(fixture, "hi")
        #expect(try fixture.answer(Self.body("hi")).header("x-vsr-cache-hit") == "true")
        expect(
            try fixture.log.request(), ["cost": 0, "baseline_cost": 1.2, "cost_savings": 1.2], baseline: "large")
    }

    @Test func backendsAreAskedForUsageWhereThePolicyWants() throws {
        let stream = #","stream":true"#
        let silent = try RouterFixture(Self.policy()).attempt(Self.body("hi", stream))
        #expect(try silent.json["stream_options"] == nil)
        let asking = try RouterFixture(Self.policy("costs: {stream_usage: true}"))
        #expect(try asking.attempt(Self.body("hi", stream)).json["stream_options"] == ["include_usage": true])
        #expect(try asking.attempt(Self.body("hi")).json["stream_options"] == nil)
        let refused = try asking.attempt(Self.body("hi", stream + #","stream_options":{"include_usage":false}"#))
        #expect(try refused.json["stream_options"] == ["include_usage": false])
    }

    @Test func aBaselineWithoutPricesIsAnError() {
        let families = PolicyFamilies(signals: SignalFamilies.all, algorithms: [], plugins: [])
        let text = Self.policy("costs: {baseline_model: free}")
        let errors = PolicyLoader(families: families).load(bytes: Array(text.utf8)).diagnostics
            .filter { $0.severity == .error }
        #expect(errors.map(\.code) == [.missingKey])
        #expect(errors.first?.path.description == "global.services.costs.baseline_model")
    }
}

/// What goes into the accounts.
@Suite struct CostAccountTests {
    private func lines(_ fixture: RouterFixture, _ groups: [CostQuery.Group] = [.model]) throws -> [CostLine] {
        var query = CostQuery()
        query.groups = groups
        return try fixture.router.current.memory.costs.lines(query, at: LimitClock.now)
    }

    @Test func requestsAreAddedUpByWhatTheyAre() throws {
        let cache = "[{type: response_cache, configuration: {enabled: true, mode: exact, scope: global}}]"
        let fixture = try RouterFixture(
            CostBreakdownTests.policy("authz: {identity: {trusted_proxies: [10.0.0.1]}}", plugins: cache))
        func turn(_ text: String, user: String? = nil, usage: String = CostBreakdownTests.usage) throws {
            let headers = user.map { [("x-authz-user-id", $0)] } ?? []
            switch try fixture.start(CostBreakdownTests.body(text), headers: headers, peer: "10.0.0.1") {
            case .forward(let exchange):
                _ = try DrivenExchange(exchange).answered(
                    200, [("content-type", "application/json")], CostBreakdownTests.answer(usage))
            case .respond(let response): #expect(response.status == 200)
            default: throw UnexpectedOutcome("neither")
            }
        }
        try turn("one", user: "ann")
        try turn("one", user: "ann")
        try turn("two", user: "bob")
        try turn("three", usage: "")
        try turn("free")
        try turn("euro")
        let models = try lines(fixture)
        let names = models.map { "\($0.names[.model] ?? "") \($0.currency) \($0.sums.requests) \($0.sums.excluded)" }
        #expect(
            names == ["euro EUR 1 0", "small USD 3 0", "free  1 1", "small  1 1"]
                || names == ["euro EUR 1 0", "small USD 3 0", "small  1 1", "free  1 1"])
        let small = try #require(models.first { $0.currency == "USD" }).sums
        #expect(small.cacheHits == 1)
        #expect(abs(small.actual - 0.24) < 1e-9 && abs(small.baseline - 3.6) < 1e-9 && abs(small.savings - 3.36) < 1e-9)
        // The hit used no tokens.
        #expect(small.promptTokens == 200_000)
        let tenants = try lines(fixture, [.tenant]).filter { $0.currency == "USD" }
        #expect(Dictionary(tenants.map { ($0.names[.tenant], $0.sums.requests) }) { $1 } == ["ann": 2, "bob": 1])
        #expect(
            try lines(fixture, [.decision, .recipe]).contains { $0.names == [.decision: "euro", .recipe: "default"] })
    }

    @Test func failuresAreNoCostsAndVanishedClientsAreExcluded() throws {
        let fixture = try RouterFixture(CostBreakdownTests.policy())
        _ = try fixture.forward(CostBreakdownTests.body("one")).answered(
            400, [("content-type", "application/json")], #"{"error":{"message":"no"}}"#)
        #expect(try lines(fixture).isEmpty)
        _ = try fixture.attempt(CostBreakdownTests.body("two"))
        #expect(try lines(fixture).map(\.sums.excluded) == [1])
    }
}
