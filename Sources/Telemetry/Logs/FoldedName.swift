/// The bytes of a name in lower case, for comparison with lower-case ASCII words. Every log field is asked for, so
/// nothing is allocated for names in ASCII.
///
/// A word also counts where a combining mark follows it: more is redacted, never less.
struct FoldedName {
    private let bytes: UnsafeBufferPointer<UInt8>

    /// Whether `condition` holds for `name`; with `joinsWords`, `_` and `.` read as `-`.
    static func test(_ name: String, joinsWords: Bool, _ condition: (FoldedName) -> Bool) -> Bool {
        var name = name
        // Some letters beyond ASCII, such as the Kelvin sign, have their lower case in it.
        if name.withUTF8({ $0.reduce(0, |) }) >= 0x80 { name = name.lowercased() }
        return name.withUTF8 { source in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { folded in
                for index in 0..<source.count {
                    folded.initializeElement(at: index, to: fold(source[index], joinsWords: joinsWords))
                }
                return condition(FoldedName(bytes: UnsafeBufferPointer(folded)))
            }
        }
    }

    static func == (name: FoldedName, word: StaticString) -> Bool {
        name.bytes.count == word.utf8CodeUnitCount && name.matches(word, at: 0)
    }

    func hasSuffix(_ word: StaticString) -> Bool {
        let start = bytes.count - word.utf8CodeUnitCount
        return start >= 0 && matches(word, at: start)
    }

    func contains(_ word: StaticString) -> Bool {
        var start = bytes.count - word.utf8CodeUnitCount
        while start >= 0 {
            if matches(word, at: start) { return true }
            start -= 1
        }
        return false
    }

    private static func fold(_ byte: UInt8, joinsWords: Bool) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "_"), UInt8(ascii: "."): joinsWords ? UInt8(ascii: "-") : byte
        default: byte
        }
    }

    private func matches(_ word: StaticString, at start: Int) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount where bytes[start + offset] != word.utf8Start[offset] {
            return false
        }
        return true
    }
}
