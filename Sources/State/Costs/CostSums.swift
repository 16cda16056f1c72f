/// What belongs to one line of the accounts.
public struct CostKey: Sendable, Hashable {
    /// When the hour, or of older lines the day, begins, in seconds since 1970.
    public var period: Int64
    public var recipe: String
    public var decision: String
    /// The model that was asked, or would have been.
    public var model: String
    /// The user whom a trusted proxy named; empty for anybody else.
    public var tenant: String
    /// Empty where the model's prices are not known.
    public var currency: String

    /// A key.
    public init(
        period: Int64, recipe: String, decision: String, model: String, tenant: String, currency: String
    ) {
        self.period = period
        self.recipe = recipe
        self.decision = decision
        self.model = model
        self.tenant = tenant
        self.currency = currency
    }
}

/// Sums over requests. Money is in units of the line's currency.
public struct CostSums: Sendable, Hashable {
    public var requests = 0
    /// Requests that the response cache answered; they cost nothing.
    public var cacheHits = 0
    /// Requests whose tokens or prices are not known: they are in no sum of money.
    public var excluded = 0
    /// Requests whose cost is known and that there is no baseline for.
    public var uncompared = 0
    public var promptTokens = 0
    public var cachedTokens = 0
    public var completionTokens = 0
    public var actual = 0.0
    public var baseline = 0.0
    public var savings = 0.0

    /// Nothing.
    public init() {}

    /// The columns in the file, in the order of ``numbers`` and ``money``.
    static let counts = [
        "requests", "cache_hits", "excluded_requests", "uncompared_requests", "prompt_tokens", "cached_tokens",
        "completion_tokens",
    ]
    static let amounts = ["actual", "baseline", "savings"]

    var numbers: [Int] {
        [requests, cacheHits, excluded, uncompared, promptTokens, cachedTokens, completionTokens]
    }

    var money: [Double] { [actual, baseline, savings] }

    init(numbers: [Int], money: [Double]) {
        (requests, cacheHits, excluded, uncompared) = (numbers[0], numbers[1], numbers[2], numbers[3])
        (promptTokens, cachedTokens, completionTokens) = (numbers[4], numbers[5], numbers[6])
        (actual, baseline, savings) = (money[0], money[1], money[2])
    }

    /// Adds other sums.
    public mutating func add(_ other: CostSums) {
        self = CostSums(
            numbers: zip(numbers, other.numbers).map { $0.addingReportingOverflow($1).partialValue },
            money: zip(money, other.money).map(+))
    }
}

/// What is asked of the accounts.
public struct CostQuery: Sendable {
    /// What lines are told apart by, beside their currency.
    public enum Group: String, Sendable, CaseIterable {
        case recipe
        case decision
        case model
        case tenant
        case hour
        case day
    }

    /// From this second on, as whole hours or, of what is older than two days, days.
    public var since: Int64?
    /// Up to before this second.
    public var until: Int64?
    public var groups: [Group] = []
    /// Only lines with these names; `hour` and `day` are not filtered by.
    public var filters: [Group: String] = [:]
    /// Most lines of the answer.
    public var limit = 1_000

    /// Everything, in one line for each currency.
    public init() {}
}

/// One line of an answer.
public struct CostLine: Sendable, Hashable {
    /// The names of the groups that were asked for; times in seconds since 1970.
    public var names: [CostQuery.Group: String]
    public var currency: String
    public var sums: CostSums
}
