/// Shortens a text to the sentences that say most of it, in their order (spec signals-decisions §8).
///
/// Sentences are ranked by the weighted sum of four scores: their place in the graph of sentences (TextRank), their
/// position, their rare words (TF-IDF) and what they add to the whole (novelty). The first and last sentences come
/// first, then the others by rank, as long as each fits the budget. What is kept stands in the text as it was, byte
/// for byte; between two sentences is nothing where nothing was, else a line break where one was, else a space.
///
/// A sentence that alone exceeds the budget is cut into pieces of at most a quarter of it (but 8 tokens), at white
/// space or between ideographs, so that a text without a full stop can be shortened too.
///
/// Time grows with the text, not with the square of its sentences: one step of TextRank is two passes over the words,
/// since a cosine is a product of vectors and the matrix of similarities is never built. Memory grows with the words of
/// the text. See ``sentenceLimit``, ``byteLimit`` and ``textRankWork`` for the bounds.
public struct PromptCompressor: Sendable {
    /// Sentences that are ranked; of a text with more, the first, the last and others evenly spread between them.
    public static let sentenceLimit = 1 << 18
    /// Length in bytes above which a text is left as it is.
    public static let byteLimit = 1 << 26
    /// Products of two numbers that TextRank may take: a text of so many words that 100 steps would exceed it gets
    /// fewer steps, but at least 8.
    public static let textRankWork = 1 << 26

    /// A text and what became of it.
    public struct Compressed: Sendable, Hashable {
        /// The shortened text, or the text itself.
        public let text: String
        /// UTF-8 offsets of the kept sentences in the original text, in order. One range covers a text that was left
        /// as it is; an empty text has none.
        public let sentences: [Range<Int>]
        /// Estimated tokens of the original text.
        public let originalTokens: Int
        /// Estimated tokens of ``text``.
        public let keptTokens: Int
        /// Share of the bytes of all sentences that was kept, from 0 to 1; 1 for a text that was left as it is.
        public let coverage: Double
        /// Share of the sentences that were ranked and could be kept; below 1 only above ``sentenceLimit``.
        public let rankedShare: Double
        /// Whether anything was left out.
        public let isCompressed: Bool

        /// Kept tokens by original tokens, from 0 to 1; 1 for a text that was left as it is.
        public var ratio: Double {
            isCompressed ? min(1, Double(keptTokens) / Double(max(1, originalTokens))) : 1
        }
    }

    /// What ranks the sentences and how much is kept.
    public let settings: Settings

    /// A compressor with these settings.
    public init(settings: Settings) { self.settings = settings }

    /// Tokens of a text: ⌊1.5 · ideographs + 1.3 · words⌋, where a word is a run between white space that has no
    /// ideograph, or that has other letters or digits beside them. Han, kana and Hangul count as ideographs.
    public static func estimatedTokens(_ text: String) -> Int {
        text.withUTF8Bytes { CompressionCost.tokens(ofTenths: CompressionCost.tenths($0, 0..<$0.count)) }
    }

    /// The text shortened to the budget. A text within it, of at most the minimum length, or a budget of 0 leaves the
    /// text as it is.
    public func compress(_ text: String) -> Compressed {
        text.withUTF8Bytes { compress(text, bytes: $0) }
    }

    private func compress(_ text: String, bytes: UnsafeBufferPointer<UInt8>) -> Compressed {
        let total = CompressionCost.tenths(bytes, 0..<bytes.count)
        let budget = CompressionCost.tenths(ofBudget: settings.maximumTokens)
        guard settings.maximumTokens > 0, bytes.count > max(0, settings.minimumLength), bytes.count <= Self.byteLimit,
            total > budget
        else { return unchanged(text, tenths: total) }
        let units = CompressionUnits(text, bytes, budget: budget)
        let kept = selected(units, bytes, budget: budget)
        guard kept.count < units.ranges.count || units.omitted > 0 else { return unchanged(text, tenths: total) }
        let ranges = kept.map { units.ranges[$0] }
        let shortened = Self.joined(ranges, of: bytes)
        let keptBytes = ranges.reduce(0) { $0 + $1.count }
        return Compressed(
            text: shortened, sentences: ranges, originalTokens: CompressionCost.tokens(ofTenths: total),
            keptTokens: Self.estimatedTokens(shortened), coverage: Double(keptBytes) / Double(max(1, units.totalBytes)),
            rankedShare: Double(units.ranges.count) / Double(max(1, units.ranges.count + units.omitted)),
            isCompressed: true)
    }

    private func unchanged(_ text: String, tenths: Int) -> Compressed {
        let tokens = CompressionCost.tokens(ofTenths: tenths)
        return Compressed(
            text: text, sentences: text.isEmpty ? [] : [0..<text.utf8.count], originalTokens: tokens,
            keptTokens: tokens, coverage: 1, rankedShare: 1, isCompressed: false)
    }

    /// Numbers of the kept sentences, ascending.
    private func selected(_ units: CompressionUnits, _ bytes: UnsafeBufferPointer<UInt8>, budget: Int) -> [Int] {
        let count = units.ranges.count
        var isKept = [Bool](repeating: false, count: count)
        var left = budget
        func keep(_ index: Int) {
            guard !isKept[index], units.costs[index] <= left else { return }
            isKept[index] = true
            left -= units.costs[index]
        }
        for index in 0..<min(count, max(0, settings.preservedFirstSentences)) { keep(index) }
        for index in (count - min(count, max(0, settings.preservedLastSentences)))..<count { keep(index) }
        let least = units.costs.min() ?? 0
        if left >= least {
            let scores = SentenceScores(SentenceTerms(bytes, units.ranges)).composite(settings)
            let order = (0..<count).sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            for index in order {
                guard left >= least else { break }
                keep(index)
            }
        }
        return (0..<count).filter { isKept[$0] }
    }

    private static func joined(_ ranges: [Range<Int>], of bytes: UnsafeBufferPointer<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(ranges.reduce(0) { $0 + $1.count + 1 })
        var end: Int?
        for range in ranges {
            if let end, end < range.lowerBound {
                let hasBreak = bytes[end..<range.lowerBound].contains { $0 == 0x0A || $0 == 0x0D }
                result.append(hasBreak ? 0x0A : 0x20)
            }
            result.append(contentsOf: bytes[range])
            end = range.upperBound
        }
        return String(decoding: result, as: UTF8.self)
    }
}
