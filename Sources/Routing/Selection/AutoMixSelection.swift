public import Policy

/// Value for money: expected quality less a share of the price, with the hope of an escalation. Spec
/// selection-learning §1.7, after AutoMix (Madaan and others, 2023).
public struct AutoMixSelection: SelectionAlgorithm {
    public static let type = "automix"
    /// The quality of a model whose card names none, and the probability that its answer is verified.
    private static let unknownQuality = 0.8
    private static let verification = 0.7
    private let tuning: AutoMixTuning

    /// The algorithm with its tuning.
    public init(_ tuning: AutoMixTuning) { self.tuning = tuning }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let utilities = candidates.map { clamped(value($0.facts)) }
        return .ranked(
            candidates, utilities, confidence: Self.verification, method: Self.type,
            reason: tuning.isCostAware ? "best quality for its price" : "highest quality")
    }

    private func value(_ facts: CandidateFacts) -> Double {
        let learned = facts.experience
        let trials = learned.wins + learned.losses
        // Outcomes correct the card's prior, which weighs as much as two of them.
        let quality = ((facts.quality ?? Self.unknownQuality) * 2 + learned.wins) / (2 + trials)
        guard tuning.isCostAware else { return quality }
        let price = facts.pricing?.promptPerMillion ?? 0
        let value = quality - price / 10 * tuning.costQualityTradeoff
        return value / (1 + price * tuning.costQualityTradeoff)
    }
}
