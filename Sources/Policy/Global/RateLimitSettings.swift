/// Requests that a rule counts; every key that is set must match.
public struct RateLimitMatch: Sendable {
    public var user = ""
    public var group = ""
    public var model = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "match",
        "Requests that a rule counts; every key that is set must match.",
        initial: RateLimitMatch()
    ) {
        Key("user", \.user, .string, "User identifier.")
        Key("group", \.group, .string, "Group of the user.")
        Key("model", \.model, .string, "Model name.")
    }
}

/// A bound on requests and tokens in a unit of time.
public struct RateLimitRule: Sendable {
    /// The unit of time.
    public enum Unit: String, Sendable, CaseIterable {
        case minute
        case second
        case hour
        case day
    }

    public var name = ""
    public var match = RateLimitMatch()
    public var requestsPerUnit = 0
    public var tokensPerUnit = 0
    public var unit = Unit.minute

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratelimit rule", "A bound on requests and tokens in a unit of time.", initial: RateLimitRule()
    ) {
        Key("name", \.name, .nonEmptyString, "Name of the rule.", required: true)
        Key("match", \.match, merging: RateLimitMatch.schema, "Requests that the rule counts.")
        Key("requests_per_unit", \.requestsPerUnit, .count, "Most requests in the unit; 0 is no bound.")
        Key("tokens_per_unit", \.tokensPerUnit, .count, "Most tokens in the unit; 0 is no bound.")
        Key("unit", \.unit, .enumeration(caseInsensitive: true), "The unit of time.")
    }.checking { value, node, context in
        if value.requestsPerUnit == 0, value.tokensPerUnit == 0 {
            context.warning(
                .noEffect, "the rule bounds nothing: set requests_per_unit or tokens_per_unit", at: node.position)
        }
    }
}

/// A counter of requests.
public struct RateLimitProvider: Sendable {
    /// Where requests are counted.
    public enum Counter: String, Sendable, CaseIterable {
        case envoyRatelimit = "envoy-ratelimit"
        case localLimiter = "local-limiter"
    }

    public var type = Counter.envoyRatelimit
    public var address = ""
    public var domain = "semantic-router"
    public var rules: [RateLimitRule] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratelimit provider", "A counter of requests.", initial: RateLimitProvider()
    ) {
        Key("type", \.type, .enumeration(), "Where requests are counted.", required: true)
        Key("address", \.address, .string, "Host and port of the rate limit service.")
        Key("domain", \.domain, .string, "Domain that is sent to the rate limit service.")
        Key(
            "rules", \.rules, .list(.object(RateLimitRule.schema)),
            "Bounds of the local limiter; the first that matches counts.")
    }.checking { value, node, context in
        if value.type == .envoyRatelimit, value.address.isEmpty, node["type"] != nil {
            context.error(.missingKey, "envoy-ratelimit needs an address", key: "address", of: node)
        }
        if value.type == .localLimiter, node["rules"]?.elements?.isEmpty ?? true {
            context.error(.missingKey, "local-limiter needs at least one rule", key: "rules", of: node)
        }
    }
}

/// Bounds on requests and tokens.
public struct RateLimitSettings: Sendable {
    public var failsOpen = false
    public var providers: [RateLimitProvider] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratelimit", "Bounds on requests and tokens.", initial: RateLimitSettings()
    ) {
        Key("fail_open", \.failsOpen, .boolean, "Let requests pass when a counter fails.")
        Key("providers", \.providers, .list(.object(RateLimitProvider.schema)), "Counters, asked in order.")
    }
}
