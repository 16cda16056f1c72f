/// Counts a structure rule's keywords in a text (spec signals-decisions §3.3).
///
/// A keyword without Han, kana or Hangul counts only where no letter or digit of another script touches a letter or
/// digit at its edge. Keywords that differ only in case count once unless case matters.
public struct KeywordOccurrences: Sendable {
    private let literals: LiteralSet

    public init(keywords: [String], caseSensitive: Bool = false) {
        var seen: Set<[UInt32]> = []
        let distinct = keywords.filter { keyword in
            seen.insert(
                caseSensitive ? keyword.unicodeScalars.map(\.value) : CaseFolding.foldedScalars(keyword)
            ).inserted
        }
        literals = LiteralSet(
            distinct.map { LiteralSet.Literal($0, caseSensitive: caseSensitive, boundaries: true) },
            underscoreJoins: false)
    }

    /// The sum over the keywords of their occurrences in the text.
    public func count(in text: String) -> Int {
        literals.counts(in: text).reduce(0, +)
    }
}
