public import Policy

/// Weights of the scores of a tool.
public struct ToolRetrievalWeights: Sendable {
    public var semantic = 1.0
    public var history = 1.0
    public var decisionPrior = 0.0
    public var repetitionPenalty = 0.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "weights", "Weights of the scores of a tool.", initial: ToolRetrievalWeights()
    ) {
        Key("semantic", \.semantic, .nonNegative, "Similarity of meaning.")
        Key("history", \.history, .nonNegative, "What usually follows the last calls.")
        Key("decision_prior", \.decisionPrior, .nonNegative, "What the decision usually needs.")
        Key("repetition_penalty", \.repetitionPenalty, .nonNegative, "Deduction for a tool that was just called.")
    }
}

/// Choice of tools anew in every turn.
public struct DynamicToolRetrieval: Sendable {
    /// What the choice looks at.
    public enum Strategy: String, Sendable, CaseIterable {
        case semanticOnly = "semantic_only"
        case hybridHistory = "hybrid_history"
    }

    public var isEnabled = false
    public var strategy = Strategy.semanticOnly
    public var historyWindow = 0
    public var minimumHistoryConfidence = 0.0
    public var fallsBackOnLowConfidence = false
    public var weights = ToolRetrievalWeights()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "dynamic_retrieval", "Choice of tools anew in every turn.", initial: DynamicToolRetrieval()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Choose anew in every turn.")
        Key("strategy", \.strategy, .enumeration(), "What the choice looks at.")
        Key("history_window", \.historyWindow, .count, "Calls that are looked back; at least 1 for hybrid_history.")
        Key(
            "min_history_confidence", \.minimumHistoryConfidence, .fraction,
            "Least confidence of a prediction from history.")
        Key("fallback_on_low_confidence", \.fallsBackOnLowConfidence, .boolean, "Use meaning alone below that.")
        Key("weights", \.weights, merging: ToolRetrievalWeights.schema, "Weights of the scores.")
    }.checking { value, node, context in
        if value.isEnabled, value.strategy == .hybridHistory, value.historyWindow < 1 {
            context.error(
                .outOfRange, "hybrid_history needs a history_window of at least 1", key: "history_window", of: node)
        }
    }
}

/// Which of a request's tools reach the model. Spec config §9.6.
public struct ToolsConfiguration: Sendable {
    /// What happens to the tools.
    public enum Mode: String, Sendable, CaseIterable {
        case passthrough
        case none
        case filtered
    }

    public var isEnabled = false
    public var mode = Mode.passthrough
    public var selectsByMeaning: Bool?
    public var allowedTools: [String] = []
    public var blockedTools: [String] = []
    public var stripsToolHistory = false
    public var strategy = "default"
    public var dynamicRetrieval = DynamicToolRetrieval()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tools",
        "Which of a request's tools reach the model. Spec config §9.6.",
        initial: ToolsConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Act on tools.")
        Key("mode", \.mode, .enumeration(), "What happens to the tools.")
        Key(
            "semantic_selection", \.selectsByMeaning, .boolean,
            "Choose by meaning; true unless the mode is none when absent.")
        Key("allow_tools", \.allowedTools, .list(.nonEmptyString), "Tools that stay in the mode filtered.")
        Key("block_tools", \.blockedTools, .list(.nonEmptyString), "Tools that go in the mode filtered.")
        Key(
            "strip_tool_history", \.stripsToolHistory, .boolean,
            "Remove earlier calls and results too; with the mode none.")
        Key("strategy", \.strategy, .nonEmptyString, "Name of the retriever.")
        Key(
            "dynamic_retrieval", \.dynamicRetrieval, merging: DynamicToolRetrieval.schema,
            "Choice of tools anew in every turn.")
    }.checking { value, node, context in
        guard value.isEnabled else { return }
        let listKey = node["allow_tools"] != nil ? "allow_tools" : "block_tools"
        if value.mode == .filtered, value.allowedTools.isEmpty, value.blockedTools.isEmpty {
            context.error(.missingKey, "the mode filtered needs allow_tools or block_tools", key: "mode", of: node)
        }
        if value.mode != .filtered, !value.allowedTools.isEmpty || !value.blockedTools.isEmpty {
            context.error(.conflict, "allow_tools and block_tools belong to the mode filtered", key: listKey, of: node)
        }
        if value.stripsToolHistory, value.mode != .none {
            context.error(.conflict, "strip_tool_history needs mode: none", key: "strip_tool_history", of: node)
        }
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("tools", schema) {
        guard $0.isEnabled, $0.mode != .passthrough else { return .available }
        return .unavailableSafety("control of tools is not built yet; all tools of a request reach the model")
    }
}
