internal import Policy
internal import Routing

/// The preference signals of a recipe by likeness to their descriptions and examples: the likest matches, unless it is
/// not like enough or leads by too little. Spec signals-decisions §4.6.
final class PreferenceGroup: SignalGroup {
    private let thresholds: [Double]
    private let banks: [PrototypeBank]
    private let margin: Double
    private let reader: Int
    private let similarity: SimilarityScale

    /// Nil when the model cannot place the examples.
    init?(
        _ signals: [PreferenceSignal], _ settings: PreferenceClassifierSettings, _ model: any TextReader,
        _ builder: inout EvidenceBuilder
    ) {
        func texts(_ signal: PreferenceSignal) -> [String] {
            ([signal.description] + signal.examples).filter { !$0.isEmpty }
        }
        guard let examples = builder.examples(signals.flatMap(texts), model) else { return nil }
        let vectors = Dictionary(examples.map { ($0.text, $0.vector) }, uniquingKeysWith: { first, _ in first })
        banks = signals.map { signal in
            let own = texts(signal).compactMap { text in
                vectors[text].map { PrototypeBank.Example(text: text, vector: $0) }
            }
            return PrototypeBank(own, scoring: settings.prototypeScoring, similarity: model.similarity)
        }
        thresholds = signals.map(\.threshold)
        margin = settings.prototypeScoring.marginThreshold
        reader = builder.reader(model)
        similarity = model.similarity
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(PreferenceSignals.family.type)), .embedding, to: reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let source = TextSource.text(scan.learnedText(PreferenceSignals.family.type))
        guard let found = scan.findings(reader, source, .embedding) else {
            return unknownReadings(banks.count, .failed)
        }
        if let problem = found.problem { return unknownReadings(banks.count, problem) }
        let scores = banks.map { $0.isEmpty ? nil : $0.score(found.embedding, similarity).score }
        let winner = Self.winner(scores, thresholds: thresholds, margin: margin)
        return scores.indices.map { index in
            guard let score = scores[index] else { return .unreadableExamples }
            return index == winner
                ? .matched(
                    confidence: min(max(score, 0), 1), value: score, coverage: found.coverage)
                : .unmatched(value: score, coverage: found.coverage)
        }
    }

    /// The likest, when it passes its own threshold, if it has one, and leads the second by the margin. Nil is the score
    /// of a preference that the model cannot compare with; it takes no part.
    static func winner(_ scores: [Double?], thresholds: [Double], margin: Double) -> Int? {
        let ranked = scores.enumerated().compactMap { index, score in score.map { (index: index, score: $0) } }
        guard let best = ranked.max(by: { $0.score < $1.score }) else { return nil }
        if thresholds[best.index] > 0, best.score < thresholds[best.index] { return nil }
        let second = ranked.lazy.filter { $0.index != best.index }.map(\.score).max()
        if margin > 0, let second, best.score - second < margin { return nil }
        return best.index
    }
}
