internal import Policy
internal import State

/// The limits of a policy, in the form in which requests are held against them. Spec pipeline-api §12.1.
struct RateLimiter: Sendable {
    private struct Rule: Sendable {
        var name: String
        var rule: RateLimitRule
    }

    /// A service that is asked.
    struct Service: Sendable {
        var address: HostAndPort
        var domain: String
    }

    /// The rules of each local limiter.
    private let limiters: [[Rule]]
    let services: [Service]
    let failsOpen: Bool

    /// Nil where nothing is bounded.
    init?(_ settings: RateLimitSettings) {
        guard !settings.providers.isEmpty else { return nil }
        failsOpen = settings.failsOpen
        var used: [String: Int] = [:]
        limiters = settings.providers.filter { $0.type == .localLimiter }.map { provider in
            provider.rules.map { rule in
                // Rules of one name do not share their counts.
                used[rule.name, default: 0] += 1
                let number = used[rule.name] ?? 1
                return Rule(name: number == 1 ? rule.name : "\(rule.name)#\(number)", rule: rule)
            }
        }
        services = settings.providers.filter { $0.type == .envoyRatelimit }.compactMap { provider in
            provider.service.map { Service(address: $0, domain: provider.domain) }
        }
    }

    /// The limits that a request must keep: of each local limiter those of the first rule that matches. Names are empty
    /// where they are not known.
    func limits(user: String, groups: [String], model: String) -> [Limit] {
        limiters.compactMap { rules in
            guard let match = rules.first(where: { $0.rule.match.covers(user, groups, model) }) else { return nil }
            let rule = match.rule
            let limit = Limit(
                LimitKey(
                    rule: match.name, user: rule.dimensions.contains(.user) ? user : "",
                    model: rule.dimensions.contains(.model) ? model : "", unit: rule.unit),
                requests: rule.requestsPerUnit > 0 ? rule.requestsPerUnit : nil,
                tokens: rule.tokensPerUnit > 0 ? rule.tokensPerUnit : nil, cost: rule.costPerUnit,
                currency: rule.currency)
            return limit.requests == nil && limit.tokens == nil && limit.cost == nil ? nil : limit
        }
    }
}

extension RateLimitMatch {
    fileprivate func covers(_ user: String, _ groups: [String], _ model: String) -> Bool {
        func covers(_ pattern: String, _ isMeant: (String) -> Bool) -> Bool {
            pattern.isEmpty || pattern == "*" || isMeant(pattern)
        }
        return covers(self.user) { $0 == user } && covers(group, groups.contains) && covers(self.model) { $0 == model }
    }
}
