/// A range of scalars of the original text.
struct Span: BitwiseCopyable, Hashable {
    var start: UInt32
    var end: UInt32
}

/// A piece of text on its way through normalisation, with the place in the original for each of its bytes.
struct AlignedText {
    /// UTF-8.
    var bytes: [UInt8] = []
    /// For each byte the original scalars that its scalar stands for.
    var spans: [Span] = []
    /// The original scalar at which the piece starts.
    var base: UInt32 = 0

    /// A piece as it stands in the original.
    init(_ source: UnsafeBufferPointer<UInt8>, base: UInt32) {
        self.base = base
        bytes = Array(source)
        spans = [Span](unsafeUninitializedCapacity: source.count) { target, count in
            var scalar = base &- 1
            for position in 0..<source.count {
                if source[position] & 0xC0 != 0x80 { scalar &+= 1 }
                target.initializeElement(at: position, to: Span(start: scalar, end: scalar &+ 1))
            }
            count = source.count
        }
    }

    /// An empty piece.
    init(base: UInt32) { self.base = base }

    /// Whether all of it is ASCII.
    var isASCII: Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var union: UInt8 = 0
            for byte in bytes { union |= byte }
            return union < 0x80
        }
    }

    /// Rewrites the text scalar by scalar.
    mutating func rewrite(_ body: (inout AlignedWriter) -> Void) {
        let rewritten = bytes.withUnsafeBufferPointer { source in
            spans.withUnsafeBufferPointer { sourceSpans in
                var writer = AlignedWriter(source: source, spans: sourceSpans, base: base)
                body(&writer)
                return writer.output
            }
        }
        self = rewritten
    }
}

/// Writes a new text from an old one and keeps the places. The rules are the reference implementation's: a scalar
/// that replaces one takes its place, an inserted one takes the place of the scalar that was consumed last.
struct AlignedWriter {
    let source: UnsafeBufferPointer<UInt8>
    private let spans: UnsafeBufferPointer<Span>
    /// Offset of the first byte of the source that is not consumed yet.
    private(set) var cursor = 0
    private(set) var output: AlignedText

    init(source: UnsafeBufferPointer<UInt8>, spans: UnsafeBufferPointer<Span>, base: UInt32) {
        self.source = source
        self.spans = spans
        output = AlignedText(base: base)
        output.bytes.reserveCapacity(source.count + 16)
        output.spans.reserveCapacity(source.count + 16)
    }

    /// Whether the source is used up.
    var isAtEnd: Bool { cursor >= source.count }

    /// Consumes the next scalar without writing anything.
    mutating func skip() {
        guard cursor < source.count else { return }
        cursor += UTF8Scalars.length(first: source[cursor])
    }

    /// Consumes bytes up to an offset without writing anything.
    mutating func skip(to offset: Int) { cursor = max(cursor, offset) }

    /// Copies the next scalar.
    mutating func keep() {
        guard cursor < source.count else { return }
        keep(to: cursor + UTF8Scalars.length(first: source[cursor]))
    }

    /// Copies everything up to an offset.
    mutating func keep(to offset: Int) {
        guard offset > cursor else { return }
        output.bytes.append(contentsOf: source[cursor..<offset])
        output.spans.append(contentsOf: spans[cursor..<offset])
        cursor = offset
    }

    /// Writes a scalar in the place of the next one.
    mutating func replace(with scalar: UInt32) {
        guard cursor < source.count else { return insert(scalar) }
        write(scalar, spans[cursor])
        cursor += UTF8Scalars.length(first: source[cursor])
    }

    /// Writes a scalar that stands for no scalar of the source.
    mutating func insert(_ scalar: UInt32) {
        write(scalar, cursor == 0 ? Span(start: output.base, end: output.base) : spans[cursor - 1])
    }

    /// Writes a scalar with a change as the reference implementation counts it: above 0 it is inserted, 0 it replaces
    /// the next one, below 0 it replaces the next one and swallows as many that follow.
    mutating func put(_ scalar: UInt32, change: Int) {
        guard change <= 0 else { return insert(scalar) }
        replace(with: scalar)
        for _ in 0..<(-change) { skip() }
    }

    @inline(__always)
    private mutating func write(_ scalar: UInt32, _ span: Span) {
        UTF8Scalars.append(scalar, to: &output.bytes)
        for _ in 0..<UTF8Scalars.length(of: scalar) { output.spans.append(span) }
    }
}
