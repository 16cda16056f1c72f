/// WordPiece: the longest token that fits, again and again from left to right; a word with a rest that no token fits
/// is one unknown token.
struct WordPieceModel: Sendable {
    let vocabulary: ByteStringTable
    let unknownID: Int32
    let maximumScalars: Int
    private let initial: ByteTrie
    private let continuing: ByteTrie

    init(vocabulary: ByteStringTable, count: Int, unknownID: Int32, prefix: [UInt8], maximumScalars: Int) {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.maximumScalars = maximumScalars
        var initial = ByteTrie.Builder(expectingNodes: count * 2)
        var continuing = ByteTrie.Builder(expectingNodes: count)
        vocabulary.forEach { string, id in
            guard !string.isEmpty else { return }
            initial.add(string, value: id)
            if string.count > prefix.count, string.starts(with: prefix) {
                continuing.add(string.dropFirst(prefix.count), value: id)
            }
        }
        self.initial = ByteTrie(initial)
        self.continuing = ByteTrie(continuing)
    }

    /// Splits a word of plain ASCII whose first byte is original scalar `base`.
    @inline(__always)
    func tokenize(ascii word: UnsafeBufferPointer<UInt8>, base: UInt32, into output: inout TokenOutput) {
        let end = base &+ UInt32(truncatingIfNeeded: word.count)
        if word.count <= maximumScalars {
            let whole = vocabulary.id(of: word)
            if whole >= 0 {
                if whole == unknownID { output.unknownCount += 1 }
                output.add(whole, Span(start: base, end: end))
                return
            }
            let count = output.ids.count
            if split(
                word,
                {
                    output.add(
                        $0,
                        Span(start: base &+ UInt32(truncatingIfNeeded: $1), end: base &+ UInt32(truncatingIfNeeded: $2))
                    )
                })
            {
                return
            }
            output.ids.removeSubrange(count...)
            output.spans.removeSubrange(count...)
        }
        output.unknownCount += 1
        output.add(unknownID, Span(start: base, end: end))
    }

    /// Splits a word.
    func tokenize(_ word: ModelInput, into output: inout TokenOutput) {
        var scalars = 0
        for byte in word.bytes where byte & 0xC0 != 0x80 { scalars += 1 }
        if scalars <= maximumScalars {
            let count = output.ids.count
            if split(word.bytes, { output.add($0, word.span($1, $2)) }) {
                for id in output.ids[count...] where id == unknownID { output.unknownCount += 1 }
                return
            }
            output.ids.removeSubrange(count...)
            output.spans.removeSubrange(count...)
        }
        output.unknownCount += 1
        output.add(unknownID, word.span(0, word.count))
    }

    @inline(__always)
    private func split(_ word: UnsafeBufferPointer<UInt8>, _ emit: (Int32, Int, Int) -> Void) -> Bool {
        var start = 0
        while start < word.count {
            var node = ByteTrie.root
            var best: Int32 = -1
            var bestEnd = start
            var cursor = start
            while cursor < word.count {
                node = start == 0 ? initial.child(of: node, word[cursor]) : continuing.child(of: node, word[cursor])
                guard node >= 0 else { break }
                cursor += 1
                let value = start == 0 ? initial.value(at: node) : continuing.value(at: node)
                if value >= 0 {
                    best = value
                    bestEnd = cursor
                }
            }
            guard best >= 0 else { return false }
            emit(best, start, bestEnd)
            start = bestEnd
        }
        return true
    }
}
