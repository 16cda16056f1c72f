/// Latin letters without their accents.
enum Transliteration {
    /// The ASCII letters for a folded Latin scalar, or nil when it is none or is ASCII already.
    static func ascii(_ value: UInt32) -> [UInt8]? {
        guard value >= 0xC0, value < 0x1F00 else { return nil }
        return table[value]
    }

    /// Read off the Unicode names: LATIN SMALL LETTER E WITH ACUTE is an e, LATIN SMALL LETTER AE is ae.
    private static let table: [UInt32: [UInt8]] = {
        var table: [UInt32: [UInt8]] = [0xDF: Array("ss".utf8), 0xF0: Array("d".utf8), 0xFE: Array("th".utf8)]
        for range: ClosedRange<UInt32> in [0xC0...0x24F, 0x1E00...0x1EFF] {
            for value in range where table[value] == nil {
                guard let name = Unicode.Scalar(value)?.properties.name else { continue }
                let words = name.split(separator: " ")
                guard words.count >= 4, words[0] == "LATIN", words[2] == "LETTER" || words[2] == "LIGATURE" else {
                    continue
                }
                let letters = words[3] == "DOTLESS" && words.count == 5 ? words[4] : words[3]
                guard letters.utf8.count <= 2, words.count == 4 || words[4] == "WITH" || words[3] == "DOTLESS" else {
                    continue
                }
                table[value] = letters.utf8.map { $0 | 0x20 }
            }
        }
        return table
    }()
}
