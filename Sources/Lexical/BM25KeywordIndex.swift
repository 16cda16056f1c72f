internal import Glibc

/// Keywords as the documents of a tiny corpus, scored by BM25 with a text as the query (spec signals-decisions §3.1.4).
///
/// With N keywords, *df* of them holding a term, *tf* its frequency in a keyword of *l* terms and *avgdl* their mean
/// length, a keyword's score is the sum over the distinct terms *t* of the text of
/// ln(1 + (N − df + .5)/(df + .5)) · tf·(k₁ + 1) / (tf + k₁·(1 − b + b·l/avgdl)), with k₁ = 1.2 and b = .75.
/// Terms are English stems without stop words; a keyword that is all stop words keeps them.
public struct BM25KeywordIndex: Sendable {
    private let count: Int
    /// For each term the keywords that hold it, with the whole summand above.
    private let weights: [[UInt8]: [(keyword: Int, weight: Double)]]
    private let keptStopWords: Set<[UInt8]>

    public init(keywords: [String], k1: Double = 1.2, b: Double = 0.75) {
        var kept: Set<[UInt8]> = []
        let documents = keywords.map { keyword in
            var terms: [[UInt8]] = []
            var stopWords: [[UInt8]] = []
            EnglishTerms.forEach(in: keyword) { term in
                if term.isStopWord { stopWords.append(term.text) } else { terms.append(term.text) }
            }
            if terms.isEmpty { kept.formUnion(stopWords) }
            return terms.isEmpty ? stopWords : terms
        }
        let total = documents.reduce(0) { $0 + $1.count }
        let averageLength = total == 0 ? 1 : Double(total) / Double(documents.count)
        var frequencies: [[UInt8]: [Int: Int]] = [:]
        for (index, terms) in documents.enumerated() {
            for term in terms { frequencies[term, default: [:]][index, default: 0] += 1 }
        }
        weights = frequencies.mapValues { holders in
            let holding = Double(holders.count)
            let rarity = log(1 + (Double(documents.count) - holding + 0.5) / (holding + 0.5))
            return holders.sorted { $0.key < $1.key }.map { index, frequency in
                let tf = Double(frequency)
                let length = Double(documents[index].count) / averageLength
                return (index, rarity * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length)))
            }
        }
        keptStopWords = kept
        count = keywords.count
    }

    /// The score of each keyword for the text; 0 where they share no term.
    public func scores(for text: String) -> [Double] {
        var scores = Array(repeating: 0.0, count: count)
        var seen: Set<[UInt8]> = []
        EnglishTerms.forEach(in: text) { term in
            if term.isStopWord, !keptStopWords.contains(term.text) { return }
            guard let holders = weights[term.text], seen.insert(term.text).inserted else { return }
            for holder in holders { scores[holder.keyword] += holder.weight }
        }
        return scores
    }
}
