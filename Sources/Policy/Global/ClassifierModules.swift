/// The classifier of domains.
public struct DomainClassifierSettings: Sendable {
    public var isEnabled = true
    public var modelReference = "domain_classifier"
    public var modelIdentifier = ""
    public var threshold = 0.5
    public var usesCPU = true
    public var usesModernBERT = false
    public var usesMMBERT = true
    public var categoryMappingPath = "models/mmbert32k-intent-classifier-merged/category_mapping.json"
    public var fallbackCategory = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "domain", "The classifier of domains.", initial: DomainClassifierSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Run it when a policy asks for domains.")
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which a domain matches.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("use_modernbert", \.usesModernBERT, .boolean, "The model is a ModernBERT.")
        Key("use_mmbert_32k", \.usesMMBERT, .boolean, "The model is an mmBERT.")
        Key("category_mapping_path", \.categoryMappingPath, .string, "File with the model's labels.")
        Key("fallback_category", \.fallbackCategory, .string, "Domain below the threshold; none when empty.")
    }
}

/// The detector of personal data.
public struct PIIClassifierSettings: Sendable {
    public var isEnabled = true
    public var modelReference = "pii_classifier"
    public var modelIdentifier = ""
    public var threshold = 0.9
    public var usesCPU = true
    public var usesMMBERT = true
    public var piiMappingPath = "models/mmbert32k-pii-detector-merged/pii_type_mapping.json"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "pii", "The detector of personal data.", initial: PIIClassifierSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Run it when a policy asks for personal data.")
        Key("model_ref", \.modelReference, .systemModel, "Capability whose model is used.")
        Key("model_id", \.modelIdentifier, .string, "Folder of the model, in place of model_ref.")
        Key("threshold", \.threshold, .fraction, "Confidence from which a span counts.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key("use_mmbert_32k", \.usesMMBERT, .boolean, "The model is an mmBERT.")
        Key("pii_mapping_path", \.piiMappingPath, .string, "File with the model's labels.")
    }
}

/// A classifier behind the Model Context Protocol.
public struct MCPClassifierSettings: Sendable {
    /// How it is reached.
    public enum Transport: String, Sendable, CaseIterable {
        case unset = ""
        case stdio
        case streamableHttp = "streamable-http"
    }

    public var isEnabled = false
    public var transport = Transport.unset
    public var command = ""
    public var arguments: [String] = []
    public var environment: [String: Secret] = [:]
    public var url = ""
    public var toolName = ""
    public var threshold = 0.0
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "mcp", "A classifier behind the Model Context Protocol.", initial: MCPClassifierSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Ask it.")
        Key("transport_type", \.transport, .enumeration(), "How it is reached.")
        Key("command", \.command, .string, "Program that is started for stdio.")
        Key("args", \.arguments, .list(.string), "Its arguments.")
        Key("env", \.environment, .map(.secret), "Its environment.")
        Key("url", \.url, .httpURL, "Server for streamable-http.")
        Key("tool_name", \.toolName, .string, "Tool that classifies.")
        Key("threshold", \.threshold, .fraction, "Confidence from which its answer counts.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer; 0 leaves it to the caller.")
    }
}

/// The classifier of preferences.
public struct PreferenceClassifierSettings: Sendable {
    public var usesContrastive = true
    public var embeddingModel = ""
    public var prototypeScoring = PrototypeScoring()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "preference", "The classifier of preferences.", initial: PreferenceClassifierSettings()
    ) {
        Key("use_contrastive", \.usesContrastive, .boolean, "Compare with examples in place of asking a model.")
        Key("embedding_model", \.embeddingModel, .string, "Embedding model that is used.")
        Key(
            "prototype_scoring", \.prototypeScoring, merging: PrototypeScoring.schema,
            "How examples are merged and scored.")
    }
}

/// The classifiers behind signals.
public struct ClassifierModules: Sendable {
    public var domain = DomainClassifierSettings()
    public var pii = PIIClassifierSettings()
    public var mcp = MCPClassifierSettings()
    public var preference = PreferenceClassifierSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "classifier", "The classifiers behind signals.", initial: ClassifierModules()
    ) {
        Key("domain", \.domain, merging: DomainClassifierSettings.schema, "The classifier of domains.")
        Key("pii", \.pii, merging: PIIClassifierSettings.schema, "The detector of personal data.")
        Key("mcp", \.mcp, merging: MCPClassifierSettings.schema, "A classifier behind the Model Context Protocol.")
        Key("preference", \.preference, merging: PreferenceClassifierSettings.schema, "The classifier of preferences.")
    }
}

/// The measure of complexity.
public struct ComplexityModule: Sendable {
    public var prototypeScoring = PrototypeScoring()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "complexity", "The measure of complexity.", initial: ComplexityModule()
    ) {
        Key(
            "prototype_scoring", \.prototypeScoring, merging: PrototypeScoring.schema,
            "How examples are merged and scored.")
    }
}
