import Lexical
import Testing

@Suite struct HybridRankingTests {
    static let texts = [
        "The turbine of the dam was replaced in March.", "Refunds are paid within fourteen days.",
        "A refund needs the receipt, and the receipt must be readable.", "Nothing of interest is written here.",
    ]

    @Test func bm25IsTheFormula() {
        // Two texts of one and three terms, one term asked for: idf = ln((2 − 1 + .5)/(1 + .5) + 1) = ln 2.
        let scores = HybridRanking.bm25(query: "zebra", texts: ["zebra", "lion tiger bear"])
        let expected = 0.6931471805599453 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1 / 2))
        #expect(abs(scores[0] - expected) < 1e-12)
        #expect(scores[1] == 0)
    }

    @Test func gramsAreComparedAsSets() {
        #expect(HybridRanking.ngramJaccard("abcd", "bcde") == 1.0 / 3)
        #expect(HybridRanking.ngramJaccard("Receipt", "receipt") == 1)
        #expect(HybridRanking.ngramJaccard("ab", "ab") == 1)
        #expect(HybridRanking.ngramJaccard("", "abc") == 0)
    }

    static let fusions: [HybridRanking.Fusion] = [
        .weighted(vector: 0.7, bm25: 0.2, ngram: 0.1), .weighted(vector: 7, bm25: 2, ngram: 1),
        .reciprocalRank(constant: 60), .reciprocalRank(constant: 1),
    ]

    @Test(arguments: fusions) func theBestOfEveryComponentIsFirst(_ fusion: HybridRanking.Fusion) {
        let candidates = Self.texts.enumerated().map {
            HybridRanking.Candidate($0.element, similarity: $0.offset == 2 ? 0.9 : 0.3)
        }
        let scores = HybridRanking(fusion: fusion).scores(for: "receipt for a refund", of: candidates)
        let best = scores.indices.max { scores[$0].total < scores[$1].total }
        #expect(best == 2)
        #expect(scores[2].total >= 0.7, "a usual threshold lets the best through: \(scores[2])")
    }

    /// Random candidates: scores stay within 0 and 1, do not depend on the order of the candidates, and a candidate
    /// that is better in one component and worse in none does not score lower.
    @Test(arguments: fusions) func fusionKeepsItsLaws(_ fusion: HybridRanking.Fusion) {
        var generator = SystemRandomNumberGenerator()
        let words = ["refund", "receipt", "turbine", "dam", "invoice", "river", "paid", "the"]
        let ranking = HybridRanking(fusion: fusion)
        for _ in 0..<200 {
            let candidates = (0..<Int.random(in: 1...12, using: &generator)).map { _ in
                HybridRanking.Candidate(
                    (0..<Int.random(in: 1...9, using: &generator)).map { _ in words.randomElement(using: &generator)! }
                        .joined(separator: " "), similarity: Double.random(in: -0.2...1, using: &generator))
            }
            let query = "refund of the \(words.randomElement(using: &generator)!)"
            let scores = ranking.scores(for: query, of: candidates)
            for score in scores {
                for value in [score.total, score.bm25, score.ngram, score.vector ?? 0] {
                    #expect((0...1).contains(value), "\(score)")
                }
            }
            let turned = ranking.scores(for: query, of: candidates.reversed())
            for (left, right) in zip(scores, turned.reversed()) {
                #expect(abs(left.total - right.total) < 1e-12, "\(query): \(candidates)")
            }
            for left in scores {
                for right in scores
                where left.vector! >= right.vector! && left.bm25 >= right.bm25 && left.ngram >= right.ngram {
                    #expect(left.total >= right.total - 1e-12, "\(left) and \(right)")
                }
            }
        }
    }

    @Test func withoutMeaningWordsDecide() {
        let candidates = Self.texts.map { HybridRanking.Candidate($0, similarity: nil) }
        for fusion in Self.fusions {
            let scores = HybridRanking(fusion: fusion).scores(for: "readable receipt refund", of: candidates)
            #expect(scores.indices.max { scores[$0].total < scores[$1].total } == 2)
            #expect(scores[2].total > 0.5)
            #expect(scores.allSatisfy { $0.vector == nil })
        }
    }

    @Test func termsAreStemsAndPairs() {
        #expect(HybridRanking.terms(of: "The receipts were readable") == ["receipt", "readabl"])
        #expect(HybridRanking.terms(of: "退款政策") == ["退款", "款政", "政策"])
        #expect(HybridRanking.terms(of: "to be or not to be").count == 6)
    }
}
