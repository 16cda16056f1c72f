/// What the tokenizers need to know about Unicode scalars.
///
/// The tables hold what the reference implementation's own tables say, which come from several Unicode versions and
/// differ from the standard library's in places; with any other table the token ids would differ on those scalars.
enum UnicodeData {
    /// Properties of a scalar.
    struct Properties: OptionSet, BitwiseCopyable {
        var rawValue: UInt32

        static let whitespace = Properties(rawValue: 1 << 0)
        /// Removed by a `BertNormalizer` that cleans text.
        static let control = Properties(rawValue: 1 << 1)
        /// ASCII punctuation and symbols, and general category P.
        static let punctuation = Properties(rawValue: 1 << 2)
        static let nonspacingMark = Properties(rawValue: 1 << 3)
        /// Removed by `StripAccents`.
        static let combiningMark = Properties(rawValue: 1 << 4)
        static let numeric = Properties(rawValue: 1 << 5)
        /// `\w` of the `Whitespace` pre-tokenizer.
        static let word = Properties(rawValue: 1 << 6)
        static let letter = Properties(rawValue: 1 << 7)
        static let number = Properties(rawValue: 1 << 8)
        static let mark = Properties(rawValue: 1 << 9)
        static let uppercaseLetter = Properties(rawValue: 1 << 10)
        static let lowercaseLetter = Properties(rawValue: 1 << 11)
        static let titlecaseLetter = Properties(rawValue: 1 << 12)
        static let modifierLetter = Properties(rawValue: 1 << 13)
        static let otherLetter = Properties(rawValue: 1 << 14)
        /// `\p{P}` of patterns.
        static let patternPunctuation = Properties(rawValue: 1 << 15)
        static let symbol = Properties(rawValue: 1 << 16)
        /// `\w` of patterns.
        static let patternWord = Properties(rawValue: 1 << 17)
        static let decomposes = Properties(rawValue: 1 << 18)
        /// Its canonical combining class is not 0.
        static let reorders = Properties(rawValue: 1 << 19)
        static let hasLowercase = Properties(rawValue: 1 << 20)
        /// Its compatibility decomposition differs from the canonical one.
        static let decomposesCompatibly = Properties(rawValue: 1 << 21)
        /// Continues a grapheme cluster.
        static let graphemeExtend = Properties(rawValue: 1 << 22)
        /// Opens a grapheme cluster that goes on with the next scalar.
        static let graphemePrepend = Properties(rawValue: 1 << 23)
        static let decimalDigit = Properties(rawValue: 1 << 24)
    }

    private static let pageBits = 7
    private static let pageMask = UInt32(1 << pageBits - 1)

    private struct Pages: Sendable {
        let index: FrozenBuffer<UInt16>
        let content: FrozenBuffer<UInt32>
    }

    private static let pages: Pages = {
        var reader = Base36Reader(masks)
        var values: [UInt32] = []
        while let mask = reader.next() { values.append(mask.value) }
        var content: [UInt32] = []
        var index: [UInt16] = []
        var seen: [[UInt32]: UInt16] = [:]
        var page: [UInt32] = []
        reader = Base36Reader(runs)
        while let length = reader.next(), let position = reader.next() {
            var left = Int(length.value)
            let value = values[Int(position.value)]
            while left > 0 {
                let taken = min(left, 1 << pageBits - page.count)
                page.append(contentsOf: repeatElement(value, count: taken))
                left -= taken
                guard page.count == 1 << pageBits else { continue }
                if let known = seen[page] {
                    index.append(known)
                } else {
                    let number = UInt16(content.count >> pageBits)
                    seen[page] = number
                    index.append(number)
                    content.append(contentsOf: page)
                }
                page.removeAll(keepingCapacity: true)
            }
        }
        return Pages(index: FrozenBuffer(index), content: FrozenBuffer(content))
    }()

    /// Looks up properties; taken once per text, so that the lazy table is not asked for each scalar.
    struct Lookup {
        private let index: UnsafeBufferPointer<UInt16>
        private let content: UnsafeBufferPointer<UInt32>

        init() {
            index = UnicodeData.pages.index.elements
            content = UnicodeData.pages.content.elements
        }

