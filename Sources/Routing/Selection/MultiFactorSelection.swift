internal import Policy

/// A weighted sum of quality, latency, cost and load, within ceilings. Spec selection-learning §1.3.
///
/// Latency is compared in one metric for all candidates: the time per output token where every measured candidate has
/// it, else the time to the first token. A model that costs nothing has the best cost, not an unknown one.
public struct MultiFactorSelection: SelectionAlgorithm {
    public static let type = "multi_factor"
    private let configuration: MultiFactorConfiguration

    /// The algorithm with a decision's settings.
    public init(_ configuration: MultiFactorConfiguration) { self.configuration = configuration }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let kept = candidates.allSatisfy(keepsCeilings) ? candidates : candidates.filter(keepsCeilings)
        guard !kept.isEmpty else { return withoutSurvivors(candidates) }
        let weights = Self.normalized(configuration.weights ?? MultiFactorWeights())
        let percentile = configuration.latencyPercentile
        let perToken = kept.map { $0.facts.timePerOutputToken?.percentile(percentile) }
        let firstToken = kept.map { $0.facts.timeToFirstToken?.percentile(percentile) }
        let usesFirstToken =
            perToken.allSatisfy { $0 == nil } || zip(perToken, firstToken).contains { $0 == nil && $1 != nil }
        let quality = Self.scaled(kept.map(\.facts.quality), risingIsGood: true)
        let latency = Self.scaled(usesFirstToken ? firstToken : perToken, risingIsGood: false)
        let cost = Self.scaled(kept.map { $0.facts.pricing?.promptPerMillion }, risingIsGood: false)
        let load = Self.scaled(kept.map { Double($0.facts.inFlight) }, risingIsGood: false)
        let utilities = kept.indices.map {
            clamped(
                weights.quality * quality[$0] + weights.latency * latency[$0] + weights.cost * cost[$0]
                    + weights.load * load[$0])
        }
        let sorted = utilities.sorted(by: >)
        var confidence = 1.0
        if sorted.count > 1 { confidence = sorted[0] > 0 ? min(1, (sorted[0] - sorted[1]) / sorted[0] + 0.5) : 0.5 }
        return .ranked(
            kept, utilities, confidence: confidence, method: Self.type,
            reason: kept.count < candidates.count
                ? "best of \(kept.count) candidates that keep the ceilings" : "best weighted sum")
    }

    private func keepsCeilings(_ candidate: Candidate) -> Bool {
        let (facts, ceilings) = (candidate.facts, configuration.ceilings)
        func exceeds(_ value: Double?, _ ceiling: Double) -> Bool { ceiling > 0 && (value ?? 0) > ceiling }
        let percentile = configuration.latencyPercentile
        return !exceeds(
            facts.timePerOutputToken.map { $0.percentile(percentile) * 1000 }, ceilings.maximumTPOTMilliseconds)
            && !exceeds(
                facts.timeToFirstToken.map { $0.percentile(percentile) * 1000 }, ceilings.maximumTTFTMilliseconds)
            && !exceeds(facts.pricing?.promptPerMillion, ceilings.maximumCostPerMillion)
            && !exceeds(Double(facts.inFlight), Double(ceilings.maximumInFlight))
    }

    private func withoutSurvivors(_ candidates: [Candidate]) -> Selection {
        switch configuration.fallback {
        case .cheapest:
            let prices = candidates.map { $0.facts.pricing?.promptPerMillion ?? .infinity }
            let places = candidates.indices.sorted { prices[$0] != prices[$1] ? prices[$0] < prices[$1] : $0 < $1 }
            return .fallback(
                places.map { candidates[$0] }, method: Self.type,
                reason: "no candidate keeps the ceilings; the cheapest serves")
        case .first:
            return .fallback(
                candidates, method: Self.type, reason: "no candidate keeps the ceilings; the first serves")
        case .fail:
            return Selection(
                order: [], confidence: 0, method: Self.type, status: .unavailable,
                reason: "no candidate keeps the ceilings")
        }
    }

    /// Shares with a sum of 1; negative ones count 0, and all are equal when none is positive.
    static func normalized(_ weights: MultiFactorWeights) -> MultiFactorWeights {
        var result = weights
        let paths: [WritableKeyPath<MultiFactorWeights, Double>] = [\.quality, \.latency, \.cost, \.load]
        for path in paths { result[keyPath: path] = max(0, result[keyPath: path]) }
        let sum = paths.reduce(0) { $0 + result[keyPath: $1] }
        for path in paths { result[keyPath: path] = sum > 0 ? result[keyPath: path] / sum : 0.25 }
        return result
    }

    /// Values brought to 0–1 by their least and greatest, 1 being best: 0.5 for all when they are equal, 0 where one
    /// is missing or none is known.
    static func scaled(_ values: [Double?], risingIsGood: Bool) -> [Double] {
        let known = values.compactMap(\.self)
        guard let least = known.min(), let greatest = known.max() else { return values.map { _ in 0 } }
        return values.map { value in
            guard let value else { return 0 }
            guard greatest > least else { return 0.5 }
            let place = (value - least) / (greatest - least)
            return risingIsGood ? place : 1 - place
        }
    }
}
