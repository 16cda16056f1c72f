public import Policy

/// Other parameters for one analysis model.
public struct FusionAnalysisOverride: Sendable {
    public var model = ""
    public var temperature: Double?
    public var maximumCompletionTokens: Int?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "analysis_overrides entry", "Other parameters for one analysis model.", initial: FusionAnalysisOverride()
    ) {
        Key("model", \.model, .nonEmptyString, "The model.", required: true)
        Key("temperature", \.temperature, .nonNegative, "Its sampling temperature.")
        Key("max_completion_tokens", \.maximumCompletionTokens, .count, "Most tokens of its answer.")
    }
}

/// Checks of the panel's answers before the judge sees them.
public struct FusionGrounding: Sendable {
    /// What answers are compared with.
    public enum Reference: String, Sendable, CaseIterable {
        case hybrid
        case context
        case panel
    }

    /// What happens to weak answers.
    public enum WeakAnswers: String, Sendable, CaseIterable {
        case weight
        case annotate
        case filter
    }

    /// What a failed check means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case unset = ""
        case skip
        case fail
    }

    public var isEnabled = false
    public var reference = Reference.hybrid
    public var weakAnswers = WeakAnswers.weight
    public var minimumScore = 0.0
    public var minimumKeep = 1
    public var contradictionPenalty = 1.0
    public var failureAction = FailureAction.unset

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "grounding", "Checks of the panel's answers before the judge sees them.", initial: FusionGrounding()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Check answers.")
        Key("reference", \.reference, .enumeration(), "What answers are compared with.")
        Key("policy", \.weakAnswers, .enumeration(), "What happens to weak answers.")
        Key("min_score", \.minimumScore, .fraction, "Least score of an answer.")
        Key("min_keep", \.minimumKeep, .count, "Answers that always stay.")
        Key("nli_contradiction_penalty", \.contradictionPenalty, .nonNegative, "Deduction for a contradiction.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed check means; empty takes fusion's.")
    }
}

/// A panel answers and a judge writes the answer. Spec config §8.10.
public struct FusionConfiguration: Sendable {
    /// What a failed call means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case skip
        case fail
    }

    public var model = ""
    public var analysisModels: [String] = []
    public var analysisOverrides: [FusionAnalysisOverride] = []
    public var maximumConcurrent = 0
    public var minimumSuccessfulResponses = 0
    public var maximumCompletionTokens = 0
    public var roundTimeoutSeconds = 0
    public var temperature: Double?
    public var includesAnalysis = true
    public var includesIntermediateResponses = true
    public var failureAction = FailureAction.skip
    public var analysisTemplate = ""
    public var synthesisTemplate = ""
    public var judgePromptVersion = "fusion-v1"
    public var grounding = FusionGrounding()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "fusion",
        "A panel answers and a judge writes the answer. Spec config §8.10.",
        initial: FusionConfiguration()
    ) {
        Key("model", \.model, .string, "The judge.")
        Key("analysis_models", \.analysisModels, .list(.nonEmptyString), "The panel; the decision's models when empty.")
        Key(
            "analysis_overrides", \.analysisOverrides, .list(.object(FusionAnalysisOverride.schema)),
            "Other parameters for single models of the panel.")
        Key("max_concurrent", \.maximumConcurrent, .count, "Calls at once; 0 is the whole panel.")
        Key("min_successful_responses", \.minimumSuccessfulResponses, .count, "Answers that the judge needs; 0 is all.")
        Key(
            "max_completion_tokens", \.maximumCompletionTokens, .count,
            "Most tokens of an answer; 0 leaves it to the backend.")
        Key("round_timeout_seconds", \.roundTimeoutSeconds, .count, "Seconds to wait for the panel; 0 is no bound.")
        Key("temperature", \.temperature, .nonNegative, "Sampling temperature.")
        Key("include_analysis", \.includesAnalysis, .boolean, "Report the judge's analysis.")
        Key("include_intermediate_responses", \.includesIntermediateResponses, .boolean, "Report the panel's answers.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed call means.")
        Key("analysis_template", \.analysisTemplate, .string, "Prompt of the panel; built in when empty.")
        Key("synthesis_template", \.synthesisTemplate, .string, "Prompt of the judge; built in when empty.")
        Key("judge_prompt_version", \.judgePromptVersion, .string, "Version of the judge's built-in prompt.")
        Key("grounding", \.grounding, merging: FusionGrounding.schema, "Checks of the panel's answers.")
    }.checking { value, node, context in
        context.rejectDuplicates(
            value.analysisOverrides.map(\.model), "override for", under: "analysis_overrides", key: "model", of: node)
    }
}

/// A panel answers and a judge writes the answer. Spec config §8.10.
public enum FusionAlgorithm {
    /// The configuration.
    public typealias Configuration = FusionConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("fusion", Configuration.schema, availability: .notBuilt)
}
