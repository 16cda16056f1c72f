/// Escaping shared by the line formats: the result is one line and carries no terminal control sequence.
enum EscapedText {
    /// Bytes that one string may take in a line once escaped.
    static let maximumBytes = 4_096

    private static let hexadecimal = Array("0123456789abcdef".utf8)

    /// Appends `text` escaped as the inside of a JSON string; whether all of it fitted into ``maximumBytes``.
    static func append(_ text: String, to bytes: inout [UInt8]) -> Bool {
        var text = text
        return text.withUTF8 { source in append(source, to: &bytes) }
    }

    private static func append(_ source: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) -> Bool {
        let limit = bytes.count + maximumBytes
        var index = 0
        while index < source.count {
            let run = plainRun(source, from: index, atMost: limit - bytes.count)
            if run > index {
                bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[index..<run]))
                index = run
                continue
            }
            let byte = source[index]
            // Cut between characters only: a continuation byte belongs to the one before.
            if bytes.count >= limit, byte & 0xC0 != 0x80 {
                bytes.append(contentsOf: "…".utf8)
                return false
            }
            switch byte {
            case UInt8(ascii: "\""):
                bytes.append(contentsOf: #"\""#.utf8)
            case UInt8(ascii: "\\"):
                bytes.append(contentsOf: #"\\"#.utf8)
            case UInt8(ascii: "\n"):
                bytes.append(contentsOf: #"\n"#.utf8)
            case UInt8(ascii: "\r"):
                bytes.append(contentsOf: #"\r"#.utf8)
            case UInt8(ascii: "\t"):
                bytes.append(contentsOf: #"\t"#.utf8)
            case 0..<0x20, 0x7F:
                appendUnicodeEscape(byte, to: &bytes)
            case 0xC2 where index + 1 < source.count && source[index + 1] < 0xA0:
                // U+0080 to U+009F: some terminals read them as escape sequences.
                appendUnicodeEscape(source[index + 1], to: &bytes)
                index += 1
            default:
                bytes.append(byte)
            }
            index += 1
        }
        return true
    }

    /// The end of the bytes from `start` on that stand for themselves. 0xC2 may begin a control character.
    private static func plainRun(_ source: UnsafeBufferPointer<UInt8>, from start: Int, atMost count: Int) -> Int {
        let end = min(source.count, start + max(count, 0))
        var index = start
        while index < end {
            switch source[index] {
            case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F, 0xC2: return index
            default: index += 1
            }
        }
        return index
    }

    private static func appendUnicodeEscape(_ value: UInt8, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"\u00"#.utf8)
        bytes.append(hexadecimal[Int(value >> 4)])
        bytes.append(hexadecimal[Int(value & 0xF)])
    }
}
