import NIOCore
import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct RetryTests {
    /// Two candidates; the first has two backends.
    static func policy(
        reliability: String = "", onError: String = "",
        second: String = #"backend_refs: [{ endpoint: "10.0.1.1:8000" }]"#,
        weights: (Int, Int) = (1, 1)
    ) -> String {
        """
        providers:
          defaults: { default_model: first }
          models:
            - name: first
              \(reliability.isEmpty ? "" : "reliability: { \(reliability) }")
              backend_refs:
                - { name: a, endpoint: "10.0.0.1:8000", weight: \(weights.0), api_key: hunter2 }
                - { name: b, endpoint: "10.0.0.2:8000", weight: \(weights.1), api_key: hunter2 }
            - { name: second, \(second) }
        routing:
          modelCards: [{ name: first }, { name: second }]
          decisions:
            - name: rest
              modelRefs: [{ model: first }, { model: second }]
              \(onError.isEmpty ? "" : "algorithm: { type: static, on_error: \(onError) }")
        """
    }

    static let body = #"{"model":"auto","messages":[{"role":"user","content":"sensitive words"}]}"#
    static let refused = AttemptFailure.connectFailed("connection to 10.0.0.1:8000 refused")

    func exchange(_ policy: String) throws -> DrivenExchange { try RouterFixture(policy).forward(Self.body) }

    @Test func refusedConnectionsMoveToTheOtherBackend() throws {
        let exchange = try exchange(Self.policy())
        let first = try exchange.attempt()
        let second = try exchange.attempt(after: Self.refused)
        #expect(Set([first.backend.host, second.backend.host]) == ["10.0.0.1", "10.0.0.2"])
        #expect(second.text == first.text)
        let headers = try exchange.relayed()
        #expect(headers.first(name: "x-vsr-selected-model") == "first")
        #expect(exchange.end() == nil)
        exchange.finish()
    }

    @Test func withoutABlockThereIsOneFurtherAttempt() throws {
        let exchange = try exchange(Self.policy())
        _ = try exchange.attempt()
        _ = try exchange.attempt(after: Self.refused)
        #expect(try exchange.refusal(after: Self.refused).status == 502)
    }

    @Test(arguments: 0...5)
    func retriesAreCounted(_ count: Int) throws {
        let exchange = try exchange(
            Self.policy(reliability: count == 0 ? "retry_count: 0" : "retry_count: \(count), retry_on: connect-failure")
        )
        _ = try exchange.attempt()
        // Five attempts in all are the most, whatever the policy says.
        for _ in 0..<min(count, 4) { _ = try exchange.attempt(after: Self.refused) }
        #expect(try exchange.refusal(after: Self.refused).error?["code"] == "backend_unreachable")
    }

    static let failures: [AttemptFailure] = [
        .connectFailed("x"), .connectTimeout, .poolExhausted, .reset("x"), .malformedResponse("x"),
        .status(429, retryAfter: nil), .status(409, retryAfter: nil), .status(500, retryAfter: nil),
        .status(501, retryAfter: nil), .status(502, retryAfter: nil), .status(503, retryAfter: nil),
        .status(504, retryAfter: nil), .status(400, retryAfter: nil), .firstByteTimeout, .idleTimeout, .cancelled,
    ]

    /// Which of the failures, by position, a `retry_on` covers.
    @Test(arguments: [
        ("connect-failure", [0, 1, 2]), ("reset", [3, 4]), ("refused-stream", [3, 4]), ("retriable-4xx", [5, 6]),
        ("429", [5]), ("409", [6]), ("gateway-error", [0, 1, 2, 9, 10, 11]),
        ("5xx", [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]), ("503", [10]), ("500,504", [7, 11]),
        (" connect-failure , reset ", [0, 1, 2, 3, 4]), ("nonsense", []), ("400", [12]),
    ])
    func conditions(_ retryOn: String, _ covered: [Int]) throws {
        for (index, failure) in Self.failures.enumerated() {
            let exchange = try exchange(Self.policy(reliability: "retry_count: 1, retry_on: \"\(retryOn)\""))
            _ = try exchange.attempt()
            var isRetried = false
            if case .attempt = exchange.next(after: failure) { isRetried = true }
            exchange.vanish()
            #expect(isRetried == covered.contains(index), "\(retryOn): \(failure)")
        }
    }

    @Test(arguments: [
        ("retriable-4xx", 429, true), ("retriable-4xx", 409, true), ("connect-failure", 429, false), ("5xx", 500, true),
        ("5xx", 503, true), ("gateway-error", 500, false), ("gateway-error", 502, true), ("5xx", 429, false),
        ("5xx,retriable-4xx", 404, false), ("5xx", 400, false),
    ])
    func statusesAreJudgedByTheHead(_ retryOn: String, _ status: Int, _ isRetried: Bool) throws {
        let exchange = try exchange(Self.policy(reliability: "retry_count: 1, retry_on: \"\(retryOn)\""))
        _ = try exchange.attempt()
        if isRetried {
            let failure = try exchange.dropped(status)
            #expect(failure == .status(status, retryAfter: nil))
            _ = try exchange.attempt(after: failure)
            // The last answer is the client's, whatever it is.
        }
        #expect(
            try exchange.relayed(status, [("content-type", "application/json")])["x-vsr-response-path"] == ["upstream"])
        #expect(exchange.body("{\"error\":1}") == "{\"error\":1}")
        #expect(exchange.end() == nil)
        exchange.finish()
    }

    @Test func retryAfterIsWaitedForWhenShort() throws {
        let exchange = try exchange(Self.policy())
        _ = try exchange.attempt()
        let failure = try exchange.dropped(503, [("Retry-After", "2")])
        #expect(failure == .status(503, retryAfter: .seconds(2)))
        guard case .attempt(_, let delay) = exchange.next(after: failure) else { throw UnexpectedOutcome("gave up") }
        #expect(delay == .seconds(2))
        exchange.vanish()
    }

    @Test func aLongRetryAfterGoesToTheClient() throws {
        let exchange = try exchange(Self.policy())
        _ = try exchange.attempt()
        let headers = try exchange.relayed(503, [("Retry-After", "60")])
        #expect(headers["retry-after"] == ["60"])
        exchange.vanish()
    }

    @Test func theBackoffIsBounded() throws {
        let exchange = try exchange(Self.policy(reliability: "retry_count: 4, retry_on: connect-failure"))
        guard case .attempt(_, .zero) = exchange.next() else { throw UnexpectedOutcome("the first try waits") }
        for ceiling in [25, 50, 100, 200] {
            guard case .attempt(_, let delay) = exchange.next(after: Self.refused) else {
                throw UnexpectedOutcome("gave up")
            }
            #expect((TimeAmount.zero...TimeAmount.milliseconds(Int64(ceiling))).contains(delay))
        }
        exchange.vanish()
    }

    // MARK: Failover

    @Test func theNextCandidateServesWhereThePolicySaysSo() throws {
        let fixture = try RouterFixture(Self.policy(reliability: "retry_count: 0", onError: "fallback"))
        let exchange = try fixture.forward(Self.body)
        #expect(try exchange.attempt().backend.host.hasPrefix("10.0.0."))
        let second = try exchange.attempt(after: Self.refused)
        #expect(second.backend.host == "10.0.1.1")
        #expect(try second.json["model"] == "second")
        #expect(second.headers["x-selected-model"] == ["second"])
        #expect(second.headers["authorization"] == [])
        #expect(try exchange.relayed().first(name: "x-vsr-selected-model") == "second")
        #expect(exchange.end() == nil)
        exchange.finish()
        let line = try fixture.log.request()
        #expect(line["selected_model"] == "second")
        #expect(line["attempts"]?.contains("connect_failed") == true)
    }

    @Test(arguments: ["", "fallback"])
    func failuresThatMoveOn(_ onError: String) throws {
        for (failure, mayMove) in [
            (Self.refused, true), (.firstByteTimeout, true), (.tlsFailed("x"), true), (.reset("x"), true),
            (.status(429, retryAfter: .seconds(60)), true), (.status(500, retryAfter: nil), true),
            (.status(400, retryAfter: nil), false), (.cancelled, false),
        ] as [(AttemptFailure, Bool)] {
            let exchange = try exchange(Self.policy(reliability: "retry_count: 0", onError: onError))
            _ = try exchange.attempt()
            if mayMove, !onError.isEmpty {
                #expect(try exchange.attempt(after: failure).backend.host == "10.0.1.1")
                exchange.vanish()
            } else {
                _ = try exchange.refusal(after: failure)
            }
        }
    }

    @Test func everyCandidateHasItsOwnRetries() throws {
        let exchange = try exchange(Self.policy(onError: "fallback"))
        var hosts: [String] = [try exchange.attempt().backend.host]
        for _ in 0..<3 { hosts.append(try exchange.attempt(after: Self.refused).backend.host) }
        #expect(Set(hosts[..<2]) == ["10.0.0.1", "10.0.0.2"])
        #expect(hosts[2...] == ["10.0.1.1", "10.0.1.1"])
        #expect(try exchange.refusal(after: Self.refused).error?["message"]?.string?.contains("\"second\"") == true)
    }

    @Test func candidatesThatCannotBeCalledArePassedOver() throws {
        for second in [
            "api_format: anthropic, backend_refs: [{ endpoint: \"10.0.1.1:8000\" }]", "provider_model_id: x",
        ] {
            let exchange = try exchange(Self.policy(reliability: "retry_count: 0", onError: "fallback", second: second))
            _ = try exchange.attempt()
            #expect(try exchange.refusal(after: Self.refused).status == 502)
        }
    }

    // MARK: Giving up

    @Test(arguments: [
        (AttemptFailure.connectFailed("to 10.0.0.1"), 502, "backend_unreachable", nil as String?),
        (.tlsFailed("secret"), 502, "backend_unreachable", nil), (.reset("secret"), 502, "backend_unreachable", nil),
        (.connectTimeout, 504, "backend_timeout", nil), (.firstByteTimeout, 504, "backend_timeout", nil),
        (.idleTimeout, 504, "backend_timeout", nil), (.poolExhausted, 503, "overloaded", "1"),
        (.malformedResponse("no status line"), 502, "backend_invalid_response", nil),
        (.status(429, retryAfter: .seconds(30)), 429, "backend_unreachable", "30"),
        (.status(503, retryAfter: .milliseconds(10)), 503, "backend_unreachable", "1"),
        (.status(500, retryAfter: nil), 503, "backend_unreachable", nil),
    ])
    func refusals(_ failure: AttemptFailure, _ status: Int, _ code: String, _ retryAfter: String?) throws {
        let fixture = try RouterFixture(Self.policy(reliability: "retry_count: 0"))
        let exchange = try fixture.forward(Self.body, headers: [("x-request-id", "abc")])
        _ = try exchange.attempt()
        let response = try exchange.refusal(after: failure)
        #expect(response.status == status)
        #expect(response.error?["code"] == .string(code))
        #expect(response.header("retry-after") == retryAfter)
        #expect(response.header("x-request-id") == "abc")
        #expect(response.header("x-vsr-schema-version") == "2")
        #expect(response.header("x-vsr-response-path") == "error")
        let message = try #require(response.error?["message"]?.string)
        #expect(message.contains("Model \"first\"") || message.contains("model \"first\""))
        for secret in ["hunter2", "10.0.0.1", "secret", "sensitive"] { #expect(!message.contains(secret)) }
        let line = try fixture.log.request()
        #expect(line["error"] == code)
        #expect(line["status"] == String(status))
        #expect(line["response_path"] == "error")
    }

    @Test func nothingIsTriedAgainAfterTheFirstByte() throws {
        let exchange = try exchange(
            Self.policy(reliability: "retry_count: 5, retry_on: \"reset,5xx\"", onError: "fallback"))
        _ = try exchange.attempt()
        _ = try exchange.relayed(200, [("content-type", "application/json"), ("content-length", "100")])
        #expect(exchange.body("{\"id\"") == "{\"id\"")
        #expect(exchange.end(.cut(.reset("x"))) == nil)
        exchange.finish()
    }

    // MARK: Order of backends

    /// How often each backend is asked in a number of requests that all succeed.
    func shares(_ policy: String, _ requests: Int) throws -> [String: Int] {
        let fixture = try RouterFixture(policy)
        var counts: [String: Int] = [:]
        for _ in 0..<requests {
            let exchange = try fixture.forward(Self.body)
            counts[try exchange.attempt().backend.host, default: 0] += 1
            _ = try exchange.relayed(200, [("content-type", "application/json")])
            _ = exchange.end()
            exchange.finish()
        }
        return counts
    }

    @Test func backendsShareByWeight() throws {
        #expect(try shares(Self.policy(), 10) == ["10.0.0.1": 5, "10.0.0.2": 5])
        #expect(try shares(Self.policy(weights: (3, 1)), 8) == ["10.0.0.1": 6, "10.0.0.2": 2])
        #expect(
            try shares(Self.policy(reliability: "lb_policy: round_robin", weights: (1, 4)), 10)
                == ["10.0.0.1": 2, "10.0.0.2": 8])
    }

    @Test func theLeastBusyBackendIsAskedWhereThePolicySaysSo() throws {
        let fixture = try RouterFixture(Self.policy(reliability: "lb_policy: least_request"))
        let busy = try fixture.forward(Self.body)
        let host = try busy.attempt().backend.host
        for _ in 0..<4 {
            let exchange = try fixture.forward(Self.body)
            #expect(try exchange.attempt().backend.host != host)
            exchange.vanish()
        }
        busy.vanish()
    }

    @Test func aBackendThatKeepsFailingIsLeftOut() throws {
        let fixture = try RouterFixture(
            Self.policy(
                reliability: "retry_count: 1, retry_on: connect-failure, consecutive_5xx: 2, base_ejection_time: 300s"))
        for _ in 0..<8 {
            let exchange = try fixture.forward(Self.body)
            var host = try exchange.attempt().backend.host
            if host == "10.0.0.1" { host = try exchange.attempt(after: Self.refused).backend.host }
            #expect(host == "10.0.0.2")
            _ = try exchange.relayed()
            _ = exchange.end()
            exchange.finish()
        }
        #expect(fixture.log.all.filter { $0.message == "backend_ejected" }.map { $0["backend"] } == ["a"])
        let exchange = try fixture.forward(Self.body)
        #expect(try exchange.attempt().backend.host == "10.0.0.2")
        exchange.vanish()
    }
}
