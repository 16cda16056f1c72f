internal import Glibc

/// Ranks texts for a query by meaning and by words together. Spec pipeline-api §9.3.
///
/// Every component and every result lies between 0 and 1 and does not depend on which other candidates are looked at,
/// apart from how rare words are among them and from ranks, so a threshold means the same in every search.
public struct HybridRanking: Sendable, Hashable {
    /// How components become one score.
    public enum Fusion: Sendable, Hashable {
        /// The mean by weight. Weights need not add up to 1; a component that is not known is left out.
        case weighted(vector: Double, bm25: Double, ngram: Double)
        /// Reciprocal rank fusion: the sum of 1/(constant + rank) over the rankings that hold a text, as a share of what
        /// the first of all rankings would get. A text that a component does not find is not in its ranking.
        case reciprocalRank(constant: Double)
    }

    /// A text with its similarity to the query in meaning, 0 to 1; nil where that is not known.
    public struct Candidate: Sendable {
        public var text: String
        public var similarity: Double?

        /// A candidate.
        public init(_ text: String, similarity: Double?) {
            self.text = text
            self.similarity = similarity
        }
    }

    /// What a candidate got, each 0 to 1.
    public struct Score: Sendable, Hashable {
        public var total: Double
        public var vector: Double?
        public var bm25: Double
        public var ngram: Double
    }

    public var fusion: Fusion
    /// How soon more of a word counts no more.
    public var k1: Double
    /// How much the length of a text counts, 0 to 1.
    public var b: Double
    /// Characters of a gram.
    public var arity: Int

    /// A ranking; by default 0.7 of meaning, 0.2 of words and 0.1 of characters.
    public init(
        fusion: Fusion = .weighted(vector: 0.7, bm25: 0.2, ngram: 0.1), k1: Double = 1.2, b: Double = 0.75,
        arity: Int = 3
    ) {
        self.fusion = fusion
        self.k1 = k1
        self.b = b
        self.arity = arity
    }

    /// The scores of the candidates, in their order.
    public func scores(for query: String, of candidates: [Candidate]) -> [Score] {
        let words = Self.coverage(of: query, by: candidates.map(\.text), k1: k1, b: b)
        let asked = Self.grams(query, arity)
        var scores = candidates.indices.map { index in
            Score(
                total: 0, vector: candidates[index].similarity.map { min(max($0, 0), 1) }, bm25: words[index],
                ngram: Self.jaccard(asked, Self.grams(candidates[index].text, arity)))
        }
        switch fusion {
        case .weighted(let vector, let bm25, let ngram):
            for index in scores.indices {
                let score = scores[index]
                let parts = [(vector, score.vector), (bm25, score.bm25), (ngram, score.ngram)]
                let weight = parts.reduce(0) { $0 + ($1.1 == nil ? 0 : max($1.0, 0)) }
                let sum = parts.reduce(0) { $0 + max($1.0, 0) * ($1.1 ?? 0) }
                scores[index].total = weight > 0 ? min(sum / weight, 1) : 0
            }
        case .reciprocalRank(let constant):
            let rankings = [scores.map { $0.vector ?? 0 }, scores.map(\.bm25), scores.map(\.ngram)]
            // Where nothing is known of meaning, only two rankings can be led.
            let count = candidates.contains { $0.similarity != nil } ? 3.0 : 2.0
            for ranking in rankings {
                for (index, rank) in Self.ranks(ranking) {
                    scores[index].total += (constant + 1) / (constant + Double(rank)) / count
                }
            }
            for index in scores.indices { scores[index].total = min(scores[index].total, 1) }
        }
        return scores
    }

    // MARK: Parts

    /// The index terms of a text: stems without stop words, pairs of Han, kana and Hangul; all words where every word
    /// is a stop word.
    public static func terms(of text: String) -> [String] {
        var terms: [String] = []
        var stopWords: [String] = []
        EnglishTerms.forEach(in: text) { term in
            let word = String(decoding: term.text, as: UTF8.self)
            if term.isStopWord { stopWords.append(word) } else { terms.append(word) }
        }
        return terms.isEmpty ? stopWords : terms
    }

