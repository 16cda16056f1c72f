internal import Glibc

/// The four scores of each sentence (spec signals-decisions §8, steps 6 to 10). With N sentences, c the counts of a
/// sentence's words, l their sum and df the sentences that have a word:
///
/// - TextRank: s ← (1 − .85)/N + .85 · Σⱼ (cos(cᵢ, cⱼ) / Σₖ cos(cₖ, cⱼ)) · sⱼ over j, k ≠ own, divided by the greatest;
/// - position: 1 − depth · sin(π · i / (N − 1));
/// - TF-IDF: Σ (c / l) · ln((N + 1) / (df + 1)), divided by the greatest;
/// - novelty: 1 − cos(c, Σⱼ cⱼ / lⱼ), divided by the greatest; 0 for a sentence without words.
struct SentenceScores {
    static let damping = 0.85
    static let maximumSteps = 100

    private let matrix: SentenceTerms
    private let norms: [Double]

    init(_ terms: SentenceTerms) {
        matrix = terms
        norms = terms.norms()
    }

    /// The weighted sum of the scores, the weights brought to a sum of 1.
    func composite(_ settings: PromptCompressor.Settings) -> [Double] {
        let given = [
            settings.textRankWeight, settings.positionWeight, settings.tfidfWeight, settings.noveltyWeight,
        ].map { $0 > 0 ? min($0, 1e100) : 0 }
        let sum = given.reduce(0, +)
        var result = [Double](repeating: 0, count: matrix.sentenceCount)
        guard sum > 0 else { return result }
        func add(_ scores: () -> [Double], weight: Double) {
            guard weight > 0 else { return }
            for (index, score) in scores().enumerated() { result[index] += weight / sum * score }
        }
        add(textRank, weight: given[0])
        add({ position(depth: settings.positionDepth) }, weight: given[1])
        add(tfidf, weight: given[2])
        add(novelty, weight: given[3])
        return result
    }

    func position(depth: Double) -> [Double] {
        let count = matrix.sentenceCount
        let depth = depth > 0 ? min(depth, 1) : 0
        guard count > 1 else { return Array(repeating: 1, count: count) }
        return (0..<count).map { 1 - depth * sin(.pi * Double($0) / Double(count - 1)) }
    }

    func tfidf() -> [Double] {
        let total = Double(matrix.sentenceCount) + 1
        let rarity = matrix.documentFrequency.map { log(total / (Double($0) + 1)) }
        return Self.scaled(
            (0..<matrix.sentenceCount).map { sentence in
                guard matrix.lengths[sentence] > 0 else { return 0 }
                return sum(of: sentence) { $0 * rarity[$1] } / matrix.lengths[sentence]
            })
    }

    func novelty() -> [Double] {
        var mean = [Double](repeating: 0, count: matrix.documentFrequency.count)
        for sentence in 0..<matrix.sentenceCount {
            forEachEntry(of: sentence) { mean[$1] += $0 / matrix.lengths[sentence] }
        }
        let norm = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return Self.scaled(
            (0..<matrix.sentenceCount).map { sentence in
                guard norms[sentence] > 0 else { return 0 }
                return max(0, 1 - sum(of: sentence) { $0 * mean[$1] } / (norms[sentence] * norm))
            })
    }

    /// Steps end when no score moves by 10⁻⁵, or by a hundredth of the mean score where that is less.
    func textRank() -> [Double] {
        let count = matrix.sentenceCount
        let size = Double(count)
        let outgoing = similaritySums(Array(repeating: 1, count: count))
        var scores = [Double](repeating: 1 / size, count: count)
        let affordable = PromptCompressor.textRankWork / max(1, 2 * matrix.terms.count)
        for _ in 0..<min(Self.maximumSteps, max(8, affordable)) {
            let shares = zip(scores, outgoing).map { $1 > 0 ? $0 / $1 : 0 }
            let next = similaritySums(shares).map { (1 - Self.damping) / size + Self.damping * $0 }
            let change = zip(scores, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
            scores = next
            if change < min(1e-5, 0.01 / size) { break }
        }
        return Self.scaled(scores)
    }

    /// Σⱼ cos(cᵢ, cⱼ) · valueⱼ over j ≠ i, for each i. Each word's own part is taken from its sum before the sums are
    /// added, so that a sentence which shares no word gets exactly 0.
    private func similaritySums(_ values: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: matrix.documentFrequency.count)
        let factors = zip(values, norms).map { $1 > 0 ? $0 / $1 : 0 }
        for sentence in 0..<matrix.sentenceCount where factors[sentence] > 0 {
            forEachEntry(of: sentence) { sums[$1] += $0 * factors[sentence] }
        }
        return (0..<matrix.sentenceCount).map { sentence in
            guard norms[sentence] > 0 else { return 0 }
            let factor = factors[sentence]
            return max(0, sum(of: sentence) { $0 * (sums[$1] - $0 * factor) } / norms[sentence])
        }
    }

    @inline(__always)
    private func forEachEntry(of sentence: Int, _ body: (Double, Int) -> Void) {
        for entry in matrix.starts[sentence]..<matrix.starts[sentence + 1] {
            body(Double(matrix.counts[entry]), Int(matrix.terms[entry]))
        }
    }

    @inline(__always)
    private func sum(of sentence: Int, _ value: (Double, Int) -> Double) -> Double {
        var total = 0.0
        forEachEntry(of: sentence) { total += value($0, $1) }
        return total
    }

    private static func scaled(_ scores: [Double]) -> [Double] {
        let greatest = scores.max() ?? 0
        return greatest > 0 ? scores.map { $0 / greatest } : scores
    }
}
