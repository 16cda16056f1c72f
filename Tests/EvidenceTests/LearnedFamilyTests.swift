import Policy
import Routing
import Synchronization
import Testing
import Wire

@testable import Evidence

/// What each learned family makes of a model's findings.
@Suite struct LearnedFamilyTests {
    static func made(_ signals: String, rest: String = "", _ reader: FakeReader) throws -> EvidenceEngine {
        try engine(signals: signals, rest: rest, resources: EvidenceResources(models: FakeModels(reader: reader)))
    }

    // MARK: embedding

    static let shapes: [String: [Float]] = ["east": [1, 0], "north": [0, 1], "ask": [0.8, 0.6]]
    static let compass = """
            embeddings:
              - { name: e, threshold: 0.75, candidates: [east] }
              - { name: n, threshold: 0.7, candidates: [north] }
              - { name: foreign, threshold: 0.1, candidates: [unreadable] }
        """

    @Test func onlyWhatPassesItsThresholdMatches() async throws {
        let readings = await (try Self.made(Self.compass, FakeReader(vectors: Self.shapes))).readAll(
            EvidenceRequest("ask"))
        #expect(readings["embedding:e"]?.isMatched == true)
        #expect(abs((readings["embedding:e"]?.value ?? 0) - 0.8) < 1e-6)
        #expect(readings["embedding:n"]?.outcome == .unmatched)
        #expect(readings["embedding:foreign"]?.outcome == .unmatched)
        #expect(readings["embedding:foreign"]?.coverage == 0)
    }

    @Test func whenNoneDoesTheNearestOverTheFloorMatches() async throws {
        let strict = Self.compass.replacing("0.75", with: "0.95").replacing("0.7,", with: "0.95,")
        let readings = await (try Self.made(strict, FakeReader(vectors: Self.shapes))).readAll(EvidenceRequest("ask"))
        #expect(readings["embedding:e"]?.isMatched == true, "0.8 is over min_score_threshold 0.5")
        #expect(readings["embedding:n"]?.isMatched == false, "0.6 is too, but top_k is 1")
    }

    @Test func aFailedModelIsNeverAMatch() async throws {
        for problem in [UnknownReason.timeout, .unreadable, .overloaded] {
            let readings = await (try Self.made(Self.compass, FakeReader(vectors: Self.shapes, problem: problem)))
                .readAll(EvidenceRequest("ask"))
            #expect(readings["embedding:e"] == .unknown(problem))
        }
    }

    // MARK: labels

    @Test func aSureDomainStandsAloneAndLabelsAddUp() async throws {
        let labels: [LearnedTask: [String]] = [.domain: ["law", "math", "physics", "other"]]
        let signals = """
                domains:
                  - { name: law }
                  - { name: science, mmlu_categories: [math, physics] }
            """
        let sure = FakeReader(labels: labels) { _, _ in [0.97, 0.01, 0.01, 0.01] }
        #expect(await (try Self.made(signals, sure)).readAll(EvidenceRequest("x"))["domain:law"]?.confidence == 0.97)
        let split = FakeReader(labels: labels) { _, _ in [0.4, 0.25, 0.31, 0.04] }
        let readings = await (try Self.made(signals, split)).readAll(EvidenceRequest("x"))
        #expect(readings["domain:law"]?.outcome == .unmatched)
        #expect(abs((readings["domain:science"]?.confidence ?? 0) - 0.56) < 1e-9)
    }

    @Test(arguments: [(0.83, true), (0.58, false), (0.1, false)])
    func factsNeedACheckFromTheThresholdOn(_ row: (probability: Double, needs: Bool)) async throws {
        let reader = FakeReader(labels: [.factCheck: ["NO_FACT_CHECK_NEEDED", "FACT_CHECK_NEEDED"]]) { _, _ in
            [1 - row.probability, row.probability]
        }
        let readings = await
            (try Self.made(
                "    fact_check: [{ name: needs_fact_check }, { name: no_fact_check_needed }]", reader)).readAll(
                EvidenceRequest("x"))
        #expect(readings["fact_check:needs_fact_check"]?.isMatched == row.needs)
        #expect(readings["fact_check:no_fact_check_needed"]?.isMatched == !row.needs)
    }

