public import Policy

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The candidate whose description is most like the request: models are described in plain language and requests find
/// theirs. Spec selection-learning §1.4.
///
/// The utility is the calibrated similarity. `min_similarity` is a floor on it; `temperature` sharpens the confidence,
/// which is the winner's share in a softmax.
public struct RouterDCSelection: SelectionAlgorithm {
    public static let type = "router_dc"
    private let tuning: RouterDCTuning

    /// The algorithm with its tuning.
    public init(_ tuning: RouterDCTuning) { self.tuning = tuning }

    public var needsEmbedding: Bool { true }

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let similarities = candidates.map(\.facts.descriptionSimilarity)
        guard let best = similarities.compactMap(\.self).max() else {
            return .fallback(
                candidates, method: Self.type, reason: "no description can be compared with the request")
        }
        guard best >= tuning.minimumSimilarity else {
            return .fallback(
                candidates, method: Self.type,
                reason: "no description is similar enough (\(best.twoPlaces) < \(tuning.minimumSimilarity.twoPlaces))")
        }
        let shares = Self.shares(similarities.map { $0 ?? 0 }, temperature: tuning.temperature)
        return .ranked(
            candidates, similarities.map { clamped($0 ?? 0) }, confidence: shares.max() ?? 0, method: Self.type,
            reason: "description with similarity \(best.twoPlaces)")
    }

    /// The softmax of sigmoid(similarity / temperature) / temperature. RouterDC: "Query-Based Router by Dual
    /// Contrastive Learning", 2024; spec selection-learning §1.4.
    static func shares(_ similarities: [Double], temperature: Double) -> [Double] {
        let heat = max(temperature, 1e-3)
        let scores = similarities.map { 1 / (1 + exp(-$0 / heat)) }
        let top = scores.max() ?? 0
        let weights = scores.map { exp(($0 - top) / heat) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}

extension Double {
    /// The number with two decimals.
    var twoPlaces: String {
        let hundredths = Int((self * 100).rounded())
        let fraction = abs(hundredths % 100)
        return "\(hundredths < 0 ? "-" : "")\(abs(hundredths) / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
