public import Policy

/// Detection of answers that an attack has produced. Spec config §9.3.
public struct ResponseJailbreakConfiguration: Sendable {
    /// What happens to such an answer.
    public enum Action: String, Sendable, CaseIterable {
        case unset = ""
        case header
        case block
        case none
    }

    public var isEnabled = false
    public var threshold = 0.0
    public var action = Action.unset

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "response_jailbreak",
        "Detection of answers that an attack has produced. Spec config §9.3.",
        initial: ResponseJailbreakConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Check answers.")
        Key("threshold", \.threshold, .fraction, "Confidence from which an answer counts; 0 takes the prompt guard's.")
        Key("action", \.action, .enumeration(), "What happens to such an answer; empty is header.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("response_jailbreak", schema) {
        guard $0.isEnabled else { return .available }
        let message = "checks of answers for jailbreaks are not built yet; answers are not checked"
        return $0.action == .none ? .unavailable(message) : .unavailableSafety(message)
    }
}
