import Policy
import Routing
import Synchronization
import Testing

@testable import Evidence

/// Modality, classifiers of one's own, and language models that choose. Spec signals-decisions §4.6, §4.8, §4.12.
@Suite struct ModalitySignalTests {
    static let signals = "    modality: [{ name: AR }, { name: DIFFUSION }, { name: BOTH }]"
    static let words = "keywords: [draw, paint], both_keywords: [explain]"
    static let thresholds = "confidence_threshold: 0.6, lower_threshold_ratio: 0.7"

    static func made(
        _ settings: String, _ probabilities: [Double]? = nil, problem: UnknownReason? = nil
    ) throws -> EvidenceEngine {
        let reader = ScriptedReader(labels: [.modality: ["AR", "DIFFUSION", "BOTH"]]) { _ in
            problem.map { TextFindings(problem: $0) } ?? .judged(.modality, probabilities ?? [], coverage: 0.5)
        }
        let isPresent = probabilities != nil || problem != nil
        return try learned(
            signals, ScriptedModels(classifiers: isPresent ? [.modality: reader] : [:]),
            modules: "{ modality_detector: { enabled: true, classifier: { model_path: m }, \(settings) } }")
    }

    /// The one modality that matches, and how surely.
    static func verdict(_ engine: EvidenceEngine, _ text: String) async -> (name: String, confidence: Double)? {
        let matched = await engine.readAll(EvidenceRequest(text)).filter { $0.value.isMatched }
        guard matched.count == 1, let (key, reading) = matched.first else { return nil }
        return (String(key.dropFirst("modality:".count)), reading.confidence)
    }

    @Test(arguments: [
        ("Tell me a joke.", "AR", 0.8), ("DRAW a cat.", "DIFFUSION", 0.8), ("Redrawing it.", "DIFFUSION", 0.8),
        ("Paint a cat and Explain it.", "BOTH", 0.75), ("Explain cats.", "AR", 0.8), ("", "AR", 1), (" \n", "AR", 1),
    ])
    func wordsTellTheModality(_ row: (text: String, name: String, confidence: Double)) async throws {
        let verdict = await Self.verdict(try Self.made("method: keyword, \(Self.words)"), row.text)
        #expect(verdict?.name == row.name && verdict?.confidence == row.confidence)
    }

    @Test(arguments: [
        ([0.1, 0.7, 0.2], "DIFFUSION", 0.7), ([0.1, 0.3, 0.6], "BOTH", 0.6), ([0.9, 0.05, 0.05], "AR", 0.9),
        ([0.3, 0.55, 0.15], "AR", 0.3), ([0.55, 0.3, 0.15], "AR", 0.55),
    ])
    func anUnsureClassifierSaysText(_ row: (probabilities: [Double], name: String, confidence: Double)) async throws {
        let made = try Self.made("method: classifier, confidence_threshold: 0.6", row.probabilities)
        let verdict = await Self.verdict(made, "Draw a cat.")
        #expect(verdict?.name == row.name && isNear(verdict?.confidence, row.confidence))
    }

    @Test(arguments: [
        ([0.2, 0.7, 0.1], "A cat.", "DIFFUSION", 0.7), ([0.25, 0.55, 0.2], "A cat.", "DIFFUSION", 0.55),
        ([0.3, 0.4, 0.3], "A cat.", "AR", 0.8), ([0.25, 0.5, 0.25], "Draw a cat.", "DIFFUSION", 0.65),
        ([0.3, 0.3, 0.4], "Draw a cat.", "DIFFUSION", 0.8), ([0.3, 0.3, 0.4], "Draw and explain.", "BOTH", 0.575),
    ])
    func hybridMergesBoth(
        _ row: (probabilities: [Double], text: String, name: String, confidence: Double)
    ) async throws {
        let made = try Self.made("method: hybrid, \(Self.words), \(Self.thresholds)", row.probabilities)
        let verdict = await Self.verdict(made, row.text)
        #expect(verdict?.name == row.name && isNear(verdict?.confidence, row.confidence))
    }

    @Test func aFailingClassifierLeavesTheWordsToHybridOnly() async throws {
        let hybrid = try Self.made("method: hybrid, \(Self.words), \(Self.thresholds)", problem: .timeout)
        #expect(await Self.verdict(hybrid, "Draw a cat.")?.name == "DIFFUSION")
        for made in [
            try Self.made("method: classifier, confidence_threshold: 0.6", problem: .timeout),
            try Self.made("method: hybrid, \(Self.thresholds)", problem: .timeout),
        ] {
            let readings = await made.readAll(EvidenceRequest("Draw a cat."))
            #expect(readings.count == 3 && readings.values.allSatisfy { $0 == .unknown(.timeout) })
        }
        let short = try Self.made("method: classifier, confidence_threshold: 0.6", [0.9])
        #expect(await short.ask("modality:AR", "x") == .unknown(.failed))
    }

