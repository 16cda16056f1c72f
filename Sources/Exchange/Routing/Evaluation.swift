public import Evidence
internal import Lexical
public import Policy
public import Routing
internal import Telemetry
public import Wire

/// What the policy made of one request: the readings, the decision and the models that may serve it. From the
/// readings the decision can be computed again.
public struct Evaluation: Sendable {
    public var recipe: RecipeRouter
    public var readings: ReadingTable
    /// Signals that were not read, because they could not change the outcome.
    public var skipped: [Int]
    /// The winner by index, or nil when no decision matches.
    public var decisionIndex: Int?
    /// The winner's confidence; a lower bound when signals were skipped.
    public var confidence: Double
    /// The models to try, best first; empty when neither the decision nor the policy names one.
    public var selection: Selection
    /// Where the request lies in meaning; nil when nothing asked.
    var placing: [Float]?
    /// What learning did to the choice; nil where the policy wants none, and in evaluations without a call.
    public var learning: LearningTrace?
    /// The seed of random draws.
    public var seed: UInt64
    /// Nanoseconds that reading the signals and deciding took.
    public var evidenceNanoseconds: Int64
    public var decisionNanoseconds: Int64
    /// Nanoseconds by signal family.
    public var familyNanoseconds: [(family: String, nanoseconds: Int64)]
    /// Nanoseconds that each model took, from asking to its answer.
    public var readerNanoseconds: [(reader: String, nanoseconds: Int64)]

    /// The winning decision.
    public var decision: Decision? { decisionIndex.map { recipe.engine.decisions[$0] } }

    /// Why the decision came out as it did.
    public func explain() -> Explanation { recipe.engine.explain(readings, winner: decisionIndex) }

    /// The names of matched signals of a family, in declared order.
    public func matchedSignals(of family: String) -> [String] {
        recipe.engine.signals.entries.indices.compactMap { index in
            let key = recipe.engine.signals.entries[index].key
            return key.family == family && readings[index]?.isMatched == true ? key.name : nil
        }
    }
}

/// One recipe, compiled: its signals, its decisions and how a model is chosen. Eval and live traffic both end here.
public final class RecipeRouter: Sendable {
    public let name: String
    public let evidence: EvidenceEngine
    public let engine: DecisionEngine
    let selectors: [(any SelectionAlgorithm)?]
    /// The selections of decisions with one candidate, made once.
    private let fixedSelections: [Selection?]
    let pool: CandidatePool
    /// Session protection with the settings of each decision.
    let switchGuards: [SwitchGuard]
    let plugins: [[any RequestPlugin]]
    /// What is recorded of each decision's requests, where something is, and of those that no decision matches.
    let replays: [RouterReplayConfiguration?]
    let defaultReplay: RouterReplayConfiguration?
    /// A digest of each signal's declaration, by index.
    let declarationDigests: [String]
    /// What memory does for each decision, where it is on.
    let memories: [MemorySettings?]
    /// The response cache of each decision, where it is on.
    let caches: [ResponseCacheConfiguration?]
    /// What each decision retrieves, where it does.
    let retrievals: [RetrievalPlan?]
    let defaultModel: String
    /// What is worth knowing about algorithms that cannot run.
    public let warnings: [Diagnostic]

