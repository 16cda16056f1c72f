/// Requests that a rule counts; every key that is set must match.
public struct RateLimitMatch: Sendable {
    public var user = ""
    public var group = ""
    public var model = ""

    /// The defaults.
    public init() {}

    /// Whether it matches everything.
    public var isEmpty: Bool { [user, group, model].allSatisfy { $0.isEmpty || $0 == "*" } }

    /// The declaration.
    public static let schema = Schema(
        "match",
        "Requests that a rule counts; every key that is set must match.",
        initial: RateLimitMatch()
    ) {
        Key("user", \.user, .string, "User identifier; `*` is anybody.")
        Key("group", \.group, .string, "Group of the user; `*` is any or none.")
        Key("model", \.model, .string, "Model that was chosen; `*` is any.")
    }
}

/// A bound on requests, tokens and money in a unit of time.
public struct RateLimitRule: Sendable {
    /// The unit of time. It begins and ends with the clock's, in UTC.
    public enum Unit: String, Sendable, CaseIterable {
        case minute
        case second
        case hour
        case day
        case month
    }

    /// What has a count of its own within a rule.
    public enum Dimension: String, Sendable, CaseIterable {
        case user
        case model
    }

    public var name = ""
    public var match = RateLimitMatch()
    public var requestsPerUnit = 0
    public var tokensPerUnit = 0
    /// In units of ``currency``; nil is no bound.
    public var costPerUnit: Double?
    public var currency = "USD"
    public var unit = Unit.minute
    public var dimensions: [Dimension] = [.user, .model]

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratelimit rule", "A bound on requests, tokens and money in a unit of time.", initial: RateLimitRule()
    ) {
        Key("name", \.name, .nonEmptyString, "Name of the rule.", required: true)
        Key("match", \.match, merging: RateLimitMatch.schema, "Requests that the rule counts.")
        Key("requests_per_unit", \.requestsPerUnit, .count, "Most requests in the unit; 0 is no bound.")
        Key("tokens_per_unit", \.tokensPerUnit, .count, "Most tokens in the unit; 0 is no bound.")
        Key(
            "cost_per_unit", \.costPerUnit, ValueType<Double>.nonNegative.optional,
            "Most money in the unit, by the models' prices; absent is no bound.")
        Key("currency", \.currency, .nonEmptyString, "Currency of cost_per_unit; other prices are not counted.")
        Key("unit", \.unit, .enumeration(caseInsensitive: true), "The unit of time, in UTC.")
        Key(
            "per", \.dimensions, .list(.enumeration()),
            "What has a count of its own; with an empty list all requests of the rule share one.")
    }.checking { value, node, context in
        // With a match it lets somebody pass: the first rule that matches counts.
        if value.requestsPerUnit == 0, value.tokensPerUnit == 0, value.costPerUnit == nil, value.match.isEmpty {
            context.warning(
                .noEffect, "the rule bounds nothing: set requests_per_unit, tokens_per_unit or cost_per_unit",
                at: node.position)
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

    /// Where the rate limit service answers; nil for an address that is none.
    public var service: HostAndPort? { HostAndPort(address, defaultPort: 8_081) }

    /// The declaration.
    public static let schema = Schema(
        "ratelimit provider", "A counter of requests.", initial: RateLimitProvider()
    ) {
        Key("type", \.type, .enumeration(), "Where requests are counted.", required: true)
        Key("address", \.address, .string, "Host and port of the rate limit service; port 8081 by default.")
        Key("domain", \.domain, .string, "Domain that is sent to the rate limit service.")
        Key(
            "rules", \.rules, .list(.object(RateLimitRule.schema)),
            "Bounds of the local limiter; the first that matches counts.")
    }.checking { value, node, context in
        switch value.type {
        case .envoyRatelimit:
            if value.address.isEmpty, node["type"] != nil {
                context.error(.missingKey, "envoy-ratelimit needs an address", key: "address", of: node)
            } else if !value.address.isEmpty, value.service == nil {
                context.error(.invalidValue, "expected HOST:PORT", key: "address", of: node)
            }
            if !value.rules.isEmpty {
                context.warning(
                    .noEffect, "envoy-ratelimit has its rules in the service", key: "rules", in: node)
            }
        case .localLimiter:
            if node["rules"]?.elements?.isEmpty ?? true {
                context.error(.missingKey, "local-limiter needs at least one rule", key: "rules", of: node)
            }
            if !value.address.isEmpty {
                context.warning(.noEffect, "local-limiter asks no service", key: "address", in: node)
            }
        }
    }
}

/// Bounds on requests, tokens and money.
public struct RateLimitSettings: Sendable {
    public var failsOpen = false
    public var providers: [RateLimitProvider] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratelimit", "Bounds on requests, tokens and money.", initial: RateLimitSettings()
    ) {
        Key("fail_open", \.failsOpen, .boolean, "Let requests pass when a rate limit service does not answer.")
        Key(
            "providers", \.providers, .list(.object(RateLimitProvider.schema)), "Counters; all must let a request pass."
        )
    }
}
