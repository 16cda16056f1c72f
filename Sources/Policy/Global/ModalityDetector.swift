/// The classifier of wished-for output.
public struct ModalityClassifierSettings: Sendable {
    public var modelPath = ""
    public var usesCPU = true

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "classifier", "The classifier of wished-for output.", initial: ModalityClassifierSettings()
    ) {
        Key("model_path", \.modelPath, .string, "Folder of the model.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
    }
}

/// Detection of requests for images. Spec config §11.5.7.
public struct ModalityDetectorSettings: Sendable {
    /// What detects.
    public enum Method: String, Sendable, CaseIterable {
        case unset = ""
        case classifier
        case keyword
        case hybrid
    }

    public var isEnabled = false
    public var promptPrefixes: [String] = []
    public var method = Method.unset
    public var classifier = ModalityClassifierSettings()
    public var keywords: [String] = []
    public var bothKeywords: [String] = []
    public var confidenceThreshold = 0.0
    public var lowerThresholdRatio = 0.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "modality_detector", "Detection of requests for images. Spec config §11.5.7.",
        initial: ModalityDetectorSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Detect.")
        Key(
            "prompt_prefixes", \.promptPrefixes, .list(.nonEmptyString),
            "Openings that ask for an image and are cut from the prompt.")
        Key("method", \.method, .enumeration(), "What detects; needed when enabled.")
        Key("classifier", \.classifier, merging: ModalityClassifierSettings.schema, "The classifier.")
        Key("keywords", \.keywords, .list(.nonEmptyString), "Words that ask for an image.")
        Key("both_keywords", \.bothKeywords, .list(.nonEmptyString), "Words that ask for text and an image.")
        Key("confidence_threshold", \.confidenceThreshold, .fraction, "Confidence from which the classifier decides.")
        Key(
            "lower_threshold_ratio", \.lowerThresholdRatio, .fraction,
            "Share of that threshold from which keywords may decide.")
    }.checking { value, node, context in
        guard value.isEnabled else { return }
        let hasClassifier = !value.classifier.modelPath.isEmpty
        let needsThreshold = value.method == .classifier || value.method == .hybrid
        if value.method == .unset {
            context.error(.missingKey, "an enabled detector needs a method", key: "method", of: node)
        }
        if value.method == .classifier, !hasClassifier {
            context.error(.missingKey, "the method classifier needs classifier.model_path", key: "method", of: node)
        }
        if value.method == .keyword, value.keywords.isEmpty {
            context.error(.missingKey, "the method keyword needs keywords", key: "method", of: node)
        }
        if value.method == .hybrid, !hasClassifier, value.keywords.isEmpty {
            context.error(
                .missingKey, "the method hybrid needs classifier.model_path or keywords", key: "method", of: node)
        }
        if needsThreshold, value.confidenceThreshold == 0 {
            context.error(
                .missingKey, "the method needs a confidence_threshold above 0", key: "confidence_threshold", of: node)
        }
        if value.method == .hybrid, value.lowerThresholdRatio == 0 {
            context.error(
                .missingKey, "the method hybrid needs a lower_threshold_ratio above 0", key: "lower_threshold_ratio",
                of: node)
        }
    }
}
