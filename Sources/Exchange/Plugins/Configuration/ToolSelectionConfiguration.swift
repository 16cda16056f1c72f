public import Policy

/// Tools that are added from a database or thinned out. Spec config §9.7.
public struct ToolSelectionConfiguration: Sendable {
    /// What happens to the tools.
    public enum Mode: String, Sendable, CaseIterable {
        case add
        case filter
    }

    public var isEnabled = false
    public var mode = Mode.add
    public var databasePath = ""
    public var resultCount = 0
    public var similarityThreshold: Double?
    public var strategy = "default"
    public var fallsBackToNone: Bool?
    public var advancedFiltering = AdvancedToolFiltering()
    public var relevanceThreshold: Double?
    public var preservedCount = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tool_selection",
        "Tools that are added from a database or thinned out. Spec config §9.7.",
        initial: ToolSelectionConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Choose tools.")
        Key("mode", \.mode, .enumeration(), "What happens to the tools.")
        Key("tools_db_path", \.databasePath, .string, "File with the tools; the integration's when empty.")
        Key("top_k", \.resultCount, .count, "Tools that are added; 0 takes the integration's.")
        Key(
            "similarity_threshold", \.similarityThreshold, .fraction,
            "Least similarity of a tool; the integration's when unset.")
        Key("strategy", \.strategy, .nonEmptyString, "Name of the retriever.")
        Key(
            "fallback_to_empty", \.fallsBackToNone, .boolean,
            "Offer no tool when none fits; the integration's when unset.")
        Key(
            "advanced_filtering", \.advancedFiltering, merging: AdvancedToolFiltering.schema,
            "Choice by more than similarity, over the integration's.")
        Key(
            "relevance_threshold", \.relevanceThreshold, .fraction,
            "Least relevance of a tool that stays; 0.25 when unset.")
        Key("preserve_count", \.preservedCount, .count, "Tools that always stay.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("tool_selection", schema) {
        $0.isEnabled ? .unavailable("choice of tools is not built yet; requests keep their tools") : .available
    }
}
