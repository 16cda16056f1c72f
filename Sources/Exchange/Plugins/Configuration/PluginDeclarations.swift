public import Policy

/// The plugins of this build, one line each.
public enum PluginDeclarations {
    /// Every plugin.
    public static let all: [PluginFamily] = [
        ResponseCacheConfiguration.family,
        ContextCompressionConfiguration.family,
        SystemPromptConfiguration.family,
        HeaderMutationConfiguration.family,
        HallucinationConfiguration.family,
        ResponseJailbreakConfiguration.family,
        RouterReplayConfiguration.family,
        MemoryConfiguration.family,
        RetrievalConfiguration.family,
        ImageGenerationConfiguration.family,
        FastResponseConfiguration.family,
        RequestParametersConfiguration.family,
        ToolsConfiguration.family,
        ToolSelectionConfiguration.family,
    ]
}
