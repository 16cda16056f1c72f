internal import Policy
internal import Routing

/// Who chooses the model of each turn.
public enum SuitePolicy: String, Sendable, CaseIterable {
    /// Every turn for itself.
    case singleTurn = "single-turn"
    /// The first turn's choice for the whole session.
    case sticky
    /// Session protection as the router runs it.
    case full = "martlet"
    case withoutToolLock = "- tool lock"
    case withoutStateLock = "- provider lock"
    case withoutBoundaries = "- drift boundary"
    case withoutIdleReset = "- idle reset"
    case withoutPrior = "- turn prior"
    case withoutPrices = "- prices"

    var usesGuard: Bool { self != .singleTurn && self != .sticky }
}

/// One turn as a policy sees it.
struct SuiteTurn {
    var index: Int
    var phase: Phase
    var demand: Double
    var history: Int
    /// The task that the session is about; it changes when the topic drifts.
    var task: Int
    /// Seconds since the session began.
    var now: Double

    enum Phase { case user, tool, state, drift }
}

/// A policy over one session, with what it remembers.
struct SuiteChooser {
    private let policy: SuitePolicy
    private let workload: Workload
    private let guarding: SwitchGuard
    private var state: SessionState?

    init(_ policy: SuitePolicy, _ workload: Workload) {
        self.policy = policy
        self.workload = workload
        let pricing = Dictionary(uniqueKeysWithValues: SuiteModel.all.map { ($0.name, $0.pricing) })
        guarding = SwitchGuard(
            SwitchGuard.Settings(ProtectionSettings()), pricing: policy == .withoutPrices ? [:] : pricing)
    }

    mutating func choose(_ turn: SuiteTurn) -> SuiteModel {
        switch policy {
        case .singleTurn: return .adequate(turn.demand)
        case .sticky:
            let kept = state.flatMap { state in SuiteModel.all.first { $0.name == state.model } }
            return kept ?? .adequate(turn.demand)
        default:
            let verdict = guarding.decide(question(turn))
            return SuiteModel.all.first { $0.name == verdict.model } ?? .small
        }
    }

    private func question(_ turn: SuiteTurn) -> SwitchGuard.Question {
        var phase = SessionTurn.Phase.userTurn
        if turn.phase == .tool, policy != .withoutToolLock { phase = .toolLoop }
        if turn.phase == .state, policy != .withoutStateLock { phase = .providerState }
        let decision = policy == .withoutBoundaries ? "task" : "task \(turn.task)"
        var seen = state
        if policy == .withoutIdleReset { seen?.lastSeen = turn.now - 1 }
        let ranked = SuiteModel.all.map { ($0, $0.utility(turn.demand)) }.sorted { $0.1 > $1.1 }
        return SwitchGuard.Question(
            proposal: Selection(
                order: ranked.map { ModelReference(model: $0.0.name) }, utilities: ranked.map(\.1), method: "suite",
                reason: ""),
            decision: decision, state: seen,
            turn: SessionTurn(
                now: turn.now, phase: phase, index: turn.index, historyTokens: turn.history,
                contextTokens: turn.history + 800),
            remainingTurns: policy == .withoutPrior ? nil : max(0, workload.expectedTurns - Double(turn.index)))
    }

    /// Learns what came of a turn, as the router does from a response.
    mutating func finish(_ turn: SuiteTurn, _ model: SuiteModel, prompt: Int, cached: Int) {
        var next = state ?? SessionState(model: model.name, decision: "", lastSeen: turn.now)
        if next.model != model.name { next.switches += 1 }
        next.model = model.name
        next.decision = policy == .withoutBoundaries ? "task" : "task \(turn.task)"
        next.lastSeen = turn.now
        next.turns += 1
        next.promptTokens = prompt
        next.cachedTokens = cached
        next.cacheReports += 1
        state = next
    }
}
