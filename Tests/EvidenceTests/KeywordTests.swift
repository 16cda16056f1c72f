import Evidence
import Routing
import Testing
import Wire

@Suite struct KeywordTests {
    private func read(_ rule: String, _ text: String) throws -> Reading {
        try engine(signals: "    keywords:\n      - { name: k, \(rule) }").read("keyword", "k", text)
    }

    @Test func findsWordsWhateverTheirCase() throws {
        let reading = try read("operator: OR, keywords: [urgent, asap]", "This is URGENT")
        #expect(reading == .matched(value: 1, details: ["urgent"]))
    }

    @Test func findsWholeWordsOnly() throws {
        #expect(try read("operator: OR, keywords: [compare]", "compared to that") == .unmatched(value: 0))
        #expect(try read("operator: OR, keywords: [café]", "le café noir").isMatched)
        #expect(try read("operator: OR, keywords: [首先]", "我们首先看").isMatched)
    }

    @Test func minorCaseCountsWhereAsked() throws {
        let rule = "operator: OR, case_sensitive: true, keywords: [US]"
        #expect(try read(rule, "in the US").isMatched)
        #expect(try !read(rule, "tell us more").isMatched)
    }

    @Test func explicitRegexIsTakenAsWritten() throws {
        #expect(try read("operator: OR, method: regex, keywords: [compare]", "compared to that").isMatched)
        #expect(try read("operator: OR, method: REGEX, keywords: ['err(or)?s?\\b']", "many ERRORS").isMatched)
        let sensitive = "operator: OR, method: regex, case_sensitive: true, keywords: [Err]"
        #expect(try !read(sensitive, "err").isMatched)
    }

    @Test func andNeedsEveryKeyword() throws {
        let rule = "operator: AND, keywords: [alpha, beta]"
        #expect(try read(rule, "beta then alpha") == .matched(value: 2, details: ["alpha", "beta"]))
        #expect(try read(rule, "alpha only") == .unmatched(value: 1))
    }

    @Test func norMatchesWhereNothingIsFound() throws {
        let rule = "operator: NOR, keywords: [alpha, beta]"
        #expect(try read(rule, "gamma") == .matched(value: 0))
        #expect(try read(rule, "") == .matched(value: 0))
        #expect(try read(rule, "a beta test") == .unmatched(value: 1))
    }

    @Test func valueCountsDistinctKeywords() throws {
        let reading = try read("operator: OR, keywords: [json, JSON, table]", "json JSON json")
        #expect(reading == .matched(value: 1, details: ["json"]))
    }

    @Test func namesAtMostEightKeywords() throws {
        let words = (0..<12).map { "w\($0)" }
        let reading = try read(
            "operator: OR, keywords: [\(words.joined(separator: ", "))]", words.joined(separator: " "))
        #expect(reading.value == 12)
        #expect(reading.details == Array(words.prefix(8)))
    }

    @Test func fuzzyMatchAddsWordsWithTypingErrors() throws {
        let rule = "operator: OR, fuzzy_match: true, fuzzy_threshold: 2, keywords: [emergency, asap]"
        #expect(try read(rule, "an emergncy here") == .matched(value: 1, details: ["emergency (fuzzy)"]))
        #expect(try read(rule, "an emergency here") == .matched(value: 1, details: ["emergency"]))
        #expect(try !read(rule, "as an app").isMatched)
    }

    @Test func fuzzyThresholdZeroIsTwoEdits() throws {
        let rule = "operator: OR, fuzzy_match: true, fuzzy_threshold: 0, keywords: [emergency]"
        #expect(try read(rule, "an emrgncy here").isMatched)
    }

    @Test func fuzzyMethodTakesPercentages() throws {
        let rule = "operator: OR, method: fuzzy, fuzzy_threshold: 82, keywords: [password]"
        #expect(try read(rule, "my passwrd is").details == ["password (fuzzy)"])
        #expect(try !read(rule, "my paswrd is").isMatched)
    }

    @Test func fuzzyFindsPhrases() throws {
        let rule = "operator: OR, method: fuzzy, keywords: [credit card]"
        #expect(try read(rule, "the credt card number").isMatched)
    }

    @Test func bm25ComparesStems() throws {
        let rule = "operator: OR, method: bm25, keywords: [code, function, debug, algorithm, refactor]"
        let reading = try read(rule, "please debug my functions")
        #expect(reading == .matched(value: 2, details: ["function", "debug"]))
        #expect(try read(rule, "what a nice day") == .unmatched(value: 0))
    }

    @Test func bm25ThresholdHolds() throws {
        #expect(
            try read("operator: OR, method: bm25, bm25_threshold: 0.2, keywords: [gradient]", "gradients").isMatched)
        #expect(try !read("operator: OR, method: bm25, bm25_threshold: 5, keywords: [gradient]", "gradients").isMatched)
    }

    @Test func ngramsFindNearWords() throws {
        let rule = "operator: OR, method: ngram, keywords: [urgent], ngram_arity: 3, ngram_threshold"
        #expect(try read(rule + ": 0.4", "this is urgnt") == .matched(value: 1, details: ["urgent"]))
        #expect(try read(rule + ": 0.75", "this is urgnt").isMatched)
        #expect(try !read(rule + ": 0.76", "this is urgnt").isMatched)
        #expect(try read("operator: OR, method: ngram, keywords: [urgent]", "this is urgnt").isMatched)
    }

    @Test func hybridTakesWhicheverHits() throws {
        let rule = "operator: OR, method: hybrid, keywords: [social security, refactoring]"
        #expect(try read(rule, "social security").details == ["social security"])
        #expect(try read(rule, "socal securty").details == ["social security (fuzzy)"])
        #expect(try read(rule, "refactor").details == ["refactoring"])
        #expect(try !read(rule, "nothing here").isMatched)
    }

    @Test func andHoldsAcrossMatchers() throws {
        let rule = "operator: AND, method: fuzzy, keywords: [password, reset]"
        #expect(try read(rule, "reset my pasword") == .matched(value: 2, details: ["password (fuzzy)", "reset"]))
        #expect(try read(rule, "my pasword") == .unmatched(value: 1))
    }

    @Test func withoutUserTextTheOthersAreRead() throws {
        let made = try engine(signals: "    keywords:\n      - { name: k, operator: OR, keywords: [policy] }")
        let conversation = Conversation(
            model: "auto", turns: [Turn(role: .system, text: "Follow the policy", sourceIndex: 0)])
        #expect(try made.read("keyword", "k", EvidenceRequest(conversation: conversation)).isMatched)
    }

    @Test func costlyMatchersReadHeadAndTailOfLongTexts() throws {
        let rule = "operator: OR, method: fuzzy, keywords: [password, emergency]"
        let filler = String(repeating: "lorem ipsum ", count: 20_000)
        let reading = try read(rule, filler + "pasword " + filler + "emergncy")
        #expect(reading.details == ["emergency (fuzzy)"])
        #expect(reading.coverage == 65_536 / Double(2 * 240_000 + 16))
        #expect(try read(rule, filler + "password " + filler).details == ["password"])
    }
}
