/// Keywords compared with words by their shared character n-grams (spec signals-decisions §3.1.5).
///
/// Each side is padded with `arity − 1` spaces. With *same* the number of shared grams (as multisets) and
/// *all* = |G₁| + |G₂| − *same*, the similarity is (all² − (all − same)²) / all². Words are runs of letters, digits,
/// `_` and `-`. A keyword of several words is compared with every run of as many words, joined by spaces, and with the
/// whole text.
public struct NGramMatcher: Sendable {
    /// A gram of up to six scalars, 21 bits each.
    private typealias Gram = UInt128

    private struct Keyword {
        var grams: Int
        var words: Int
    }

    private let arity: Int
    private let rule: WordRuns.Rule
    private let keywords: [Keyword]
    private let postings: [Gram: [(keyword: Int, count: Int)]]
    private let widths: [Int]
    /// Longest text, in bytes, that is compared as a whole.
    private let wholeTextLimit: Int

    /// Prepares the keywords. The arity is clamped to 2…6.
    public init(keywords: [String], arity: Int = 3, caseSensitive: Bool = false) {
        let arity = min(max(arity, 2), 6)
        let rule = WordRuns.Rule(extraScalars: [0x2D, 0x5F], foldsCase: !caseSensitive)
        var postings: [Gram: [(keyword: Int, count: Int)]] = [:]
        self.keywords = keywords.enumerated().map { index, text in
            let scalars = rule.foldsCase ? CaseFolding.foldedScalars(text) : text.unicodeScalars.map(\.value)
            let grams = Self.grams(scalars[...], arity)
            for (gram, count) in grams.counts { postings[gram, default: []].append((index, count)) }
            return Keyword(grams: grams.total, words: WordRuns(text, rule).count)
        }
        self.arity = arity
        self.rule = rule
        self.postings = postings
        widths = Set(self.keywords.map(\.words)).union([1]).subtracting([0]).sorted()
        wholeTextLimit = 64 * (keywords.map(\.unicodeScalars.count).max() ?? 0)
    }

    /// For each keyword the similarity, 0 to 1, of the word or phrase of the text that is nearest to it.
    public func similarities(in text: String) -> [Double] {
        var best = Array(repeating: 0.0, count: keywords.count)
        let runs = WordRuns(text, rule)
        for width in widths where width <= runs.count {
            for start in 0...(runs.count - width) {
                let phrase = width == 1 ? runs[start] : Self.joined(runs, start..<(start + width))
                compare(phrase, into: &best) { $0.words == width || width == 1 }
            }
        }
        if let widest = widths.last, widest > 1, text.utf8.count <= wholeTextLimit {
            let whole = rule.foldsCase ? CaseFolding.foldedScalars(text) : text.unicodeScalars.map(\.value)
            compare(whole[...], into: &best) { $0.words > 1 }
        }
        return best
    }

    /// The indices of the keywords whose similarity reaches the threshold, ascending.
    public func matches(in text: String, threshold: Double) -> [Int] {
        let similarities = similarities(in: text)
        return similarities.indices.filter { similarities[$0] > 0 && similarities[$0] >= threshold }
    }

    /// The similarity of two strings as they are.
    public static func similarity(_ first: String, _ second: String, arity: Int = 3) -> Double {
        let arity = min(max(arity, 2), 6)
        let left = grams(first.unicodeScalars.map(\.value)[...], arity)
        let right = grams(second.unicodeScalars.map(\.value)[...], arity)
        let same = left.counts.reduce(0) { $0 + min($1.value, right.counts[$1.key] ?? 0) }
        return similarity(same: same, left.total, right.total)
    }

    private func compare(_ phrase: ArraySlice<UInt32>, into best: inout [Double], where isCandidate: (Keyword) -> Bool)
    {
        let grams = Self.grams(phrase, arity) { postings[$0] != nil }
        var same: [Int: Int] = [:]
        for (gram, count) in grams.counts {
            for posting in postings[gram] ?? [] { same[posting.keyword, default: 0] += min(count, posting.count) }
        }
        for (index, shared) in same where isCandidate(keywords[index]) {
            best[index] = max(best[index], Self.similarity(same: shared, keywords[index].grams, grams.total))
        }
    }

    private static func similarity(same: Int, _ left: Int, _ right: Int) -> Double {
        let all = Double(left + right - same)
        guard all > 0 else { return 0 }
        let rest = all - Double(same)
        return (all * all - rest * rest) / (all * all)
    }

    /// The grams that `isWanted` keeps, with their number, and the number of all grams.
    private static func grams(
        _ scalars: ArraySlice<UInt32>, _ arity: Int, where isWanted: (Gram) -> Bool = { _ in true }
    ) -> (counts: [Gram: Int], total: Int) {
        guard !scalars.isEmpty else { return ([:], 0) }
        let mask = (Gram(1) << Gram(21 * arity)) - 1
        var counts: [Gram: Int] = [:]
        var gram = (1..<arity).reduce(Gram(0)) { partial, _ in partial << 21 | 0x20 }
        func push(_ value: UInt32) {
            gram = (gram << 21 | Gram(value)) & mask
            if isWanted(gram) { counts[gram, default: 0] += 1 }
        }
        for value in scalars { push(value) }
        for _ in 1..<arity { push(0x20) }
        return (counts, scalars.count + arity - 1)
    }

    private static func joined(_ runs: WordRuns, _ words: Range<Int>) -> ArraySlice<UInt32> {
        Array(words.map { runs[$0] }.joined(separator: [0x20]))[...]
    }
}
