internal import Policy

/// Examples of one meaning, reduced to prototypes that stand for clusters of them. Spec signals-decisions §2.2.
struct PrototypeBank: Sendable {
    /// How like a text is to the bank, on the policies' scale.
    struct Score: Sendable, Hashable {
        /// Best and support, weighed.
        var score: Double
        /// The likest prototype.
        var best: Double
        /// The mean of the likest few.
        var support: Double

        static let none = Score(score: 0, best: 0, support: 0)
    }

    /// An example and where it lies.
    struct Example: Sendable {
        var text: String
        var vector: [Float]
    }

    private(set) var prototypes: [Example]
    private let bestWeight: Double
    private let topCount: Int

    var isEmpty: Bool { prototypes.isEmpty }

    /// A bank. Equal texts count once. With `scoring` off, or for `mean`, every example is its own prototype.
    init(
        _ examples: [Example], scoring: PrototypeScoring, isMean: Bool = false, similarity: SimilarityScale
    ) {
        var seen: Set<String> = []
        let unique = examples.filter { !$0.vector.isEmpty && seen.insert($0.text).inserted }
        prototypes =
            scoring.isEnabled && !isMean ? Self.prototypes(of: unique, scoring, similarity) : unique
        bestWeight = isMean ? 0 : min(1, scoring.bestWeight)
        topCount = isMean ? Int.max : scoring.topCount
    }

    /// The likeness of a text. An empty bank is like nothing.
    func score(_ vector: [Float], _ similarity: SimilarityScale) -> Score {
        score(prototypes.map { similarity(vector, $0.vector) })
    }

    /// Spec signals-decisions §2.2: `w·best + (1−w)·mean(s₁…s_m)`.
    func score(_ similarities: [Double]) -> Score {
        let ranked = similarities.sorted(by: >)
        guard let best = ranked.first else { return .none }
        let top = ranked.prefix(topCount)
        let support = top.reduce(0, +) / Double(top.count)
        return Score(score: bestWeight * best + (1 - bestWeight) * support, best: best, support: support)
    }

    /// Greedy cover: the largest cluster around a seed, again and again; of each the medoid. Spec signals-decisions
    /// §2.2.
    private static func prototypes(
        of examples: [Example], _ scoring: PrototypeScoring, _ similarity: SimilarityScale
    ) -> [Example] {
        struct Cluster {
            var medoid: Int
            var size: Int
            var meanSimilarity: Double
        }
        let count = examples.count
        var table = [Double](repeating: 1, count: count * count)
        for row in 0..<count {
            for column in 0..<row {
                let value = similarity(examples[row].vector, examples[column].vector)
                table[row * count + column] = value
                table[column * count + row] = value
            }
        }
        var remaining = Array(0..<count)
        var clusters: [Cluster] = []
        while !remaining.isEmpty {
            var cover: [Int] = []
            var seed = remaining[0]
            for candidate in remaining {
                let members = remaining.filter {
                    $0 == candidate || table[candidate * count + $0] >= scoring.clusterSimilarityThreshold
                }
                if members.count > cover.count
                    || (members.count == cover.count && examples[candidate].text < examples[seed].text)
                {
                    (cover, seed) = (members, candidate)
                }
            }
            func mean(_ index: Int) -> Double {
                cover.reduce(0) { $0 + table[index * count + $1] } / Double(cover.count)
            }
            let medoid =
                cover.max { left, right in
                    let (first, second) = (mean(left), mean(right))
                    return first == second ? examples[left].text > examples[right].text : first < second
                } ?? seed
            clusters.append(Cluster(medoid: medoid, size: cover.count, meanSimilarity: mean(medoid)))
            remaining.removeAll { cover.contains($0) }
        }
        clusters.sort { left, right in
            if left.size != right.size { return left.size > right.size }
            if left.meanSimilarity != right.meanSimilarity { return left.meanSimilarity > right.meanSimilarity }
            return examples[left.medoid].text < examples[right.medoid].text
        }
        let limit = scoring.maximumPrototypes == 0 ? Int.max : scoring.maximumPrototypes
        return clusters.prefix(limit).map { examples[$0.medoid] }
    }
}
