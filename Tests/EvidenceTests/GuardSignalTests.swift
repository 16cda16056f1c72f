import Policy
import Routing
import Synchronization
import Testing
import Wire

@testable import Evidence

/// Attacks on the prompt. Spec signals-decisions §4.9.
@Suite struct GuardSignalTests {
    /// A classifier of risks by text, which is also the embedder; texts without a vector cannot be read.
    static func reader(
        risks: [String: Double] = [:], vectors: [String: [Float]] = [:], labels: [String] = ["benign", "jailbreak"],
        problems: [String: UnknownReason] = [:], windows: [String: [[Float]]] = [:]
    ) -> ScriptedReader {
        ScriptedReader(vectors: vectors, labels: [.jailbreak: labels]) { need in
            guard case .text(let text) = need.source else { return TextFindings(problem: .failed) }
            if let problem = problems[text] { return TextFindings(problem: problem) }
            let risk = risks[text] ?? 0.01
            var found = TextFindings.judged(.jailbreak, [1 - risk, risk], coverage: 0.5)
            found.embedding = vectors[text] ?? [0, 0]
            found.windowEmbeddings = windows[text] ?? []
            return found
        }
    }

    static func made(
        _ settings: String, _ reader: ScriptedReader, guarding: String = "", isPresent: Bool = true
    ) throws -> EvidenceEngine {
        try learned(
            "    jailbreak: [{ name: j\(settings.isEmpty ? "" : ", ")\(settings) }]",
            ScriptedModels(embedding: reader, classifiers: isPresent ? [.jailbreak: reader] : [:]),
            modules: "{ prompt_guard: { \(guarding) } }")
    }

    static let history = EvidenceRequest.turns(
        (.system, "system"), (.user, "before"), (.assistant, "answer"), (.user, "ask"))
    static let agent = EvidenceRequest.turns(
        (.tool, "old result"), (.assistant, "answer"), (.user, "ask"), (.assistant, ""), (.tool, "result"),
        (.tool, "other result"))

    // MARK: classifier

    @Test(arguments: [
        (0.69, "", "", false), (0.7, "", "", true), (0.7, "", "threshold: 0.9", false),
        (0.95, "", "threshold: 0.9", true),
        (0.81, "threshold: 0.8", "", true), (0.79, "threshold: 0.8", "", false), (0.69, "threshold: 0", "", false),
    ])
    func theRiskMustReachTheThreshold(
        _ row: (risk: Double, signal: String, module: String, isMatch: Bool)
    ) async throws {
        let made = try Self.made(row.signal, Self.reader(risks: ["ask": row.risk]), guarding: row.module)
        let reading = await made.ask("jailbreak:j", "ask")
        #expect(reading?.isMatched == row.isMatch && isNear(reading?.value, row.risk) && reading?.coverage == 0.5)
        if row.isMatch { #expect(isNear(reading?.confidence, row.risk)) }
        #expect(made.catalog.entries.allSatisfy { $0.isSafety })
    }

    @Test func theRiskiestTextCounts() async throws {
        let reader = Self.reader(risks: ["ask": 0.12, "result": 0.93])
        let reading = await (try Self.made("threshold: 0.8", reader)).ask("jailbreak:j", Self.agent)
        #expect(reading?.isMatched == true && isNear(reading?.confidence, 0.93))
        #expect(
            reader.sources == [.text("ask"), .text("result"), .text("other result")], "old results were read before")
    }

    @Test func historyIsReadOnRequest() async throws {
        for (settings, isMatch) in [("", false), ("include_history: true", true)] {
            for text in ["system", "before", "answer"] {
                let made = try Self.made(settings, Self.reader(risks: [text: 0.9]))
                #expect(await made.ask("jailbreak:j", Self.history)?.isMatched == isMatch, "\(text) \(settings)")
            }
        }
        let reader = Self.reader()
        _ = await (try Self.made("include_history: true", reader)).readAll(
            .turns((.user, "ask"), (.assistant, "answer"), (.user, "ask")))
        #expect(reader.sources == [.text("ask"), .text("answer")], "each text once")
    }

