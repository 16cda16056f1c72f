/// All literal keywords of a policy, found in one walk over the text.
///
/// Case-insensitive literals match under Unicode simple case folding. A literal with boundaries is found only where
/// it stands as a word: at each edge where it has a letter, digit, mark or underscore itself, its neighbour must be
/// none (spec signals-decisions §3.1, with Unicode letters instead of ASCII ones). Letters of scripts written without
/// spaces (Han, Hiragana, Katakana, Hangul, Thai, Lao, Khmer, Myanmar) bound nothing: a literal that holds one needs no
/// boundary, and beside another literal they count as a gap. An empty literal is never found.
public struct LiteralSet: Sendable {
    /// One literal and how it is to be compared.
    public struct Literal: Sendable, Hashable {
        public var text: String
        public var caseSensitive: Bool
        public var boundaries: Bool

        public init(_ text: String, caseSensitive: Bool = false, boundaries: Bool = true) {
            self.text = text
            self.caseSensitive = caseSensitive
            self.boundaries = boundaries
        }
    }

    private struct Entry {
        var length: Int
        var leadingBoundary: Bool
        var trailingBoundary: Bool
        /// The exact bytes of a case-sensitive literal, else nil.
        var exact: [UInt8]?
    }

    /// How many literals the set holds; they are known by their position in the list given to `init`.
    public var count: Int { entries.count }

    private let automaton: LiteralAutomaton
    private let entries: [Entry]
    private let underscoreJoins: Bool

    /// Builds the set. Time and memory are linear in the sum of the literals' lengths.
    public init(_ literals: [Literal]) {
        self.init(literals, underscoreJoins: true)
    }

    /// With `underscoreJoins` off an underscore is no part of a word.
    init(_ literals: [Literal], underscoreJoins: Bool) {
        var folded: [[UInt8]] = []
        var entries: [Entry] = []
        for literal in literals {
            let bytes = literal.text.withUTF8Bytes { FoldedText($0).bytes }
            let scalars = literal.text.unicodeScalars
            let bounded = literal.boundaries && !scalars.contains { ScalarClass.of($0.value).contains(.unsegmented) }
            func joins(_ scalar: Unicode.Scalar?) -> Bool {
                guard bounded, let scalar else { return false }
                return ScalarClass.of(scalar.value).isWordPart || underscoreJoins && scalar == "_"
            }
            folded.append(bytes)
            entries.append(
                Entry(
                    length: bytes.count, leadingBoundary: joins(scalars.first), trailingBoundary: joins(scalars.last),
                    exact: literal.caseSensitive ? Array(literal.text.utf8) : nil))
        }
        self.automaton = LiteralAutomaton(folded)
        self.entries = entries
        self.underscoreJoins = underscoreJoins
    }

    /// Adds the index of every literal that occurs in the text.
    public func matches(in text: String, into matches: inout MatchSet) {
        scan(text) { scanned in
            automaton.walk(scanned.bytes) { literal, end in
                if !matches.contains(literal), isHit(literal, end, scanned) { matches.insert(literal) }
                return true
            }
        }
    }

    /// The indices of the literals that occur in the text, ascending.
    public func matches(in text: String) -> [Int] {
        var found = MatchSet(capacity: count)
        matches(in: text, into: &found)
        return found.indices
    }

    /// How often each literal occurs, counting from the left without overlaps of a literal with itself.
    public func counts(in text: String) -> [Int] {
        var counts = Array(repeating: 0, count: count)
        var ends = Array(repeating: 0, count: count)
        forEachHit(in: text) { literal, range in
            if range.lowerBound >= ends[literal] {
                counts[literal] += 1
                ends[literal] = range.upperBound
            }
            return true
        }
        return counts
    }

    /// Every occurrence, ordered by its end, as offsets into the folded text, until `body` returns false.
    func forEachHit(in text: String, _ body: (_ literal: Int, _ range: Range<Int>) -> Bool) {
        scan(text) { scanned in
            automaton.walk(scanned.bytes) { literal, end in
                guard isHit(literal, end, scanned) else { return true }
                return body(literal, (end - entries[literal].length)..<end)
            }
        }
    }

    /// What a walk reads: folded bytes, the original ones, and the way from the first to the second.
    private struct ScannedText {
        let bytes: UnsafeBufferPointer<UInt8>
        let original: UnsafeBufferPointer<UInt8>
        let folded: FoldedText?
    }

    /// ASCII is folded by the automaton's classes; any other text is folded once.
    @inline(__always)
    private func scan(_ text: String, _ body: (ScannedText) -> Void) {
        text.withUTF8Bytes { original in
            if UTF8Text.isASCII(original) {
                body(ScannedText(bytes: original, original: original, folded: nil))
            } else {
                let folded = FoldedText(original)
                folded.bytes.withUnsafeBufferPointer {
                    body(ScannedText(bytes: $0, original: original, folded: folded))
                }
            }
        }
    }

    private func isHit(_ literal: Int, _ end: Int, _ text: ScannedText) -> Bool {
        let entry = entries[literal]
        let start = end - entry.length
        if entry.leadingBoundary, start > 0, endsWord(text.bytes, start) { return false }
        if entry.trailingBoundary, end < text.bytes.count, continuesWord(text.bytes, end) { return false }
        guard let exact = entry.exact else { return true }
        let origin = text.folded?.originalOffset(start) ?? start
        guard origin + exact.count <= text.original.count else { return false }
        return exact.indices.allSatisfy { text.original[origin + $0] == exact[$0] }
    }

    private func continuesWord(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Bool {
        let value = UTF8Text.scalar(in: bytes, at: offset).value
        return ScalarClass.of(value).isWordPart || underscoreJoins && value == 0x5F
    }

    /// Marks belong to the scalar before them, which decides; a run of more than 32 counts as a word.
    private func endsWord(_ bytes: UnsafeBufferPointer<UInt8>, _ offset: Int) -> Bool {
        var offset = offset
        for _ in 0..<32 {
            guard offset > 0 else { return false }
            let (value, length) = UTF8Text.scalar(in: bytes, before: offset)
            let kind = ScalarClass.of(value)
            if !kind.contains(.mark) { return kind.isWordPart || underscoreJoins && value == 0x5F }
            offset -= length
        }
        return true
    }
}
