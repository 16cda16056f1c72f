import Policy
import Routing
import Testing

@testable import Evidence

/// The pure parts of learned families, by the specification's worked examples.
@Suite struct LearnedRuleTests {
    static func bank(mean: Bool = false) -> PrototypeBank {
        PrototypeBank([], scoring: PrototypeScoring(), isMean: mean, similarity: .identity)
    }

    @Test func aBankWeighsTheBestAgainstItsSupport() {
        let score = Self.bank().score([0.8, 0.6, 0.2])
        #expect(abs(score.support - 0.7) < 1e-12)
        #expect(abs(score.score - 0.775) < 1e-12)
        #expect(abs(Self.bank(mean: true).score([0.8, 0.6, 0.2]).score - 0.533) < 1e-3)
        #expect(Self.bank().score([0.4]).score == 0.4)
        #expect(Self.bank().score([Double]()).score == 0)
    }

    @Test func likeExamplesBecomeOnePrototype() {
        let examples = [("a", [1, 0]), ("b", [0.995, 0.0999]), ("c", [0, 1]), ("a", [1, 0])].map {
            PrototypeBank.Example(text: $0.0, vector: $0.1.map { Float($0) })
        }
        let made = PrototypeBank(examples, scoring: PrototypeScoring(), similarity: .identity)
        #expect(made.prototypes.map(\.text) == ["a", "c"])
        var off = PrototypeScoring()
        off.isEnabled = false
        #expect(PrototypeBank(examples, scoring: off, similarity: .identity).prototypes.map(\.text) == ["a", "b", "c"])
    }

    @Test func aScaleRisesAndKeepsItsEnds() throws {
        let scale = try #require(SimilarityScale(inputs: [0, 0.5, 1], outputs: [0.2, 0.8, 1]))
        #expect(scale(-1) == 0.2 && scale(0.25) == 0.5 && scale(0.75) == 0.9 && scale(2) == 1)
        #expect(SimilarityScale(inputs: [0, 0], outputs: [0, 1]) == nil)
        #expect(SimilarityScale(inputs: [0, 1], outputs: [1, 0]) == nil)
        #expect(SimilarityScale(inputs: [0, 1], outputs: []) == nil)
        #expect(SimilarityScale.identity(0.3) == 0.3)
    }

    @Test func theLongestStreakOfReasksCounts() {
        func signal(_ lookback: Int) -> ReaskSignal {
            var signal = ReaskSignal()
            signal.lookbackTurns = lookback
            return signal
        }
        let both = ReaskGroup.judge([signal(1), signal(2)], [0.91, 0.84, 0.40], coverage: 1)
        #expect(both.map(\.isMatched) == [false, true])
        #expect(both[1].confidence == 0.84 && both[1].value == 2)
        let one = ReaskGroup.judge([signal(1), signal(2)], [0.91, 0.5], coverage: 1)
        #expect(one.map(\.isMatched) == [true, false])
        #expect(ReaskGroup.judge([signal(1)], [], coverage: 1).map(\.isMatched) == [false])
    }

    @Test(arguments: [(0.21, "hard"), (0.04, "medium"), (-0.22, "easy"), (0.15, "medium")])
    func theLeadSaysTheLevel(_ row: (lead: Double, level: String)) {
        let readings = ComplexityGroup.levels(lead: row.lead, threshold: 0.15, coverage: 1)
        let matched = zip(["easy", "medium", "hard"], readings.dropFirst()).filter { $0.1.isMatched }.map(\.0)
        #expect(matched == [row.level])
        #expect(readings[0].value == row.lead)
        #expect(readings.dropFirst().filter(\.isMatched).allSatisfy { $0.confidence >= 0.5 })
    }

