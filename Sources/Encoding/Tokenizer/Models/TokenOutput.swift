/// Tokens as the models write them, in order.
struct TokenOutput {
    var ids: [Int32] = []
    var spans: [Span] = []
    var unknownCount = 0
    /// Position of the first token of the text.
    var textStart = 0
    /// For tokens whose text is not the vocabulary's (added and unknown ones): position and the white space at both
    /// ends of the text.
    var matchedSpace: [(position: Int, leading: Int, trailing: Int)] = []

    @inline(__always)
    mutating func add(_ id: Int32, _ span: Span) {
        ids.append(id)
        spans.append(span)
    }
}

/// The bytes and places of one piece that a model turns into tokens.
struct ModelInput {
    let bytes: UnsafeBufferPointer<UInt8>
    let spans: UnsafeBufferPointer<Span>

    var count: Int { bytes.count }

    /// The original scalars of a byte range; ends beyond the piece are taken as its end.
    @inline(__always)
    func span(_ start: Int, _ end: Int) -> Span {
        let last = min(end, spans.count) - 1
        let first = min(start, last)
        return first < 0 ? Span(start: 0, end: 0) : Span(start: spans[first].start, end: spans[last].end)
    }
}
