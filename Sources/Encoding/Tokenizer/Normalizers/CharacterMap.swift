/// A SentencePiece `precompiled_charsmap`: a double-array trie (the layout of Darts-clone) of texts and what each of
/// them is replaced by.
struct CharacterMap: Sendable {
    private let units: FrozenBuffer<UInt32>
    /// The replacements, each ended by a zero byte.
    private let replacements: FrozenBuffer<UInt8>
    /// For each ASCII byte whether it is replaced where it stands alone.
    private let changesASCII: FrozenBuffer<Bool>

    /// Clusters of at least this many bytes are replaced scalar by scalar.
    private static let clusterLimit = 6

    /// Reads a map: the size of the trie in bytes, the trie, the replacements.
    init(base64: String, path: String) throws(TokenizerError) {
        func bad(_ message: String) -> TokenizerError {
            TokenizerError(code: .badCharacterMap, path: path, message: message)
        }
        guard let bytes = Base64.decode(base64.utf8) else { throw bad("the character map is no Base64") }
        guard bytes.count >= 4 else { throw bad("the character map has no size") }
        func word(_ offset: Int) -> UInt32 {
            UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
                | UInt32(bytes[offset + 3]) << 24
        }
        let size = Int(word(0))
        guard size % 4 == 0, size > 0, size <= bytes.count - 4 else {
            throw bad("the character map's trie has no sane size")
        }
        let texts = Array(bytes[(4 + size)...])
        guard String(validating: texts, as: UTF8.self) != nil else {
            throw bad("the character map's replacements are not UTF-8")
        }
        let units = FrozenBuffer((0..<size / 4).map { word(4 + $0 * 4) })
        let replacements = FrozenBuffer(texts + [0])
        self.units = units
        self.replacements = replacements
        changesASCII = FrozenBuffer(
            (0..<UInt8(128)).map { byte in
                withUnsafeBytes(of: byte) { Self.find($0.bindMemory(to: UInt8.self), units, replacements) != nil }
            })
    }

    /// Replaces what the map names.
    func apply(to text: inout AlignedText) {
        let changes = text.bytes.withUnsafeBufferPointer { bytes in
            bytes.contains { $0 >= 0x80 || changesASCII[Int($0)] }
        }
        guard changes else { return }
        text.rewrite { writer in
            let source = writer.source
            var emitter = Emitter()
            let properties = UnicodeData.Lookup()
            var cursor = 0
            while cursor < source.count {
                let end = Self.clusterEnd(source, cursor, properties)
                let cluster = UnsafeBufferPointer(rebasing: source[cursor..<end])
                if cluster.count < Self.clusterLimit, let replacement = Self.find(cluster, units, replacements) {
                    emitter.replace(cluster, with: replacement, &writer)
                } else {
                    scalars(of: cluster, &emitter, &writer)
                }
                cursor = end
            }
            emitter.finish(&writer)
        }
    }

    private func scalars(
        of cluster: UnsafeBufferPointer<UInt8>, _ emitter: inout Emitter, _ writer: inout AlignedWriter
    ) {
        var cursor = 0
        while cursor < cluster.count {
            let (scalar, length) = UTF8Scalars.scalar(in: cluster, at: cursor)
            let part = UnsafeBufferPointer(rebasing: cluster[cursor..<cursor + length])
            if scalar < 0x80 ? changesASCII[Int(scalar)] : true, let replacement = Self.find(part, units, replacements)
            {
                emitter.replace(part, with: replacement, &writer)
            } else {
                emitter.add(scalar, change: 0, &writer)
            }
            cursor += length
        }
    }

    /// Where the grapheme cluster that starts at an offset ends. Flags, joined emoji and conjuncts may come
    /// out in parts; they reach the limit anyway, and their scalars are replaced one by one either way.
    private static func clusterEnd(
        _ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ properties: UnicodeData.Lookup
    ) -> Int {
        if source[start] < 0x80, start + 1 == source.count || source[start + 1] < 0x80 {
            let isLineEnd = source[start] == 0x0D && start + 1 < source.count && source[start + 1] == 0x0A
            return isLineEnd ? start + 2 : start + 1
        }
        var cursor = start
        while cursor < source.count {
            let (scalar, length) = UTF8Scalars.scalar(in: source, at: cursor)
            let found = properties[scalar]
            if isBreaking(scalar, found) { return cursor == start ? cursor + length : cursor }
            cursor += length
            if !found.contains(.graphemePrepend) {
                if found.contains(.otherLetter) { cursor = syllableEnd(source, cursor, scalar) }
                break
            }
        }
        while cursor < source.count {
            let (scalar, length) = UTF8Scalars.scalar(in: source, at: cursor)
            guard properties[scalar].contains(.graphemeExtend) else { break }
            cursor += length
        }
        return cursor
    }

    private enum Jamo { case leading, vowel, trailing, open, closed }

