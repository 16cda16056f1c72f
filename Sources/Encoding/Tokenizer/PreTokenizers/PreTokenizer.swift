/// One step of cutting a text into pieces for the model.
enum PreTokenizer: Sendable {
    case bert
    case whitespace
    case whitespaceSplit
    case byteLevel(addsPrefixSpace: Bool, splits: Bool)
    case split(Pattern, SplitBehavior, inverted: Bool)
    case metaspace(Metaspace)
    case punctuation(SplitBehavior)
    case digits(individually: Bool)
    case delimiter(UInt32)

    /// Cuts the pieces further. With `keepsBytes` a byte-level step leaves the text as it is, for a model that reads
    /// raw bytes.
    func apply(to list: inout PieceList, keepsBytes: Bool = false) {
        let properties = UnicodeData.Lookup()
        switch self {
        case .bert: Self.cutWords(&list) { Self.bertClass($0, properties) }
        case .whitespace: Self.cutRuns(&list, properties)
        case .whitespaceSplit: list.split(.removed) { properties[$0].contains(.whitespace) }
        case .byteLevel(let addsPrefixSpace, let splits):
            if addsPrefixSpace, list.pieces.contains(where: { list.text.bytes[$0.lowerBound] != 0x20 }) {
                list.rewrite { if $0.bytes.first != 0x20 { Normalizer.prepend([0x20], to: &$0) } }
            }
            if splits { ByteLevelAlphabet.pattern.split(&list, .isolated, inverted: false) }
            if !keepsBytes { list.rewrite(ByteLevelAlphabet.spell) }
        case .split(let pattern, let behavior, let inverted): pattern.split(&list, behavior, inverted: inverted)
        case .metaspace(let metaspace): metaspace.apply(to: &list)
        case .punctuation(let behavior): list.split(behavior) { properties[$0].contains(.punctuation) }
        case .digits(let individually):
            list.split(individually ? .isolated : .contiguous) { properties[$0].contains(.numeric) }
        case .delimiter(let delimiter): list.split(.removed) { $0 == delimiter }
        }
    }

    private enum WordClass { case space, punctuation, word }

    @inline(__always)
    private static func bertClass(_ scalar: UInt32, _ properties: UnicodeData.Lookup) -> WordClass {
        let found = properties[scalar]
        return found.contains(.whitespace) ? .space : found.contains(.punctuation) ? .punctuation : .word
    }

    /// Words are runs; punctuation stands alone; space goes.
    private static func cutWords(_ list: inout PieceList, _ classify: (UInt32) -> WordClass) {
        list.cut { bytes, piece, parts in
            var start = piece.lowerBound
            var cursor = start
            while cursor < piece.upperBound {
                let (scalar, length) = UTF8Scalars.scalar(in: bytes, at: cursor)
                let next = cursor + length
                switch classify(scalar) {
                case .word: break
                case .space:
                    if start < cursor { parts.append(start..<cursor) }
                    start = next
                case .punctuation:
                    if start < cursor { parts.append(start..<cursor) }
                    parts.append(cursor..<next)
                    start = next
                }
                cursor = next
            }
            if start < cursor { parts.append(start..<cursor) }
        }
    }

    /// Runs of word scalars and runs of the rest, without the white space: `\w+|[^\w\s]+`.
    private static func cutRuns(_ list: inout PieceList, _ properties: UnicodeData.Lookup) {
        list.cut { bytes, piece, parts in
            var start = piece.lowerBound
            var cursor = start
            var last = WordClass.space
            while cursor < piece.upperBound {
                let (scalar, length) = UTF8Scalars.scalar(in: bytes, at: cursor)
                let found = properties[scalar]
                let next: WordClass =
                    found.contains(.word) ? .word : found.contains(.whitespace) ? .space : .punctuation
                if next != last {
                    if last != .space { parts.append(start..<cursor) }
                    start = cursor
                    last = next
                }
                cursor += length
            }
            if last != .space { parts.append(start..<cursor) }
        }
    }
}

/// SentencePiece's way with spaces: each becomes a visible character that opens the next word.
struct Metaspace: Sendable {
    /// When the character is put before the text.
    enum PrependScheme: String, Sendable {
        case always, first, never
    }

    var replacement: UInt32
    var prependScheme: PrependScheme
    var splits: Bool

    func apply(to list: inout PieceList) {
        var encoded: [UInt8] = []
        UTF8Scalars.append(replacement, to: &encoded)
        list.rewrite { text in
            let isFirst = text.base == 0
            if text.bytes.contains(0x20) {
                text.rewrite { writer in
                    while !writer.isAtEnd {
                        if writer.source[writer.cursor] == 0x20 {
                            writer.replace(with: replacement)
                        } else {
                            writer.keep()
                        }
                    }
                }
            }
            let prepends = prependScheme == .always || prependScheme == .first && isFirst
            if prepends, !text.bytes.starts(with: encoded) { Normalizer.prepend([replacement], to: &text) }
        }
        if splits { list.split(.mergedWithNext) { $0 == replacement } }
    }
}
