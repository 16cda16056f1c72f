internal import Policy

/// A draw from what is believed of each candidate's success: the better and the less known are tried more. Spec
/// selection-learning §1.8; Thompson, 1933.
///
/// Beliefs mix the decision's record with the record over all decisions, half and half, over a prior that the card's
/// quality sets.
public struct ThompsonSelection: SelectionAlgorithm {
    public static let type = "thompson"
    /// What a free model gains over the dearest.
    private static let costBonus = 0.2

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        var generator = SplitMix64(seed: context.seed)
        let dearest = candidates.compactMap { $0.facts.pricing?.promptPerMillion }.max() ?? 0
        var utilities: [Double] = []
        var confidence = 0.0
        for candidate in candidates {
            let (alpha, beta) = Self.belief(candidate.facts)
            let total = alpha + beta
            let cheapness =
                dearest > 0 ? 1 - (candidate.facts.pricing?.promptPerMillion ?? dearest) / dearest : 0
            utilities.append(clamped(generator.nextBeta(alpha, beta) * (1 + cheapness * Self.costBonus) / 1.2))
            confidence = max(confidence, 1 - 4 * alpha * beta / (total * total * (total + 1)))
        }
        return .ranked(
            candidates, utilities, confidence: clamped(confidence), method: Self.type,
            reason: "best draw of \(candidates.count) beliefs")
    }

    /// The parameters of the beta distribution that is believed of a model's success.
    static func belief(_ facts: CandidateFacts) -> (alpha: Double, beta: Double) {
        let learned = facts.experience
        let (prior, strength) = (facts.quality ?? 0.5, facts.quality == nil ? 0.0 : 2.0)
        return (
            1 + strength * prior + 0.5 * (learned.wins + learned.allWins),
            1 + strength * (1 - prior) + 0.5 * (learned.losses + learned.allLosses)
        )
    }
}
