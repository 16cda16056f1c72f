internal import Policy
internal import Routing

/// The signals and metrics of one knowledge base. Spec signals-decisions §4.11.
///
/// Unlike there, of groups with equal scores the smallest is the best, since a group that contains another can never
/// score less.
final class KnowledgeBaseGroup: SignalGroup {
    private let base: KnowledgeBase
    private let labels: [(name: String, bank: PrototypeBank, threshold: Double)]
    private let signals: [KnowledgeBaseSignal]
    private let metrics: [String]
    private let reader: Int
    private let similarity: SimilarityScale

    /// Nil when the model cannot place the examples.
    init?(
        _ base: KnowledgeBase, _ manifest: KnowledgeBaseManifest, signals: [KnowledgeBaseSignal], metrics: [String],
        _ model: any TextReader, _ builder: inout EvidenceBuilder
    ) {
        guard let examples = builder.examples(manifest.labels.flatMap(\.examples), model) else { return nil }
        let vectors = Dictionary(examples.map { ($0.text, $0.vector) }, uniquingKeysWith: { first, _ in first })
        labels = manifest.labels.map { label in
            let own = label.examples.compactMap { text in
                vectors[text].map { PrototypeBank.Example(text: text, vector: $0) }
            }
            let bank = PrototypeBank(own, scoring: base.prototypeScoring, similarity: model.similarity)
            return (label.name, bank, base.labelThresholds[label.name] ?? base.threshold)
        }
        self.base = base
        self.signals = signals
        self.metrics = metrics
        reader = builder.reader(model)
        similarity = model.similarity
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(KnowledgeBaseSignals.family.type)), .embedding, to: reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let count = signals.count + metrics.count
        let source = TextSource.text(scan.learnedText(KnowledgeBaseSignals.family.type))
        guard let found = scan.findings(reader, source, .embedding) else {
            return unknownReadings(count, .failed)
        }
        if let problem = found.problem { return unknownReadings(count, problem) }
        let verdict = KnowledgeBaseVerdict(
            base,
            labels.map { label in
                let score = label.bank.isEmpty ? nil : label.bank.score(found.embedding, similarity).score
                return (label.name, score, label.threshold)
            })
        return signals.map { verdict.reading($0, coverage: found.coverage) }
            + metrics.map { name in
                let value = verdict.metric(name)
                return .matched(confidence: min(max(value, 0), 1), value: value, coverage: found.coverage)
            }
    }
}

/// How like a text is to each label and group of a knowledge base.
struct KnowledgeBaseVerdict: Sendable {
    private let base: KnowledgeBase
    private let scores: [String: Double]
    private let matched: Set<String>
    private let bestLabel: String?
    private let groupScores: [String: Double]
    private let bestGroup: String?
    /// Labels without an example that the model can read.
    private let unreadable: Set<String>

    /// The score of a label is nil when the model can read none of its examples; such a label takes no part.
    init(_ base: KnowledgeBase, _ known: [(name: String, score: Double?, threshold: Double)]) {
        self.base = base
        let labels = known.compactMap { label in
            label.score.map { (name: label.name, score: $0, threshold: label.threshold) }
        }
        let scores = Dictionary(labels.map { ($0.name, $0.score) }, uniquingKeysWith: { first, _ in first })
        self.scores = scores
        unreadable = Set(known.filter { $0.score == nil }.map(\.name))
        matched = Set(labels.filter { $0.score >= $0.threshold }.map(\.name))
        bestLabel =
            labels.min { left, right in
                left.score == right.score ? left.name < right.name : left.score > right.score
            }?.name
        let groupScores = base.groups.compactMapValues { members in
            members.compactMap { scores[$0] }.max().map { max(0, $0) }
        }
        self.groupScores = groupScores
        bestGroup = groupScores.keys.min { left, right in
            let (first, second) = (groupScores[left] ?? 0, groupScores[right] ?? 0)
            if first != second { return first > second }
            let (small, large) = (base.groups[left]?.count ?? 0, base.groups[right]?.count ?? 0)
            return small == large ? left < right : small < large
        }
    }

    func reading(_ signal: KnowledgeBaseSignal, coverage: Double) -> Reading {
        let name = signal.target.value
        let score: Double?
        let isMatch: Bool
        switch (signal.target.kind, signal.match) {
        case (.label, .best): (score, isMatch) = (scores[name], name == bestLabel)
        case (.label, .threshold): (score, isMatch) = (scores[name], matched.contains(name))
        case (.group, .best): (score, isMatch) = (groupScores[name], name == bestGroup)
        case (.group, .threshold):
            (score, isMatch) = (groupScores[name], !matched.isDisjoint(with: base.groups[name] ?? []))
        }
        guard let score else {
            let labels = signal.target.kind == .label ? [name] : base.groups[name] ?? []
            return unreadable.isDisjoint(with: labels) ? .unmatched(coverage: coverage) : .unreadableExamples
        }
        return isMatch
            ? .matched(confidence: min(max(score, 0), 1), value: score, coverage: coverage)
            : .unmatched(value: score, coverage: coverage)
    }

    /// A declared metric, or one of the two built-in ones.
    func metric(_ name: String) -> Double {
        switch name {
        case "best_score": return bestLabel.flatMap { scores[$0] } ?? 0
        case "best_matched_score": return matched.compactMap { scores[$0] }.max() ?? 0
        default:
            guard let metric = base.metrics.first(where: { $0.name == name }) else { return 0 }
            return (groupScores[metric.positiveGroup] ?? 0) - (groupScores[metric.negativeGroup] ?? 0)
        }
    }
}
