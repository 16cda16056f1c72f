import Policy
import Routing
import Synchronization
import Testing
import Wire

@testable import Evidence

/// Signals that name labels of a classifier. Spec signals-decisions §4.2 to §4.4.
@Suite struct LabelSignalTests {
    /// A machine with a classifier that always says the same.
    static func models(
        _ task: LearnedTask, _ labels: [String], _ probabilities: [Double], problem: UnknownReason? = nil,
        coverage: Double = 1
    ) -> ScriptedModels {
        let reader = ScriptedReader(labels: [task: labels]) { _ in
            problem.map { TextFindings(problem: $0) } ?? .judged(task, probabilities, coverage: coverage)
        }
        return ScriptedModels(classifiers: [task: reader])
    }

    static func matched(_ readings: [String: Reading]) -> [String: Double] {
        readings.filter { $0.value.isMatched }.mapValues(\.confidence)
    }

    // MARK: domain

    static let subjects = "    domains: [{ name: law }, { name: math }, { name: computer science }, { name: weather }]"

    /// Probabilities of the labels that are named, and the rest in equal shares.
    static func spread(_ named: [String: Double]) -> [Double] {
        let rest = (1 - named.values.reduce(0, +)) / Double(DomainSignal.labels.count - named.count)
        return DomainSignal.labels.map { named[$0] ?? rest }
    }

    @Test(arguments: [
        (["law": 0.95], "0.5", ["domain:law": 0.95]), (["law": 0.95], "0.003", ["domain:law": 0.95]),
        (["law": 0.55, "math": 0.40], "0.35", ["domain:law": 0.55]),
        (["law": 0.40, "math": 0.38], "0.35", ["domain:law": 0.40, "domain:math": 0.38]),
        (["law": 0.40, "math": 0.38], "0.39", ["domain:law": 0.40]), (["law": 0.40, "math": 0.38], "0.5", [:]),
        (["computer science": 0.9], "0.5", ["domain:computer science": 0.9]),
    ])
    func oneSureDomainStandsAlone(
        _ row: (named: [String: Double], threshold: String, matched: [String: Double])
    ) async throws {
        let made = try learned(
            Self.subjects, Self.models(.domain, DomainSignal.labels, Self.spread(row.named)),
            modules: "{ classifier: { domain: { threshold: \(row.threshold) } } }")
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(Self.matched(readings) == row.matched)
        #expect(isNear(readings["domain:law"]?.value, row.named["law"] ?? 0.1 / 13))
        #expect(readings["domain:weather"]?.value == 0, "no label stands for it")
    }

    @Test(arguments: [
        (["history": 0.9, "law": 0.06], "0.05", [:]), (["history": 0.9, "law": 0.06], "0.003", [:]),
        (["law": 0.9, "history": 0.06], "0.05", ["domain:law": 0.9]),
        (["history": 0.40, "law": 0.38], "0.35", ["domain:law": 0.38]),
    ])
    func aSureDomainThatNobodyDeclaresIsNoOther(
        _ row: (named: [String: Double], threshold: String, matched: [String: Double])
    ) async throws {
        let made = try learned(
            Self.subjects, Self.models(.domain, DomainSignal.labels, Self.spread(row.named)),
            modules: "{ classifier: { domain: { threshold: \(row.threshold) } } }")
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(Self.matched(readings) == row.matched)
        #expect(isNear(readings["domain:law"]?.value, row.named["law"] ?? 0), "the value stays")
    }

    @Test func entropyIsAShareOfItsGreatest() {
        #expect(isNear(DomainGroup.entropy(Self.spread(["law": 0.95])), 0.124, within: 1e-3))
        #expect(isNear(DomainGroup.entropy(Self.spread(["law": 0.55, "math": 0.40])), 0.37, within: 1e-2))
        #expect(isNear(DomainGroup.entropy([0.25, 0.25, 0.25, 0.25]), 1) && DomainGroup.entropy([1, 0]) == 0)
        #expect(DomainGroup.entropy([1]) == 0 && DomainGroup.entropy([]) == 0)
    }

