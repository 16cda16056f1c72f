/// Smooth weighted round robin: deterministic, and never a run of one member longer than its weight demands.
///
/// Every pick raises each candidate's credit by its weight, takes the one with the highest credit (the first
/// among equals) and charges it the sum of the weights.
public struct WeightedPicker: Sendable {
    private let weights: [Int]
    private var credits: [Int]

    /// Creates a picker over `weights.count` members; negative weights count as zero.
    public init(weights: [Int]) {
        self.weights = weights.map { min(max($0, 0), 1_000_000) }
        self.credits = Array(repeating: 0, count: weights.count)
    }

    /// The next member among those allowed, nil when none with a weight above zero is.
    public mutating func pick(where isAllowed: (Int) -> Bool = { _ in true }) -> Int? {
        var total = 0
        var best: Int?
        for index in self.weights.indices where self.weights[index] > 0 && isAllowed(index) {
            total += self.weights[index]
            self.credits[index] += self.weights[index]
            if let leader = best, self.credits[leader] >= self.credits[index] { continue }
            best = index
        }
        if let best { self.credits[best] -= total }
        return best
    }
}
