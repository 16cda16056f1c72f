/// Keywords found in spite of typing errors (spec signals-decisions §3.1.3).
///
/// A keyword of *n* words is compared with every run of *n* words of the text, by Levenshtein distance. Letters and
/// digits make words; each Han, kana or Hangul scalar is a word.
///
/// The threshold says how much may differ. Up to 10 it is a number of edits, capped by the keyword's length *l* in
/// scalars: none below 4, else ⌊l/3⌋, so that `asap` (one edit) meets neither `as` nor `app`. Above 10 it is a
/// similarity in percent: 100 · (1 − distance / max(length)) must reach it.
public struct FuzzyMatcher: Sendable {
    private struct Keyword {
        var scalars: ArraySlice<UInt32>
        var words: Int
        var letters: UInt64
    }

    private let keywords: [Keyword]
    private let threshold: Int
    private let rule: WordRuns.Rule
    private let widths: [Int]

    /// Prepares the keywords; `threshold` 0 or less accepts only exact words.
    public init(keywords: [String], threshold: Int, caseSensitive: Bool = false) {
        let rule = WordRuns.Rule(splitsCJK: true, foldsCase: !caseSensitive)
        self.rule = rule
        self.threshold = threshold
        self.keywords = keywords.map { keyword in
            let runs = WordRuns(keyword, rule)
            let scalars = runs.phrase(0..<runs.count)
            return Keyword(scalars: scalars, words: runs.count, letters: Self.letters(scalars))
        }
        widths = Set(self.keywords.map(\.words)).subtracting([0]).sorted()
    }

    /// The indices of the keywords that occur in the text, ascending.
    public func matches(in text: String) -> [Int] {
        let runs = WordRuns(text, rule)
        var found = MatchSet(capacity: keywords.count)
        for width in widths where width <= runs.count {
            let group = keywords.indices.filter { keywords[$0].words == width }
            for start in 0...(runs.count - width) {
                let phrase = runs.phrase(start..<(start + width))
                let letters = Self.letters(phrase)
                for index in group where !found.contains(index) {
                    if accepts(keywords[index], phrase, letters) { found.insert(index) }
                }
            }
        }
        return found.indices
    }

    private func accepts(_ keyword: Keyword, _ phrase: ArraySlice<UInt32>, _ letters: UInt64) -> Bool {
        let limit = budget(keyword.scalars.count, phrase.count)
        // One edit changes at most two of the letters present.
        guard abs(keyword.scalars.count - phrase.count) <= limit,
            (keyword.letters ^ letters).nonzeroBitCount <= 2 * limit
        else { return false }
        return EditDistance.levenshtein(keyword.scalars, phrase, limit: limit) != nil
    }

    private func budget(_ keyword: Int, _ phrase: Int) -> Int {
        if threshold > 10 { return max(keyword, phrase) * (100 - min(threshold, 100)) / 100 }
        return keyword < 4 ? 0 : max(0, min(threshold, keyword / 3))
    }

    private static func letters(_ scalars: ArraySlice<UInt32>) -> UInt64 {
        scalars.reduce(0) { $0 | 1 << UInt64($1 & 63) }
    }
}