    @Test func labelsOfADomainAddUp() async throws {
        let made = try learned(
            "    domains: [{ name: hard, mmlu_categories: [math, physics, computer science] }, { name: law }]",
            Self.models(
                .domain, DomainSignal.labels,
                Self.spread(["math": 0.25, "physics": 0.2, "computer science": 0.15, "law": 0.3])))
        let readings = await made.readAll(EvidenceRequest("x"))
        #expect(isNear(readings["domain:hard"]?.confidence, 0.6) && readings["domain:law"]?.isMatched == false)
    }

    @Test func theModelIsTheOneThatThePolicyNames() throws {
        let models = Self.models(.domain, DomainSignal.labels, [])
        _ = try learned(Self.subjects, models)
        _ = try learned(Self.subjects, models, modules: "{ classifier: { domain: { model_id: models/mine } } }")
        #expect(
            models.log.entries.withLock { $0 } == [
                "domain at models/mmbert32k-intent-classifier-merged", "domain at models/mine",
            ])
    }

    @Test func whatTheClassifierCannotSayIsUnknown() async throws {
        for (models, reading) in [
            (Self.models(.domain, DomainSignal.labels, [], problem: .overloaded), Reading.unknown(.overloaded)),
            (Self.models(.domain, DomainSignal.labels, [0.9, 0.1]), .unknown(.failed)),
            (ScriptedModels(), .unknown(.modelMissing)),
        ] {
            #expect(await (try learned(Self.subjects, models)).ask("domain:law", "x") == reading)
        }
        let off = "{ classifier: { domain: { enabled: false } } }"
        let models = Self.models(.domain, DomainSignal.labels, Self.spread(["law": 1]))
        #expect(await (try learned(Self.subjects, models, modules: off)).ask("domain:law", "x") == .unknown(.disabled))
    }

    @Test func coverageIsTheTexts() async throws {
        let models = Self.models(.domain, DomainSignal.labels, Self.spread(["law": 0.9]), coverage: 0.3)
        let readings = await (try learned(Self.subjects, models)).readAll(EvidenceRequest("x"))
        #expect(readings.values.map(\.coverage) == [0.3, 0.3, 0.3, 0.3])
    }

    // MARK: fact_check

    static let facts = "    fact_check: [{ name: needs_fact_check }, { name: no_fact_check_needed }]"
    static let factLabels = ["NO_FACT_CHECK_NEEDED", "FACT_CHECK_NEEDED"]

    @Test(arguments: [
        (0.83, "", "needs_fact_check", 0.83), (0.60, "", "needs_fact_check", 0.6),
        (0.58, "", "no_fact_check_needed", 0.42), (0.1, "", "no_fact_check_needed", 0.9),
        (0.83, "threshold: 0.9", "no_fact_check_needed", 0.17), (0.65, "threshold: 0", "no_fact_check_needed", 0.35),
    ])
    func belowTheThresholdNoCheckIsNeeded(
        _ row: (need: Double, settings: String, name: String, confidence: Double)
    ) async throws {
        let made = try learned(
            Self.facts, Self.models(.factCheck, Self.factLabels, [1 - row.need, row.need]),
            modules: "{ hallucination_mitigation: { fact_check: { \(row.settings) } } }")
        let matched = Self.matched(await made.readAll(EvidenceRequest("x")))
        #expect(Array(matched.keys) == ["fact_check:" + row.name])
        #expect(isNear(matched["fact_check:" + row.name], row.confidence))
    }

    @Test func theLabelIsFoundByItsName() async throws {
        let swapped = Self.models(.factCheck, Self.factLabels.reversed(), [0.8, 0.2])
        #expect(await (try learned(Self.facts, swapped)).ask("fact_check:needs_fact_check", "x")?.isMatched == true)
        let three = Self.models(.factCheck, Self.factLabels + ["MAYBE"], [0.1, 0.8, 0.1])
        #expect(
            await (try learned(Self.facts, three)).ask("fact_check:needs_fact_check", "x") == .unknown(.modelMissing))
        let failing = Self.models(.factCheck, Self.factLabels, [], problem: .timeout)
        let readings = await (try learned(Self.facts, failing)).readAll(EvidenceRequest("x"))
        #expect(readings.values.allSatisfy { $0 == .unknown(.timeout) }, "neither answer is a guess")
    }

    @Test(arguments: [0.05, 0.95])
    func otherNamesNeverMatch(_ need: Double) async throws {
        let made = try learned(
            "    fact_check: [{ name: check_it }]", Self.models(.factCheck, Self.factLabels, [1 - need, need]))
        #expect(await made.ask("fact_check:check_it", "x")?.outcome == .unmatched)
    }

    // MARK: user_feedback

    static let feedback = """
            user_feedbacks:
              [{ name: satisfied }, { name: need_clarification }, { name: wrong_answer }, { name: want_different }]
        """
    static let feedbackLabels = ["SAT", "NEED_CLARIFICATION", "WRONG_ANSWER", "WANT_DIFFERENT"]
    static let followUp = EvidenceRequest.turns((.user, "Q"), (.assistant, "A"), (.user, "No."))

    @Test(arguments: [
        ([0.03, 0.03, 0.91, 0.03], "", ["user_feedback:wrong_answer": 0.91]),
        ([0.25, 0.1, 0.1, 0.55], "", [:]), ([0.2, 0.05, 0.05, 0.7], "", ["user_feedback:want_different": 0.7]),
        ([0.25, 0.1, 0.1, 0.55], "threshold: 0", ["user_feedback:want_different": 0.55]),
        ([0.8, 0.1, 0.05, 0.05], "", ["user_feedback:satisfied": 0.8]),
        ([0.45, 0.55, 0, 0], "threshold: 0.4", ["user_feedback:need_clarification": 0.55]),
    ])
    func onlyTheLikeliestFeedbackOverTheThresholdMatches(
        _ row: (probabilities: [Double], settings: String, matched: [String: Double])
    ) async throws {
        let made = try learned(
            Self.feedback, Self.models(.userFeedback, Self.feedbackLabels, row.probabilities),
            modules: "{ feedback_detector: { \(row.settings) } }")
        #expect(Self.matched(await made.readAll(Self.followUp)) == row.matched)
    }

    @Test(arguments: [
        ("first", EvidenceRequest("No.")), ("told", .turns((.system, "S"), (.user, "Q"), (.user, "No."))),
        ("silent", .turns((.user, "Q"), (.assistant, ""), (.user, "No."))),
        ("answered", .turns((.user, "Q"), (.assistant, "A"))),
    ])
    func withoutAnAnswerThereIsNoFeedback(_ row: (name: String, request: EvidenceRequest)) async throws {
        let models = Self.models(.userFeedback, Self.feedbackLabels, [0, 0, 1, 0])
        let readings = await (try learned(Self.feedback, models)).readAll(row.request)
        #expect(readings.values.allSatisfy { $0.outcome == .unmatched }, "\(row.name)")
        #expect(models.classifiers[.userFeedback]?.sources == [], "\(row.name)")
    }

    @Test func theLastAnswerAndItsQuestionAreRead() async throws {
        let models = Self.models(.userFeedback, Self.feedbackLabels, [0, 0, 1, 0])
        let made = try learned(Self.feedback, models)
        _ = await made.readAll(
            .turns(
                (.system, "S"), (.user, "old"), (.assistant, "older"), (.user, "Q"), (.assistant, "A"), (.user, "No.")))
        _ = await made.readAll(.turns((.assistant, "Welcome."), (.user, "No.")))
        #expect(
            models.classifiers[.userFeedback]?.sources == [
                .exchange(query: "Q", answer: "A", followUp: "No."),
                .exchange(query: "", answer: "Welcome.", followUp: "No."),
            ])
    }

    @Test func unreadFeedbackIsUnknown() async throws {
        let failing = Self.models(.userFeedback, Self.feedbackLabels, [], problem: .unreadable)
        let readings = await (try learned(Self.feedback, failing)).readAll(Self.followUp)
        #expect(readings.count == 4 && readings.values.allSatisfy { $0 == .unknown(.unreadable) })
        let off = try learned(Self.feedback, failing, modules: "{ feedback_detector: { enabled: false } }")
        #expect(await off.ask("user_feedback:satisfied", Self.followUp) == .unknown(.disabled))
    }
}
