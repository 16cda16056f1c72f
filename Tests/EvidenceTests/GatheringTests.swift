import Policy
import Routing
import Synchronization
import Testing
import Wire

@testable import Evidence

/// Asking the models of a request, and how often.
@Suite struct GatheringTests {
    final class Arrivals: Sendable {
        let facts = Mutex<[EvidenceFacts]>([])

        var count: Int { facts.withLock { $0.count } }

        /// The facts, once there are some.
        func first() async throws -> EvidenceFacts {
            for _ in 0..<2_000 {
                if let first = facts.withLock({ $0.first }) { return first }
                try await Task.sleep(for: .milliseconds(5))
            }
            throw CancellationError()
        }
    }

    static func needs(_ texts: [(reader: Int, text: String)]) -> EvidenceNeeds {
        var needs = EvidenceNeeds()
        for (reader, text) in texts { needs.add(.text(text), .embedding, to: reader) }
        return needs
    }

    static func start(
        _ needs: EvidenceNeeds, _ readers: [ScriptedReader]
    ) -> (ticket: EvidenceGathering, arrivals: Arrivals) {
        let arrivals = Arrivals()
        let ticket = EvidenceGathering.start(needs, readers, deadline: .now + .seconds(20)) { facts in
            arrivals.facts.withLock { $0.append(facts) }
        }
        return (ticket, arrivals)
    }

    // MARK: gathering

    @Test func allReadersAnswerTogether() async throws {
        let slow = ScriptedReader(name: "slow", vectors: ["x": [1]], isHeld: true)
        let quick = ScriptedReader(name: "quick", vectors: ["x": [2], "y": [3]])
        let (_, arrivals) = Self.start(Self.needs([(0, "x"), (1, "x"), (1, "y")]), [slow, quick])
        #expect(arrivals.count == 0, "one has not answered")
        slow.release()
        #expect(quick.calls.withLock { $0.count } == 1 && slow.calls.withLock { $0.count } == 1)
        let facts = try await arrivals.first()
        #expect(facts.findings[0] == [.text("x"): [.embedding: .placed([1])]])
        #expect(facts.findings[1]?[.text("x")] == [.embedding: .placed([2])])
        #expect(facts.findings[1]?[.text("y")] == [.embedding: .placed([3])])
        #expect(facts.nanoseconds.map(\.reader) == ["quick", "slow"], "in the order of the answers")
        #expect(facts.nanoseconds.allSatisfy { $0.nanoseconds > 0 })
        #expect(arrivals.count == 1)
    }

    @Test func nothingNeededIsDoneAtOnce() async throws {
        let (_, arrivals) = Self.start(EvidenceNeeds(), [])
        try #require(arrivals.count == 1, "else the next line waits for ever")
        let made = try learned("    domains: [{ name: law }]", ScriptedModels())
        let facts = await made.gather(EvidenceNeeds(), deadline: .now)
        #expect(facts.findings.isEmpty)
    }

    @Test func anUnknownReaderAndAShortAnswerFail() async throws {
        let (_, arrivals) = Self.start(Self.needs([(5, "x")]), [])
        #expect(try await arrivals.first().findings[5]?[.text("x")]?[.embedding]?.problem == .failed)
        var facts = EvidenceFacts()
        facts.add([.placed([1])], for: Self.needs([(0, "x"), (0, "y")]).texts[0] ?? [], of: 0)
        #expect(facts.findings[0]?.keys.map { $0 } == [.text("x")], "the rest counts as not asked")
    }

    @Test func cancellingCallsAllReadersOffAndStillCompletesOnce() async throws {
        let readers = (0..<3).map { ScriptedReader(name: "r\($0)", vectors: ["x": [1]], delay: .seconds(15)) }
        let (ticket, arrivals) = Self.start(Self.needs([(0, "x"), (1, "x"), (2, "x")]), readers)
        ticket.cancel()
        ticket.cancel()
        let facts = try await arrivals.first()
        #expect(readers.map { $0.cancellations.withLock { $0 } } == [1, 1, 1])
        #expect(facts.findings.values.allSatisfy { $0[.text("x")]?[.embedding]?.problem == .timeout })
        #expect(arrivals.count == 1)
    }

