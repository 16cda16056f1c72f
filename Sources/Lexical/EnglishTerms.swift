/// Index terms of a text: words without accents, in lower case, without stop words, stemmed as English. Neighbouring
/// Han, kana and Hangul scalars give overlapping pairs instead of words.
enum EnglishTerms {
    struct Term {
        var text: [UInt8]
        var isStopWord: Bool
    }

    /// Calls `body` with each term in order.
    static func forEach(in text: String, _ body: (Term) -> Void) {
        var word: [UInt8] = []
        var previousCJK: UInt32?
        var isPaired = false
        func closeWord() {
            while word.last == apostrophe { word.removeLast() }
            if !word.isEmpty {
                let isStopWord = EnglishStopWords.contains(word)
                body(Term(text: isStopWord ? word : EnglishStemmer.stem(word), isStopWord: isStopWord))
            }
            word.removeAll(keepingCapacity: true)
        }
        func closeCJK() {
            if let single = previousCJK, !isPaired { body(Term(text: bytes([single]), isStopWord: false)) }
            previousCJK = nil
            isPaired = false
        }
        for scalar in text.unicodeScalars {
            let kind = ScalarClass.of(scalar.value)
            if kind.contains(.cjk), kind.contains(.letterOrDigit) {
                closeWord()
                if let previous = previousCJK {
                    body(Term(text: bytes([previous, scalar.value]), isStopWord: false))
                    isPaired = true
                }
                previousCJK = scalar.value
                continue
            }
            closeCJK()
            if kind.contains(.letterOrDigit) || scalar == "_" {
                append(CaseFolding.fold(scalar.value), to: &word)
            } else if kind.contains(.mark) {
                // A mark that stands apart from its Latin letter is an accent; in other scripts it is a vowel.
                if let last = word.last, last >= 0x80 { UTF8Text.append(scalar.value, to: &word) }
            } else if scalar == "'" || scalar == "\u{2019}", !word.isEmpty {
                word.append(apostrophe)
            } else {
                closeWord()
            }
        }
        closeCJK()
        closeWord()
    }

    private static let apostrophe = UInt8(ascii: "'")

    private static func append(_ value: UInt32, to word: inout [UInt8]) {
        if let letters = Transliteration.ascii(value) {
            word.append(contentsOf: letters)
        } else {
            UTF8Text.append(value, to: &word)
        }
    }

    private static func bytes(_ scalars: [UInt32]) -> [UInt8] {
        var result: [UInt8] = []
        for value in scalars { UTF8Text.append(value, to: &result) }
        return result
    }
}
