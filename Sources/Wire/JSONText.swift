/// Decoding and comparing the content of scanned strings. Everything here relies on the scanner's validation.
enum JSONText {
    @inline(__always)
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return UInt32(byte - UInt8(ascii: "A") + 10)
        default: return nil
        }
    }

    /// The decoded text of a string's content (without quotes); a lone surrogate becomes U+FFFD.
    static func decode(_ content: UnsafeBufferPointer<UInt8>, escaped: Bool) -> String {
        guard escaped else { return String(decoding: content, as: UTF8.self) }
        return String(unsafeUninitializedCapacity: content.count) { unescape(content, into: $0) }
    }

    /// Bytes the decoded text has in UTF-8.
    static func decodedCount(_ content: UnsafeBufferPointer<UInt8>, escaped: Bool) -> Int {
        escaped ? unescape(content, into: nil) : content.count
    }

    /// Writes the decoded bytes, which are never more than the source's, and returns how many there are.
    private static func unescape(
        _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>?
    ) -> Int {
        var written = 0
        var cursor = 0
        func put(_ byte: UInt8) {
            target?[written] = byte
            written += 1
        }
        while cursor < source.count {
            let byte = source[cursor]
            guard byte == UInt8(ascii: "\\"), cursor + 1 < source.count else {
                put(byte)
                cursor += 1
                continue
            }
            let name = source[cursor + 1]
            cursor += 2
            switch name {
            case UInt8(ascii: "b"): put(0x08)
            case UInt8(ascii: "f"): put(0x0C)
            case UInt8(ascii: "n"): put(0x0A)
            case UInt8(ascii: "r"): put(0x0D)
            case UInt8(ascii: "t"): put(0x09)
            case UInt8(ascii: "u"):
                let (scalar, end) = escapedScalar(source, at: cursor)
                cursor = end
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { put(unit) }
            default: put(name)
            }
        }
        return written
    }

    /// Reads the digits at `start` (after `\u`) and the second half of a surrogate pair where there is one.
    private static func escapedScalar(
        _ source: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (scalar: Unicode.Scalar, end: Int) {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard let first = codeUnit(source, at: start) else { return (replacement, source.count) }
        let end = start + 4
        if let scalar = Unicode.Scalar(first) { return (scalar, end) }
        guard first < 0xDC00, end + 1 < source.count, source[end] == UInt8(ascii: "\\"),
            source[end + 1] == UInt8(ascii: "u"), let second = codeUnit(source, at: end + 2),
            0xDC00...0xDFFF ~= second
        else { return (replacement, end) }
        let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        return (Unicode.Scalar(value) ?? replacement, end + 6)
    }

    private static func codeUnit(_ source: UnsafeBufferPointer<UInt8>, at start: Int) -> UInt32? {
        guard start + 4 <= source.count else { return nil }
        var value: UInt32 = 0
        for offset in start..<start + 4 {
            guard let digit = hexValue(source[offset]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }
}