    @Test func riskIsTheSumOfPositiveLabels() async throws {
        let labels = ["benign", "jailbreak", "injection"]
        let reader = ScriptedReader(labels: [.jailbreak: labels]) { _ in .judged(.jailbreak, [0.15, 0.4, 0.45]) }
        for (positive, isMatch) in [("[jailbreak, injection]", true), ("[injection]", false), ("[]", false)] {
            let made = try Self.made("threshold: 0.8", reader, guarding: "positive_labels: \(positive)")
            #expect(await made.ask("jailbreak:j", "ask")?.isMatched == isMatch, "\(positive)")
        }
    }

    @Test(arguments: [
        (["benign", "jailbreak"], "[jailbraek]", "jailbreak"), (["SAFE", "INJECTION"], "[]", nil),
        ([], "[jailbreak]", nil),
    ])
    func aGuardWithoutALabelForAttacksIsAnError(
        _ row: (labels: [String], positive: String, suggestion: String?)
    ) throws {
        for (settings, isError) in [("", true), ("method: hybrid", true), ("method: contrastive", false)] {
            func make() throws {
                _ = try Self.made(
                    settings, Self.reader(labels: row.labels), guarding: "positive_labels: \(row.positive)")
            }
            guard isError else {
                try make()
                continue
            }
            let error = try #require(throws: EvidenceError.self, performing: make)
            #expect(error.diagnostics.map(\.code) == [.danglingReference])
            #expect(error.diagnostics.first?.message.contains("prompt_guard.positive_labels") == true)
            #expect(error.diagnostics.first?.suggestion == row.suggestion)
        }
    }

    @Test(arguments: [UnknownReason.timeout, .overloaded, .failed, .unreadable])
    func aFailureIsUnknownOrAMatchAsThePolicySays(_ problem: UnknownReason) async throws {
        let reader = Self.reader(problems: ["ask": problem])
        #expect(await (try Self.made("", reader)).ask("jailbreak:j", "ask") == .unknown(problem))
        let allowed = try Self.made("", reader, guarding: "on_error: allow")
        #expect(await allowed.ask("jailbreak:j", "ask") == .unknown(problem))
        let blocked = await (try Self.made("", reader, guarding: "on_error: block")).ask("jailbreak:j", "ask")
        if problem == .unreadable {
            #expect(blocked == .unknown(.unreadable), "other languages are not attacks")
        } else {
            #expect(blocked?.isMatched == true && blocked?.details == ["classification_error"])
        }
    }

