public import Policy

/// A system prompt for the decision's models. Spec config §9.3.
public struct SystemPromptConfiguration: Sendable {
    /// What happens to the client's own.
    public enum Mode: String, Sendable, CaseIterable {
        case insert
        case replace
    }

    public var isEnabledByFile: Bool?
    public var systemPrompt = ""
    public var mode = Mode.insert

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "system_prompt", "A system prompt for the decision's models. Spec config §9.3.",
        initial: SystemPromptConfiguration()
    ) {
        Key("enabled", \.isEnabledByFile, .boolean, "Set the prompt; true when there is one and the key is absent.")
        Key("system_prompt", \.systemPrompt, .string, "The prompt.")
        Key(
            "mode", \.mode, .enumeration(),
            "What happens to the client's own: the prompt stands before it or in its place.")
    }

    /// Whether the prompt is set.
    public var isEnabled: Bool { !systemPrompt.isEmpty && isEnabledByFile ?? true }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("system_prompt", schema)
}
