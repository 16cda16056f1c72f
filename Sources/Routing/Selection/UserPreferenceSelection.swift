/// What this caller liked before, over the cards' quality. Spec selection-learning §1.9, after GMTRouter: the part of
/// it that needs no trained network.
public struct UserPreferenceSelection: SelectionAlgorithm {
    public static let type = "gmtrouter"
    /// Judgements from which a caller's own taste counts.
    static let leastJudgements = 3.0

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let judged = candidates.reduce(0) { $0 + $1.facts.experience.userCount }
        let isKnown = judged >= Self.leastJudgements
        let utilities = candidates.map { candidate -> Double in
            let (facts, learned) = (candidate.facts, candidate.facts.experience)
            let quality = facts.quality ?? 0.5
            guard isKnown else { return quality }
            guard learned.userCount > 0 else { return clamped(0.9 * quality) }
            return clamped(0.3 * quality + 0.7 * learned.userMean / (1 + learned.userVariance))
        }
        let sorted = utilities.sorted(by: >)
        let margin = sorted.count > 1 ? sorted[0] - sorted[1] : 1
        return .ranked(
            candidates, utilities, confidence: min(max(0.5 + margin / 2, 0.1), 0.95), method: Self.type,
            reason: isKnown ? "the caller's own judgements" : "too few judgements of this caller; quality of the cards")
    }
}
