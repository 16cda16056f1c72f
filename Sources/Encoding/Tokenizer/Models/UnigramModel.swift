/// A unigram language model: of all ways to spell a text with tokens the one with the highest sum of log
/// probabilities (Viterbi; Kudo 2018, arXiv:1804.10959).
struct UnigramModel: Sendable {
    private let vocabulary: ByteStringTable
    private let trie: ByteTrie
    private let scores: FrozenBuffer<Double>
    private let unknownID: Int32
    private let unknownScore: Double
    /// The tokens of single bytes, or `nil` where unknown text is one unknown token.
    private let byteIDs: FrozenBuffer<Int32>?

    /// An unknown scalar is this much less likely than the least likely token.
    private static let unknownPenalty = 10.0

    /// A model whose token ids are indices into `scores`.
    init(vocabulary: ByteStringTable, scores: [Double], unknownID: Int32, fallsBackToBytes: Bool) {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
        var builder = ByteTrie.Builder(expectingNodes: scores.count * 3)
        vocabulary.forEach { string, id in builder.add(string, value: id) }
        trie = ByteTrie(builder)
        self.scores = FrozenBuffer(scores)
        byteIDs = fallsBackToBytes ? FrozenBuffer(ByteFallback.ids(in: vocabulary)) : nil
    }

    private struct Node {
        var score: Double
        var start: Int32
        var id: Int32
    }

    /// Appends the tokens of one piece.
    func tokenize(_ piece: ModelInput, into output: inout TokenOutput) {
        withUnsafeTemporaryAllocation(of: Node.self, capacity: piece.count + 1) { nodes in
            nodes.initialize(repeating: Node(score: 0, start: -1, id: 0))
            search(piece.bytes, nodes)
            emit(piece, nodes, &output)
        }
    }

    private func search(_ bytes: UnsafeBufferPointer<UInt8>, _ nodes: UnsafeMutableBufferPointer<Node>) {
        let scores = scores.elements
        var start = 0
        while start < bytes.count {
            let score = nodes[start].score
            let length = UTF8Scalars.length(first: bytes[start])
            var hasSingle = false
            var node = ByteTrie.root
            var cursor = start
            while cursor < bytes.count {
                node = trie.child(of: node, bytes[cursor])
                guard node >= 0 else { break }
                cursor += 1
                let id = trie.value(at: node)
                guard id >= 0 else { continue }
                let candidate = scores[Int(id)] + score
                if nodes[cursor].start < 0 || candidate > nodes[cursor].score {
                    nodes[cursor] = Node(score: candidate, start: Int32(truncatingIfNeeded: start), id: id)
                }
                if cursor - start == length { hasSingle = true }
            }
            if !hasSingle {
                let end = min(start + length, bytes.count)
                let candidate = unknownScore + score
                if nodes[end].start < 0 || candidate > nodes[end].score {
                    nodes[end] = Node(score: candidate, start: Int32(truncatingIfNeeded: start), id: unknownID)
                }
            }
            start += length
        }
    }

    /// Walks the best path backwards; unknown scalars in a row are one token.
    private func emit(
        _ piece: ModelInput, _ nodes: UnsafeMutableBufferPointer<Node>, _ output: inout TokenOutput
    ) {
        // The links are turned round first, so that the tokens come out in order.
        var end = piece.count
        var next: Int32 = -1
        while end > 0 {
            let start = Int(nodes[end].start)
            nodes[end].start = next
            next = Int32(truncatingIfNeeded: end)
            end = start
        }
        var start = 0
        while next >= 0 {
            var end = Int(next)
            let id = nodes[end].id
            next = nodes[end].start
            if id == unknownID {
                while next >= 0, nodes[Int(next)].id == unknownID {
                    end = Int(next)
                    next = nodes[end].start
                }
                emitUnknown(piece, start, end, &output)
            } else {
                output.add(id, piece.span(start, end))
            }
            start = end
        }
    }

    private func emitUnknown(_ piece: ModelInput, _ start: Int, _ end: Int, _ output: inout TokenOutput) {
        let text = UnsafeBufferPointer(rebasing: piece.bytes[start..<end])
        let span = piece.span(start, end)
        let known = vocabulary.id(of: text)
        if known >= 0 {
            if known == unknownID { output.unknownCount += 1 }
            return output.add(known, span)
        }
        if let byteIDs, text.allSatisfy({ byteIDs[Int($0)] >= 0 }) {
            for byte in text { output.add(byteIDs[Int(byte)], span) }
            return
        }
        let (leading, trailing) = TokenSpace.measure(text, UnicodeData.Lookup())
        if leading > 0 || trailing > 0 { output.matchedSpace.append((output.ids.count, leading, trailing)) }
        output.unknownCount += 1
        output.add(unknownID, span)
    }
}

/// Tokens that stand for one byte each, spelled `<0x00>` to `<0xFF>`.
enum ByteFallback {
    /// The id of each byte's token, or -1.
    static func ids(in vocabulary: ByteStringTable) -> [Int32] {
        let digits = Array("0123456789ABCDEF".utf8)
        return (0..<256).map { byte in
            vocabulary.id(of: [0x3C, 0x30, 0x78, digits[byte >> 4], digits[byte & 15], 0x3E])
        }
    }
}