    @Test func anAttackInOneTextOutweighsAFailureInAnother() async throws {
        let reader = Self.reader(risks: ["result": 0.9], problems: ["ask": .timeout])
        let reading = await (try Self.made("", reader, guarding: "on_error: block")).ask("jailbreak:j", Self.agent)
        #expect(reading?.isMatched == true && isNear(reading?.confidence, 0.9) && reading?.details == [])
        let harmless = Self.reader(problems: ["result": .timeout])
        #expect(
            await (try Self.made("", harmless)).ask("jailbreak:j", Self.agent) == .unknown(.timeout),
            "no all-clear while a text was not read")
    }

    @Test func aRemoteGuardIsAskedWhereThePolicySaysSo() async throws {
        let far = ScriptedReader(name: "far", cost: .remote, labels: [.jailbreak: ["benign", "jailbreak"]]) { _ in
            .judged(.jailbreak, [0.1, 0.9])
        }
        func made(_ reader: ScriptedReader?) throws -> (EvidenceEngine, ScriptedModels) {
            var models = ScriptedModels(classifiers: [.jailbreak: Self.reader()])
            models.remoteGuard = reader
            return (
                try learned(
                    "    jailbreak: [{ name: j }]", models,
                    modules: "{ prompt_guard: { variant: \"\", protocol: http_classify } }",
                    catalog: ModalitySignalTests.external("guardrail")), models
            )
        }
        let (engine, models) = try made(far)
        #expect(await engine.ask("jailbreak:j", "ask")?.isMatched == true)
        #expect(models.log.entries.withLock { $0 } == ["guard judge"])
        #expect(engine.catalog.entries.map(\.cost) == [.remote])
        let (missing, _) = try made(nil)
        #expect(await missing.ask("jailbreak:j", "ask") == .unknown(.modelMissing))
    }

    // MARK: contrastive and hybrid

    static let patterns = "jailbreak_patterns: [attack], benign_patterns: [harmless]"
    static let examples: [String: [Float]] = ["attack": [1, 0], "harmless": [0, 1]]

    static func likeness(_ vector: [Float], _ settings: String = patterns) async throws -> Reading? {
        let reader = reader(vectors: examples.merging(["ask": vector]) { $1 })
        return await (try made("method: contrastive, \(settings)", reader, isPresent: false)).ask("jailbreak:j", "ask")
    }

    @Test(arguments: [
        ([0.78, 0.61], patterns, 0.17, true), ([0.70, 0.66], patterns, 0.04, false),
        ([0.78, 0.61], patterns + ", threshold: 0.2", 0.17, false),
        ([0.70, 0.66], patterns + ", threshold: 0.03", 0.04, true),
        ([0.05, 0.9], "jailbreak_patterns: [attack]", 0.05, false),
        ([0.78, 0.9], "jailbreak_patterns: [attack]", 0.78, true),
        ([0.78, 0.1], "jailbreak_patterns: [strange]", -1, false),
    ])
    func likenessToAttacksMustLead(
        _ row: (vector: [Float], settings: String, lead: Double, isMatch: Bool)
    ) async throws {
        let reading = try await Self.likeness(row.vector, row.settings)
        #expect(reading?.isMatched == row.isMatch && isNear(reading?.value, row.lead))
    }

    @Test func theWindowMostLikeAnAttackCounts() async throws {
        let reader = Self.reader(
            vectors: Self.examples.merging(["ask": [0.4, 0.6]]) { $1 }, windows: ["ask": [[0, 1], [0.8, 0.2]]])
        let reading = await (try Self.made("method: contrastive, \(Self.patterns)", reader)).ask("jailbreak:j", "ask")
        #expect(reading?.isMatched == true && isNear(reading?.value, 0.6))
    }

    @Test(arguments: [
        (0.1, [0.78, 0.61], true), (0.9, [0, 1], true), (0.1, [0.70, 0.66], false), (0.9, [0.78, 0.61], true),
    ])
    func hybridTakesEither(_ row: (risk: Double, vector: [Float], isMatch: Bool)) async throws {
        let reader = Self.reader(risks: ["ask": row.risk], vectors: Self.examples.merging(["ask": row.vector]) { $1 })
        let made = try Self.made("method: hybrid, threshold: 0.8, \(Self.patterns)", reader)
        let reading = await made.ask("jailbreak:j", "ask")
        #expect(reading?.isMatched == row.isMatch)
        #expect(reading?.details.isEmpty == (row.risk == 0.9 || !row.isMatch), "the pattern alone says so")
        let asked = reader.calls.withLock { $0 }
        #expect(asked.count == 1 && asked.first?.first?.tasks.members == [.embedding, .jailbreak])
    }

    @Test func hybridNeedsBothModels() async throws {
        let reader = Self.reader(vectors: Self.examples)
        let without = try Self.made("method: hybrid, \(Self.patterns)", reader, isPresent: false)
        #expect(await without.ask("jailbreak:j", "ask") == .unknown(.modelMissing))
        let unplaced = ScriptedReader(labels: [.jailbreak: ["benign", "jailbreak"]], failsToEmbed: true)
        #expect(
            await (try Self.made("method: contrastive, \(Self.patterns)", unplaced)).ask("jailbreak:j", "ask")
                == .unknown(.modelMissing))
        #expect(without.catalog.entries.allSatisfy { $0.isSafety })
    }

    @Test func switchedOffItIsDisabled() async throws {
        let made = try Self.made("", Self.reader(risks: ["ask": 1]), guarding: "enabled: false")
        #expect(await made.ask("jailbreak:j", "ask") == .unknown(.disabled))
    }
}