    @Test func withoutClassifierHybridReadsWords() async throws {
        let hybrid = try Self.made("method: hybrid, \(Self.words), \(Self.thresholds)")
        #expect(await Self.verdict(hybrid, "Paint it.")?.name == "DIFFUSION")
        #expect(hybrid.catalog.entries.allSatisfy { $0.cost == .free })
        let classifier = try Self.made("method: classifier, confidence_threshold: 0.6")
        #expect(await classifier.ask("modality:AR", "x") == .unknown(.modelMissing))
    }

    @Test func theClassifiersCoverageIsTheReadings() async throws {
        let made = try Self.made("method: classifier, confidence_threshold: 0.6", [0.9, 0.05, 0.05])
        #expect(await made.ask("modality:AR", "x")?.coverage == 0.5)
        let byWords = try Self.made("method: keyword, \(Self.words)", [0.9, 0.05, 0.05])
        #expect(await byWords.ask("modality:AR", "x")?.coverage == 1)
    }

    // MARK: classifiers of one's own

    static let own = "    classifiers: [{ name: k, type: local, model_path: models/k, labels: [SAFE, PHISHING] }]"

    static func choosing(_ labels: [String], _ probabilities: [Double], _ cost: CostClass = .encoder) -> ScriptedReader
    {
        ScriptedReader(cost: cost, labels: [.labels: labels]) { _ in .judged(.labels, probabilities) }
    }

    @Test func theLikeliestLabelMatches() async throws {
        let models = ScriptedModels(local: Self.choosing(["PHISHING", "SAFE"], [0.81, 0.19]))
        let readings = await (try learned(Self.own, models)).readAll(EvidenceRequest("x"))
        #expect(readings["classifier:k:PHISHING"] == .matched(confidence: 0.81, value: 0.81))
        #expect(readings["classifier:k:SAFE"] == .unmatched(value: 0.19), "rules test the value of any label")
        #expect(models.log.entries.withLock { $0 } == [#"["SAFE", "PHISHING"] at models/k"#])
    }

    @Test func aClassifierThatFailsIsUnknown() async throws {
        let wrong = ScriptedModels(local: Self.choosing(["SAFE", "PHISHING"], [1]))
        #expect(await (try learned(Self.own, wrong)).ask("classifier:k:PHISHING", "x") == .unknown(.failed))
        let foreign = ScriptedModels(local: Self.choosing(["A", "B"], [1, 0]))
        #expect(await (try learned(Self.own, foreign)).ask("classifier:k:PHISHING", "x")?.outcome == .unmatched)
    }

    static func external(_ role: String) -> String {
        """
            external:
              - name: judge
                model_role: \(role)
                llm_model_name: small
                llm_endpoint: { address: 127.0.0.1, port: 8080 }

        """
    }

    @Test func aLanguageModelChoosesALabel() async throws {
        let models = ScriptedModels(language: Self.choosing(["A", "B"], [0, 1], .remote))
        let made = try learned(
            "    classifiers: [{ name: l, type: llm, model: judge, labels: [A, B], instructions: Choose. }]", models,
            catalog: Self.external("classification"))
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(readings["classifier:l:B"] == .matched(confidence: 1, value: 1))
        #expect(readings["classifier:l:A"] == .unmatched(value: 0))
        #expect(models.log.entries.withLock { $0 } == [#"judge for ["A", "B"]: Choose."#])
        #expect(made.catalog.entries.map(\.cost) == [.remote, .remote])
    }

    @Test func aLanguageModelNamesThePreference() async throws {
        let signals = "    preferences: [{ name: terse, description: Short. }, { name: long, description: Much. }]"
        let remote = "{ classifier: { preference: { use_contrastive: false } } }"
        func made(_ probabilities: [Double]?) throws -> (EvidenceEngine, ScriptedModels) {
            let reader = probabilities.map { Self.choosing(["terse", "long"], $0, .remote) }
            let models = ScriptedModels(preference: reader)
            return (
                try learned(signals, models, modules: remote, catalog: Self.external("preference")), models
            )
        }
        let (chosen, models) = try made([0, 1])
        let readings = await chosen.readAll(EvidenceRequest("x"))
        #expect(readings["preference:long"]?.isMatched == true && readings["preference:terse"]?.isMatched == false)
        #expect(models.log.entries.withLock { $0 } == [#"judge for ["terse=Short.", "long=Much."]"#])
        let (none, _) = try made([0, 0])
        #expect(await none.readAll(EvidenceRequest("x")).values.allSatisfy { $0.outcome == .unmatched })
        let (missing, _) = try made(nil)
        #expect(await missing.ask("preference:long", "x") == .unknown(.modelMissing))
        #expect(missing.catalog.entries.map(\.cost) == [.remote, .remote])
    }
}
