/// The alphabet of byte-level BPE: every byte has a printable scalar of its own (the table of GPT-2).
enum ByteLevelAlphabet {
    /// The scalar of each byte.
    static let scalars: [UInt32] = {
        var scalars = [UInt32](repeating: 0, count: 256)
        var next: UInt32 = 256
        for byte in 0..<256 {
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: scalars[byte] = UInt32(byte)
            default:
                scalars[byte] = next
                next += 1
            }
        }
        return scalars
    }()

    private static let bytes: [UInt32: UInt8] = Dictionary(
        uniqueKeysWithValues: scalars.enumerated().map { ($0.element, UInt8($0.offset)) })

    /// How GPT-2 cuts words.
    static let pattern = Pattern.gpt2

    /// Writes every byte of the text as its scalar; the scalars of one character share its place.
    static func spell(_ text: inout AlignedText) {
        text.rewrite { writer in
            while !writer.isAtEnd {
                let start = writer.cursor
                let length = UTF8Scalars.length(first: writer.source[start])
                writer.replace(with: scalars[Int(writer.source[start])])
                for offset in 1..<max(length, 1) { writer.insert(scalars[Int(writer.source[start + offset])]) }
            }
        }
    }

    /// The bytes that a token spells, or `nil` where one of its scalars is not in the alphabet.
    static func bytes(spelledBy token: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        var cursor = 0
        while cursor < token.count {
            let (scalar, length) = UTF8Scalars.scalar(in: token, at: cursor)
            guard let byte = bytes[scalar] else { return nil }
            result.append(byte)
            cursor += length
        }
        return result
    }
}
