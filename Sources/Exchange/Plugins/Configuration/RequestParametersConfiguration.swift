public import Policy

/// Bounds on parameters of a request. Spec config §9.3.
public struct RequestParametersConfiguration: Sendable {
    public var blockedParameters: [String] = []
    public var maxTokensLimit: Int?
    public var maxChoices: Int?
    public var stripsUnknown = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "request_params", "Bounds on parameters of a request. Spec config §9.3.",
        initial: RequestParametersConfiguration()
    ) {
        Key("blocked_params", \.blockedParameters, .list(.nonEmptyString), "Parameters that are removed.")
        Key("max_tokens_limit", \.maxTokensLimit, .integer(1...Int.max), "Most tokens that a request may ask for.")
        Key("max_n", \.maxChoices, .integer(1...Int.max), "Most answers that a request may ask for.")
        Key("strip_unknown", \.stripsUnknown, .boolean, "Remove parameters that the API does not know.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("request_params", schema)
}
