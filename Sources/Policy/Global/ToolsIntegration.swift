/// Weights of the scores of a tool.
public struct ToolScoreWeights: Sendable {
    public var embedding: Double?
    public var lexical: Double?
    public var tag: Double?
    public var name: Double?
    public var category: Double?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "weights", "Weights of the scores of a tool.", initial: ToolScoreWeights()
    ) {
        Key("embed", \.embedding, .fraction, "Similarity of meaning.")
        Key("lexical", \.lexical, .fraction, "Shared words.")
        Key("tag", \.tag, .fraction, "Shared tags.")
        Key("name", \.name, .fraction, "Words of the tool's name.")
        Key("category", \.category, .fraction, "The request's category.")
    }
}

/// How earlier tool calls count.
public struct ToolHistorySettings: Sendable {
    public var historyHorizon: Int?
    public var minimumHistorySteps: Int?
    public var historyConfidenceThreshold: Double?
    public var semanticWeight: Double?
    public var transitionWeight: Double?
    public var decisionPriorWeight: Double?
    public var repetitionPenalty: Double?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hybrid_history", "How earlier tool calls count.", initial: ToolHistorySettings()
    ) {
        Key("history_horizon", \.historyHorizon, .count, "Calls that are looked back; 8 when unset.")
        Key("min_history_steps", \.minimumHistorySteps, .count, "Calls needed before history counts.")
        Key(
            "history_confidence_threshold", \.historyConfidenceThreshold, .fraction,
            "Least confidence of a prediction from history.")
        Key("weight_semantic", \.semanticWeight, .fraction, "Weight of meaning.")
        Key("weight_history_transition", \.transitionWeight, .fraction, "Weight of what usually follows.")
        Key("weight_decision_prior", \.decisionPriorWeight, .fraction, "Weight of what the decision usually needs.")
        Key("repetition_penalty_strength", \.repetitionPenalty, .fraction, "Deduction for a tool that was just called.")
    }
}

/// Choice of tools by more than similarity. Spec config §11.4.1.
public struct AdvancedToolFiltering: Sendable {
    /// How tools are found.
    public enum Retrieval: String, Sendable, CaseIterable {
        case weighted
        case hybridHistory = "hybrid_history"
    }

    public var isEnabled: Bool?
    public var retrievalStrategy: Retrieval?
    public var candidatePoolSize: Int?
    public var minimumLexicalOverlap: Int?
    public var minimumCombinedScore: Double?
    public var weights = ToolScoreWeights()
    public var usesCategoryFilter: Bool?
    public var categoryConfidenceThreshold: Double?
    public var allowedTools: [String] = []
    public var blockedTools: [String] = []
    public var history = ToolHistorySettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "advanced_filtering",
        "Choice of tools by more than similarity. Spec config §11.4.1.",
        initial: AdvancedToolFiltering()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Choose by more than similarity.")
        Key("retrieval_strategy", \.retrievalStrategy, .enumeration(), "How tools are found; weighted when unset.")
        Key("candidate_pool_size", \.candidatePoolSize, .count, "Tools that are scored.")
        Key("min_lexical_overlap", \.minimumLexicalOverlap, .count, "Words that must be shared.")
        Key("min_combined_score", \.minimumCombinedScore, .fraction, "Least combined score.")
        Key("weights", \.weights, merging: ToolScoreWeights.schema, "Weights of the scores.")
        Key("use_category_filter", \.usesCategoryFilter, .boolean, "Keep tools of the request's category only.")
        Key(
            "category_confidence_threshold", \.categoryConfidenceThreshold, .fraction,
            "Least confidence of that category.")
        Key("allow_tools", \.allowedTools, .list(.nonEmptyString), "Tools that may be chosen; empty allows all.")
        Key("block_tools", \.blockedTools, .list(.nonEmptyString), "Tools that are never chosen.")
        Key("hybrid_history", \.history, merging: ToolHistorySettings.schema, "How earlier tool calls count.")
    }
}

/// Tools that are offered to models. Spec config §11.4.1.
public struct ToolsIntegration: Sendable {
    public var isEnabled = false
    public var resultCount = 3
    public var similarityThreshold: Double?
    public var databasePath = "config/tools_db.json"
    public var fallsBackToNone = true
    public var advancedFiltering = AdvancedToolFiltering()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tools", "Tools that are offered to models. Spec config §11.4.1.", initial: ToolsIntegration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Choose tools for requests that ask for it.")
        Key("top_k", \.resultCount, .count, "Tools per request.")
        Key("similarity_threshold", \.similarityThreshold, .fraction, "Least similarity of a tool.")
        Key("tools_db_path", \.databasePath, .string, "File with the tools.")
        Key("fallback_to_empty", \.fallsBackToNone, .boolean, "Offer no tool, rather than all, when none fits.")
        Key(
            "advanced_filtering", \.advancedFiltering, merging: AdvancedToolFiltering.schema,
            "Choice of tools by more than similarity.")
    }
}
