public import Policy

/// An answer without a model. Spec config §9.3.
public struct FastResponseConfiguration: Sendable {
    public var message = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "fast_response", "An answer without a model. Spec config §9.3.", initial: FastResponseConfiguration()
    ) {
        Key("message", \.message, .nonEmptyString, "The answer.", required: true)
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("fast_response", schema)
}
