public import Policy

/// Whose count it is: a rule's, for a user and a model where the rule tells them apart.
public struct LimitKey: Sendable, Hashable {
    public var rule: String
    public var user: String
    public var model: String
    public var unit: RateLimitRule.Unit

    /// A key; empty names are all of them together.
    public init(rule: String, user: String = "", model: String = "", unit: RateLimitRule.Unit) {
        self.rule = rule
        self.user = user
        self.model = model
        self.unit = unit
    }
}

/// What may happen in one unit of time.
public struct Limit: Sendable, Hashable {
    /// What is bounded.
    public enum Quantity: String, Sendable, CaseIterable {
        case requests
        case tokens
        case cost
    }

    public var key: LimitKey
    /// Nil bounds nothing.
    public var requests: Int?
    public var tokens: Int?
    /// In units of ``currency``.
    public var cost: Double?
    public var currency: String

    /// A limit.
    public init(
        _ key: LimitKey, requests: Int? = nil, tokens: Int? = nil, cost: Double? = nil, currency: String = "USD"
    ) {
        self.key = key
        self.requests = requests
        self.tokens = tokens
        self.cost = cost
        self.currency = currency
    }
}

/// What a request takes, or will take at least.
public struct LimitCharge: Sendable, Hashable {
    public var tokens: Int
    public var cost: Double
    public var currency: String

    /// Nothing, unless said otherwise.
    public init(tokens: Int = 0, cost: Double = 0, currency: String = "USD") {
        self.tokens = max(0, tokens)
        self.cost = max(0, cost)
        self.currency = currency
    }

    func cost(in currency: String) -> Double { self.currency == currency ? cost : 0 }
}

/// How much of a limit is left.
public struct LimitStanding: Sendable, Hashable {
    public var rule: String
    public var quantity: Limit.Quantity
    /// Requests or tokens; for money 0, since it has no whole numbers.
    public var limit: Int
    public var remaining: Int
    /// When the unit ends, in seconds since 1970.
    public var reset: Int64
}

/// Whether a request may pass.
public enum LimitVerdict: Sendable {
    /// It is counted; the ticket says where its tokens and cost are charged. The standing is of the limit that is nearest
    /// to its end; nil where only money is bounded.
    case admitted(LimitTicket, LimitStanding?)
    /// It is not counted.
    case refused(LimitStanding)
}

/// Where an admitted request is counted, and what was set aside for it. To be settled or withdrawn once.
public struct LimitTicket: Sendable {
    struct Entry: Sendable {
        var limit: Limit
        /// The key under which it is counted in the unit that it was admitted in.
        var key: LimitKey
        var period: Range<Int64>
        var tokens: Int
        var cost: Double
    }

    var entries: [Entry]
}
