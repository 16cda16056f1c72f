internal import Policy

/// The fastest candidate by measured latencies. Spec selection-learning §1.2.
///
/// A candidate's slowness is the mean, over the enabled metrics, of its percentile divided by the least among the
/// candidates; its utility is the inverse. Candidates without measurements get one request in twenty, so that they are
/// measured.
public struct LatencyAwareSelection: SelectionAlgorithm {
    public static let type = "latency_aware"
    /// The share of requests that goes to candidates that were never measured.
    static let measuringShare = 0.05
    private let configuration: LatencyAwareConfiguration

    /// The algorithm with a decision's settings.
    public init(_ configuration: LatencyAwareConfiguration) { self.configuration = configuration }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let measured = candidates.map(measurements)
        let known = measured.indices.filter { measured[$0] != nil }
        guard !known.isEmpty else {
            return .fallback(candidates, method: Self.type, reason: "no candidate has been measured yet")
        }
        let metrics = measured[known[0]]?.count ?? 0
        let least = (0..<metrics).map { metric in
            known.lazy.compactMap { measured[$0]?[metric] }.min() ?? 1
        }
        var utilities = measured.map { values -> Double in
            guard let values else { return 0 }
            let ratios = zip(values, least).map { $1 > 0 ? $0 / $1 : $0 }
            return clamped(Double(ratios.count) / ratios.reduce(0, +))
        }
        let slowness = known.map { 1 / max(utilities[$0], .leastNormalMagnitude) }.sorted()
        let confidence = slowness.count > 1 ? clamped((slowness[1] - slowness[0]) / slowness[1]) : 1
        let unknown = measured.indices.filter { measured[$0] == nil }
        var reason = "lowest latency of \(known.count) measured candidates"
        if !unknown.isEmpty {
            var generator = SplitMix64(seed: context.seed)
            if generator.nextUnit() < Self.measuringShare {
                utilities[unknown[Int(generator.next() % UInt64(unknown.count))]] = 1
                for index in known { utilities[index] = min(utilities[index], 0.999) }
                reason = "measuring a candidate without measurements"
            }
        }
        return .ranked(candidates, utilities, confidence: confidence, method: Self.type, reason: reason)
    }

    /// The enabled percentiles of a candidate; nil when one of them was never measured.
    private func measurements(_ candidate: Candidate) -> [Double]? {
        var values: [Double] = []
        if configuration.tpotPercentile > 0 {
            guard let profile = candidate.facts.timePerOutputToken else { return nil }
            values.append(profile.percentile(configuration.tpotPercentile))
        }
        if configuration.ttftPercentile > 0 {
            guard let profile = candidate.facts.timeToFirstToken else { return nil }
            values.append(profile.percentile(configuration.ttftPercentile))
        }
        return values.isEmpty ? nil : values
    }
}
