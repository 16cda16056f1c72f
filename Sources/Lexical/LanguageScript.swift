/// The scripts told apart when a language is identified; raw values are those of the model file.
enum LanguageScript: UInt8, CaseIterable {
    case none, latin, cyrillic, arabic, devanagari, han, kana
    case greek, armenian, hebrew, bengali, gurmukhi, gujarati, tamil, telugu, thai, georgian, hangul
    /// A script none of the languages is written in.
    case other
    /// A combining mark: it belongs to the word before it, whatever its script.
    case mark

    /// The one language of the set written in this script, where there is just one.
    var onlyLanguage: String? {
        switch self {
        case .greek: "el"
        case .armenian: "hy"
        case .hebrew: "he"
        case .bengali: "bn"
        case .gurmukhi: "pa"
        case .gujarati: "gu"
        case .tamil: "ta"
        case .telugu: "te"
        case .thai: "th"
        case .georgian: "ka"
        case .hangul: "ko"
        default: nil
        }
    }

    /// What one letter counts when scripts share a text. An ideograph or a syllable says more than a letter of
    /// an alphabet; Latin words stray into other scripts (names, product terms) far more often than the reverse.
    var letterWeight: Double {
        switch self {
        case .latin: 0.5
        case .han, .kana: 2
        case .hangul: 1.5
        default: 1
        }
    }

    /// The script of a scalar.
    init(of scalar: UInt32) {
        if scalar < 0x80 {
            let lower = scalar | 0x20
            self = lower >= 0x61 && lower <= 0x7A ? .latin : .none
            return
        }
        var low = 0
        var high = Self.ranges.count
        while low < high {
            let middle = (low + high) / 2
            if Self.ranges[middle].first <= scalar {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low > 0, scalar <= Self.ranges[low - 1].last else {
            self = .none
            return
        }
        self = Self.ranges[low - 1].script
    }

    /// The scalar in lower case, for the Latin and Cyrillic letters in use; any other scalar is itself.
    static func fold(_ c: UInt32) -> UInt32 {
        switch c {
        case 0x41...0x5A, 0xC0...0xD6, 0xD8...0xDE, 0x410...0x42F: return c + 32
        case 0..<0x100: return c
        case 0x130: return 0x69
        case 0x178: return 0xFF
        case 0x139...0x148, 0x179...0x17E, 0x1CD...0x1DB, 0x4C1...0x4CE: return c & 1 == 1 ? c + 1 : c
        case 0x131, 0x138, 0x149, 0x17F: return c
        case 0x100...0x17F: return c | 1
        case 0x18F: return 0x259
        case 0x1AF: return 0x1B0
        case 0x1A0, 0x1DE...0x1EE, 0x1F8...0x21E, 0x222...0x232: return c | 1
        case 0x400...0x40F: return c + 80
        case 0x460...0x481, 0x48A...0x4BF, 0x4D0...0x52F, 0x1E00...0x1E95, 0x1EA0...0x1EFF: return c | 1
        case 0xFF21...0xFF3A: return c - 0xFF21 + 0x61
        case 0xFF41...0xFF5A: return c - 0xFF41 + 0x61
        default: return c
        }
    }

    private struct Block {
        let first: UInt32
        let last: UInt32
        let script: LanguageScript

        init(_ first: UInt32, _ last: UInt32, _ script: LanguageScript) {
            self.first = first
            self.last = last
            self.script = script
        }
    }

    /// The letters above ASCII, in ascending order; a scalar in none of the ranges is not a letter.
    private static let ranges: [Block] = [
        Block(0xC0, 0xD6, .latin), Block(0xD8, 0xF6, .latin), Block(0xF8, 0x2AF, .latin), Block(0x300, 0x36F, .mark),
        Block(0x370, 0x373, .greek), Block(0x376, 0x377, .greek), Block(0x37B, 0x37D, .greek),
        Block(0x386, 0x386, .greek), Block(0x388, 0x3FF, .greek), Block(0x400, 0x481, .cyrillic),
        Block(0x48A, 0x52F, .cyrillic), Block(0x531, 0x556, .armenian), Block(0x561, 0x587, .armenian),
        Block(0x591, 0x5BD, .mark), Block(0x5D0, 0x5EA, .hebrew), Block(0x620, 0x64A, .arabic),
        Block(0x64B, 0x65F, .mark), Block(0x66E, 0x6D3, .arabic), Block(0x6D5, 0x6D5, .arabic),
        Block(0x6EE, 0x6EF, .arabic), Block(0x6FA, 0x6FF, .arabic), Block(0x700, 0x74F, .other),
        Block(0x750, 0x77F, .arabic), Block(0x780, 0x8FF, .other), Block(0x900, 0x963, .devanagari),
        Block(0x970, 0x97F, .devanagari), Block(0x980, 0x9E3, .bengali), Block(0x9F0, 0x9FE, .bengali),
        Block(0xA00, 0xA65, .gurmukhi), Block(0xA70, 0xA7F, .gurmukhi), Block(0xA80, 0xAE5, .gujarati),
        Block(0xAF9, 0xAFF, .gujarati), Block(0xB00, 0xB7F, .other), Block(0xB80, 0xBE5, .tamil),
        Block(0xC00, 0xC63, .telugu), Block(0xC80, 0xDFF, .other), Block(0xE01, 0xE3A, .thai),
        Block(0xE40, 0xE4E, .thai), Block(0xE80, 0x109F, .other), Block(0x10A0, 0x10FF, .georgian),
        Block(0x1100, 0x11FF, .hangul), Block(0x1200, 0x18AF, .other), Block(0x1C90, 0x1CBF, .georgian),
        Block(0x1E00, 0x1EFF, .latin), Block(0x1F00, 0x1FFF, .greek), Block(0x2D00, 0x2D2F, .georgian),
        Block(0x3005, 0x3005, .han), Block(0x3041, 0x309F, .kana), Block(0x30A1, 0x30FA, .kana),
        Block(0x30FC, 0x30FF, .kana), Block(0x3131, 0x318E, .hangul), Block(0x31F0, 0x31FF, .kana),
        Block(0x3400, 0x4DBF, .han), Block(0x4E00, 0x9FFF, .han), Block(0xA000, 0xABFF, .other),
        Block(0xAC00, 0xD7A3, .hangul), Block(0xF900, 0xFAFF, .han), Block(0xFB50, 0xFDFF, .arabic),
        Block(0xFE70, 0xFEFC, .arabic), Block(0xFF21, 0xFF3A, .latin), Block(0xFF41, 0xFF5A, .latin),
        Block(0xFF66, 0xFF9D, .kana), Block(0x10000, 0x1CFFF, .other), Block(0x20000, 0x323AF, .han),
    ]
}
