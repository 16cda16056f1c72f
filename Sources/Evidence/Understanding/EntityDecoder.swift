internal import Encoding

/// Makes spans of a token head's labels. A word takes the label of its first piece, words of one kind in a row are one
/// span unless the second begins anew, and the span's confidence is the mean of its words'.
struct EntityDecoder: Sendable {
    private struct Kind: Sendable {
        var name: String
        var begin: Int?
        var inside: Int?
    }

    private let head: EncoderHead
    private let kinds: [Kind]
    private let outside: Int
    /// By token id: whether it goes on with the word before.
    private let continues: [Bool]

    /// Nil when the labels are not in the form `O`, `B-KIND`, `I-KIND`.
    init?(_ head: EncoderHead, _ tokenizer: Tokenizer) {
        guard head.kind == .token, let outside = head.labels.firstIndex(of: "O") else { return nil }
        var kinds: [Kind] = []
        for (index, label) in head.labels.enumerated() where index != outside {
            guard label.count > 2, label.hasPrefix("B-") || label.hasPrefix("I-") else { return nil }
            let name = String(label.dropFirst(2))
            let place = kinds.firstIndex { $0.name == name } ?? kinds.count
            if place == kinds.count { kinds.append(Kind(name: name)) }
            if label.hasPrefix("B-") { kinds[place].begin = index } else { kinds[place].inside = index }
        }
        self.head = head
        self.kinds = kinds
        self.outside = outside
        continues = (0..<tokenizer.vocabularySize).map { id in
            tokenizer.token(of: Int32(id))?.hasPrefix("##") ?? false
        }
    }

    /// The spans of a text. `requested` are the token heads whose logits the results hold, in their order.
    func entities(
        _ results: [EncoderResult], _ text: EncoderText, requested: [EncoderHead]
    ) -> [TextFindings.Entity] {
        guard let place = requested.firstIndex(where: { $0.name == head.name }) else { return [] }
        var found: [TextFindings.Entity] = []
        for (result, window) in zip(results, text.windows) where result.tokenLogits.indices.contains(place) {
            found += entities(result.tokenLogits[place], window, text)
        }
        return text.windows.count > 1 ? Self.merged(found) : found
    }

    private func entities(
        _ logits: [Float], _ window: Range<Int>, _ text: EncoderText
    ) -> [TextFindings.Entity] {
        let width = head.labels.count
        // One special token stands before and one after the window's own.
        guard logits.count == (window.count + 2) * width else { return [] }
        var found: [TextFindings.Entity] = []
        var open: (kind: Int, range: Range<Int>, sum: Double, words: Int)?
        func close() {
            if let open {
                found.append(
                    TextFindings.Entity(
                        kind: kinds[open.kind].name, range: open.range, confidence: open.sum / Double(open.words)))
            }
            open = nil
        }
        for (position, token) in window.enumerated() {
            let offsets = text.tokens.offsets[token]
            let id = Int(text.tokens.ids[token])
            if position > 0, continues.indices.contains(id), continues[id] {
                if let current = open { open?.range = current.range.lowerBound..<offsets.upperBound }
                continue
            }
            let start = (position + 1) * width
            let probabilities = head.probabilities(logits[start..<start + width])
            func share(_ kind: Kind) -> (begin: Double, inside: Double) {
                (kind.begin.map { Double(probabilities[$0]) } ?? 0, kind.inside.map { Double(probabilities[$0]) } ?? 0)
            }
            let best = kinds.indices.max { left, right in
                let (first, second) = (share(kinds[left]), share(kinds[right]))
                return first.begin + first.inside < second.begin + second.inside
            }
            guard let best, case let (begin, inside) = share(kinds[best]),
                begin + inside > Double(probabilities[outside])
            else {
                close()
                continue
            }
            if let current = open, current.kind == best, inside >= begin {
                open = (
                    best, current.range.lowerBound..<offsets.upperBound, current.sum + begin + inside,
                    current.words + 1
                )
            } else {
                close()
                open = (best, offsets, begin + inside, 1)
            }
        }
        close()
        return found
    }

    /// Of spans of one kind that overlap, as windows do, the surest.
    private static func merged(_ entities: [TextFindings.Entity]) -> [TextFindings.Entity] {
        var kept: [TextFindings.Entity] = []
        for entity in entities.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if let last = kept.last, last.kind == entity.kind, last.range.overlaps(entity.range) {
                if entity.confidence > last.confidence { kept[kept.count - 1] = entity }
            } else {
                kept.append(entity)
            }
        }
        return kept
    }
}
