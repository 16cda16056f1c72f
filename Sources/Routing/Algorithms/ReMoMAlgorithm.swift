public import Policy

/// Rounds of parallel answers that are merged. Spec config §8.9.
public struct ReMoMConfiguration: Sendable {
    /// How calls are shared among models.
    public enum Distribution: String, Sendable, CaseIterable {
        case weighted
        case equal
        case roundRobin = "round_robin"
        case firstOnly = "first_only"
    }

    /// What of an answer enters the next round.
    public enum Compaction: String, Sendable, CaseIterable {
        case full
        case lastNTokens = "last_n_tokens"
    }

    /// What a failed call means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case skip
        case fail
    }

    public var breadthSchedule: [Int] = [4]
    public var distribution = Distribution.weighted
    public var temperature = 1.0
    public var includesReasoning = false
    public var compaction = Compaction.full
    public var compactionTokens = 1000
    public var synthesisTemplate = ""
    public var synthesisModel = ""
    public var maximumConcurrent = 0
    public var roundTimeoutSeconds = 0
    public var minimumSuccessfulResponses = 0
    public var maximumResponsesPerRound = 0
    public var maximumCompletionTokens: Int?
    public var failureAction = FailureAction.skip
    public var shuffleSeed = 42
    public var includesIntermediateResponses: Bool?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "remom",
        "Rounds of parallel answers that are merged. Spec config §8.9.",
        initial: ReMoMConfiguration()
    ) {
        Key(
            "breadth_schedule", \.breadthSchedule, .list(.integer(1...Int.max)),
            "Calls of each round; a last round of 1 is always added.")
        Key("model_distribution", \.distribution, .enumeration(), "How calls are shared among models.")
        Key("temperature", \.temperature, .nonNegative, "Sampling temperature.")
        Key("include_reasoning", \.includesReasoning, .boolean, "Keep reasoning in what enters the next round.")
        Key("compaction_strategy", \.compaction, .enumeration(), "What of an answer enters the next round.")
        Key("compaction_tokens", \.compactionTokens, .count, "Tokens kept by last_n_tokens.")
        Key("synthesis_template", \.synthesisTemplate, .string, "Prompt of the merging call; built in when empty.")
        Key("synthesis_model", \.synthesisModel, .string, "Model of the merging call; one of the decision's.")
        Key("max_concurrent", \.maximumConcurrent, .count, "Calls at once; 0 is all.")
        Key("round_timeout_seconds", \.roundTimeoutSeconds, .count, "Seconds to wait for a round; 0 is no bound.")
        Key("min_successful_responses", \.minimumSuccessfulResponses, .count, "Answers that a round needs.")
        Key(
            "max_responses_per_round", \.maximumResponsesPerRound, .count,
            "Answers that enter the next round; 0 is all.")
        Key("max_completion_tokens", \.maximumCompletionTokens, .integer(1...Int.max), "Most tokens of an answer.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed call means.")
        Key("shuffle_seed", \.shuffleSeed, .integer(), "Seed of the order in which answers are shown.")
        Key(
            "include_intermediate_responses", \.includesIntermediateResponses, .boolean,
            "Report the answers of every round; true while the block is absent, else false.")
    }.checking { value, node, context in
        if let schedule = node["breadth_schedule"], schedule.elements?.isEmpty == true {
            context.error(.invalidValue, "breadth_schedule needs at least one round", key: "breadth_schedule", of: node)
        }
    }
}

/// Rounds of parallel answers that are merged. Spec config §8.9.
public enum ReMoMAlgorithm {
    /// The configuration.
    public typealias Configuration = ReMoMConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("remom", Configuration.schema, availability: .notBuilt) {
        decision, use, _, context in
        guard let configuration = use.configuration as? Configuration else { return }
        context.requireCandidate(configuration.synthesisModel, "synthesis_model", of: decision, at: use.position)
    }
}
