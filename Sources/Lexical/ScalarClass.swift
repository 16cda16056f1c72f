/// What a Unicode scalar is to a reader of words.
struct ScalarClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// General categories L* and Nd.
    static let letterOrDigit = ScalarClass(rawValue: 1)
    /// General categories Mn and Mc except the variation selectors: it continues the letter before it.
    static let mark = ScalarClass(rawValue: 2)
    /// Han, Hiragana, Katakana and Hangul.
    static let cjk = ScalarClass(rawValue: 4)
    /// Scripts written without spaces between words: `cjk`, Thai, Lao, Khmer, Myanmar.
    static let unsegmented = ScalarClass(rawValue: 8)
    static let uppercase = ScalarClass(rawValue: 16)
    static let lowercase = ScalarClass(rawValue: 32)
    static let whitespace = ScalarClass(rawValue: 64)

    /// The class of a scalar value.
    @inline(__always)
    static func of(_ value: UInt32) -> ScalarClass {
        value < 0x1_0000 ? ScalarClass(rawValue: basicPlane[Int(value)]) : compute(value)
    }

    /// Whether the scalar belongs to a word of a script that puts spaces between words.
    @inline(__always)
    var isWordPart: Bool {
        !isDisjoint(with: [.letterOrDigit, .mark]) && !contains(.unsegmented)
    }

    private static let basicPlane: [UInt8] = (0..<UInt32(0x1_0000)).map { compute($0).rawValue }

    private static func compute(_ value: UInt32) -> ScalarClass {
        guard let scalar = Unicode.Scalar(value) else { return [] }
        var result: ScalarClass = []
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .titlecaseLetter: result = [.letterOrDigit, .uppercase]
        case .lowercaseLetter: result = [.letterOrDigit, .lowercase]
        case .modifierLetter, .otherLetter, .decimalNumber: result = .letterOrDigit
        case .nonspacingMark, .spacingMark: result = scalar.properties.isVariationSelector ? [] : .mark
        default: break
        }
        if scalar.properties.isWhitespace { result.insert(.whitespace) }
        if isCJK(value) { result.formUnion([.cjk, .unsegmented]) }
        switch value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0xA9E0...0xA9FF, 0xAA60...0xAA7F:
            result.insert(.unsegmented)
        default: break
        }
        return result
    }

    private static func isCJK(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x11FF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xD7B0...0xD7FB, 0x3131...0x318E, 0xFFA0...0xFFDC:
            true
        case 0x2E80...0x2FD5, 0x3005, 0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF,
            0xF900...0xFAFF, 0x2_0000...0x3_23AF:
            true
        case 0x3041...0x3096, 0x309D...0x309F, 0x30A1...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D,
            0x1_AFF0...0x1_AFFE, 0x1_B000...0x1_B167:
            true
        default:
            false
        }
    }
}
