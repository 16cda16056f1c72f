internal import Policy
internal import Wire

/// What one request cost, and what the same tokens would have cost at another model.
struct CostBreakdown: Sendable, Hashable {
    /// The same tokens at the model that costs are compared with.
    struct Baseline: Sendable, Hashable {
        var model: String
        /// In units of the breakdown's currency.
        var cost: Double
    }

    /// The model that was asked, or would have been had the response cache not answered.
    var model: String
    /// In units of `currency`; 0 when the response cache answered.
    var actual: Double
    var currency: String
    /// Nil where no model has prices in this currency to compare with.
    var baseline: Baseline?

    /// What was saved against the baseline; negative when it would have been cheaper.
    var savings: Double? { baseline.map { $0.cost - actual } }
}

/// Prices requests by one policy. Spec selection-learning §9, but currencies are never mixed, and of models that are
/// equally dear the first counts.
struct CostAccounting: Sendable {
    private struct Model: Sendable {
        var name: String
        var pricing: Pricing
    }

    /// The model that the policy chose to compare with.
    private let chosen: Model?
    /// The dearest model of each currency.
    private let dearest: [String: Model]

    init(_ policy: Policy) {
        var dearest: [String: Model] = [:]
        var chosen: Model?
        for model in policy.providers.models {
            guard let pricing = model.pricing else { continue }
            let priced = Model(name: model.name, pricing: pricing)
            if model.name == policy.global.services.costs.baselineModel { chosen = priced }
            guard pricing.dearness > dearest[pricing.currency]?.pricing.dearness ?? 0 else { continue }
            dearest[pricing.currency] = priced
        }
        self.chosen = chosen
        self.dearest = dearest
    }

    /// What a call cost; nil where its tokens or the model's prices are not known.
    func breakdown(of usage: Usage?, by model: CallableModel) -> CostBreakdown? {
        guard let usage, let pricing = model.pricing else { return nil }
        return CostBreakdown(
            model: model.name, actual: pricing.cost(of: usage), currency: pricing.currency,
            baseline: baseline(of: usage, in: pricing.currency))
    }

    /// What an answer of the response cache saved. Nothing was spent; without the tokens of the answer, or prices of the
    /// model that would have been asked, nobody knows how much that saved.
    func breakdown(ofHit usage: Usage?, insteadOf model: CallableModel) -> CostBreakdown? {
        guard let usage, let pricing = model.pricing else { return nil }
        return CostBreakdown(
            model: model.name, actual: 0, currency: pricing.currency,
            baseline: baseline(of: usage, in: pricing.currency))
    }

    private func baseline(of usage: Usage, in currency: String) -> CostBreakdown.Baseline? {
        guard let model = chosen ?? dearest[currency], model.pricing.currency == currency else { return nil }
        return .init(model: model.name, cost: model.pricing.cost(of: usage))
    }
}

extension Pricing {
    /// The price of a call. Cached input and cache writes are part of the prompt tokens and priced apart.
    func cost(of usage: Usage) -> Double {
        let cached = min(usage.cachedTokens, usage.promptTokens)
        let written = cacheWritePerMillion == nil ? 0 : min(usage.cacheWriteTokens, usage.promptTokens - cached)
        let plain = usage.promptTokens - cached - written
        let total =
            Double(plain) * promptPerMillion + Double(cached) * cachedInputPerMillion
            + Double(written) * (cacheWritePerMillion ?? 0) + Double(usage.completionTokens) * completionPerMillion
        return total / 1_000_000
    }

    /// How dear a model is, to find the dearest: a token in and a token out, each at its highest rate.
    fileprivate var dearness: Double { max(promptPerMillion, cacheWritePerMillion ?? 0) + completionPerMillion }
}
