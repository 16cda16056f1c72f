import Evidence
import Routing
import Testing

@Suite struct EventTests {
    private func read(_ rule: String, _ text: String) throws -> Reading {
        try engine(signals: "    events:\n      - { name: e, \(rule) }").read("event", "e", text)
    }

    private let four =
        "event_types: [payment_failed], severities: [critical, high], action_codes: [TXN_DECLINE], temporal: true"

    @Test func confidenceGrowsWithTheCriteria() throws {
        #expect(
            try read(four, "got PAYMENT_FAILED again")
                == .matched(confidence: 0.625, value: 1, details: ["payment_failed"]))
        #expect(try read(four, "payment_failed, txn_decline").confidence == 0.75)
        #expect(try read(four, "payment_failed critical TXN_DECLINE asap").confidence == 1)
        #expect(try read("action_codes: [E42]", "code E42").confidence == 1)
        #expect(try read(four, "all is well") == .unmatched(value: 0))
    }

    @Test func wordsAreBounded() throws {
        #expect(try !read("severities: [high]", "the highest highlands").isMatched)
        #expect(try !read("temporal: true", "I know that snow").isMatched)
        #expect(try !read("event_types: [payment_failed]", "repayment_failed").isMatched)
        #expect(try read("temporal: true", "do it now").isMatched)
        #expect(try read("temporal: true", "a time-sensitive thing").details == ["temporal"])
    }

    @Test func theMiddleOfALongTextIsRead() throws {
        let log = String(repeating: "line of a log\n", count: 3_000)
        #expect(try read("action_codes: [E42]", log + "E42\n" + log).isMatched)
    }
}
