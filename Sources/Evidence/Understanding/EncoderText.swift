internal import Encoding
internal import Routing

/// A text on its way through the encoder: the rows that it becomes and where its tokens stand.
struct EncoderText: Sendable {
    /// One row of the graph for every window.
    private(set) var rows: [EncoderRow] = []
    /// The tokens of each window, as a range of the text's tokens.
    private(set) var windows: [Range<Int>] = []
    /// All tokens with their Unicode scalar offsets.
    private(set) var tokens = TokenizedText(ids: [], offsets: [], unknownCount: 0)
    /// The share of the tokens that some window reads.
    private(set) var coverage = 1.0
    private(set) var problem: UnknownReason?

    /// Tokens of a question, an answer and a follow-up that a judgement of the follow-up reads.
    private static let exchangeTokens = (query: 48, answer: 96, followUp: 96)

    init(_ need: TextNeed, _ encoder: Encoder, _ readability: Readability, maximumWindows: Int) {
        switch need.source {
        case .text(let text):
            tokens = encoder.tokenizer.encode(text, addingSpecialTokens: false)
            let verdict = readability.judge(text, tokens)
            guard verdict.isReadable else {
                (problem, coverage) = (.unreadable, verdict.share)
                return
            }
            let all = encoder.windows(of: tokens.ids.count)
            windows = Self.spread(all, most: maximumWindows)
            coverage = Self.coverage(windows, of: tokens.ids.count)
            rows = windows.map { EncoderRow(ids: encoder.tokenizer.wrap([tokens.ids[$0]])) }
        case .exchange(let query, let answer, let followUp):
            let judged = encoder.tokenizer.encode(followUp, addingSpecialTokens: false)
            let verdict = readability.judge(followUp, judged)
            guard verdict.isReadable else {
                (problem, coverage) = (.unreadable, verdict.share)
                return
            }
            let limits = Self.exchangeTokens
            func ids(_ text: String, _ limit: Int) -> ArraySlice<Int32> {
                // More text than the limit's tokens can hold need not be cut into tokens.
                let head = String(text.unicodeScalars.prefix(limit * 32))
                return encoder.tokenizer.encode(head, addingSpecialTokens: false).ids.prefix(limit)
            }
            let first = encoder.tokenizer.wrap([ids(query, limits.query), ids(answer, limits.answer)])
            let rest = encoder.tokenizer.wrap([judged.ids.prefix(limits.followUp)]).dropFirst()
            rows = [EncoderRow(ids: first + rest)]
            windows = [0..<rows[0].ids.count]
            coverage = min(1, Double(limits.followUp) / Double(max(judged.ids.count, 1)))
        }
    }

    /// How much of the text each window stands for.
    var weights: [Double] { windows.map { Double(max($0.count, 1)) } }

    /// The windows themselves, or as many as allowed, evenly spread and with both ends among them.
    static func spread(_ windows: [Range<Int>], most: Int) -> [Range<Int>] {
        chosen(of: windows.count, most: most).map { windows[$0] }
    }

    /// Which of so many windows are read. Every second, every fourth and so on come before those between them, so that
    /// a text that turns out longer changes the choice little.
    static func chosen(of count: Int, most: Int) -> [Int] {
        guard count > most, most > 1 else { return Array((0..<count).prefix(max(most, 1))) }
        var indices = Array(0..<(count - 1))
        indices.sort { rank($0) < rank($1) }
        return indices.prefix(most - 1).sorted() + [count - 1]
    }

    /// The smaller, the earlier a window is chosen: its index with the bits mirrored counts 0, 1/2, 1/4, 3/4 and so on
    /// of its level.
    private static func rank(_ index: Int) -> (Int, UInt64) {
        guard index > 0 else { return (0, 0) }
        let zeros = index.trailingZeroBitCount
        return (Int.bitWidth - zeros, mirrored(UInt64(index >> (zeros + 1))))
    }

    private static func mirrored(_ value: UInt64) -> UInt64 {
        var (rest, result) = (value, UInt64(0))
        for _ in 0..<16 {
            result = result << 1 | rest & 1
            rest >>= 1
        }
        return result
    }

    static func coverage(_ windows: [Range<Int>], of count: Int) -> Double {
        guard count > 0 else { return 1 }
        var read = 0
        var end = 0
        for window in windows {
            read += max(0, window.upperBound - max(window.lowerBound, end))
            end = max(end, window.upperBound)
        }
        return Double(read) / Double(count)
    }
}

/// Making one of many windows.
enum WindowPooling {
    /// The weighted mean of unit vectors, brought back to unit length.
    static func mean(_ vectors: [[Float]], weights: [Double]) -> [Float] {
        guard vectors.count > 1, let first = vectors.first else { return vectors.first ?? [] }
        var sum = [Float](repeating: 0, count: first.count)
        for (vector, weight) in zip(vectors, weights) {
            for index in sum.indices where index < vector.count { sum[index] += vector[index] * Float(weight) }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? sum.map { $0 / length } : sum
    }

    /// Probabilities of all windows as one: their weighted mean, or those of the window that is least sure of the
    /// first label, which by convention is the harmless one.
    static func pool(_ windows: [[Double]], weights: [Double], takesMaximum: Bool) -> [Double] {
        guard let first = windows.first, windows.count > 1 else { return windows.first ?? [] }
        if takesMaximum { return windows.min { ($0.first ?? 0) < ($1.first ?? 0) } ?? first }
        let total = zip(windows, weights).reduce(0) { $0 + $1.1 }
        var result = [Double](repeating: 0, count: first.count)
        for (window, weight) in zip(windows, weights) {
            for index in result.indices where index < window.count { result[index] += window[index] * weight / total }
        }
        return result
    }
}
