/// How texts are embedded and compared.
public struct EmbeddingConfiguration: Sendable {
    /// What runs the model.
    public enum Backend: String, Sendable, CaseIterable {
        case candle
        case openvino
        case openaiCompatible = "openai_compatible"
    }

    /// Which of the models is used.
    public enum ModelType: String, Sendable, CaseIterable {
        case mmbert
        case qwen3
        case gemma
        case bert
        case multimodal
        case remote
        case unset = ""
    }

    public var backend = Backend.candle
    public var modelType = ModelType.mmbert
    public var preloads = true
    public var targetDimension = 768
    public var targetLayer = 22
    public var matchesSoftly = true
    public var resultCount = 1
    public var minimumScoreThreshold = 0.5
    public var prototypeScoring = PrototypeScoring()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "embedding_config", "How texts are embedded and compared.", initial: EmbeddingConfiguration()
    ) {
        Key("backend", \.backend, .enumeration(caseInsensitive: true), "What runs the model.")
        Key(
            "model_type", \.modelType, .enumeration(caseInsensitive: true),
            "Which of the models is used; remote asks the endpoint.")
        Key("preload_embeddings", \.preloads, .boolean, "Embed all examples at start.")
        Key("target_dimension", \.targetDimension, .count, "Length to which embeddings are cut; 0 keeps the model's.")
        Key("target_layer", \.targetLayer, .count, "Layer after which the encoder stops; 0 runs all.")
        Key("enable_soft_matching", \.matchesSoftly, .boolean, "Take the nearest rule even below its threshold.")
        Key("top_k", \.resultCount, .count, "Rules that may match; 0 is no bound.")
        Key("min_score_threshold", \.minimumScoreThreshold, .fraction, "Least similarity of a soft match.")
        Key(
            "prototype_scoring", \.prototypeScoring, merging: PrototypeScoring.schema,
            "How examples are merged and scored.")
    }
}

/// An OpenAI-compatible embeddings server.
public struct EmbeddingEndpoint: Sendable {
    public var baseURL = ""
    public var model = ""
    public var apiKeyVariable = ""
    public var timeoutSeconds = 10
    public var maximumRetries = 0
    public var dimensions = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "endpoint", "An OpenAI-compatible embeddings server.", initial: EmbeddingEndpoint()
    ) {
        Key("base_url", \.baseURL, .httpURL, "Base URL, such as http://host:8000/v1.")
        Key("model", \.model, .string, "Model name that is sent.")
        Key("api_key_env", \.apiKeyVariable, .string, "Environment variable that holds the key.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("max_retries", \.maximumRetries, .count, "Attempts after a failed call.")
        Key("dimensions", \.dimensions, .count, "Length of its embeddings; 0 takes what comes.")
    }
}

/// The models that embed texts. Spec config §11.5.1.
public struct SemanticEmbeddings: Sendable {
    public var qwen3ModelPath = ""
    public var gemmaModelPath = ""
    public var mmbertModelPath = "models/mmbert-embed-32k-2d-matryoshka"
    public var multimodalModelPath = ""
    public var bertModelPath = ""
    public var usesCPU = true
    public var configuration = EmbeddingConfiguration()
    public var endpoint = EmbeddingEndpoint()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "semantic", "The models that embed texts. Spec config §11.5.1.", initial: SemanticEmbeddings()
    ) {
        Key("qwen3_model_path", \.qwen3ModelPath, .string, "Folder of the Qwen3 model.")
        Key("gemma_model_path", \.gemmaModelPath, .string, "Folder of the Gemma model.")
        Key("mmbert_model_path", \.mmbertModelPath, .string, "Folder of the mmBERT model.")
        Key("multimodal_model_path", \.multimodalModelPath, .string, "Folder of the model for text and images.")
        Key("bert_model_path", \.bertModelPath, .string, "Folder of the BERT model.")
        Key("use_cpu", \.usesCPU, .boolean, "Run on the processor.")
        Key(
            "embedding_config", \.configuration, merging: EmbeddingConfiguration.schema,
            "How texts are embedded and compared.")
        Key("endpoint", \.endpoint, merging: EmbeddingEndpoint.schema, "An OpenAI-compatible embeddings server.")
    }.checking { value, node, context in
        let classic = ["mom-embedding-light", "all-MiniLM-L6-v2", "all-MiniLM-L12-v2"]
        if let folder = value.mmbertModelPath.split(separator: "/").last, classic.contains(String(folder)) {
            context.error(
                .invalidValue, "\(folder) is a BERT model: name it in bert_model_path", key: "mmbert_model_path",
                of: node)
        }
        guard value.isRemote else { return }
        if value.configuration.backend == .openaiCompatible, ![.remote, .unset].contains(value.configuration.modelType)
        {
            context.inside("embedding_config", of: node) {
                $1.error(
                    .conflict, "backend openai_compatible needs model_type: remote",
                    key: $0["model_type"] == nil ? "backend" : "model_type", of: $0)
            }
        }
        context.inside("endpoint", of: node) { endpoint, context in
            for (key, text) in [("base_url", value.endpoint.baseURL), ("model", value.endpoint.model)]
            where text.isEmpty {
                context.error(.missingKey, "remote embeddings need the key \"\(key)\"", key: key, of: endpoint)
            }
            let (given, target) = (value.endpoint.dimensions, value.configuration.targetDimension)
            if given > 0, target > 0, given != target {
                context.error(
                    .conflict, "dimensions \(given) differs from target_dimension \(target)", key: "dimensions",
                    of: endpoint)
            }
        }
    }

    /// Whether texts are embedded by the endpoint.
    public var isRemote: Bool { configuration.backend == .openaiCompatible || configuration.modelType == .remote }
}

/// The models that embed.
public struct EmbeddingsCatalog: Sendable {
    public var semantic = SemanticEmbeddings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "embeddings", "The models that embed.", initial: EmbeddingsCatalog()
    ) {
        Key("semantic", \.semantic, merging: SemanticEmbeddings.schema, "The models that embed texts.")
        Key<EmbeddingsCatalog>.removed("bert", instead: "use global.model_catalog.embeddings.semantic.bert_model_path")
    }
}
