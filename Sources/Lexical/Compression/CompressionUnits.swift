/// Estimated tokens in tenths, so that sums are exact: 15 for an ideograph, 13 for a word.
enum CompressionCost {
    static let word = 13
    static let ideograph = 15

    /// The most tenths that still read as so many tokens.
    static func tenths(ofBudget tokens: Int) -> Int { min(max(0, tokens), Int.max / 16) * 10 + 9 }

    static func tokens(ofTenths tenths: Int) -> Int { tenths / 10 }

    static func tenths(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int {
        var total = 0
        var field = Field()
        var position = range.lowerBound
        while position < range.upperBound {
            let (value, length) = UTF8Text.scalar(in: bytes, at: position)
            position += length
            let kind = ScalarClass.of(value)
            if kind.contains(.whitespace) {
                total += field.word
                field = Field()
            } else {
                if kind.contains(.cjk) { total += ideograph }
                field.push(kind)
            }
        }
        return total + field.word
    }

    /// A run between white space.
    private struct Field {
        private var isEmpty = true
        private var hasIdeograph = false
        private var hasOther = false

        @inline(__always)
        mutating func push(_ kind: ScalarClass) {
            isEmpty = false
            if kind.contains(.cjk) { hasIdeograph = true } else if kind.contains(.letterOrDigit) { hasOther = true }
        }

        var word: Int { !isEmpty && (!hasIdeograph || hasOther) ? CompressionCost.word : 0 }
    }
}

/// The sentences of a text as they are ranked: where they lie and what they cost.
struct CompressionUnits {
    private(set) var ranges: [Range<Int>] = []
    /// Tenths of tokens.
    private(set) var costs: [Int] = []
    /// Bytes of all sentences, those that are not ranked included.
    private(set) var totalBytes = 0
    /// Sentences that are not ranked.
    private(set) var omitted = 0

    /// - Parameters:
    ///   - budget: Tenths of tokens.
    ///   - sentenceLimit: Sentences that are ranked, at least 3.
    init(
        _ text: String, _ bytes: UnsafeBufferPointer<UInt8>, budget: Int,
        sentenceLimit: Int = PromptCompressor.sentenceLimit
    ) {
        let pieceLimit = min(budget, max(CompressionCost.tenths(ofBudget: 8), budget / 4))
        for sentence in SentenceSplitter().ranges(in: text) {
            let range = text.utf8Offset(of: sentence.lowerBound)..<text.utf8Offset(of: sentence.upperBound)
            let cost = CompressionCost.tenths(bytes, range)
            totalBytes += range.count
            if cost <= budget {
                ranges.append(range)
                costs.append(cost)
            } else {
                cut(range, of: bytes, limit: pieceLimit)
            }
        }
        sample(limit: sentenceLimit)
    }

    private mutating func cut(_ range: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>, limit: Int) {
        var piece = Piece(start: range.lowerBound)
        var position = range.lowerBound
        while position < range.upperBound {
            let (value, length) = UTF8Text.scalar(in: bytes, at: position)
            let kind = ScalarClass.of(value)
            let cost = piece.costOfNext(kind)
            if cost > 0, piece.cost > 0, piece.cost + cost > limit {
                append(piece, of: bytes)
                piece = Piece(start: position)
                piece.push(kind, cost: piece.costOfNext(kind), end: position + length)
            } else {
                piece.push(kind, cost: cost, end: position + length)
            }
            position += length
        }
        append(piece, of: bytes)
    }

    private mutating func append(_ piece: Piece, of bytes: UnsafeBufferPointer<UInt8>) {
        guard let range = piece.range else { return }
        ranges.append(range)
        costs.append(CompressionCost.tenths(bytes, range))
    }

    /// Keeps the first, the last and others evenly spread between them: 1 + ⌊i · (n − 2) / (limit − 2) + ½⌋.
    private mutating func sample(limit: Int) {
        let total = ranges.count
        guard total > limit else { return }
        for index in 1..<limit - 1 {
            let source = min(total - 2, 1 + ((index - 1) * (total - 2) * 2 + limit - 2) / (2 * (limit - 2)))
            ranges[index] = ranges[source]
            costs[index] = costs[source]
        }
        ranges[limit - 1] = ranges[total - 1]
        costs[limit - 1] = costs[total - 1]
        ranges.removeLast(total - limit)
        costs.removeLast(total - limit)
        omitted = total - limit
    }

    /// A piece of a sentence that is being cut, without white space around it.
    private struct Piece {
        private enum Reader { case space, word, ideograph }

        private var start: Int
        private var end: Int
        private var reader = Reader.space
        private(set) var cost = 0

        init(start: Int) {
            self.start = start
            end = start
        }

        var range: Range<Int>? { start < end ? start..<end : nil }

        /// What the scalar adds. Only one that adds something may begin the next piece, so words stay whole and marks
        /// and punctuation stay with the ideograph before them.
        func costOfNext(_ kind: ScalarClass) -> Int {
            if kind.contains(.whitespace) { return 0 }
            if kind.contains(.cjk) { return CompressionCost.ideograph }
            switch reader {
            case .space: return CompressionCost.word
            case .word: return 0
            case .ideograph: return kind.contains(.letterOrDigit) ? CompressionCost.word : 0
            }
        }

        mutating func push(_ kind: ScalarClass, cost added: Int, end position: Int) {
            if kind.contains(.whitespace) {
                reader = .space
                if start == end { (start, end) = (position, position) }
                return
            }
            if kind.contains(.cjk) { reader = .ideograph } else if added > 0 { reader = .word }
            cost += added
            end = position
        }
    }
}

extension String {
    /// The UTF-8 offset of an index.
    fileprivate func utf8Offset(of index: String.Index) -> Int {
        utf8.distance(from: utf8.startIndex, to: index)
    }
}
