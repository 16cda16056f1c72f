/// A regular expression of the kind by which tokenizers cut words, matched as Oniguruma matches it: the first
/// alternative that leads to a match wins, and repetitions take as much as they can.
///
/// Supported are literals, classes, `\s \S \d \D \w \W \p{…}`, groups, alternatives, `?`, `*`, `+` and `{m,n}` after
/// a single character or class, `?` and `{m,n}` with small numbers after a group, possessive `?+ *+ ++` after a
/// character or class, look-ahead, `^`, `$` and `(?i:…)` over letters of ASCII. As nothing else may repeat a group,
/// no pattern takes exponential time. Anything else is refused.
struct ScalarExpression: Sendable {
    /// Why an expression is not supported.
    struct Failure: Error {
        var reason: String
        /// The scalar of the expression at which it was seen.
        var position: Int
    }

    indirect enum Node: Sendable {
        case set(Int)
        case loop(set: Int, atLeast: Int, atMost: Int, isPossessive: Bool)
        case sequence([Node])
        case alternatives([Node])
        case look(Node, isNegated: Bool)
        case lineStart
        case lineEnd
    }

    private let program: ScalarProgram

    /// Reads an expression.
    init(_ source: String) throws(Failure) {
        var parser = ScalarExpressionParser(source)
        let node = try parser.parse()
        guard parser.sets.count <= 64 else { throw Failure(reason: "more than 64 classes", position: 0) }
        program = ScalarProgram(node, sets: parser.sets)
        guard !program.matchesEmpty else { throw Failure(reason: "it matches the empty text", position: 0) }
    }

    /// Reports the matches in a range, from left to right and without overlap. The range is the whole text for `^`,
    /// `$` and look-ahead.
    func forEachMatch(
        in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (Range<Int>) -> Void
    ) {
        program.withMatcher(bytes, range) { matcher in
            var cursor = range.lowerBound
            while cursor < range.upperBound {
                let end = matcher.match(at: cursor)
                if end > cursor {
                    body(cursor..<end)
                    cursor = end
                } else {
                    cursor += UTF8Scalars.length(first: bytes[cursor])
                }
            }
        }
    }
}
