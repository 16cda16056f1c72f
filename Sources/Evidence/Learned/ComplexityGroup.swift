internal import Policy
internal import Routing

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The levels of one complexity signal: how far the likeness to hard examples leads that to easy ones. Spec
/// signals-decisions §4.7. The first member is the lead itself, the others are easy, medium and hard.
///
/// Unlike there, a level's confidence grows with the distance of the lead from the level's nearest bound, by the curve
/// of projections (spec §6.3), so that it compares with other signals'.
final class ComplexityGroup: SignalGroup {
    /// Slope of the confidence over the lead.
    private static let slope = 12.0

    private let threshold: Double
    private let hard: PrototypeBank
    private let easy: PrototypeBank
    private let reader: Int
    private let similarity: SimilarityScale

    /// Nil when the model cannot place the examples.
    init?(_ signal: ComplexitySignal, _ model: any TextReader, _ builder: inout EvidenceBuilder) {
        let scoring = builder.global.modelCatalog.modules.complexity.prototypeScoring
        guard let hard = builder.examples(signal.hard.candidates, model),
            let easy = builder.examples(signal.easy.candidates, model)
        else { return nil }
        self.hard = PrototypeBank(hard, scoring: scoring, similarity: model.similarity)
        self.easy = PrototypeBank(easy, scoring: scoring, similarity: model.similarity)
        threshold = signal.threshold
        reader = builder.reader(model)
        similarity = model.similarity
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(ComplexitySignals.family.type)), .embedding, to: reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let members = 1 + ComplexitySignal.Level.allCases.count
        let source = TextSource.text(scan.learnedText(ComplexitySignals.family.type))
        guard let found = scan.findings(reader, source, .embedding) else {
            return unknownReadings(members, .failed)
        }
        if let problem = found.problem { return unknownReadings(members, problem) }
        guard !hard.isEmpty, !easy.isEmpty else {
            return [Reading](repeating: .unreadableExamples, count: members)
        }
        let lead = hard.score(found.embedding, similarity).score - easy.score(found.embedding, similarity).score
        return Self.levels(lead: lead, threshold: threshold, coverage: found.coverage)
    }

    /// What the lead makes of the bare signal and of each level.
    static func levels(lead: Double, threshold: Double, coverage: Double) -> [Reading] {
        let level: ComplexitySignal.Level = lead > threshold ? .hard : lead < -threshold ? .easy : .medium
        let distance =
            switch level {
            case .hard: lead - threshold
            case .easy: -threshold - lead
            case .medium: min(threshold - lead, lead + threshold)
            }
        let confidence = 1 / (1 + exp(-slope * distance))
        // The bare name is an input of scores: matched, so that `confidence` and `raw` both mean the lead.
        let bare = Reading.matched(confidence: min(abs(lead), 1), value: lead, coverage: coverage)
        return [bare]
            + ComplexitySignal.Level.allCases.map {
                $0 == level
                    ? .matched(confidence: confidence, value: lead, coverage: coverage)
                    : .unmatched(value: lead, coverage: coverage)
            }
    }
}
