public import Policy

/// Says whether a session may change its model. Spec selection-learning §5, with its holes closed: hard locks come
/// first, a failing model is left at safe boundaries only, and the lost prefix is charged once.
public struct SwitchGuard: Sendable {
    /// How firmly a session holds its model.
    public struct Settings: Sendable, Hashable {
        public var scope: ProtectionSettings.Scope
        /// Seconds of silence after which nothing holds.
        public var idleTimeout: Double
        public var minimumTurns: Int
        /// The lead in utility that another model needs.
        public var margin: Double
        /// The weight of all that speaks for staying.
        public var stability: Double

        /// The policy's settings, with what a decision says of its own.
        public init(_ settings: ProtectionSettings, _ own: Adaptations.Protection = Adaptations.Protection()) {
            scope = settings.scope
            idleTimeout = Double(settings.tuning.idleTimeoutSeconds)
            minimumTurns = settings.tuning.minimumTurnsBeforeSwitch
            margin = own.switchMargin ?? settings.tuning.switchMargin
            stability = own.stabilityWeight ?? settings.tuning.stabilityWeight
        }
    }

    /// What is asked.
    public struct Question: Sendable {
        /// What selection and adaptation want, best first, with utilities where they have any.
        public var proposal: Selection
        /// The decision that names the candidates.
        public var decision: String
        /// Nil in a new session, and where its model cannot be called any more.
        public var state: SessionState?
        public var turn: SessionTurn
        /// The model that asked for the tool results of this turn; nil where it is not known.
        public var toolOwner: String?
        /// Whether recent outcomes say that the session's model fails.
        public var isCurrentFailing: Bool
        /// Turns still expected, where it is known.
        public var remainingTurns: Double?

        /// A question about a turn.
        public init(
            proposal: Selection, decision: String, state: SessionState?, turn: SessionTurn, toolOwner: String? = nil,
            isCurrentFailing: Bool = false, remainingTurns: Double? = nil
        ) {
            self.proposal = proposal
            self.decision = decision
            self.state = state
            self.turn = turn
            self.toolOwner = toolOwner
            self.isCurrentFailing = isCurrentFailing
            self.remainingTurns = remainingTurns
        }
    }

    /// What the first candidate gains over another one where only their order is known.
    static let preference = 0.1
    public let settings: Settings
    public let economics: SwitchEconomics
    private let pricing: [String: Pricing]

    /// A guard over the prices of all configured models, by name.
    public init(_ settings: Settings, pricing: [String: Pricing]) {
        self.settings = settings
        self.pricing = pricing
        economics = SwitchEconomics(prices: pricing.values, idleTimeout: settings.idleTimeout)
    }

    /// Decides. The order is the point: locks, then boundaries, then money.
    public func decide(_ question: Question) -> ProtectionVerdict {
        let wanted = question.proposal.order.first?.effectiveName ?? ""
        guard let state = question.state ?? question.toolOwner.map(Self.unseen) else {
            let isSession = settings.scope == .session
            return ProtectionVerdict(.establishBaseline, isSession ? .newSession : .newConversation, model: wanted)
        }
        let current = question.turn.phase == .toolLoop ? question.toolOwner ?? state.model : state.model
        let isIdle = question.turn.now - state.lastSeen >= settings.idleTimeout
        if question.turn.phase != .userTurn {
            return ProtectionVerdict(.holdCurrent, .toolOrProtocolState, model: current, isHardLocked: true)
        }
        if !isIdle, max(state.turns, question.turn.index) < settings.minimumTurns {
            return ProtectionVerdict(.holdCurrent, .minimumTurns, model: current, isHardLocked: true)
        }
        if isIdle { return ProtectionVerdict(.establishBaseline, .idleReset, model: wanted, current: current) }
        if question.isCurrentFailing, wanted != current {
            return ProtectionVerdict(.rescueSwitch, .rescueEvidence, model: wanted, current: current)
        }
        if settings.scope == .session {
            return ProtectionVerdict(
                current == wanted ? .allowSwitch : .holdCurrent, .sessionScopeProtect, model: current)
        }
        return weigh(question, state, current, wanted)
    }

    /// The costs of moving against the gain.
    private func weigh(
        _ question: Question, _ state: SessionState, _ current: String, _ wanted: String
    ) -> ProtectionVerdict {
        guard wanted != current else {
            return ProtectionVerdict(.allowSwitch, .switchMarginNotMet, model: current, current: current)
        }
        let isCandidate = question.proposal.order.contains { $0.effectiveName == current }
        let gain: Double
        if isCandidate {
            // Without utilities the order alone speaks: the policy prefers the first, and accepts the others.
            gain =
                question.proposal.utility(of: wanted).flatMap { wanted in
                    question.proposal.utility(of: current).map { wanted - $0 }
                } ?? Self.preference
        } else {
            // The decision does not name the session's model: its rule speaks for the change as strongly as can be.
            gain = 1
        }
        // At a boundary of the task nothing speaks for staying but the bill.
        let isDrift = state.decision != question.decision
        let warmth = economics.warmth(state, at: question.turn.now)
        let mass = economics.mass(question.turn, state, remaining: question.remainingTurns)
        var cost = SwitchCost()
        cost.prefix =
            settings.stability
            * economics.prefixCost(from: pricing[current], to: pricing[wanted], warmth: warmth, mass: mass)
        cost.history = settings.stability * economics.historyCost(state)
        if !isDrift {
            cost.handoff = settings.stability * SwitchEconomics.handoff
            cost.margin = settings.margin
        }
        var verdict: ProtectionVerdict
        if gain > cost.total {
            verdict = ProtectionVerdict(.allowSwitch, .switchAllowed, model: wanted, current: current)
        } else {
            verdict = ProtectionVerdict(.holdCurrent, .switchMarginNotMet, model: current, current: current)
        }
        verdict.gain = gain
        verdict.cost = cost
        verdict.isDrift = isDrift
        verdict.confidence = 0.5 + min(0.5, abs(gain - cost.total))
        return verdict
    }

    /// A session of which only the tool call is known.
    private static func unseen(_ owner: String) -> SessionState {
        SessionState(model: owner, decision: "", lastSeen: 0)
    }
}