    @Test func aPreferenceMustLead() {
        #expect(PreferenceGroup.winner([0.74, 0.69], thresholds: [0.7, 0.7], margin: 0) == 0)
        #expect(PreferenceGroup.winner([0.74, 0.69], thresholds: [0.7, 0.7], margin: 0.06) == nil)
        #expect(PreferenceGroup.winner([0.6, 0.5], thresholds: [0.7, 0], margin: 0) == nil)
        #expect(PreferenceGroup.winner([nil, -0.1, -0.2], thresholds: [0, 0, 0], margin: 0) == 1)
        #expect(PreferenceGroup.winner([0.05, nil], thresholds: [0, 0], margin: 0.06) == 0)
        #expect(PreferenceGroup.winner([nil], thresholds: [0], margin: 0) == nil)
    }

    @Test func aKnowledgeBaseKnowsLabelsGroupsAndMetrics() {
        var base = KnowledgeBase()
        base.threshold = 0.55
        base.groups = [
            "private": ["prompt_injection", "pii"], "injections": ["prompt_injection"], "public": ["general"],
        ]
        var metric = KnowledgeBaseMetric()
        metric.name = "margin"
        (metric.positiveGroup, metric.negativeGroup) = ("private", "public")
        base.metrics = [metric]
        let verdict = KnowledgeBaseVerdict(
            base, [("prompt_injection", 0.66, 0.7), ("pii", 0.58, 0.55), ("general", 0.52, 0.55)])
        func isMatch(
            _ kind: KnowledgeBaseSignal.Target.Kind, _ value: String, _ match: KnowledgeBaseSignal.Match
        ) -> Bool {
            var signal = KnowledgeBaseSignal()
            signal.target.kind = kind
            signal.target.value = value
            signal.match = match
            return verdict.reading(signal, coverage: 1).isMatched
        }
        #expect(isMatch(.label, "pii", .threshold) && !isMatch(.label, "prompt_injection", .threshold))
        #expect(isMatch(.label, "prompt_injection", .best) && !isMatch(.label, "pii", .best))
        #expect(isMatch(.group, "private", .threshold) && !isMatch(.group, "public", .threshold))
        #expect(isMatch(.group, "injections", .best), "of equal groups the smallest")
        #expect(abs(verdict.metric("margin") - 0.14) < 1e-12)
        #expect(verdict.metric("best_score") == 0.66 && verdict.metric("best_matched_score") == 0.58)
    }

    @Test func wordsAndClassifierSettleTheModality() {
        var settings = ModalityDetectorSettings()
        (settings.confidenceThreshold, settings.lowerThresholdRatio) = (0.6, 0.7)
        func merge(_ learned: Double, _ words: String) -> String {
            ModalityGroup.merge(
                .init(name: "DIFFUSION", confidence: learned), .init(name: words, confidence: 0.8), settings
            ).name
        }
        #expect(merge(0.55, "AR") == "DIFFUSION" && merge(0.4, "AR") == "AR")
        let agreed = ModalityGroup.merge(
            .init(name: "DIFFUSION", confidence: 0.5), .init(name: "DIFFUSION", confidence: 0.8), settings)
        #expect(abs(agreed.confidence - 0.65) < 1e-12)
    }

    @Test func longTextsAreReadEvenlyAndSayHowMuch() {
        let windows = (0..<100).map { $0 * 100..<($0 * 100 + 150) }
        let spread = EncoderText.spread(windows, most: 10)
        #expect(spread.count == 10 && spread.first == windows.first && spread.last == windows.last)
        #expect(EncoderText.coverage(windows, of: 10_050) == 1)
        #expect(abs(EncoderText.coverage(spread, of: 10_050) - 1_500.0 / 10_050) < 1e-9)
        #expect(WindowPooling.pool([[0.9, 0.1], [0.2, 0.8]], weights: [1, 1], takesMaximum: true) == [0.2, 0.8])
        #expect(WindowPooling.pool([[1, 0], [0, 1]], weights: [3, 1], takesMaximum: false) == [0.75, 0.25])
        #expect(WindowPooling.mean([[1, 0], [1, 0]], weights: [1, 1]) == [1, 0])
    }
}
