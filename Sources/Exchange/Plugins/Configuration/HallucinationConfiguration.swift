public import Policy

/// Checks of answers against their context. Spec config §9.3.
public struct HallucinationConfiguration: Sendable {
    /// What happens to an answer with unsupported spans.
    public enum Action: String, Sendable, CaseIterable {
        case header
        case body
        case block
        case none
    }

    /// What happens to facts without context.
    public enum UnverifiedAction: String, Sendable, CaseIterable {
        case header
        case body
        case none
    }

    public var isEnabled = false
    public var usesNLI = false
    public var action = Action.header
    public var unverifiedAction = UnverifiedAction.header
    public var includesDetails = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hallucination", "Checks of answers against their context. Spec config §9.3.",
        initial: HallucinationConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Check answers.")
        Key("use_nli", \.usesNLI, .boolean, "Check spans for entailment too.")
        Key("hallucination_action", \.action, .enumeration(), "What happens to an answer with unsupported spans.")
        Key("unverified_factual_action", \.unverifiedAction, .enumeration(), "What happens to facts without context.")
        Key("include_hallucination_details", \.includesDetails, .boolean, "Name the spans.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("hallucination", schema) {
        $0.isEnabled
            ? .unavailableSafety("hallucination checks are not built yet; answers are not checked") : .available
    }
}