    /// BM25 of each text: the sum over the query's distinct terms of idf · tf·(k1 + 1) / (tf + k1·(1 − b + b·l/avg)),
    /// where idf = ln((N − n + ½)/(n + ½) + 1) and N is the number of texts.
    public static func bm25(
        query: String, texts: [String], k1: Double = 1.2, b: Double = 0.75
    ) -> [Double] {
        weighed(query, texts, k1: k1, b: b).scores
    }

    /// BM25 as a share of what a text of middle length gets that holds every term of the query once; at most 1.
    static func coverage(of query: String, by texts: [String], k1: Double, b: Double) -> [Double] {
        let (scores, whole) = weighed(query, texts, k1: k1, b: b)
        return scores.map { whole > 0 ? min($0 / whole, 1) : 0 }
    }

    private static func weighed(
        _ query: String, _ texts: [String], k1: Double, b: Double
    ) -> (scores: [Double], whole: Double) {
        let asked = Set(terms(of: query))
        var lengths: [Double] = []
        var frequencies: [[String: Double]] = []
        var holders: [String: Double] = [:]
        for text in texts {
            var length = 0
            var found: [String: Double] = [:]
            EnglishTerms.forEach(in: text) { term in
                if !term.isStopWord { length += 1 }
                let word = String(decoding: term.text, as: UTF8.self)
                if asked.contains(word) { found[word, default: 0] += 1 }
            }
            for term in found.keys { holders[term, default: 0] += 1 }
            lengths.append(Double(length))
            frequencies.append(found)
        }
        let count = Double(texts.count)
        let average = max(lengths.reduce(0, +) / max(count, 1), 1)
        func rarity(_ term: String) -> Double {
            let holding = holders[term] ?? 0
            return log((count - holding + 0.5) / (holding + 0.5) + 1)
        }
        // In one order: sums of floating-point numbers depend on it.
        let ordered = asked.sorted().map { (term: $0, rarity: rarity($0)) }
        let scores = texts.indices.map { index in
            ordered.reduce(0.0) { sum, entry in
                guard let tf = frequencies[index][entry.term] else { return sum }
                return sum + entry.rarity * tf * (k1 + 1) / (tf + k1 * (1 - b + b * lengths[index] / average))
            }
        }
        return (scores, ordered.reduce(0) { $0 + $1.rarity })
    }

    /// The share of the character grams of two texts that both have, 0 to 1. Case does not count, and white space of any
    /// length is one space.
    public static func ngramJaccard(_ left: String, _ right: String, arity: Int = 3) -> Double {
        jaccard(grams(left, arity), grams(right, arity))
    }

    private static func jaccard(_ left: Set<UInt128>, _ right: Set<UInt128>) -> Double {
        guard !left.isEmpty, !right.isEmpty else { return 0 }
        let (small, large) = left.count < right.count ? (left, right) : (right, left)
        let both = small.reduce(0) { $0 + (large.contains($1) ? 1 : 0) }
        return Double(both) / Double(left.count + right.count - both)
    }

    private static func grams(_ text: String, _ arity: Int) -> Set<UInt128> {
        let arity = min(max(arity, 1), 6)
        var folded: [UInt32] = []
        for value in CaseFolding.foldedScalars(text) {
            if !ScalarClass.of(value).contains(.whitespace) {
                folded.append(value)
            } else if let last = folded.last, last != 0x20 {
                folded.append(0x20)
            }
        }
        if folded.last == 0x20 { folded.removeLast() }
        let mask = (UInt128(1) << UInt128(21 * arity)) - 1
        var grams: Set<UInt128> = []
        var gram: UInt128 = 0
        for (index, value) in folded.enumerated() {
            gram = (gram << 21 | UInt128(value)) & mask
            if index + 1 >= min(arity, folded.count) { grams.insert(gram) }
        }
        return grams
    }

    /// The places of those above 0, from 1; equals share the better place.
    private static func ranks(_ values: [Double]) -> [(index: Int, rank: Int)] {
        let order = values.indices.filter { values[$0] > 0 }.sorted { values[$0] > values[$1] }
        var ranks: [(index: Int, rank: Int)] = []
        for (place, index) in order.enumerated() {
            let isTied = place > 0 && values[order[place - 1]] == values[index]
            ranks.append((index, isTied ? ranks[place - 1].rank : place + 1))
        }
        return ranks
    }
}
