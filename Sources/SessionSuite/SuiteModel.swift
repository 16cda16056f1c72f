internal import Policy

/// The three models of the suite. Spec selection-learning §10.1.
struct SuiteModel: Sendable {
    var name: String
    var quality: Double
    /// The demand up to which the model is good enough.
    var capability: Double
    var pricing: Pricing

    static let small = SuiteModel("qwen3-8b", 0.64, capability: 0.55, prompt: 0.05, completion: 0.10, cached: 0.01)
    static let medium = SuiteModel("qwen3-32b", 0.78, capability: 0.78, prompt: 0.30, completion: 0.60, cached: 0.06)
    static let frontier = SuiteModel(
        "frontier-reasoner", 0.94, capability: 1, prompt: 8, completion: 24, cached: 1.20)
    static let all = [small, medium, frontier]

    private init(
        _ name: String, _ quality: Double, capability: Double, prompt: Double, completion: Double, cached: Double
    ) {
        self.name = name
        self.quality = quality
        self.capability = capability
        pricing = Pricing()
        pricing.promptPerMillion = prompt
        pricing.completionPerMillion = completion
        pricing.cachedInputPerMillion = cached
    }

    /// The least model that is good enough: the choice of a router that sees one turn at a time.
    static func adequate(_ demand: Double) -> SuiteModel {
        all.first { demand < $0.capability } ?? frontier
    }

    /// How much the dearest model's price takes off its utility.
    private static let priceWeight = 0.185

    /// What a turn of a demand is worth on this model: its quality, less twice what it falls short by, less its price.
    func utility(_ demand: Double) -> Double {
        quality - 2 * max(0, demand - capability)
            - Self.priceWeight * pricing.promptPerMillion / Self.frontier.pricing.promptPerMillion
    }
}
