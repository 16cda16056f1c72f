public import Evidence
public import Policy
public import Routing
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
    /// The selections of decisions that always choose the same, made once.
    private let fixedSelections: [Selection?]
    let plugins: [[any RequestPlugin]]
    let defaultModel: String

    init(_ recipe: Recipe, policy: Policy, resources: EvidenceResources) throws(EvidenceError) {
        name = recipe.name
        evidence = try EvidenceEngine(recipe: recipe, global: policy.global, resources: resources)
        engine = DecisionEngine(recipe: recipe, signals: evidence.catalog, gates: evidence.gates)
        let selectors = recipe.decisions.map { Selectors.make($0.algorithm) }
        self.selectors = selectors
        fixedSelections = zip(recipe.decisions, selectors).map { decision, selector in
            guard selector is StaticSelection, !decision.modelReferences.isEmpty else { return nil }
            return selector?.select(decision.modelReferences.map { Candidate($0) }, SelectionContext(seed: 0))
        }
        plugins = recipe.decisions.map { RequestPlugins.make($0.plugins) }
        defaultModel = policy.providers.defaults.defaultModel
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

    func select(_ winner: Int?, seed: UInt64) -> Selection {
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
        let candidates = references.map { Candidate($0) }
        guard let selector = selectors[winner] else {
            let type = engine.decisions[winner].algorithm?.type ?? ""
            return Selection(
                order: references, method: type, status: .fallback,
                reason: "algorithm \(type) is not built yet; first candidate")
        }
        return selector.select(candidates, SelectionContext(seed: seed))
    }
}
