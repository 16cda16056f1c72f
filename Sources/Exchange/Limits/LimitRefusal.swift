internal import NIOCore
internal import State
internal import Wire

/// Why a limit refuses a request, and the answer that says so. Spec pipeline-api §4.6, §3.3.
struct LimitRefusal: Error, Sendable, Hashable {
    /// The rule, or the kind of service.
    var rule: String
    /// What ran out.
    var quantity: String
    /// Whole seconds, at least 1, after which another try may pass.
    var retryAfter: Int
    private var standing: [String: Int] = [:]

    /// A service did not answer, and the policy does not let requests pass then.
    static let unanswered = LimitRefusal(rule: "envoy-ratelimit", quantity: "service", retryAfter: 5)

    private init(rule: String, quantity: String, retryAfter: Int) {
        self.rule = rule
        self.quantity = quantity
        self.retryAfter = retryAfter
    }

    init(_ standing: LimitStanding, at now: Int64) {
        self.init(
            rule: standing.rule, quantity: standing.quantity.rawValue, retryAfter: Int(max(1, standing.reset - now)))
        self.standing["x-ratelimit-reset"] = Int(standing.reset)
        guard standing.quantity != .cost else { return }
        self.standing["x-ratelimit-limit"] = standing.limit
        self.standing["x-ratelimit-remaining"] = standing.remaining
    }

    init(_ answer: RateLimitAnswer, at now: Int64) {
        self.init(
            rule: "envoy-ratelimit", quantity: "requests", retryAfter: max(1, answer.secondsUntilReset ?? 60))
        for (name, value) in Self.fields(answer, at: now) { standing[name] = Int(value) }
    }

    /// The headers of an answer that a limit let pass.
    static func fields(_ standing: LimitStanding) -> [(String, String)] {
        [
            ("x-ratelimit-limit", String(standing.limit)), ("x-ratelimit-remaining", String(standing.remaining)),
            ("x-ratelimit-reset", String(standing.reset)),
        ]
    }

    /// The same from a service, as far as it tells.
    static func fields(_ answer: RateLimitAnswer, at now: Int64) -> [(String, String)] {
        var fields: [(String, String)] = []
        if let limit = answer.limit { fields.append(("x-ratelimit-limit", String(limit))) }
        if let remaining = answer.remaining { fields.append(("x-ratelimit-remaining", String(remaining))) }
        if let seconds = answer.secondsUntilReset { fields.append(("x-ratelimit-reset", String(now + Int64(seconds)))) }
        return fields
    }

    /// The answer. Its code is a number, as the contract has it.
    func response(requestID: String) -> LocalResponse {
        let body = JSON.object([
            (
                "error",
                .object([
                    ("message", .string("Rate limit exceeded. Retry after \(retryAfter) seconds.")),
                    ("type", "rate_limit_error"), ("code", 429),
                ])
            )
        ])
        var headers = [
            ("content-type", "application/json"), (RoutingHeader.schemaVersion, RoutingHeader.currentSchema),
            (RoutingHeader.responsePath, ResponsePath.rateLimited.rawValue), ("x-request-id", requestID),
            ("retry-after", String(retryAfter)),
        ]
        headers += standing.sorted { $0.key < $1.key }.map { ($0.key, String($0.value)) }
        return LocalResponse(status: 429, headers: headers, body: ByteBuffer(bytes: body.serialized()))
    }
}
