import Lexical
import Testing

@Suite struct TextUnitsTests {
    @Test(arguments: [
        ("", 0), ("hello world", 2), ("don't", 2), ("日本語", 3), ("用Python写", 3), ("ひらがな", 4), ("한국어", 3),
        ("v2 release", 2), ("!!! ...", 0), ("Привет, мир", 2), ("cafe\u{301} noir", 2), ("हिन्दी", 1), ("a中b", 3),
    ])
    func units(_ text: String, _ expected: Int) {
        #expect(TextUnits.count(text) == expected)
    }
}

@Suite struct KeywordOccurrencesTests {
    @Test func countsWholeWords() {
        let keywords = KeywordOccurrences(keywords: ["must", "Must", "shall", "禁止"])
        #expect(keywords.count(in: "You must. MUST! mustn't musty; shall_not 请禁止禁止") == 5)
        #expect(keywords.count(in: "请must做") == 1)
        #expect(KeywordOccurrences(keywords: ["Must", "must"], caseSensitive: true).count(in: "Must must MUST") == 2)
        #expect(KeywordOccurrences(keywords: []).count(in: "a") == 0)
    }
}

@Suite struct SequenceMatcherTests {
    private let matcher = SequenceMatcher(sequences: [["first", "then", "finally"], ["先", "再"]])

    @Test(arguments: [
        ("First read it, then write, and finally rest.", true), ("first strengthen it, finally rest", false),
        ("then first finally", false), ("finally then first then finally", true), ("请先读再写", true), ("再说先后", false),
        ("first then final", false), ("", false),
    ])
    func order(_ text: String, _ expected: Bool) {
        #expect(matcher.matches(text) == expected)
    }

    @Test func tellsWhichAndMindsCaseAndOverlap() {
        #expect(matcher.firstMatch(in: "先做 first, 再做 then") == 1)
        #expect(!SequenceMatcher(sequences: [["First", "then"]], caseSensitive: true).matches("first then"))
        #expect(!SequenceMatcher(sequences: [["步骤", "骤一"]]).matches("步骤一"))
        #expect(SequenceMatcher(sequences: [["a", "a"]]).matches("a a"))
        #expect(!SequenceMatcher(sequences: [["a", "a"]]).matches("a"))
        #expect(!SequenceMatcher(sequences: [[]]).matches("a"))
    }
}