    @Test func feedbackIsReadWithTheTurnThatItAnswers() async throws {
        let reader = FakeReader(
            labels: [.userFeedback: ["satisfied", "need_clarification", "wrong_answer", "want_different"]]
        ) { _, _ in [0.05, 0.02, 0.91, 0.02] }
        let made = try Self.made("    user_feedbacks: [{ name: wrong_answer }, { name: satisfied }]", reader)
        let first = await made.readAll(EvidenceRequest("No."))
        #expect(first["user_feedback:wrong_answer"]?.outcome == .unmatched, "there is nothing to answer")
        #expect(reader.asked.withLock { $0.isEmpty })
        let conversation = try Conversation.body(
            #"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"A"},{"role":"user","content":"No."}]}"#
        )
        let later = await made.readAll(EvidenceRequest(conversation: conversation))
        #expect(later["user_feedback:wrong_answer"]?.confidence == 0.91)
        #expect(
            reader.asked.withLock { $0.map(\.source) } == [.exchange(query: "Q", answer: "A", followUp: "No.")])
    }

    // MARK: guards

    static func guarding(_ risk: @escaping @Sendable (String) -> Double) -> FakeReader {
        FakeReader(labels: [.jailbreak: ["benign", "jailbreak"]]) { _, source in
            guard case .text(let text) = source else { return [1, 0] }
            return [1 - risk(text), risk(text)]
        }
    }

    @Test func anOmittedThresholdIsTheModules() async throws {
        for (risk, isMatch) in [(0.69, false), (0.71, true)] {
            let made = try Self.made("    jailbreak: [{ name: j }]", Self.guarding { _ in risk })
            #expect(await made.readAll(EvidenceRequest("x"))["jailbreak:j"]?.isMatched == isMatch)
        }
    }

    @Test func whatToolsReturnedIsReadToo() async throws {
        let made = try Self.made(
            "    jailbreak: [{ name: j, threshold: 0.8 }]", Self.guarding { $0 == "poison" ? 0.9 : 0.1 })
        let conversation = try Conversation.body(
            #"{"messages":[{"role":"user","content":"Q"},{"role":"assistant","content":"calling"},{"role":"tool","tool_call_id":"c","content":"poison"}]}"#
        )
        #expect(await made.readAll(EvidenceRequest(conversation: conversation))["jailbreak:j"]?.isMatched == true)
        let old = try Conversation.body(
            #"{"messages":[{"role":"tool","tool_call_id":"c","content":"poison"},{"role":"assistant","content":"A"},{"role":"user","content":"Q"}]}"#
        )
        #expect(await made.readAll(EvidenceRequest(conversation: old))["jailbreak:j"]?.isMatched == false)
    }

    @Test func aFailedGuardBlocksWhereThePolicySaysSo() async throws {
        let reader = FakeReader(labels: [.jailbreak: ["benign", "jailbreak"]], problem: .timeout)
        let signals = "    jailbreak: [{ name: j }]"
        let block = "global:\n  model_catalog:\n    modules:\n      prompt_guard: { on_error: block }\n"
        #expect(
            await (try Self.made(signals, reader)).readAll(EvidenceRequest("x"))["jailbreak:j"] == .unknown(.timeout))
        let blocked = await (try Self.made(signals, rest: block, reader)).readAll(EvidenceRequest("x"))
        #expect(blocked["jailbreak:j"]?.isMatched == true)
    }

    @Test func placesCountOnlyBesideAPerson() async throws {
        func read(_ kinds: [String], _ text: String = "x", allowed: String = "[]") async throws -> Reading? {
            let entities = kinds.map { TextFindings.Entity(kind: $0, range: 0..<1, confidence: 0.95) }
            let reader = FakeReader(labels: [.personalData: ["O"]], entities: entities)
            let made = try Self.made(
                "    pii: [{ name: p, threshold: 0.85, pii_types_allowed: \(allowed) }]", reader)
            return await made.readAll(EvidenceRequest(text))["pii:p"]
        }
        #expect(try await read(["LOCATION", "ORGANIZATION"])?.outcome == .unmatched)
        #expect(try await read(["LOCATION", "PERSON"])?.details == ["LOCATION", "PERSON"])
        #expect(try await read(["PERSON"], allowed: "[PERSON]")?.outcome == .unmatched)
        #expect(try await read([], "4111 1111 1111 1111")?.details == ["CREDIT_CARD"], "by its check digit")
        #expect(try await read([], "4111 1111 1111 1112")?.outcome == .unmatched)
    }

    // MARK: one pass

    @Test func aTextIsReadOnceForAllFamilies() async throws {
        let reader = FakeReader(
            vectors: ["east": [1, 0], "x": [1, 0]],
            labels: [.domain: ["law", "other"], .jailbreak: ["benign", "jailbreak"], .personalData: ["O"]]
        ) { _, _ in [0.5, 0.5] }
        let signals = """
                embeddings: [{ name: e, threshold: 0.5, candidates: [east] }]
                domains: [{ name: law }]
                complexity: [{ name: c, threshold: 0.1, hard: { candidates: [east] }, easy: { candidates: [east] } }]
                jailbreak: [{ name: j }]
                pii: [{ name: p }]
            """
        _ = await (try Self.made(signals, reader)).readAll(EvidenceRequest("x"))
        let asked = reader.asked.withLock { $0 }
        #expect(asked.map(\.source) == [.text("x")])
        #expect(asked.first?.tasks.members == [.embedding, .domain, .jailbreak, .personalData])
    }
}