    init(
        _ recipe: Recipe, policy: Policy, root: Node?, resources: EvidenceResources, directory: ModelDirectory,
        memory: RouterMemory, documentHash: String
    ) throws(EvidenceError) {
        name = recipe.name
        let tuning = policy.global.router.modelSelection
        let trained = TrainedArtifacts(tuning.trained, file: resources.file)
        let selectors = recipe.decisions.map {
            Selectors.make($0.algorithm, tuning: tuning, trained: trained.selectors)
        }
        self.selectors = selectors
        warnings = recipe.decisions.compactMap { decision in
            guard let use = decision.algorithm, TrainedAlgorithms.families.contains(where: { $0.type == use.type }),
                trained.selectors[use.type] == nil
            else { return nil }
            let key = "global.router.model_selection.ml.\(use.type).pretrained_path"
            return Diagnostic(
                .warning, .modelMissing,
                "algorithm \(use.type) uses the first candidate: \(trained.problems[use.type] ?? "\(key) is not set")",
                at: use.position, path: use.path)
        }
        var placesRequests = selectors.contains { $0?.needsEmbedding == true }
        let cacheIsOn = policy.global.stores.responseCache.isEnabled
        caches = recipe.decisions.map { decision in
            let configured = decision.plugins.first { $0.type == "response_cache" }?.configuration
            guard cacheIsOn, let configuration = configured as? ResponseCacheConfiguration, configuration.isEnabled
            else { return nil }
            return configuration
        }
        memories = try Self.memories(recipe, policy.global.stores.memory)
        if caches.contains(where: { $0.map { $0.mode != .exact } ?? false }) { placesRequests = true }
        evidence = try EvidenceEngine(
            recipe: recipe, global: policy.global, resources: resources, placesRequests: placesRequests,
            choosers: recipe.decisions.map { ModelChooser($0, policy, directory) })
        engine = DecisionEngine(recipe: recipe, signals: evidence.catalog, gates: evidence.gates)
        declarationDigests = DeclarationDigest.all(of: evidence.catalog, in: recipe, root: root)
        let isReplayOn = policy.global.services.routerReplay.isEnabled
        replays = recipe.decisions.map { RouterReplayConfiguration.effective($0.plugins, isOnGlobally: isReplayOn) }
        defaultReplay = isReplayOn ? RouterReplayConfiguration() : nil
        fixedSelections = recipe.decisions.map { decision in
            guard decision.modelReferences.count == 1 else { return nil }
            return StaticSelection().select(decision.modelReferences.map { Candidate($0) }, SelectionContext(seed: 0))
        }
        pool = CandidatePool(
            recipe, directory: directory, evidence: evidence, memory: memory,
            usesCapabilities: tuning.routerDC.usesCapabilities)
        let pricing = directory.models.compactMapValues(\.pricing)
        let protection = policy.global.router.learning.protection
        switchGuards = recipe.decisions.map {
            SwitchGuard(SwitchGuard.Settings(protection, $0.adaptations.protection), pricing: pricing)
        }
        plugins = recipe.decisions.map { RequestPlugins.make($0.plugins) }
        retrievals = recipe.decisions.map {
            RetrievalPlan($0.plugins, identity: [documentHash, recipe.name, $0.name])
        }
        defaultModel = policy.providers.defaults.defaultModel
    }

    private static func memories(_ recipe: Recipe, _ store: MemoryStore) throws(EvidenceError) -> [MemorySettings?] {
        var memories: [MemorySettings?] = []
        for decision in recipe.decisions {
            do throws(PatternError) { memories.append(try MemorySettings(decision.plugins, store)) } catch {
                let use = decision.plugins.first { $0.type == "memory" }
                throw EvidenceError(diagnostics: [
                    Diagnostic(
                        .error, .invalidPattern, "block_patterns: \(error.description)",
                        at: use?.position ?? SourcePosition(line: 1, column: 1), path: use?.path ?? decision.path)
                ])
            }
        }
        return memories
    }

    /// Begins a decision. `readingEverything` reads signals that cannot matter too, for explanations.
    func begin(
        _ conversation: Conversation, identity: CallerIdentity?, seed: UInt64, readingEverything: Bool = false
    ) -> EvaluationSession {
        EvaluationSession(
            self, EvidenceRequest(conversation: conversation, identity: identity), seed: seed,
            readingEverything: readingEverything)
    }

    /// Takes the decision and waits for models that signals need.
    public func evaluate(
        _ conversation: Conversation, identity: CallerIdentity?, seed: UInt64, readingEverything: Bool = false
    ) async -> Evaluation {
        var session = begin(conversation, identity: identity, seed: seed, readingEverything: readingEverything)
        while true {
            switch session.advance() {
            case .finished(let evaluation): return evaluation
            case .awaiting(let needs, let cost):
                session.resume(with: await evidence.gather(needs, deadline: .now + EvaluationSession.patience(cost)))
            }
        }
    }

