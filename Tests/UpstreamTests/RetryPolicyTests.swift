import NIOCore
import Testing

@testable import Upstream

@Suite
struct RetryPolicyTests {
    @Test func attemptsAreBounded() {
        #expect(RetryPolicy(maxAttempts: 100).maxAttempts == 5)
        #expect(RetryPolicy(maxAttempts: 0).maxAttempts == 1)
        var generator = SeededGenerator(seed: 1)
        let policy = RetryPolicy(maxAttempts: 2)
        #expect(policy.decide(attemptsMade: 2, failure: .connectFailed(""), using: &generator) == .stop)
        #expect(policy.decide(attemptsMade: 1, failure: .connectFailed(""), using: &generator) != .stop)
    }

    @Test(arguments: 0..<20)
    func backoffIsJitteredBelowADoublingCeiling(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let policy = RetryPolicy(maxAttempts: 5, backoffBase: .milliseconds(100), backoffMaximum: .milliseconds(300))
        for (made, ceiling) in [(1, 100), (2, 200), (3, 300), (4, 300)] {
            guard case .retry(let after) = policy.decide(attemptsMade: made, failure: .reset(""), using: &generator)
            else {
                Issue.record("not retried, seed \(seed)")
                return
            }
            #expect(after >= .zero && after <= .milliseconds(Int64(ceiling)), "seed \(seed)")
        }
    }

    @Test func retryAfterIsHonouredWithinItsBound() {
        var generator = SeededGenerator(seed: 1)
        let policy = RetryPolicy()
        #expect(
            policy.decide(attemptsMade: 1, failure: .status(503, retryAfter: .seconds(2)), using: &generator)
                == .retry(after: .seconds(2)))
        #expect(
            policy.decide(attemptsMade: 1, failure: .status(503, retryAfter: .seconds(3)), using: &generator) == .stop)
        #expect(policy.decide(attemptsMade: 1, failure: .status(400, retryAfter: nil), using: &generator) == .stop)
    }

    @Test func timeLimitsAreNotRetried() {
        let policy = RetryPolicy()
        for failure in [AttemptFailure.firstByteTimeout, .idleTimeout, .cancelled, .tlsFailed("")] {
            #expect(!policy.isRetryable(failure))
        }
    }

    @Test func retryAfterValues() {
        #expect(RetryPolicy.retryAfter("7") == .seconds(7))
        #expect(RetryPolicy.retryAfter("") == nil)
        #expect(RetryPolicy.retryAfter("-1") == nil)
        #expect(RetryPolicy.retryAfter("9999999999") == nil)
        #expect(RetryPolicy.retryAfter("Wed, 21 Oct 2015 07:28:00 GMT") == nil)
    }
}
