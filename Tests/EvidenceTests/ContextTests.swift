import Evidence
import Lexical
import Routing
import Testing
import Wire

@Suite struct ContextTests {
    private func read(_ rule: String, _ conversation: Conversation) throws -> Reading {
        try engine(signals: "    context:\n      - { name: c, \(rule) }")
            .read("context", "c", EvidenceRequest(conversation: conversation))
    }

    private func body(_ rest: String = "") throws -> Conversation {
        let text = String(repeating: "a", count: 400)
        return try .body(#"{"model":"auto","messages":[{"role":"user","content":"\#(text)"}]\#(rest)}"#)
    }

    @Test func countsTheFloor() throws {
        #expect(try read("min_tokens: 105, max_tokens: 105", body()) == .matched(value: 105))
        #expect(try read("min_tokens: 106", body()) == .unmatched(value: 105))
        #expect(try read("max_tokens: 104", body()) == .unmatched(value: 105))
    }

    @Test func theReserveForTheAnswerDoesNotCount() throws {
        #expect(try read("max_tokens: 105", body(#","max_tokens":4096"#)) == .matched(value: 105))
        #expect(try read("max_tokens: 105", body(#","max_completion_tokens":4096"#)).isMatched)
    }

    @Test func anOmittedBoundIsNoBound() throws {
        #expect(try read("min_tokens: '100'", body()).isMatched)
        #expect(try read("min_tokens: 32K", body()) == .unmatched(value: 105))
        #expect(try read("max_tokens: 1.5K", body()).isMatched)
        #expect(try read("description: any", body()).isMatched)
    }

    @Test func theLearnedRatioIsUsed() throws {
        var estimator = TokenEstimator()
        for _ in 0..<TokenEstimator.requiredSamples { estimator.learn(bytes: 100, promptTokens: 100) }
        let made = try engine(signals: "    context:\n      - { name: c, min_tokens: 400 }")
        let request = try EvidenceRequest(conversation: body(), tokenEstimator: estimator)
        #expect(try made.read("context", "c", request) == .matched(value: 400))
    }
}