    private static func jamo(_ scalar: UInt32) -> Jamo? {
        switch scalar {
        case 0x1100...0x115F, 0xA960...0xA97C: .leading
        case 0x1160...0x11A7, 0xD7B0...0xD7C6: .vowel
        case 0x11A8...0x11FF, 0xD7CB...0xD7FB: .trailing
        case 0xAC00...0xD7A3: (scalar - 0xAC00) % 28 == 0 ? .open : .closed
        default: nil
        }
    }

    /// Where the syllable of Hangul that goes on after `first` ends (rules GB6 to GB8 of Unicode Standard Annex #29).
    private static func syllableEnd(_ source: UnsafeBufferPointer<UInt8>, _ start: Int, _ first: UInt32) -> Int {
        guard var last = jamo(first) else { return start }
        var cursor = start
        while cursor < source.count {
            let (scalar, length) = UTF8Scalars.scalar(in: source, at: cursor)
            guard let next = jamo(scalar) else { break }
            switch (last, next) {
            case (.leading, .leading), (.leading, .vowel), (.leading, .open), (.leading, .closed), (.open, .vowel),
                (.open, .trailing), (.vowel, .vowel), (.vowel, .trailing), (.closed, .trailing), (.trailing, .trailing):
                cursor += length
                last = next
            default: return cursor
            }
        }
        return cursor
    }

    /// Whether clusters end before and after the scalar: controls, line ends and format characters.
    private static func isBreaking(_ scalar: UInt32, _ found: UnicodeData.Properties) -> Bool {
        if scalar < 0x20 || 0x7F..<0xA0 ~= scalar || scalar == 0x2028 || scalar == 0x2029 { return true }
        if scalar == 0x2065 || 0xFFF0...0xFFF8 ~= scalar { return true }
        return found.contains(.control) && !found.contains(.graphemeExtend) && !found.contains(.graphemePrepend)
            && !(0xE000...0xF8FF ~= scalar) && scalar != 0xFFFD && scalar < 0xF0000
    }

    /// What the shortest text of the map that opens `text` is replaced by.
    private static func find(
        _ text: UnsafeBufferPointer<UInt8>, _ units: FrozenBuffer<UInt32>, _ replacements: FrozenBuffer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        let units = units.elements
        var node = offset(units[0])
        for byte in text {
            guard byte != 0 else { return nil }
            node ^= Int(byte)
            guard node < units.count else { return nil }
            let unit = units[node]
            guard unit & 0x8000_00FF == UInt32(byte) else { return nil }
            node ^= offset(unit)
            guard unit >> 8 & 1 == 1 else { continue }
            guard node < units.count else { return nil }
            let start = Int(units[node] & 0x7FFF_FFFF)
            guard start < replacements.count else { return nil }
            var end = start
            while replacements[end] != 0 { end += 1 }
            return UnsafeBufferPointer(rebasing: replacements.elements[start..<end])
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 1 << 9) >> 6) }
}

/// Holds the last scalar back, as what follows may still change how much of the source it stands for.
private struct Emitter {
    private var held: (scalar: UInt32, change: Int)?

    mutating func add(_ scalar: UInt32, change: Int, _ writer: inout AlignedWriter) {
        finish(&writer)
        held = (scalar, change)
    }

    /// Writes a replacement: scalars beyond the count of the old ones are inserted, missing ones go to the last.
    mutating func replace(
        _ old: UnsafeBufferPointer<UInt8>, with new: UnsafeBufferPointer<UInt8>, _ writer: inout AlignedWriter
    ) {
        var oldCount = 0
        for byte in old where byte & 0xC0 != 0x80 { oldCount += 1 }
        var newCount = 0
        var cursor = 0
        while cursor < new.count {
            let (scalar, length) = UTF8Scalars.scalar(in: new, at: cursor)
            add(scalar, change: newCount < oldCount ? 0 : 1, &writer)
            newCount += 1
            cursor += length
        }
        if newCount < oldCount { held?.change += newCount - oldCount }
    }

    mutating func finish(_ writer: inout AlignedWriter) {
        if let held { writer.put(held.scalar, change: held.change) }
        held = nil
    }
}

/// Base64 as RFC 4648 has it, with the padding.
enum Base64 {
    /// The decoded bytes, or `nil` for a text that is no Base64.
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var filled = 0
        var padding = 0
        for byte in text {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte - 0x41)
            case 0x61...0x7A: value = UInt32(byte - 0x61 + 26)
            case 0x30...0x39: value = UInt32(byte - 0x30 + 52)
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D:
                padding += 1
                value = 0
            default: return nil
            }
            if padding > 0, byte != 0x3D || padding > 2 { return nil }
            group = group << 6 | value
            filled += 1
            guard filled == 4 else { continue }
            for index in 0..<3 - padding { bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - index * 8))) }
            group = 0
            filled = 0
        }
        return bytes
    }
}
