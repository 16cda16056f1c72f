public import NIOCore

/// Whether and when a failed attempt is repeated. Pure: randomness is an argument.
public struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included: 1...5.
    public let maxAttempts: Int
    /// Status codes that are retried.
    public var retryableStatuses: Set<Int>
    /// The backoff's ceiling before the second attempt; doubles with each further one.
    public var backoffBase: TimeAmount
    /// The highest ceiling.
    public var backoffMaximum: TimeAmount
    /// The longest `Retry-After` that is waited for; a longer one is not retried.
    public var maxRetryAfter: TimeAmount

    /// What follows a failure.
    public enum Decision: Sendable, Hashable {
        /// Try again after this time.
        case retry(after: TimeAmount)
        /// Do not.
        case stop
    }

    /// Creates a policy; `maxAttempts` is brought into 1...5.
    public init(
        maxAttempts: Int = 3,
        retryableStatuses: Set<Int> = [429, 502, 503, 504],
        backoffBase: TimeAmount = .milliseconds(25),
        backoffMaximum: TimeAmount = .milliseconds(500),
        maxRetryAfter: TimeAmount = .seconds(2)
    ) {
        self.maxAttempts = min(max(maxAttempts, 1), 5)
        self.retryableStatuses = retryableStatuses
        self.backoffBase = backoffBase
        self.backoffMaximum = backoffMaximum
        self.maxRetryAfter = maxRetryAfter
    }

    /// Whether a failure of this kind can be repeated at all.
    ///
    /// A request that reached its time limit is not: the backend may still be working on it, and the client
    /// has waited long enough.
    public func isRetryable(_ failure: AttemptFailure) -> Bool {
        switch failure {
        case .connectFailed, .connectTimeout, .reset, .poolExhausted, .malformedResponse: true
        case .status(let status, _): self.retryableStatuses.contains(status)
        case .firstByteTimeout, .idleTimeout, .tlsFailed, .cancelled: false
        }
    }

    /// What follows the failure of attempt number `attemptsMade` (1 for the first).
    ///
    /// Full jitter: uniform in 0...min(maximum, base · 2^(attemptsMade − 1)). A `Retry-After` replaces it.
    public func decide(
        attemptsMade: Int, failure: AttemptFailure, using generator: inout some RandomNumberGenerator
    ) -> Decision {
        guard attemptsMade >= 1, attemptsMade < self.maxAttempts, self.isRetryable(failure) else { return .stop }
        if case .status(_, let retryAfter?) = failure {
            return retryAfter <= self.maxRetryAfter ? .retry(after: max(retryAfter, .zero)) : .stop
        }
        let doubled = self.backoffBase.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(attemptsMade - 1))
        let ceiling =
            doubled.overflow
            ? self.backoffMaximum.nanoseconds : min(doubled.partialValue, self.backoffMaximum.nanoseconds)
        guard ceiling > 0 else { return .retry(after: .zero) }
        return .retry(after: .nanoseconds(Int64.random(in: 0...ceiling, using: &generator)))
    }

    /// Reads a `Retry-After` value given in seconds; nil for a date or anything else.
    public static func retryAfter(_ value: String) -> TimeAmount? {
        let digits = value.utf8
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let seconds = Int64(value)
        else { return nil }
        return .seconds(seconds)
    }
}
