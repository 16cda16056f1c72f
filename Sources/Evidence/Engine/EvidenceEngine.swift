internal import Lexical
public import Policy
public import Routing
internal import Synchronization

/// Everything that reads the signals of one recipe: all patterns in one set, all literals in another, each matched in
/// one walk over the text of a request.
public struct EvidenceEngine: Sendable {
    /// The signals that can be read, by index.
    public let catalog: SignalCatalog
    /// Rules that must hold before signals count: the composers of complexity signals.
    public let gates: [SignalGate]
    /// Used signals whose model is not on this machine, by family.
    public let missingModels: [MissingModel]
    /// What is worth knowing about signals that compile, such as examples that the encoder cannot read.
    public let warnings: [Diagnostic]
    private let compiled: CompiledSignals
    private let readers: [any TextReader]

    /// The reader that places whole requests for the choice of a model, by index; nil when nothing asks for it or there
    /// is none.
    let requestReader: Int?
    /// The readers that choose among the candidates of decisions, by index; nil where none is asked.
    let choosers: [Int?]

    /// Compiles a recipe's signals; `placesRequests` and `choosers`, by decision, add readers for the choice of a
    /// model. Throws everything that is wrong with the signals, with its place in the policy.
    public init(
        recipe: Recipe, global: GlobalSettings, resources: EvidenceResources, placesRequests: Bool = false,
        choosers: [ModelChooser?] = []
    ) throws(EvidenceError) {
        var builder = EvidenceBuilder(recipe: recipe, global: global, resources: resources)
        for member in SignalFamilies.members {
            let type = member.family.type
            let declarations = recipe.signals.filter { $0.family == type }
            // Families without signals need no model; of knowledge bases scores may use the metrics alone.
            guard !declarations.isEmpty || member == KnowledgeBaseSignals.self else { continue }
            member.compile(declarations, &builder)
        }
        guard builder.problems.isEmpty else { throw EvidenceError(diagnostics: builder.problems) }
        let matchers: SharedMatchers
        do throws(PatternError) {
            matchers = SharedMatchers(
                patterns: try PatternSet(builder.patterns), literals: LiteralSet(builder.literals),
                languages: builder.languages,
                compression: SignalCompression(global.modelCatalog.modules.promptCompression))
        } catch {
            let position = SourcePosition(line: 1, column: 1)
            throw EvidenceError(diagnostics: [
                Diagnostic(.error, .invalidPattern, error.description, at: position, path: PolicyPath())
            ])
        }
        let placing = placesRequests ? resources.models.embedder(global.modelCatalog.embeddings.semantic) : nil
        requestReader = placing.map { builder.reader($0) }
        self.choosers = choosers.map { chooser in
            chooser.flatMap { resources.models.chooser($0) }.map { builder.reader($0) }
        }
        catalog = SignalCatalog(builder.signals.map(\.entry))
        gates = builder.gates
        warnings = builder.warnings
        compiled = CompiledSignals(builder.signals, matchers)
        readers = builder.readers
        let used = DecisionEngine(recipe: recipe, signals: catalog, gates: gates).usedSignals
        missingModels = Self.missingModels(builder.signals, used: Set(used))
    }

    /// What the signals of recipes ask models about texts.
    public static func tasks(of recipes: [Recipe]) -> LearnedTasks {
        let used = Set(recipes.flatMap(\.signals).map(\.family))
        return SignalFamilies.members.reduce(into: []) { tasks, member in
            if used.contains(member.family.type) { tasks.formUnion(member.tasks) }
        }
    }

    /// Whether somebody can be asked to choose for a decision.
    public func hasChooser(_ decision: Int) -> Bool { choosers.indices.contains(decision) && choosers[decision] != nil }

    /// Whether requests can be placed in meaning for the choice of a model.
    public var placesRequests: Bool { requestReader != nil }

    /// Places texts in meaning for the choice of a model, such as descriptions; nil stands for what cannot be placed, all
    /// of it without a reader. May block.
    public func place(_ texts: [String]) -> [[Float]?] {
        guard let requestReader, let vectors = try? readers[requestReader].embed(texts) else {
            return texts.map { _ in nil }
        }
        return vectors
    }

    /// The similarity of a placed request to a placed text, on the scale that policies are written in.
    public func similarity(_ request: [Float], _ text: [Float]) -> Double {
        requestReader.map { readers[$0].similarity(request, text) } ?? 0
    }

    /// Begins reading the signals of a request.
    public func begin(_ request: EvidenceRequest) -> EvidenceReader {
        EvidenceReader(compiled, request, placedBy: requestReader, chosenBy: choosers)
    }

    /// Asks models for what signals need. `completion` runs once, on any thread, when all have answered, which they do
    /// by the deadline.
    public func gather(
        _ needs: EvidenceNeeds, deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable (EvidenceFacts) -> Void
    ) -> any ReadingTicket {
        EvidenceGathering.start(needs, readers, deadline: deadline, completion)
    }

    /// Lets models read ahead: the texts of these needs are beginnings, of which the ends will change. `share` is the
    /// part of the request that has come, 0 to 1, where it is known.
    public func anticipate(_ needs: EvidenceNeeds, share: Double? = nil) {
        for (index, texts) in needs.texts where readers.indices.contains(index) {
            readers[index].anticipate(texts, share: share)
        }
    }

    /// Asks models for what signals need and waits for their answers. A cancelled task calls the work off.
    public func gather(_ needs: EvidenceNeeds, deadline: ContinuousClock.Instant) async -> EvidenceFacts {
        let held = Mutex<(any ReadingTicket)?>(nil)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<EvidenceFacts, Never>) in
                let ticket = gather(needs, deadline: deadline) { continuation.resume(returning: $0) }
                held.withLock { $0 = ticket }
                if Task.isCancelled { ticket.cancel() }
            }
        } onCancel: {
            held.withLock { $0 }?.cancel()
        }
    }

    private static func missingModels(_ signals: [EvidenceBuilder.Signal], used: Set<Int>) -> [MissingModel] {
        var result: [MissingModel] = []
        for (index, signal) in signals.enumerated() where used.contains(index) {
            guard let rule = signal.rule as? UnavailableRule, rule.reason == .modelMissing else { continue }
            let family = signal.entry.key.family
            if let place = result.firstIndex(where: { $0.family == family }) {
                if !result[place].signals.contains(signal.declaredName) {
                    result[place].signals.append(signal.declaredName)
                }
            } else {
                result.append(
                    MissingModel(family: family, signals: [signal.declaredName], isSafety: signal.entry.isSafety))
            }
        }
        return result
    }
}

/// The rules of a recipe's signals with what they share, by signal index.
final class CompiledSignals: Sendable {
    let rules: [any SignalRule]
    /// The family of each signal, as an index into `families`.
    let familyOfSignal: [Int]
    /// The condition types with signals.
    let families: [String]
    let matchers: SharedMatchers

    init(_ signals: [EvidenceBuilder.Signal], _ matchers: SharedMatchers) {
        var families: [String] = []
        rules = signals.map(\.rule)
        familyOfSignal = signals.map { signal in
            let family = signal.entry.key.family
            if let index = families.firstIndex(of: family) { return index }
            families.append(family)
            return families.count - 1
        }
        self.families = families
        self.matchers = matchers
    }
}
