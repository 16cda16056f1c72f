/// What a split does with the text that its pattern matches.
enum SplitBehavior: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
}

/// A text cut into pieces.
struct PieceList {
    var text: AlignedText
    /// Byte ranges of the text in order; none is empty.
    var pieces: [Range<Int>]

    init(_ text: AlignedText) {
        self.text = text
        pieces = text.bytes.isEmpty ? [] : [0..<text.bytes.count]
    }

    /// Cuts every piece. `cut` appends the parts of a piece in order; none may be empty.
    mutating func cut(_ cut: (UnsafeBufferPointer<UInt8>, Range<Int>, inout [Range<Int>]) -> Void) {
        var parts: [Range<Int>] = []
        parts.reserveCapacity(max(pieces.count * 2, text.bytes.count / 4))
        text.bytes.withUnsafeBufferPointer { bytes in
            for piece in pieces { cut(bytes, piece, &parts) }
        }
        pieces = parts
    }

    /// Cuts every piece where a pattern matches. `match` reports matched ranges in order, without overlap.
    mutating func split(
        _ behavior: SplitBehavior, inverted: Bool = false,
        _ match: (UnsafeBufferPointer<UInt8>, Range<Int>, (Range<Int>) -> Void) -> Void
    ) {
        cut { bytes, piece, parts in
            var splitter = Splitter(behavior: behavior, inverted: inverted)
            var cursor = piece.lowerBound
            match(bytes, piece) { range in
                if cursor < range.lowerBound { splitter.add(cursor..<range.lowerBound, isMatch: false, &parts) }
                splitter.add(range, isMatch: true, &parts)
                cursor = range.upperBound
            }
            if cursor < piece.upperBound { splitter.add(cursor..<piece.upperBound, isMatch: false, &parts) }
            splitter.finish(&parts)
        }
    }

    /// Cuts every piece at scalars that `isMatch` picks, each of which is a match by itself.
    mutating func split(_ behavior: SplitBehavior, _ isMatch: (UInt32) -> Bool) {
        split(behavior) { bytes, piece, emit in
            var cursor = piece.lowerBound
            while cursor < piece.upperBound {
                let (scalar, length) = UTF8Scalars.scalar(in: bytes, at: cursor)
                if isMatch(scalar) { emit(cursor..<cursor + length) }
                cursor += length
            }
        }
    }

    /// Rewrites every piece by itself.
    mutating func rewrite(_ body: (inout AlignedText) -> Void) {
        if pieces.count == 1, pieces[0].count == text.bytes.count {
            text.base = text.spans.first?.start ?? text.base
            body(&text)
            pieces = text.bytes.isEmpty ? [] : [0..<text.bytes.count]
            return
        }
        var rewritten = AlignedText(base: text.base)
        rewritten.bytes.reserveCapacity(text.bytes.count + pieces.count * 4)
        rewritten.spans.reserveCapacity(text.bytes.count + pieces.count * 4)
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(pieces.count)
        for piece in pieces {
            var part = AlignedText(base: text.spans[piece.lowerBound].start)
            part.bytes = Array(text.bytes[piece])
            part.spans = Array(text.spans[piece])
            body(&part)
            guard !part.bytes.isEmpty else { continue }
            let start = rewritten.bytes.count
            rewritten.bytes += part.bytes
            rewritten.spans += part.spans
            ranges.append(start..<rewritten.bytes.count)
        }
        text = rewritten
        pieces = ranges
    }
}

/// Puts matches and the text between them together as a behaviour says.
private struct Splitter {
    let behavior: SplitBehavior
    let inverted: Bool
    private var held: Range<Int>?
    private var lastIsMatch = false

    init(behavior: SplitBehavior, inverted: Bool) {
        self.behavior = behavior
        self.inverted = inverted
    }

    @inline(__always)
    mutating func add(_ range: Range<Int>, isMatch: Bool, _ parts: inout [Range<Int>]) {
        let isMatch = isMatch != inverted
        switch behavior {
        case .isolated: parts.append(range)
        case .removed: if !isMatch { parts.append(range) }
        case .contiguous: join(range, held != nil && isMatch == lastIsMatch, &parts)
        case .mergedWithPrevious: join(range, held != nil && isMatch && !lastIsMatch, &parts)
        case .mergedWithNext: join(range, held != nil && !isMatch && lastIsMatch, &parts)
        }
        lastIsMatch = isMatch
    }

    mutating func finish(_ parts: inout [Range<Int>]) {
        if let held { parts.append(held) }
        held = nil
    }

    private mutating func join(_ range: Range<Int>, _ joins: Bool, _ parts: inout [Range<Int>]) {
        guard let held else {
            self.held = range
            return
        }
        if joins {
            self.held = held.lowerBound..<range.upperBound
        } else {
            parts.append(held)
            self.held = range
        }
    }
}
