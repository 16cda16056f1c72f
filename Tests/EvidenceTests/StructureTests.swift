import Evidence
import Glibc
import Routing
import Testing
import Wire

@Suite struct StructureTests {
    private func read(_ feature: String, _ predicate: String? = nil, _ text: String) throws -> Reading {
        let test = predicate.map { ", predicate: { \($0) }" } ?? ""
        let made = try engine(signals: "    structure:\n      - { name: s, feature: { \(feature) }\(test) }")
        return try made.read("structure", "s", text)
    }

    private let questions = "type: count, source: { type: regex, pattern: '[?？]' }"

    @Test func countsQuestions() throws {
        let six = try read(questions, "gte: 4", "a? b? c? d? e? f？")
        #expect(six.isMatched && six.value == 6)
        #expect(abs(six.confidence - 1 / (1 + exp(-8.0))) < 1e-12)
        let four = try read(questions, "gte: 4", "a? b? c? d?")
        #expect(four == .matched(confidence: 0.5, value: 4))
        #expect(try read(questions, "gte: 4", "a? b?") == .unmatched(value: 2))
        #expect(try read(questions, "lte: 1", "none").value == 0)
        #expect(try read(questions, "lte: 1", "none").isMatched)
    }

    @Test func withoutPredicateAnythingAboveZeroMatches() throws {
        #expect(try read(questions, nil, "a? b?") == .matched(value: 2))
        #expect(try read(questions, nil, "a") == .unmatched(value: 0))
    }

    @Test func densityIsOccurrencesPerUnit() throws {
        let feature = "type: density, source: { type: keyword_set, keywords: [under, at most, within] }"
        let filler = Array(repeating: "word", count: 26).joined(separator: " ")
        let reading = try read(feature, "gt: 0.08", "under at most within " + filler)
        #expect(reading.isMatched && reading.value == 0.1)
        #expect(abs(reading.confidence - 1 / (1 + exp(-4 * 0.02))) < 1e-12)
        #expect(try read(feature, "gt: 0.08", "") == .unmatched(value: 0))
    }

    @Test func lowDensityMatches() throws {
        let reading = try read(
            "type: density, source: { type: regex, pattern: '[?？]' }", "lt: 0.05", "no question at all")
        #expect(reading.isMatched && reading.value == 0)
        #expect(abs(reading.confidence - 1 / (1 + exp(-4 * 0.05))) < 1e-12)
    }

    @Test func keywordsAreWordsUnlessCJK() throws {
        let feature = "type: count, source: { type: keyword_set, keywords: [table, 至少] }"
        #expect(try read(feature, nil, "tables").value == 0)
        #expect(try read(feature, nil, "table, Table 我至少要").value == 3)
        let sensitive = "type: count, source: { type: keyword_set, case_sensitive: true, keywords: [JSON] }"
        #expect(try read(sensitive, nil, "json JSON").value == 1)
    }

    @Test func existsAsksForAPattern() throws {
        let feature = "type: exists, source: { type: regex, pattern: '(?m)^\\s*\\d+\\.\\s+' }"
        #expect(try read(feature, nil, "steps:\n 1. one\n 2. two") == .matched(value: 1))
        #expect(try read(feature, nil, "version 1.5") == .unmatched(value: 0))
    }

    @Test func sequencesAreWholeWordsInOrder() throws {
        let feature = "type: sequence, source: { type: sequence, sequences: [[first, then], [首先, 然后]] }"
        #expect(try read(feature, nil, "First this, then that") == .matched(value: 1))
        #expect(try read(feature, nil, "首先这样，然后那样").isMatched)
        #expect(try read(feature, nil, "then this, first that") == .unmatched(value: 0))
        #expect(try read(feature, nil, "first strengthen it") == .unmatched(value: 0))
        #expect(try read("type: exists, source: { type: sequence, sequences: [[a, b]] }", nil, "a b").isMatched)
    }

    @Test func textBytesAreThoseOfTheCurrentTurn() throws {
        let made = try engine(
            signals: """
                    structure:
                      - { name: s, feature: { type: count, source: { type: text_bytes } }, predicate: { gte: 6 } }
                """)
        let conversation = Conversation(
            model: "auto",
            turns: [
                Turn(role: .system, text: "a long system message", sourceIndex: 0),
                Turn(role: .user, text: "äöü", sourceIndex: 1),
            ])
        let reading = try made.read("structure", "s", EvidenceRequest(conversation: conversation))
        #expect(reading == .matched(confidence: 0.5, value: 6))
        #expect(try made.read("structure", "s", "short") == .unmatched(value: 5))
    }

    @Test func countingIsBounded() throws {
        #expect(try read(questions, nil, String(repeating: "?", count: 20_000)).value == 10_000)
    }
}
