public import Policy

/// A weighted mixture of experience, descriptions and value for money, with a bonus for cheap models. Spec
/// selection-learning §1.5. Parts that cannot choose are left out.
public struct HybridSelection: SelectionAlgorithm {
    public static let type = "hybrid"
    private let tuning: HybridTuning
    private let parts: [(weight: Double, algorithm: any SelectionAlgorithm)]

    /// The algorithm with its own tuning and that of its parts.
    public init(_ tuning: HybridTuning, routerDC: RouterDCTuning, autoMix: AutoMixTuning) {
        self.tuning = tuning
        parts = [
            (tuning.experienceWeight, EloSelection()), (tuning.routerDCWeight, RouterDCSelection(routerDC)),
            (tuning.autoMixWeight, AutoMixSelection(autoMix)),
        ]
    }

    public var needsEmbedding: Bool { tuning.routerDCWeight > 0 }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        var sums = candidates.map { _ in 0.0 }
        var weights = 0.0
        var votes: [String: Int] = [:]
        var confidences: [Double] = []
        for (weight, algorithm) in parts where weight > 0 {
            let selection = algorithm.select(candidates, context)
            guard selection.status == .selected else { continue }
            let scores = candidates.map { selection.utility(of: $0.reference.effectiveName) }
            let scaled =
                tuning.normalizesScores
                ? MultiFactorSelection.scaled(scores, risingIsGood: true) : scores.map { $0 ?? 0 }
            for index in sums.indices { sums[index] += weight * scaled[index] }
            weights += weight
            votes[selection.order[0].effectiveName, default: 0] += 1
            confidences.append(selection.confidence)
        }
        guard weights > 0 else {
            return .fallback(candidates, method: Self.type, reason: "no part of the mixture can choose")
        }
        let dearest = candidates.compactMap { $0.facts.pricing?.promptPerMillion }.max() ?? 0
        let utilities = candidates.indices.map { index -> Double in
            var utility = sums[index] / weights
            if dearest > 0, let price = candidates[index].facts.pricing?.promptPerMillion {
                utility *= 1 + (1 - price / dearest) * tuning.costWeight * tuning.costWeight
            }
            return clamped(utility)
        }
        let agreement = Double(votes.values.max() ?? 0) / Double(confidences.count)
        return .ranked(
            candidates, utilities,
            confidence: (agreement + confidences.reduce(0, +) / Double(confidences.count)) / 2, method: Self.type,
            reason: "best mixture of \(confidences.count) parts")
    }
}
