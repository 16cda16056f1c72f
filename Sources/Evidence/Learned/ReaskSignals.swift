public import Policy
public import Routing
internal import Wire

/// The configuration of a reask signal. Spec config §5.5.
public struct ReaskSignal: SignalConfiguration {
    public var name = ""
    public var description = ""
    /// Least similarity of a turn to the current one; 0 is 0.8.
    public var threshold = 0.8
    /// How many earlier turns in a row must be alike.
    public var lookbackTurns = 1

    /// A signal on one turn.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ReaskSignal>(
        "reask signal", "Matches when the user asks again what was asked before.", initial: ReaskSignal(),
        keys: commonKeys + [
            Key("threshold", \.threshold, .fraction.map { $0 == 0 ? 0.8 : $0 }, "Least similarity; 0 is 0.8."),
            Key("lookback_turns", \.lookbackTurns, .integer(1...1_000), "How many turns in a row must be alike."),
        ])
}

/// The reask family: the user repeats a question.
public enum ReaskSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "reask", key: "reasks", schema: ReaskSignal.schema.description,
        decode: { node, context in ReaskSignal.schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.embedding)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let declared = builder.configurations(declarations, as: ReaskSignal.self)
        guard let model = builder.embedder else {
            return builder.addUnavailable(declarations, of: family, cost: cost)
        }
        let group = ReaskGroup(declared.map(\.configuration), model, reader: builder.reader(model))
        builder.add(group, as: builder.keys(declared.map(\.declaration)), cost: model.cost)
    }
}

/// The reask signals of a recipe: how many earlier turns in a row are like the current one. Spec signals-decisions
/// §4.5; only turns that some signal can ask for are read.
final class ReaskGroup: SignalGroup {
    private let signals: [ReaskSignal]
    private let reader: Int
    private let similarity: SimilarityScale
    private let lookback: Int

    init(_ signals: [ReaskSignal], _ model: any TextReader, reader: Int) {
        self.signals = signals
        self.reader = reader
        similarity = model.similarity
        lookback = signals.map(\.lookbackTurns).max() ?? 0
    }

    /// Earlier user turns, the latest first.
    private func priorTurns(_ scan: RequestScan) -> ArraySlice<String> {
        guard !scan.conversation.currentUserText.isEmpty else { return [] }
        let told = scan.conversation.priorUserTexts.reversed().filter { text in
            text.contains { !$0.isWhitespace }
        }
        return told.prefix(lookback)
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        let prior = priorTurns(scan)
        guard !prior.isEmpty else { return }
        needs.add(.text(scan.learnedText(ReaskSignals.family.type)), .embedding, to: reader)
        for text in prior { needs.add(.text(text), .embedding, to: reader) }
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let prior = priorTurns(scan)
        guard !prior.isEmpty else { return signals.map { _ in .unmatched(value: 0) } }
        let source = TextSource.text(scan.learnedText(ReaskSignals.family.type))
        guard let current = scan.findings(reader, source, .embedding) else {
            return unknownReadings(signals.count, .failed)
        }
        if let problem = current.problem { return unknownReadings(signals.count, problem) }
        var similarities: [Double] = []
        var failure: UnknownReason?
        for text in prior {
            guard let found = scan.findings(reader, .text(text), .embedding) else {
                return unknownReadings(signals.count, .failed)
            }
            if let problem = found.problem, similarities.isEmpty { return unknownReadings(signals.count, problem) }
            if let problem = found.problem {
                // A turn that the encoder cannot read ends the streak: it is no question like the current one.
                failure = problem == .unreadable ? nil : problem
                break
            }
            similarities.append(similarity(current.embedding, found.embedding))
        }
        let readings = Self.judge(signals, similarities, coverage: current.coverage)
        guard let failure else { return readings }
        return zip(signals, readings).map { signal, reading in
            // Only what needed the turn that was not read, and was like all before it, remains open.
            signal.lookbackTurns > similarities.count && reading.value == Double(similarities.count)
                ? .unknown(failure) : reading
        }
    }

    /// Of the signals that match, only those with the largest lookback count.
    static func judge(_ signals: [ReaskSignal], _ similarities: [Double], coverage: Double) -> [Reading] {
        let streaks = signals.map { signal in similarities.prefix { $0 >= signal.threshold }.count }
        let matches = signals.indices.filter { streaks[$0] >= signals[$0].lookbackTurns }
        let largest = matches.map { signals[$0].lookbackTurns }.max()
        return signals.indices.map { index in
            let streak = Double(streaks[index])
            guard matches.contains(index), signals[index].lookbackTurns == largest else {
                return .unmatched(value: streak, coverage: coverage)
            }
            let confidence = similarities.prefix(signals[index].lookbackTurns).min() ?? 0
            return .matched(confidence: min(max(confidence, 0), 1), value: streak, coverage: coverage)
        }
    }
}
