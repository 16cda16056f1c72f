public import Policy

/// Weights of the two measures of the method hybrid.
public struct ConfidenceHybridWeights: Sendable {
    public var logprobWeight = 0.5
    public var marginWeight = 0.5

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hybrid_weights", "Weights of the two measures of the method hybrid.", initial: ConfidenceHybridWeights()
    ) {
        Key("logprob_weight", \.logprobWeight, .fraction, "Weight of the mean log probability.")
        Key("margin_weight", \.marginWeight, .fraction, "Weight of the margin between the best two tokens.")
    }
}

/// Small model first, larger ones while confidence is low. Spec config §8.7.
public struct ConfidenceConfiguration: Sendable {
    /// How confidence is measured.
    public enum Method: String, Sendable, CaseIterable {
        case avgLogprob = "avg_logprob"
        case margin
        case hybrid
        case selfVerify = "self_verify"
        case automixEntailment = "automix_entailment"
    }

    /// What a failed call means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case unset = ""
        case skip
        case fail
    }

    /// The order of the candidates.
    public enum Escalation: String, Sendable, CaseIterable {
        case size
        case smallToLarge = "small_to_large"
        case declared
        case cost
        case automix
    }

    /// The tokens that are measured.
    public enum TokenFilter: String, Sendable, CaseIterable {
        case all
        case toolCallArgs = "tool_call_args"
    }

    public var method = Method.avgLogprob
    public var threshold = 0.0
    public var hybridWeights: ConfidenceHybridWeights?
    public var failureAction = FailureAction.unset
    public var escalation = Escalation.size
    public var costQualityTradeoff = 0.3
    public var tokenFilter = TokenFilter.all
    public var verifierServerURL = ""
    public var verifierTimeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "confidence",
        "Small model first, larger ones while confidence is low. Spec config §8.7.",
        initial: ConfidenceConfiguration()
    ) {
        Key("confidence_method", \.method, .enumeration(), "How confidence is measured.")
        Key("threshold", \.threshold, .fraction, "Confidence from which an answer is kept; 0 takes the method's own.")
        Key("hybrid_weights", \.hybridWeights, .object(ConfidenceHybridWeights.schema), "Weights of the method hybrid.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed call means.")
        Key("escalation_order", \.escalation, .enumeration(), "The order of the candidates.")
        Key("cost_quality_tradeoff", \.costQualityTradeoff, .fraction, "Share of cost in the order automix.")
        Key("token_filter", \.tokenFilter, .enumeration(), "The tokens that are measured.")
        Key("verifier_server_url", \.verifierServerURL, .httpURL, "Server of the method automix_entailment.")
        Key("verifier_timeout_seconds", \.verifierTimeoutSeconds, .count, "Seconds to wait for it; 0 is 60.")
    }.checking { value, node, context in
        if let weights = value.hybridWeights {
            if value.method != .hybrid {
                context.error(.conflict, "hybrid_weights belong to the method hybrid", key: "hybrid_weights", of: node)
            } else if abs(weights.logprobWeight + weights.marginWeight - 1) > 1e-9 {
                context.error(.outOfRange, "the hybrid weights must add up to 1", key: "hybrid_weights", of: node)
            }
        }
        if value.method == .automixEntailment, value.verifierServerURL.isEmpty {
            context.error(
                .missingKey, "automix_entailment needs a verifier_server_url", key: "verifier_server_url", of: node)
        }
        if value.method != .automixEntailment {
            if !value.verifierServerURL.isEmpty {
                context.error(
                    .conflict, "only automix_entailment asks a verifier", key: "verifier_server_url", of: node)
            }
            if value.verifierTimeoutSeconds != 0 {
                context.error(
                    .conflict, "only automix_entailment asks a verifier", key: "verifier_timeout_seconds", of: node)
            }
        }
    }

    /// The threshold that is in effect. Spec config §8.7.
    public var effectiveThreshold: Double {
        if threshold != 0 { return threshold }
        switch method {
        case .avgLogprob: return -1
        case .margin, .hybrid: return 0.5
        case .selfVerify, .automixEntailment: return 0.7
        }
    }
}

/// Small model first, larger ones while confidence is low. Spec config §8.7.
public enum ConfidenceAlgorithm {
    /// The configuration.
    public typealias Configuration = ConfidenceConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("confidence", Configuration.schema, availability: .notBuilt)
}
