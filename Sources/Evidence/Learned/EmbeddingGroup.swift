internal import Policy
internal import Routing

/// The embedding signals of a recipe: one vector of the text against the examples of each. Spec signals-decisions §4.1.
final class EmbeddingGroup: SignalGroup {
    private struct Member: Sendable {
        var threshold: Double
        var bank: PrototypeBank
        /// Signals of one partition compete there; those of none compete for the places that `top_k` leaves.
        var isPartitioned: Bool
    }

    private let reader: Int
    private let similarity: SimilarityScale
    private let members: [Member]
    private let settings: EmbeddingConfiguration

    /// Nil when the model cannot place the examples.
    init?(_ signals: [EmbeddingSignal], _ model: any TextReader, _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.embeddings.semantic.configuration
        let partitioned = Set(
            builder.recipe.projections.partitions.filter { $0.family == EmbeddingSignals.family.type }
                .flatMap(\.members))
        guard let examples = builder.examples(signals.flatMap(\.candidates), model) else { return nil }
        let vectors = Dictionary(examples.map { ($0.text, $0.vector) }, uniquingKeysWith: { first, _ in first })
        members = signals.map { signal in
            let own = signal.candidates.compactMap { text in
                vectors[text].map { PrototypeBank.Example(text: text, vector: $0) }
            }
            return Member(
                threshold: signal.threshold,
                bank: PrototypeBank(
                    own, scoring: settings.prototypeScoring, isMean: signal.aggregation == .mean,
                    similarity: model.similarity), isPartitioned: partitioned.contains(signal.name))
        }
        reader = builder.reader(model)
        similarity = model.similarity
        self.settings = settings
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(EmbeddingSignals.family.type)), .embedding, to: reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let source = TextSource.text(scan.learnedText(EmbeddingSignals.family.type))
        guard let found = scan.findings(reader, source, .embedding) else {
            return unknownReadings(members.count, .failed)
        }
        if let problem = found.problem { return unknownReadings(members.count, problem) }
        let scores = members.map { $0.bank.score(found.embedding, similarity) }
        let matched = matches(scores.map(\.score))
        return members.indices.map { index in
            guard !members[index].bank.isEmpty else { return .unreadableExamples }
            let score = scores[index].score
            guard let how = matched[index] else { return .unmatched(value: score, coverage: found.coverage) }
            return .matched(
                confidence: min(max(score, 0), 1), value: score, coverage: found.coverage,
                details: how == .soft ? ["below its threshold, but nearest"] : [])
        }
    }

    private enum Match {
        case hard
        case soft
    }

    /// Who matches: those over their threshold, or, when nobody is and the policy allows it, those over the least
    /// score of soft matches; of signals outside partitions only the best `top_k`.
    private func matches(_ scores: [Double]) -> [Match?] {
        var result = zip(members, scores).map { member, score -> Match? in
            !member.bank.isEmpty && score >= member.threshold ? .hard : nil
        }
        if settings.matchesSoftly, result.allSatisfy({ $0 == nil }) {
            result = zip(members, scores).map { member, score in
                !member.bank.isEmpty && score >= settings.minimumScoreThreshold ? .soft : nil
            }
        }
        guard settings.resultCount > 0 else { return result }
        let free = members.indices.filter { result[$0] != nil && !members[$0].isPartitioned }
        let ranked = free.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        for index in ranked.dropFirst(settings.resultCount) { result[index] = nil }
        return result
    }
}