        /// The properties of a scalar value below 0x110000.
        @inline(__always)
        subscript(scalar: UInt32) -> Properties {
            let page = Int(index[Int(scalar >> UInt32(pageBits))])
            return Properties(rawValue: content[page << pageBits | Int(scalar & pageMask)])
        }
    }

    static let canonicalDecompositions = ScalarSequences(canonical)
    static let compatibilityDecompositions = ScalarSequences(compatibility)
    static let lowercaseForms = ScalarSequences(lowercase)

    private static let classes: IntegerTable = {
        var reader = Base36Reader(combiningClasses)
        var pairs: [(key: UInt64, value: UInt64)] = []
        var scalar: UInt32 = 0
        while let distance = reader.next(), let length = reader.next(), let value = reader.next() {
            scalar += distance.value
            for next in scalar..<scalar + length.value { pairs.append((UInt64(next), UInt64(value.value))) }
        }
        return IntegerTable(pairs)
    }()

    private static let pairs: IntegerTable = {
        var reader = Base36Reader(composites)
        var pairs: [(key: UInt64, value: UInt64)] = []
        var composite: UInt32 = 0
        while let distance = reader.next(), let first = reader.next(), let second = reader.next() {
            composite += distance.value
            pairs.append((UInt64(first.value) << 32 | UInt64(second.value), UInt64(composite)))
        }
        return IntegerTable(pairs)
    }()

    /// The canonical combining class.
    static func combiningClass(_ scalar: UInt32) -> UInt8 {
        UInt8(truncatingIfNeeded: classes[UInt64(scalar)] ?? 0)
    }

    /// The primary composite of two scalars, Hangul syllables included.
    static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if 0x1100..<0x1113 ~= first, 0x1161..<0x1176 ~= second {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if 0xAC00...0xD7A3 ~= first, (first - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= second {
            return first + (second - 0x11A7)
        }
        return pairs[UInt64(first) << 32 | UInt64(second)].map { UInt32(truncatingIfNeeded: $0) }
    }

    /// Whether a `BertNormalizer` sets spaces around the scalar: the blocks of CJK ideographs it knows.
    @inline(__always)
    static func isIdeograph(_ scalar: UInt32) -> Bool {
        guard scalar >= 0x3400 else { return false }
        switch scalar {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            return true
        default:
            return false
        }
    }
}

/// Scalars that map to a sequence of scalars.
struct ScalarSequences: Sendable {
    private let positions: IntegerTable
    private let scalars: FrozenBuffer<UInt32>

    init(_ text: StaticString) {
        var reader = Base36Reader(text)
        var positions: [(key: UInt64, value: UInt64)] = []
        var scalars: [UInt32] = []
        var scalar: UInt32 = 0
        while let distance = reader.next() {
            scalar += distance.value
            let start = scalars.count
            while let part = reader.next() {
                scalars.append(part.value)
                if part.isLast { break }
            }
            positions.append((UInt64(scalar), UInt64(start << 8 | (scalars.count - start))))
        }
        self.positions = IntegerTable(positions)
        self.scalars = FrozenBuffer(scalars)
    }

    /// The sequence of a scalar, or an empty one where it has none; valid as long as the tables, which is forever.
    func sequence(of scalar: UInt32) -> Slice<UnsafeBufferPointer<UInt32>> {
        guard let position = positions[UInt64(scalar)] else { return scalars.elements[0..<0] }
        let start = Int(position >> 8)
        return scalars.elements[start..<start + Int(position & 0xFF)]
    }
}

/// Reads numbers in base 36 from a table's text, which are divided by spaces and punctuation.
struct Base36Reader {
    private let text: UnsafeBufferPointer<UInt8>
    private var cursor = 0

    init(_ text: StaticString) {
        self.text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// The next number, and whether a space or the end comes after it.
    mutating func next() -> (value: UInt32, isLast: Bool)? {
        guard cursor < text.count else { return nil }
        var value: UInt32 = 0
        while cursor < text.count {
            let byte = text[cursor]
            cursor += 1
            switch byte {
            case 0x30...0x39: value = value * 36 + UInt32(byte - 0x30)
            case 0x61...0x7A: value = value * 36 + UInt32(byte - 0x61 + 10)
            case 0x20: return (value, true)
            default: return (value, false)
            }
        }
        return (value, true)
    }
}
