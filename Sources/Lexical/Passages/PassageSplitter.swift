/// Cuts a document into passages that are embedded and found one by one. Spec pipeline-api §9.2, with sizes really in
/// tokens.
///
/// Every character of the text is in some passage, no passage has more than `size` tokens, and none is wholly contained
/// in the one before it.
public struct PassageSplitter: Sendable, Hashable {
    /// Where passages may end.
    public enum Strategy: String, Sendable, Hashable {
        /// After so many tokens, each passage beginning with the last of the one before.
        case fixed = "static"
        /// At Markdown headings and blank lines where there are enough of them, else after so many tokens.
        case auto
    }

    public var strategy: Strategy
    /// Most tokens of a passage.
    public var size: Int
    /// Tokens that a passage of the strategy `fixed` shares with the one before.
    public var overlap: Int

    /// A splitter. The size is at least 1, and the overlap less than the size.
    public init(_ strategy: Strategy = .auto, size: Int = 800, overlap: Int = 400) {
        self.strategy = strategy
        self.size = max(1, size)
        self.overlap = min(max(0, overlap), self.size - 1)
    }

    /// Where the passages lie, in UTF-8 bytes. `tokenStarts` tells where in a piece of text tokens begin, in UTF-8
    /// bytes and ascending.
    public func ranges(
        in text: String, tokenStarts: (Substring) -> [Int] = PassageSplitter.unitStarts
    ) -> [Range<Int>] {
        let length = text.utf8.count
        guard length > 0 else { return [] }
        let starts = Self.starts(in: text, tokenStarts)
        switch strategy {
        case .fixed: return cut(0..<length, tokens: starts[...])
        case .auto: return joined(Self.blocks(in: text), starts)
        }
    }

    /// The passages themselves.
    public func passages(
        in text: String, tokenStarts: (Substring) -> [Int] = PassageSplitter.unitStarts
    ) -> [Substring] {
        ranges(in: text, tokenStarts: tokenStarts).map { range in
            text[text.index(atUTF8Offset: range.lowerBound)..<text.index(atUTF8Offset: range.upperBound)]
        }
    }

    /// For texts without a tokenizer: each Han, kana or Hangul scalar, each run of other letters and digits and each
    /// other visible scalar begins a token.
    public static func unitStarts(_ text: Substring) -> [Int] {
        var starts: [Int] = []
        var inRun = false
        var offset = 0
        for scalar in text.unicodeScalars {
            let kind = ScalarClass.of(scalar.value)
            if kind.contains(.cjk) {
                starts.append(offset)
                inRun = false
            } else if kind.contains(.letterOrDigit) {
                if !inRun { starts.append(offset) }
                inRun = true
            } else if !kind.contains(.mark) {
                inRun = false
                if !kind.contains(.whitespace) { starts.append(offset) }
            }
            offset += UTF8.width(scalar)
        }
        return starts
    }

    // MARK: Tokens

    /// Bytes that are cut into tokens at once.
    private static let pieceBytes = 65_536

    /// Where the tokens of the text begin. Long texts are read in pieces that end at white space where there is any.
    private static func starts(in text: String, _ tokenStarts: (Substring) -> [Int]) -> [Int] {
        var starts: [Int] = []
        var position = text.startIndex
        var base = 0
        while position < text.endIndex {
            let end = pieceEnd(text, from: position)
            let piece = text[position..<end]
            for start in tokenStarts(piece) { starts.append(base + start) }
            base += piece.utf8.count
            position = end
        }
        return starts
    }

    private static func pieceEnd(_ text: String, from start: String.Index) -> String.Index {
        guard let limit = text.utf8.index(start, offsetBy: pieceBytes, limitedBy: text.endIndex), limit < text.endIndex
        else { return text.endIndex }
        let scalars = text.unicodeScalars
        let whole = Self.aligned(limit, in: text)
        var end = whole
        for _ in 0..<4_096 where end > start {
            let before = scalars.index(before: end)
            if ScalarClass.of(scalars[before].value).contains(.whitespace) { return end }
            end = before
        }
        return whole > start ? whole : text.endIndex
    }

    /// The beginning of the scalar that a byte belongs to.
    private static func aligned(_ index: String.Index, in text: String) -> String.Index {
        var index = index
        while index > text.startIndex, text.utf8[index] & 0xC0 == 0x80 { index = text.utf8.index(before: index) }
        return index
    }

    // MARK: Cutting

    /// Passages of at most `size` tokens; white space before the first token and after the last goes with them.
    private func cut(_ range: Range<Int>, tokens: ArraySlice<Int>) -> [Range<Int>] {
        guard tokens.count > size else { return [range] }
        func place(_ token: Int) -> Int {
            if token <= 0 { return range.lowerBound }
            return token >= tokens.count ? range.upperBound : tokens[tokens.startIndex + token]
        }
        var passages: [Range<Int>] = []
        var first = 0
        while true {
            let end = min(first + size, tokens.count)
            let passage = place(first)..<place(end)
            // Several tokens may begin at one scalar; a passage of them alone holds nothing new.
            if !passage.isEmpty, passage.upperBound > passages.last?.upperBound ?? range.lowerBound {
                passages.append(passage)
            }
            if end == tokens.count { return passages }
            first += size - overlap
        }
    }

    /// Blocks joined as long as they fit; longer ones are cut.
    private func joined(_ blocks: [Range<Int>], _ starts: [Int]) -> [Range<Int>] {
        var passages: [Range<Int>] = []
        var open: (range: Range<Int>, tokens: Range<Int>)?
        var token = 0
        func close() {
            if let open { passages += cut(open.range, tokens: starts[open.tokens]) }
            open = nil
        }
        for block in blocks {
            let first = token
            while token < starts.count, starts[token] < block.upperBound { token += 1 }
            if let last = open, token - last.tokens.lowerBound <= size {
                open = (last.range.lowerBound..<block.upperBound, last.tokens.lowerBound..<token)
            } else if let last = open, token == first {
                // White space alone goes with what is before it.
                open = (last.range.lowerBound..<block.upperBound, last.tokens)
            } else {
                close()
                open = (block, first..<token)
            }
        }
        close()
        return passages
    }

    /// The text in pieces: each begins with a heading, or after a blank line.
    private static func blocks(in text: String) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        var offset = 0
        var wasBlank = false
        var isFenced = false
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let isBlank = line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            let isFence = line.starts(with: Array("```".utf8))
            let isHeading = !isFenced && isHeading(line)
            if offset > start, !isBlank, wasBlank || isHeading {
                blocks.append(start..<offset)
                start = offset
            }
            if isFence { isFenced.toggle() }
            wasBlank = isBlank
            offset += line.count + 1
        }
        let end = text.utf8.count
        if start < end { blocks.append(start..<end) }
        return blocks
    }

    private static func isHeading(_ line: Substring.UTF8View) -> Bool {
        let marks = line.prefix { $0 == UInt8(ascii: "#") }.count
        guard (1...6).contains(marks) else { return false }
        return line.dropFirst(marks).first == 0x20
    }
}
