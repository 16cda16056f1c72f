import Lexical
import Testing

@Suite struct FuzzyMatcherTests {
    private func found(_ keyword: String, _ text: String, _ threshold: Int) -> Bool {
        FuzzyMatcher(keywords: [keyword], threshold: threshold).matches(in: text) == [0]
    }

    @Test(arguments: [
        ("emergency", "this is an emergncy!", true), ("urgent", "URGNT please", true), ("urgent", "argentina", false),
        ("asap", "as soon as possible", false), ("asap", "an app", false), ("asap", "asp", true),
        ("asap", "ASAP", true),
        ("api", "app", false), ("api", "the API", true), ("credit card", "my creditt crad", false),
        ("credit card", "my creditt card", true), ("credit card", "credit is a card", false),
        ("café", "cafe", true), ("紧急情况", "这是紧急清况吧", true), ("紧急", "紧张", false), ("", "text", false),
    ])
    func editBudget(_ keyword: String, _ text: String, _ expected: Bool) {
        #expect(found(keyword, text, 2) == expected)
    }

    @Test func thresholdsBoundTheBudget() {
        #expect(found("emergency", "emrgncy", 2))
        #expect(!found("emergency", "emrgncy", 1))
        #expect(!found("emergency", "emergncy", 0))
        #expect(found("emergency", "emergency", 0))
        #expect(!found("emergency", "mrgncy", 2))
        #expect(found("emergency", "mrgncy", 10))
        #expect(!found("emergency", "mrgnc", 10))
    }

    @Test func percentages() {
        #expect(found("urgent", "urgnt", 82))  // 100 · (1 − 1/6) = 83.3
        #expect(!found("asap", "asa", 82))  // 75
        #expect(found("asap", "asa", 75))
        #expect(!found("urgent", "urgnt", 100))
        #expect(found("urgent", "Urgent", 100))
        #expect(!found("urgent", "urgnt", 250))
    }

    @Test func caseMayMatter() {
        let matcher = FuzzyMatcher(keywords: ["ALERT", "alert"], threshold: 1, caseSensitive: true)
        #expect(matcher.matches(in: "alrt") == [1])
    }

    @Test func longInputStaysCheap() {
        let text = String(repeating: "ab", count: 100_000) + " urgnt"
        #expect(found("urgent", text, 2))
        #expect(found("urgent", text, 11))
    }
}
