/// The classifier of requests that ask for facts.
public struct FactCheckSettings: Sendable {
    public var modelReference = "fact_check_classifier"
    public var modelIdentifier = ""
    public var threshold = 0.6
    public var usesCPU = true
    public var usesMMBERT = true

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "fact_check", "The classifier of requests that ask for facts.", initial: FactCheckSettings()
    ) {
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which a request asks for facts.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("use_mmbert_32k", \.usesMMBERT, .boolean, "The model is an mmBERT.")
    }
}

/// The detector of unsupported spans.
public struct HallucinationDetectorSettings: Sendable {
    /// What runs the detector.
    public enum Backend: String, Sendable, CaseIterable {
        case candle
        case endpoint
    }

    public var backend = Backend.candle
    public var endpoint = ""
    public var includesExplanation = false
    public var modelReference = "hallucination_detector"
    public var modelIdentifier = ""
    public var threshold = 0.8
    public var usesCPU = true
    public var minimumSpanLength = 2
    public var minimumSpanConfidence = 0.6
    public var contextWindowSize = 50
    public var filtersByInference = true
    public var entailmentThreshold = 0.75

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "detector", "The detector of unsupported spans.", initial: HallucinationDetectorSettings()
    ) {
        Key("backend", \.backend, .enumeration(caseInsensitive: true), "What runs the detector.")
        Key("endpoint", \.endpoint, .string, "URL of the remote detector.")
        Key("include_explanation", \.includesExplanation, .boolean, "Ask the remote detector for reasons.")
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder or name of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which a token counts as unsupported.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("min_span_length", \.minimumSpanLength, .count, "Tokens that a span needs.")
        Key("min_span_confidence", \.minimumSpanConfidence, .fraction, "Mean confidence that a span needs.")
        Key("context_window_size", \.contextWindowSize, .count, "Tokens around a span that are shown.")
        Key("enable_nli_filtering", \.filtersByInference, .boolean, "Drop spans that the context entails.")
        Key("nli_entailment_threshold", \.entailmentThreshold, .fraction, "Confidence of entailment that drops a span.")
    }.checking { value, node, context in
        guard value.backend == .endpoint else { return }
        if let problem = HTTPURLText.problem(value.endpoint) {
            context.error(.invalidValue, "the backend endpoint needs a URL: \(problem)", key: "endpoint", of: node)
        }
        if value.modelIdentifier.isEmpty {
            context.error(.missingKey, "the backend endpoint needs model_id", key: "model_id", of: node)
        }
    }
}

/// The model that explains unsupported spans.
public struct HallucinationExplainerSettings: Sendable {
    public var modelReference = "hallucination_explainer"
    public var modelIdentifier = ""
    public var threshold = 0.9
    public var usesCPU = true

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "explainer", "The model that explains unsupported spans.", initial: HallucinationExplainerSettings()
    ) {
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which an explanation counts.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
    }
}

/// Checks of answers against their context.
public struct HallucinationMitigation: Sendable {
    public var isEnabled = false
    public var action = ""
    public var factCheck = FactCheckSettings()
    public var detector = HallucinationDetectorSettings()
    public var explainer = HallucinationExplainerSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hallucination_mitigation", "Checks of answers against their context.", initial: HallucinationMitigation()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Check answers.")
        Key("on_hallucination_detected", \.action, .string, "Read for compatibility; decisions say what happens.")
        Key(
            "fact_check", \.factCheck, merging: FactCheckSettings.schema,
            "The classifier of requests that ask for facts.")
        Key("detector", \.detector, merging: HallucinationDetectorSettings.schema, "The detector of unsupported spans.")
        Key("explainer", \.explainer, merging: HallucinationExplainerSettings.schema, "The model that explains them.")
    }
}
