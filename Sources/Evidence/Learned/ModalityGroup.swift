internal import Lexical
internal import Policy
internal import Routing

/// The modality signals of a recipe: whether text, an image or both are wished for, by words, by a classifier, or by
/// both. Spec signals-decisions §4.8.
final class ModalityGroup: SignalGroup {
    /// A modality and how sure it is.
    struct Verdict: Sendable, Hashable {
        var name: String
        var confidence: Double
    }

    private static let names = ["AR", "DIFFUSION", "BOTH"]

    private let names: [String]
    private let settings: ModalityDetectorSettings
    private let classifier: LabelledText?
    private let keywords: LiteralSet
    private let bothKeywords: LiteralSet

    init(_ names: [String], _ settings: ModalityDetectorSettings, _ classifier: LabelledText?) {
        self.names = names
        self.settings = settings
        self.classifier = classifier
        func literals(_ words: [String]) -> LiteralSet {
            LiteralSet(words.map { LiteralSet.Literal($0, caseSensitive: false, boundaries: false) })
        }
        keywords = literals(settings.keywords)
        bothKeywords = literals(settings.bothKeywords)
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        guard let classifier else { return }
        needs.add(.text(scan.learnedText(ModalitySignals.family.type)), .modality, to: classifier.reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let text = scan.learnedText(ModalitySignals.family.type)
        guard text.contains(where: { !$0.isWhitespace }) else { return readings(Verdict(name: "AR", confidence: 1), 1) }
        guard let classifier else { return readings(byWords(text), 1) }
        let (probabilities, coverage, problem) = classifier.probabilities(scan, .text(text))
        if let problem {
            // The words still say something where the policy asks for both.
            return settings.method == .hybrid && !settings.keywords.isEmpty
                ? readings(byWords(text), 1) : unknownReadings(names.count, problem)
        }
        guard let best = probabilities.indices.max(by: { probabilities[$0] < probabilities[$1] }) else {
            return unknownReadings(names.count, .failed)
        }
        let learned = Verdict(name: classifier.labels[best], confidence: probabilities[best])
        guard settings.method == .hybrid else {
            if learned.confidence >= settings.confidenceThreshold { return readings(learned, coverage) }
            // An unsure classifier says what most requests want, as surely as it says that.
            let text = classifier.labels.firstIndex(of: "AR").map { probabilities[$0] } ?? 0
            return readings(Verdict(name: "AR", confidence: text), coverage)
        }
        return readings(Self.merge(learned, byWords(text), settings), coverage)
    }

    /// What words and a classifier come to together.
    static func merge(_ learned: Verdict, _ words: Verdict, _ settings: ModalityDetectorSettings) -> Verdict {
        if learned.confidence >= settings.confidenceThreshold { return learned }
        if learned.name == words.name {
            return Verdict(name: words.name, confidence: (learned.confidence + words.confidence) / 2)
        }
        return learned.confidence >= settings.confidenceThreshold * settings.lowerThresholdRatio ? learned : words
    }

    private func byWords(_ text: String) -> Verdict {
        guard !settings.keywords.isEmpty else { return Verdict(name: "AR", confidence: 0.5) }
        guard Self.occurs(keywords, in: text) else { return Verdict(name: "AR", confidence: 0.8) }
        return Self.occurs(bothKeywords, in: text)
            ? Verdict(name: "BOTH", confidence: 0.75) : Verdict(name: "DIFFUSION", confidence: 0.8)
    }

    private static func occurs(_ set: LiteralSet, in text: String) -> Bool {
        var matches = MatchSet(capacity: set.count)
        set.matches(in: text, into: &matches)
        return !matches.isEmpty
    }

    private func readings(_ verdict: Verdict, _ coverage: Double) -> [Reading] {
        names.map { name in
            name == verdict.name
                ? .matched(confidence: verdict.confidence, value: verdict.confidence, coverage: coverage)
                : .unmatched(coverage: coverage)
        }
    }
}
