/// What session protection decided and why, in the published vocabulary. Spec selection-learning §5.5.
public struct ProtectionVerdict: Sendable, Hashable {
    /// What protection did.
    public enum Action: String, Sendable, CaseIterable {
        /// The decision keeps out of sessions: nothing is read or written.
        case bypass
        /// What would have happened is recorded, and nothing changes.
        case observe
        /// The session is not known, so the choice is not sampled.
        case suppressSampling = "suppress_sampling"
        /// The session begins, or begins anew.
        case establishBaseline = "establish_baseline"
        /// The session keeps its model.
        case holdCurrent = "hold_current"
        /// The proposal stands, whether it is another model or the same.
        case allowSwitch = "allow_switch"
        /// The session leaves a model that fails.
        case rescueSwitch = "rescue_switch"
    }

    /// Why.
    public enum Reason: String, Sendable, CaseIterable {
        case decisionBypass = "decision_bypass"
        case observeOnly = "observe_only"
        case missingIdentity = "missing_identity"
        case newConversation = "new_conversation"
        case newSession = "new_session"
        case idleReset = "idle_reset"
        case toolOrProtocolState = "tool_or_protocol_state"
        case minimumTurns = "hard_lock=min_turns"
        case sessionScopeProtect = "session_scope_protect"
        case switchMarginNotMet = "switch_margin_not_met"
        case switchAllowed = "switch_allowed"
        case rescueEvidence = "rescue_evidence"
    }

    public var action: Action
    public var reason: Reason
    /// The model that serves the turn.
    public var model: String
    /// The session's model before the turn; nil in a new session.
    public var current: String?
    /// Nothing could have changed the model.
    public var isHardLocked = false
    /// How clear the case was, 0 to 1.
    public var confidence = 1.0
    /// What the proposal gains in utility over the session's model; nil where nothing was weighed.
    public var gain: Double?
    /// What moving costs.
    public var cost = SwitchCost()
    /// The turn falls under another decision than the one before.
    public var isDrift = false

    /// A verdict.
    public init(_ action: Action, _ reason: Reason, model: String, current: String? = nil, isHardLocked: Bool = false) {
        self.action = action
        self.reason = reason
        self.model = model
        self.current = current ?? (action == .holdCurrent ? model : nil)
        self.isHardLocked = isHardLocked
    }
}

/// The parts of what a switch costs, in utility.
public struct SwitchCost: Sendable, Hashable {
    /// The prefix that the other model must read anew; negative where that saves money.
    public var prefix = 0.0
    /// Earlier switches of the session.
    public var history = 0.0
    /// Another model's voice in the same task.
    public var handoff = 0.0
    /// The policy's `switch_margin`.
    public var margin = 0.0

    /// Nothing.
    public init() {}

    /// All of them.
    public var total: Double { prefix + history + handoff + margin }
}
