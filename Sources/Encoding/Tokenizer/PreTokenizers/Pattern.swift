/// What a `Split` or `Replace` looks for.
struct Pattern: Sendable {
    private enum Kind: Sendable {
        case literal([UInt8])
        case expression(ScalarExpression)
    }

    private let kind: Kind

    /// A text to be found as it is.
    init(literal: [UInt8]) { kind = .literal(literal) }

    /// A regular expression.
    init(_ expression: ScalarExpression) { kind = .expression(expression) }

    /// The pattern with which GPT-2 cuts words.
    static let gpt2: Pattern = {
        let source = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        guard let expression = try? ScalarExpression(source) else { return Pattern(literal: []) }
        return Pattern(expression)
    }()

    /// Reports the matches in a range, from left to right and without overlap.
    func forEachMatch(
        in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        switch kind {
        case .literal(let literal): Self.find(literal, in: bytes, range, body)
        case .expression(let expression): expression.forEachMatch(in: bytes, range, body)
        }
    }

    func split(_ list: inout PieceList, _ behavior: SplitBehavior, inverted: Bool) {
        list.split(behavior, inverted: inverted) { bytes, piece, emit in forEachMatch(in: bytes, piece, emit) }
    }

    /// Writes `content` for every match; it takes the place of the last scalar of the match.
    func replace(in text: inout AlignedText, with content: [UInt32]) {
        let isPresent = text.bytes.withUnsafeBufferPointer { bytes in
            var isPresent = false
            if case .literal(let literal) = kind, literal.count == 1 { return bytes.contains(literal[0]) }
            forEachMatch(in: bytes, 0..<bytes.count) { _ in isPresent = true }
            return isPresent
        }
        guard isPresent else { return }
        text.rewrite { writer in
            let source = writer.source
            forEachMatch(in: source, 0..<source.count) { match in
                writer.keep(to: match.lowerBound)
                writer.skip(to: match.upperBound)
                for scalar in content { writer.insert(scalar) }
            }
            writer.keep(to: source.count)
        }
    }

    private static func find(
        _ literal: [UInt8], in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        guard let first = literal.first else { return }
        var cursor = range.lowerBound
        while cursor + literal.count <= range.upperBound {
            if bytes[cursor] == first, bytes[cursor..<cursor + literal.count].elementsEqual(literal) {
                body(cursor..<cursor + literal.count)
                cursor += literal.count
            } else {
                cursor += 1
            }
        }
    }
}
