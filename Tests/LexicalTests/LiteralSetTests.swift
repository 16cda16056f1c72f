import Testing

@testable import Lexical

@Suite struct LiteralSetTests {
    private func found(_ keyword: String, in text: String, caseSensitive: Bool = false) -> Bool {
        LiteralSet([.init(keyword, caseSensitive: caseSensitive)]).matches(in: text) == [0]
    }

    @Test(arguments: [
        ("urgent", "This is URGENT", true), ("compare", "compared", false), ("compare", "compare.", true),
        ("go", "go_fast", false), ("go", "ergo", false), ("go", "(go)", true),
        ("café", "un café noir", true), ("café", "CAFÉ!", true), ("café", "caféine", false), ("caf", "café", false),
        ("привет", "Привет, мир", true), ("привет", "приветик", false), ("мир", "ПРИВЕТ МИР", true),
        ("ありがとう", "本当にありがとうございます", true), ("ラーメン", "ラーメン屋", true), ("한국", "한국어를", true),
        ("紧急", "请紧急处理", true), ("python", "请用Python写", true), ("python", "Python을 배우다", true),
        ("v2紧急", "xv2紧急", true), ("ฉุกเฉิน", "กรณีฉุกเฉินมาก", true),
        ("c++", "use C++, please", true), ("c++", "objc++", false), (".net", "asp.net", true),
        (".net", ".network", false),
        ("हिन्द", "हिन्दी", false), ("हिन्दी", "यह हिन्दी है", true), ("urgent", "⚠️urgent❗️", true),
        ("a", "a\u{301}", false), ("b", "a\u{301}b", false), ("στίχος", "ΣΤΊΧΟΣ", true), ("k", "\u{212A}", true),
        ("ß", "SS", false), ("", "anything", false), ("new york", "New York City", true), ("№5", "см. №5", true),
    ])
    func boundariesAndCase(_ keyword: String, _ text: String, _ expected: Bool) {
        #expect(found(keyword, in: text) == expected)
    }

    @Test func caseSensitiveAndMixed() {
        let set = LiteralSet([
            .init("US", caseSensitive: true), .init("us"), .init("Us", caseSensitive: true, boundaries: false),
        ])
        #expect(set.matches(in: "us") == [1])
        #expect(set.matches(in: "the US") == [0, 1])
        #expect(set.matches(in: "Usual") == [2])
        // The Kelvin sign and Ⱥ change their length when folded; the exact comparison must look at the right place.
        #expect(set.matches(in: "\u{212A}\u{212A} ȺȺȺ US \u{212A}") == [0, 1])
        #expect(set.matches(in: "\u{212A}\u{212A} ȺȺȺ uS \u{212A}") == [1])
    }

    @Test func countsWithoutOverlap() {
        let set = LiteralSet([.init("aa", boundaries: false), .init("a", boundaries: false), .init("x")])
        #expect(set.counts(in: "aaaaa x, xx X") == [2, 5, 2])
    }

    @Test func manyLiterals() {
        let words = (0..<10_000).map { "keyword \($0) tail" }
        let set = LiteralSet(words.map { .init($0) })
        #expect(set.matches(in: "a Keyword 77 Tail, keyword 9999 tail; keyword 10000 tail") == [77, 9999])
        #expect(set.matches(in: "keyword 7 tai") == [])
        #expect(LiteralSet([]).matches(in: "x") == [])
    }

    @Test func equalsNaiveSearch() {
        let pieces = [
            "a", "b", "A", "B", "_", " ", "é", "É", "ß", "ſ", "s", "S", "\u{212A}", "k", "и", "И", "か", "中", "한",
            "\u{301}",
            "-", "\u{26A0}\u{FE0F}", "Ⱥ", "ⱥ", "1", "\u{1F600}", "𐐀", "𐐨", "ไ", "ab", "sk",
        ]
        for seed in UInt64(1)...400 {
            var random = LexicalRandom(seed: seed)
            let literals = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                LiteralSet.Literal(
                    random.text(of: pieces, count: 0...4), caseSensitive: Bool.random(using: &random),
                    boundaries: Bool.random(using: &random))
            }
            let set = LiteralSet(literals)
            let text = random.text(of: pieces, count: 0...60)
            let counts = literals.map { NaiveSearch.count($0, in: text) }
            #expect(set.counts(in: text) == counts, "seed \(seed), text \(text), literals \(literals)")
            #expect(set.matches(in: text) == counts.indices.filter { counts[$0] > 0 }, "seed \(seed)")
        }
    }
}

/// The definition of a hit, tried at every place.
private enum NaiveSearch {
    static func count(_ literal: LiteralSet.Literal, in text: String) -> Int {
        let text = Array(text.unicodeScalars)
        let keyword = Array(literal.text.unicodeScalars)
        guard let first = keyword.first, let last = keyword.last, keyword.count <= text.count else { return 0 }
        let bounded = literal.boundaries && !keyword.contains(where: isUnsegmented)
        var count = 0
        var start = 0
        while start + keyword.count <= text.count {
            let end = start + keyword.count
            let same = zip(text[start..<end], keyword).allSatisfy {
                literal.caseSensitive ? $0 == $1 : fold($0) == fold($1)
            }
            let leading = bounded && isWord(first) && endsWord(text[..<start])
            let trailing = bounded && isWord(last) && end < text.count && isWord(text[end])
            if same, !leading, !trailing {
                count += 1
                start = end
            } else {
                start += 1
            }
        }
        return count
    }

    private static func endsWord(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        guard let last = text.last(where: { !isMark($0) }) else { return false }
        return isWord(last)
    }

    private static func fold(_ scalar: Unicode.Scalar) -> String {
        let upper = scalar.properties.uppercaseMapping
        let base = upper.unicodeScalars.count == 1 ? upper : String(scalar)
        return base.lowercased()
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .nonspacingMark && !scalar.properties.isVariationSelector
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        let isLetter = scalar.properties.isAlphabetic || scalar.properties.numericType == .decimal
        return (isLetter || isMark(scalar) || scalar == "_") && !isUnsegmented(scalar)
    }

    private static func isUnsegmented(_ scalar: Unicode.Scalar) -> Bool {
        ["か", "中", "한", "ไ"].contains(scalar)
    }
}
