/// One step after the model: special tokens around the segments, or offsets without the space of words.
enum PostProcessor: Sendable {
    /// A place in a template.
    enum Item: Sendable, Equatable {
        case special([Int32])
        case first
        case second
    }

    /// With `joins` the special tokens count as tokens of the text for a `trim` that comes later.
    case template(single: [Item], pair: [Item], joins: Bool)
    case trim(addsPrefixSpace: Bool)

    /// The ids of one or two segments with the special tokens of a template around them.
    static func wrap(_ segments: [ArraySlice<Int32>], single: [Item], pair: [Item]) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(segments.reduce(8) { $0 + $1.count })
        for item in segments.count > 1 ? pair : single {
            switch item {
            case .special(let special): ids += special
            case .first: if let first = segments.first { ids += first }
            case .second: if segments.count > 1 { ids += segments[1] }
            }
        }
        return ids
    }
}

/// White space at both ends of every token's text, for trimming offsets.
struct TokenSpace: Sendable {
    private let counts: FrozenBuffer<UInt32>

    /// Reads the counts from the vocabulary; ids are below `limit`.
    init(_ vocabulary: Vocabulary) {
        let properties = UnicodeData.Lookup()
        var counts = [UInt32](repeating: 0, count: vocabulary.idLimit)
        vocabulary.forEach { string, id in
            let (leading, trailing) = Self.measure(string, properties)
            counts[Int(id)] = UInt32(min(leading, 0xFFFF)) << 16 | UInt32(min(trailing, 0xFFFF))
        }
        self.counts = FrozenBuffer(counts)
    }

    subscript(id: Int32) -> (leading: Int, trailing: Int) {
        guard id >= 0, Int(id) < counts.count else { return (0, 0) }
        let packed = counts[Int(id)]
        return (Int(packed >> 16), Int(packed & 0xFFFF))
    }

    /// Number of scalars at the start and at the end that are white space or byte-level BPE's sign for a space.
    static func measure(
        _ string: UnsafeBufferPointer<UInt8>, _ properties: UnicodeData.Lookup
    ) -> (leading: Int, trailing: Int) {
        func isSpace(_ scalar: UInt32) -> Bool { scalar == 0x120 || properties[scalar].contains(.whitespace) }
        var leading = 0
        var cursor = 0
        while cursor < string.count {
            let (scalar, length) = UTF8Scalars.scalar(in: string, at: cursor)
            guard isSpace(scalar) else { break }
            leading += 1
            cursor += length
        }
        var trailing = 0
        cursor = string.count
        while cursor > 0 {
            let (scalar, length) = UTF8Scalars.scalar(in: string, before: cursor)
            guard isSpace(scalar) else { break }
            trailing += 1
            cursor -= length
        }
        return (leading, trailing)
    }
}
