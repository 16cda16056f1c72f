/// A token that is found in the text before the model sees it.
struct AddedToken: Sendable {
    var id: Int32
    var content: [UInt8]
    var isSingleWord: Bool
    var stripsLeft: Bool
    var stripsRight: Bool
    var isNormalized: Bool
}

/// Finds added tokens: the leftmost, and of those that start there the longest.
struct AddedTokenMatcher: Sendable {
    /// A part of a text: an added token, or text between two.
    struct Part {
        var range: Range<Int>
        /// The token's id, or `nil` for text.
        var id: Int32?
    }

    private let tokens: [AddedToken]
    private let trie: ByteTrie
    private let starts: [Bool]

    /// A matcher for tokens as they are spelled in `spellings`, one for each.
    init(_ tokens: [AddedToken], spellings: [[UInt8]]) {
        var builder = ByteTrie.Builder()
        var starts = [Bool](repeating: false, count: 256)
        // Of equal spellings the first token counts.
        for (index, spelling) in spellings.enumerated().reversed() {
            guard let first = spelling.first else { continue }
            builder.add(spelling, value: Int32(index))
            starts[Int(first)] = true
        }
        self.tokens = tokens
        self.starts = starts
        trie = ByteTrie(builder)
    }

    /// Whether there is nothing to find.
    var isEmpty: Bool { !starts.contains(true) }

    /// The parts of a text in order, or `nil` where it holds no added token.
    func parts(of text: UnsafeBufferPointer<UInt8>) -> [Part]? {
        var parts: [Part] = []
        var covered = 0
        var cursor = 0
        let hasStart = starts.withUnsafeBufferPointer { starts in
            while cursor < text.count, !starts[Int(text[cursor])] { cursor += 1 }
            return cursor < text.count
        }
        guard hasStart else { return nil }
        while cursor < text.count {
            guard starts[Int(text[cursor])], let (index, end) = longest(in: text, at: cursor) else {
                cursor += 1
                continue
            }
            let token = tokens[index]
            let start = cursor
            cursor = end
            if token.isSingleWord, !isWord(text, start, end) { continue }
            let first = token.stripsLeft ? max(spaceStart(text, start), covered) : start
            let last = token.stripsRight ? spaceEnd(text, end) : end
            if covered < first { parts.append(Part(range: covered..<first, id: nil)) }
            // A token whose text was taken as the space of the one before leaves nothing.
            if first < last { parts.append(Part(range: first..<last, id: token.id)) }
            covered = last
        }
        guard !parts.isEmpty else { return nil }
        if covered < text.count { parts.append(Part(range: covered..<text.count, id: nil)) }
        return parts
    }

    private func longest(in text: UnsafeBufferPointer<UInt8>, at start: Int) -> (index: Int, end: Int)? {
        var node = ByteTrie.root
        var found: (index: Int, end: Int)?
        var cursor = start
        while cursor < text.count {
            node = trie.child(of: node, text[cursor])
            guard node >= 0 else { break }
            cursor += 1
            let value = trie.value(at: node)
            if value >= 0 { found = (Int(value), cursor) }
        }
        return found
    }

    private func isWord(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let properties = UnicodeData.Lookup()
        if start > 0, properties[UTF8Scalars.scalar(in: text, before: start).value].contains(.word) { return false }
        return end >= text.count || !properties[UTF8Scalars.scalar(in: text, at: end).value].contains(.word)
    }

    private func spaceStart(_ text: UnsafeBufferPointer<UInt8>, _ end: Int) -> Int {
        let properties = UnicodeData.Lookup()
        var cursor = end
        while cursor > 0 {
            let (scalar, length) = UTF8Scalars.scalar(in: text, before: cursor)
            guard properties[scalar].contains(.whitespace) else { break }
            cursor -= length
        }
        return cursor
    }

    private func spaceEnd(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        let properties = UnicodeData.Lookup()
        var cursor = start
        while cursor < text.count {
            let (scalar, length) = UTF8Scalars.scalar(in: text, at: cursor)
            guard properties[scalar].contains(.whitespace) else { break }
            cursor += length
        }
        return cursor
    }
}