    @Test func aCancelledTaskCallsTheWorkOff() async throws {
        let reader = ScriptedReader(vectors: ["east": [1, 0], "x": [1, 0]], delay: .seconds(15))
        let made = try learned(
            "    embeddings: [{ name: e, threshold: 0.5, candidates: [east] }]", ScriptedModels(embedding: reader))
        let start = ContinuousClock.now
        let task = Task { await made.ask("embedding:e", "x") }
        while reader.calls.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(2)) }
        task.cancel()
        #expect(await task.value == .unknown(.timeout))
        #expect(reader.cancellations.withLock { $0 } >= 1 && ContinuousClock.now - start < .seconds(10))
    }

    // MARK: rounds

    private static func told(_ task: LearnedTask, _ found: TextFindings) -> EvidenceFacts {
        var facts = EvidenceFacts()
        facts.add([found], for: [TextNeed(.text("x"), LearnedTasks(task))], of: 0)
        return facts
    }

    @Test func aLaterRoundAddsToWhatWasFound() {
        var facts = Self.told(.embedding, .placed([1]))
        facts.merge(Self.told(.domain, .judged(.domain, [0.9, 0.1])))
        let found = facts.findings[0]?[.text("x")]
        #expect(found?[.embedding]?.embedding == [1], "another task's answer does not replace it")
        #expect(found?[.domain]?.probabilities[.domain] == [0.9, 0.1])
    }

    @Test func aRoundFailsAloneAndLeavesAnswersAlone() {
        var facts = Self.told(.embedding, .placed([1]))
        facts.merge(Self.told(.personalData, TextFindings(problem: .timeout)))
        facts.merge(Self.told(.embedding, TextFindings(problem: .overloaded)))
        let found = facts.findings[0]?[.text("x")]
        #expect(found?[.embedding] == .placed([1]) && found?[.personalData]?.problem == .timeout)
        facts.merge(Self.told(.embedding, .placed([2])))
        facts.merge(Self.told(.personalData, .placed([])))
        let later = facts.findings[0]?[.text("x")]
        #expect(later?[.embedding] == .placed([2]) && later?[.personalData] == .placed([]))
    }

    @Test func signalsOfOneTextAreReadInRounds() async throws {
        let reader = ScriptedReader(vectors: ["east": [1, 0]], labels: [.domain: ["law", "other"]]) { need in
            need.tasks.members == [.embedding] ? .placed([1, 0]) : .judged(.domain, [0.9, 0.1])
        }
        let made = try learned(
            "    embeddings: [{ name: e, threshold: 0.5, candidates: [east] }]\n    domains: [{ name: law }]",
            ScriptedModels(embedding: reader, classifiers: [.domain: reader]))
        var session = made.begin(EvidenceRequest("x"))
        let all = Array(made.catalog.entries.indices)
        for index in all { session.supply(await made.gather(session.needs(of: [index]), deadline: .now + .seconds(5))) }
        #expect(reader.calls.withLock { $0.count } == 2)
        #expect(session.read(all).map(\.1.isMatched) == [true, true])
    }

    // MARK: one pass

    static let everything = """
            embeddings: [{ name: e, threshold: 0.5, candidates: [east] }]
            domains: [{ name: law }]
            fact_check: [{ name: needs_fact_check }]
            user_feedbacks: [{ name: satisfied }]
            reasks: [{ name: r }]
            preferences: [{ name: p, description: east }]
            complexity: [{ name: c, threshold: 0.1, hard: { candidates: [east] }, easy: { candidates: [east] } }]
            jailbreak: [{ name: j }, { name: h, method: hybrid, jailbreak_patterns: [east] }]
            pii: [{ name: p }]
            kb: [{ name: b, kb: privacy_kb, target: { kind: group, value: private } }]
            modality: [{ name: AR }]
        """
    static let modules =
        "{ modality_detector: { enabled: true, method: classifier, classifier: { model_path: m },"
        + " confidence_threshold: 0.6 } }"
    static let labels: [LearnedTask: [String]] = [
        .domain: ["law", "other"], .factCheck: LabelSignalTests.factLabels, .userFeedback: ["SAT", "WRONG_ANSWER"],
        .jailbreak: ["benign", "jailbreak"], .modality: ["AR", "DIFFUSION"], .personalData: ["O"],
    ]

    /// All families over one model, with what it answers.
    static func whole(problem: UnknownReason? = nil) throws -> (EvidenceEngine, ScriptedReader) {
        let reader = ScriptedReader(vectors: ["east": [1, 0], "name": [0, 1]], labels: labels) { need in
            if let problem { return TextFindings(problem: problem) }
            var found = TextFindings.placed([1, 0])
            for task in need.tasks.members where labels[task]?.count == 2 { found.probabilities[task] = [0.95, 0.05] }
            return found
        }
        var models = ScriptedModels(embedding: reader)
        models.classifiers = labels.mapValues { _ in reader }
        let manifest = Array(#"{"labels": {"pii": {"exemplars": ["name"]}}}"#.utf8)
        return (try learned(everything, models, modules: modules, file: { _ in manifest }), reader)
    }

    static let conversation = EvidenceRequest.turns((.user, "before"), (.assistant, "answer"), (.user, "now"))

    @Test func eachTextIsReadOnceForAllFamilies() async throws {
        let (made, reader) = try Self.whole()
        let readings = await made.readAll(Self.conversation)
        #expect(readings.values.allSatisfy { $0.unknownReason == nil })
        let calls = reader.calls.withLock { $0 }
        #expect(calls.count == 1)
        let needs = (calls.first ?? []).map { [$0.source: Set($0.tasks.members)] }
        #expect(
            needs == [
                [.text("now"): [.embedding, .domain, .factCheck, .jailbreak, .personalData, .modality]],
                [.exchange(query: "before", answer: "answer", followUp: "now"): [.userFeedback]],
                [.text("before"): [.embedding]],
            ])
    }

    @Test func readingAgainAsksNothingMore() async throws {
        let (made, _) = try Self.whole()
        var reader = made.begin(Self.conversation)
        let all = Array(made.catalog.entries.indices)
        #expect(!reader.needs(of: all).isEmpty)
        let grouped = all.filter { !["jailbreak", "pii"].contains(made.catalog.entries[$0].key.family) }
        #expect(reader.needs(of: grouped).isEmpty)
        #expect(reader.needs(of: [-1, 999]).isEmpty)
    }

    @Test(arguments: UnknownReason.allCases)
    func aFailedModelIsUnknownInEveryFamily(_ problem: UnknownReason) async throws {
        let (made, _) = try Self.whole(problem: problem)
        let readings = await made.readAll(Self.conversation)
        #expect(readings.count == 15)
        #expect(readings.values.allSatisfy { $0 == .unknown(problem) })
    }

    @Test func modelsAreChargedByName() async throws {
        let (made, _) = try Self.whole()
        var reader = made.begin(Self.conversation)
        let all = Array(made.catalog.entries.indices)
        reader.supply(await made.gather(reader.needs(of: all), deadline: .now + .seconds(5)))
        _ = reader.read(all)
        #expect(reader.readerNanoseconds.map(\.reader) == ["scripted"])
        #expect(
            Set(reader.familyNanoseconds.map(\.family)).isSuperset(of: ["embedding", "domain", "jailbreak", "pii"]))
    }

    @Test func guardsReadTheWholeTextWhenOthersReadASummary() async throws {
        let reader = ScriptedReader(labels: Self.labels) { need in
            var found = TextFindings()
            for task in need.tasks.members { found.probabilities[task] = [0.95, 0.05] }
            return found
        }
        let sentences = (0..<60).map { "Sentence number \($0) tells of a different town and its river." }
        let text = sentences.joined(separator: " ")
        let made = try learned(
            "    domains: [{ name: law }]\n    jailbreak: [{ name: j }]\n    pii: [{ name: p }]",
            ScriptedModels(classifiers: Self.labels.mapValues { _ in reader }),
            modules: "{ prompt_compression: { enabled: true, max_tokens: 100, skip_signals: [keyword] } }")
        _ = await made.readAll(EvidenceRequest(text))
        let needs = reader.calls.withLock { $0.flatMap { $0 } }
        #expect(needs.count == 2)
        #expect(needs.first { $0.source == .text(text) }?.tasks.members == [.jailbreak, .personalData])
        #expect(needs.first { $0.source != .text(text) }?.tasks.members == [.domain])
        let shortened = needs.compactMap { need in
            if case .text(let text) = need.source { text.utf8.count } else { nil }
        }
        #expect((shortened.min() ?? .max) < text.utf8.count / 2)
    }

    @Test func differentModelsAreAskedEach() async throws {
        let first = ScriptedReader(name: "first", labels: [.domain: ["law", "other"]]) { _ in
            .judged(.domain, [0.9, 0.1])
        }
        let second = ScriptedReader(name: "second", labels: [.jailbreak: ["benign", "jailbreak"]]) { _ in
            .judged(.jailbreak, [0.1, 0.9])
        }
        let made = try learned(
            "    domains: [{ name: law }]\n    jailbreak: [{ name: j }]",
            ScriptedModels(classifiers: [.domain: first, .jailbreak: second]))
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(readings.values.allSatisfy { $0.isMatched })
        #expect(first.calls.withLock { $0 } == [[TextNeed(.text("x"), LearnedTasks(.domain))]])
        #expect(second.calls.withLock { $0 } == [[TextNeed(.text("x"), LearnedTasks(.jailbreak))]])
    }

    @Test func modelsWithOneNameAreAskedEach() async throws {
        let first = ScriptedReader(identity: "a/model", labels: [.domain: ["law", "other"]]) { _ in
            .judged(.domain, [0.9, 0.1])
        }
        let second = ScriptedReader(identity: "b/model", labels: [.jailbreak: ["benign", "jailbreak"]]) { _ in
            .judged(.jailbreak, [0.1, 0.9])
        }
        let made = try learned(
            "    domains: [{ name: law }]\n    jailbreak: [{ name: j }]",
            ScriptedModels(classifiers: [.domain: first, .jailbreak: second]))
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(readings.count == 2 && readings.values.allSatisfy { $0.isMatched })
        #expect(first.calls.withLock { $0.count } == 1 && second.calls.withLock { $0.count } == 1)
    }
}