    /// Takes the decision from what needs no model; signals that need one are unknown. For measurements.
    package func evaluateWithoutModels(
        _ conversation: Conversation, seed: UInt64, readingEverything: Bool = false
    ) -> Evaluation {
        var session = begin(conversation, identity: nil, seed: seed, readingEverything: readingEverything)
        while true {
            switch session.advance() {
            case .finished(let evaluation): return evaluation
            case .awaiting: session.resume(with: EvidenceFacts())
            }
        }
    }

    /// Whether choosing a model for a decision, or finding an earlier answer, needs the request placed in meaning.
    func needsPlacing(_ winner: Int?) -> Bool {
        guard let winner else { return false }
        if let cache = caches[winner], cache.mode != .exact { return true }
        guard fixedSelections[winner] == nil else { return false }
        return selectors[winner]?.needsEmbedding ?? false
    }

    /// Whether somebody on another machine is asked to choose for a decision.
    func needsChoice(_ winner: Int?) -> Bool {
        winner.map { fixedSelections[$0] == nil && evidence.hasChooser($0) } ?? false
    }

    /// Chooses among the models of a decision; `chosen` is what somebody who was asked said.
    func select(
        _ winner: Int?, for request: EvidenceRequest, category: String, placing: [Float]?, seed: UInt64,
        chosen: (place: Int?, problem: String?)? = nil
    ) -> Selection {
        let fallback = defaultModel.isEmpty ? [] : [ModelReference(model: defaultModel)]
        guard let winner else {
            return Selection(
                order: fallback, method: "default", status: fallback.isEmpty ? .unavailable : .selected,
                reason: "no decision matches")
        }
        if let fixed = fixedSelections[winner] { return fixed }
        let references = engine.decisions[winner].modelReferences
        guard !references.isEmpty else {
            return Selection(
                order: fallback, method: "default", status: fallback.isEmpty ? .unavailable : .selected,
                reason: "the decision names no model")
        }
        let all = pool.candidates(
            of: winner, request.conversation, placing: placing, user: request.identity?.userID,
            at: UTCTime.now().unixSeconds, similarity: evidence.similarity)
        // Nearly always every candidate fits and works, and nothing need be copied.
        if all.allSatisfy({ $0.exclusion == nil && !$0.isFailing }) {
            return choose(winner, all, category: category, placing: placing, seed: seed, chosen: chosen)
        }
        var fitting = all.filter { $0.exclusion == nil }
        // Where nothing fits, the backend is to say so.
        if fitting.isEmpty { fitting = all }
        // What fails stands in for the others.
        let healthy = fitting.filter { !$0.isFailing }
        let candidates = healthy.isEmpty ? fitting : healthy
        var selection = choose(winner, candidates, category: category, placing: placing, seed: seed, chosen: chosen)
        if !healthy.isEmpty, selection.status != .unavailable {
            let failing = fitting.filter(\.isFailing).map(\.reference)
            selection.order += failing
            if !selection.utilities.isEmpty { selection.utilities += failing.map { _ in 0 } }
            if let first = failing.first { selection.reason += "; the last calls of \(first.effectiveName) failed" }
        }
        if fitting.count < all.count, let excluded = all.first(where: { $0.exclusion != nil }) {
            selection.reason += "; \(excluded.reference.effectiveName) left out: \(excluded.exclusion ?? "")"
        }
        return selection
    }

    private func choose(
        _ winner: Int, _ candidates: [Candidate], category: String, placing: [Float]?, seed: UInt64,
        chosen: (place: Int?, problem: String?)?
    ) -> Selection {
        let references = engine.decisions[winner].modelReferences
        if let chosen {
            let name = chosen.place.flatMap { references.indices.contains($0) ? references[$0].effectiveName : nil }
            return AskedSelection.select(
                candidates, named: name, method: engine.decisions[winner].algorithm?.type ?? "",
                problem: chosen.problem)
        }
        guard let selector = selectors[winner] else {
            let type = engine.decisions[winner].algorithm?.type ?? ""
            return Selection(
                order: candidates.map(\.reference), method: type, status: .fallback,
                reason: "algorithm \(type) cannot run here; first candidate")
        }
        return selector.select(
            candidates,
            SelectionContext(
                seed: seed, embedding: placing, category: category))
    }
}
