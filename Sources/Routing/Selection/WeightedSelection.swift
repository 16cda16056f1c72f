internal import Policy

/// A draw by `modelRefs[].weight`; candidates without a weight count 1 when none has one, and 0 otherwise.
public struct WeightedSelection: SelectionAlgorithm {
    public static let type = "weighted"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        var rest = Array(candidates.indices)
        let isUnweighted = candidates.allSatisfy { $0.reference.weight <= 0 }
        let weights = candidates.map { isUnweighted ? 1 : max(0, $0.reference.weight) }
        var order: [Int] = []
        var generator = SplitMix64(seed: context.seed)
        while !rest.isEmpty {
            let total = rest.reduce(0) { $0 + weights[$1] }
            var draw = generator.nextUnit() * total
            var chosen = 0
            if total > 0 {
                chosen = rest.firstIndex { weights[$0] > 0 } ?? 0
                for (place, index) in rest.enumerated() where weights[index] > 0 {
                    chosen = place
                    draw -= weights[index]
                    if draw < 0 { break }
                }
            }
            order.append(rest.remove(at: chosen))
        }
        let weight = order.first.map { candidates[$0].reference.weight } ?? 0
        return Selection(
            order: order.map { candidates[$0].reference }, method: Self.type,
            reason: "drawn by weight \(isUnweighted ? 1 : weight)")
    }
}
