public import Routing
internal import State

/// What learning did to a choice, and which session it holds.
public struct LearningTrace: Sendable {
    /// The model that was selected before learning.
    public var base: String
    /// Nil where adaptation is off.
    public var adaptation: AdaptationVerdict?
    /// Nil where protection is off.
    public var protection: ProtectionVerdict?
    /// `conversation` or `session`.
    public var scope: String
    public var phase: SessionTurn.Phase
    /// The session that the turn belongs to, and what was known of it before; nil where nothing is kept.
    var session: HeldSession?
    /// Whether outcomes of the turn teach anything.
    var isLearning: Bool

    /// Whether no other model may stand in when the session's fails.
    var forbidsStandIn: Bool { protection?.reason == .toolOrProtocolState }

    /// The headers that tell a client. Spec selection-learning §5.6.
    var fields: [(String, String)] {
        var methods: [String] = []
        var actions: [String] = []
        var reasons: [String] = []
        var scopes: [String] = []
        if let adaptation {
            methods.append("adaptation")
            actions.append("adaptation=\(adaptation.action.rawValue)")
            reasons.append("adaptation=\(adaptation.reason.rawValue)")
        }
        if let protection {
            methods.append("protection")
            actions.append("protection=\(protection.action.rawValue)")
            reasons.append("protection=\(protection.reason.rawValue)")
            scopes.append("protection=\(scope)")
        }
        guard !methods.isEmpty else { return [] }
        var fields = [
            (RoutingHeader.learningMethods, methods.joined(separator: ",")),
            (RoutingHeader.learningActions, actions.joined(separator: ",")),
            (RoutingHeader.learningReasons, reasons.joined(separator: ",")),
        ]
        if !scopes.isEmpty { fields.append((RoutingHeader.learningScopes, scopes.joined(separator: ","))) }
        fields.append((RoutingHeader.sessionPhase, phase.rawValue))
        return fields
    }
}

/// A session while one of its turns is under way.
struct HeldSession: Sendable {
    var key: SessionKey
    /// The model that the turn was given.
    var model: String
    /// The state before the turn; nil in a new session.
    var before: SessionState?

    /// Leaves the session where it was, because no model has served the turn.
    func giveBack(to memory: RouterMemory) {
        let (model, before) = (model, before)
        memory.changeSession(key) { state in
            guard state?.model == model else { return }
            if let before {
                state?.model = before.model
                state?.decision = before.decision
            } else if state?.turns == 0 {
                state = nil
            }
        }
    }
}
