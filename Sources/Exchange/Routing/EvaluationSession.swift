internal import Evidence
internal import Routing

/// A decision under way: it stops where signals need models, and goes on with what they found. A value; whoever drives
/// it asks the models.
struct EvaluationSession: Sendable {
    /// What the driver is to do.
    enum Step {
        case finished(Evaluation)
        /// Gather these, then `resume`.
        case awaiting(EvidenceNeeds, CostClass)
    }

    private let recipe: RecipeRouter
    private let request: EvidenceRequest
    private let seed: UInt64
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var reader: EvidenceReader
    private var session: DecisionSession
    private var reading: Int64 = 0
    /// The request was placed in meaning for the choice of a model, or the attempt made.
    private var wasPlaced = false
    /// Somebody on another machine was asked to choose.
    private var wasChosen = false
    /// The signals that wait for models.
    private var waiting: [Int]?
    private var waitingSince: ContinuousClock.Instant

    init(_ recipe: RecipeRouter, _ request: EvidenceRequest, seed: UInt64, readingEverything: Bool) {
        self.recipe = recipe
        self.request = request
        self.seed = seed
        start = clock.now
        waitingSince = start
        reader = recipe.evidence.begin(request)
        session = DecisionSession(recipe.engine, readingEverything: readingEverything)
    }

    /// How long models of a cost class may take before their signals are unknown.
    static func patience(_ cost: CostClass) -> Duration {
        switch cost {
        case .free, .encoder: .seconds(5)
        case .remote: .seconds(35)
        }
    }

    /// Reads signals until a model must be asked or the decision is taken.
    mutating func advance() -> Step {
        while case .read(let signals, let cost) = session.next() {
            if cost != .free {
                let needs = reader.needs(of: signals)
                if !needs.isEmpty {
                    waiting = signals
                    waitingSince = clock.now
                    return .awaiting(needs, cost)
                }
            }
            read(signals, since: clock.now)
        }
        if !wasPlaced, recipe.needsPlacing(session.outcome?.winner) {
            wasPlaced = true
            let needs = reader.placingNeeds()
            if !needs.isEmpty {
                waiting = []
                waitingSince = clock.now
                return .awaiting(needs, .encoder)
            }
        }
        if !wasChosen, let winner = session.outcome?.winner, recipe.needsChoice(winner) {
            wasChosen = true
            waiting = []
            waitingSince = clock.now
            return .awaiting(reader.choosingNeeds(winner), .remote)
        }
        return .finished(evaluation())
    }

    /// Goes on with what the models found.
    mutating func resume(with facts: EvidenceFacts) {
        guard let signals = waiting else { return }
        waiting = nil
        reader.supply(facts)
        read(signals, since: waitingSince)
    }

    private mutating func read(_ signals: [Int], since before: ContinuousClock.Instant) {
        session.supply(reader.read(signals))
        reading += (clock.now - before).nanosecondCount
    }

    private mutating func evaluation() -> Evaluation {
        let outcome = session.outcome ?? (nil, 0)
        let placing = wasPlaced ? reader.placing() : nil
        let selection = recipe.select(
            outcome.winner, for: request, category: category, placing: placing, seed: seed,
            chosen: wasChosen ? outcome.winner.map { reader.chosen($0) } : nil)
        return Evaluation(
            recipe: recipe, readings: session.readings, skipped: session.skipped, decisionIndex: outcome.winner,
            confidence: outcome.confidence, selection: selection, placing: placing, learning: nil, seed: seed,
            evidenceNanoseconds: reading,
            decisionNanoseconds: (clock.now - start).nanosecondCount - reading,
            familyNanoseconds: reader.familyNanoseconds, readerNanoseconds: reader.readerNanoseconds)
    }

    /// The first domain that matched.
    private var category: String {
        let entries = recipe.engine.signals.entries
        return entries.indices.first { entries[$0].key.family == "domain" && session.readings[$0]?.isMatched == true }
            .map { entries[$0].key.name } ?? ""
    }
}
