/// Vectors in this process.
public struct InMemoryVectorSettings: Sendable {
    public var maximumEntriesPerStore = 100000

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "memory", "Vectors in this process.", initial: InMemoryVectorSettings()
    ) {
        Key("max_entries_per_store", \.maximumEntriesPerStore, .integer(1...Int.max), "Most passages of a store.")
    }
}

/// A Llama Stack server.
public struct LlamaStackSettings: Sendable {
    /// How passages are found.
    public enum Search: String, Sendable, CaseIterable {
        case unset = ""
        case vector
        case hybrid
    }

    public var endpoint = ""
    public var token = Secret("")
    public var embeddingModel = ""
    public var requestTimeoutSeconds = 30
    public var search = Search.vector

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "llama_stack", "A Llama Stack server.", initial: LlamaStackSettings()
    ) {
        Key("endpoint", \.endpoint, .httpURL, "Base URL of the server.")
        Key("auth_token", \.token, .secret, "Bearer token.")
        Key("embedding_model", \.embeddingModel, .string, "Embedding model of the server.")
        Key("request_timeout_seconds", \.requestTimeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("search_type", \.search, .enumeration(), "How passages are found; empty is vector.")
    }
}

/// The Valkey server that keeps passages.
public struct VectorValkeySettings: Sendable {
    public var host = ""
    public var port = 6379
    public var database = 0
    public var password = Secret("")
    public var connectTimeoutSeconds = 10
    public var collectionPrefix = "vsr_vs_"
    public var metric = VectorFieldSettings.Metric.cosine
    public var linkCount = 16
    public var constructionBreadth = 200

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "valkey", "The Valkey server that keeps passages.", initial: VectorValkeySettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port.")
        Key("database", \.database, .count, "Number of the logical database.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("connect_timeout", \.connectTimeoutSeconds, .count, "Seconds to wait for a connection.")
        Key("collection_prefix", \.collectionPrefix, .string, "Text before every key.")
        Key("metric_type", \.metric, .enumeration(caseInsensitive: true), "How two vectors are compared.")
        Key("index_m", \.linkCount, .count, "Links of a node in the index.")
        Key("index_ef_construction", \.constructionBreadth, .count, "Candidates looked at while building the index.")
    }
}

/// The Qdrant server that keeps passages.
public struct VectorQdrantSettings: Sendable {
    public var host = ""
    public var port = 6334
    public var apiKey = Secret("")
    public var usesTLS = false
    public var connectTimeoutSeconds = 10
    public var collectionPrefix = "vsr_vs_"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "qdrant", "The Qdrant server that keeps passages.", initial: VectorQdrantSettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "gRPC port.")
        Key("api_key", \.apiKey, .secret, "API key, when the server wants one.")
        Key("use_tls", \.usesTLS, .boolean, "Connect with TLS.")
        Key("connect_timeout", \.connectTimeoutSeconds, .count, "Seconds to wait for a connection.")
        Key("collection_prefix", \.collectionPrefix, .string, "Text before every collection.")
    }
}

/// Where uploaded documents are kept. Spec config §11.3.3.
public struct VectorStoreSettings: Sendable {
    /// The engine that keeps passages.
    public enum Backend: String, Sendable, CaseIterable {
        case memory
        case milvus
        case llamaStack = "llama_stack"
        case valkey
        case qdrant
    }

    /// The engine that keeps the list of documents.
    public enum MetadataStore: String, Sendable, CaseIterable {
        case memory
        case postgres
    }

    public var isEnabled = false
    public var backend: Backend?
    public var fileStorageDirectory = "/var/lib/vsr/data"
    public var maximumFileSizeMegabytes = 50
    public var embeddingModel = "bert"
    public var embeddingDimension: Int?
    public var ingestionWorkers = 2
    public var ingestionDrainTimeoutSeconds = 30
    public var supportedFormats: [String] = [".txt", ".md", ".json", ".csv", ".html", ".pdf"]
    public var memory = InMemoryVectorSettings()
    public var milvus: MilvusSettings?
    public var llamaStack: LlamaStackSettings?
    public var valkey: VectorValkeySettings?
    public var qdrant: VectorQdrantSettings?
    public var metadataStore = MetadataStore.memory
    public var metadataPostgres: PostgresSettings?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "vector_store", "Where uploaded documents are kept. Spec config §11.3.3.", initial: VectorStoreSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep documents.")
        Key("backend_type", \.backend, .enumeration(), "The engine that keeps passages; needed when enabled.")
        Key("file_storage_dir", \.fileStorageDirectory, .string, "Folder for uploaded files.")
        Key("max_file_size_mb", \.maximumFileSizeMegabytes, .integer(1...Int.max), "Most megabytes of a file.")
        Key("embedding_model", \.embeddingModel, .string, "Embedding model of passages.")
        Key(
            "embedding_dimension", \.embeddingDimension, .integer(1...Int.max),
            "Length of the embeddings; 384 for bert and multimodal, else 768, when unset.")
        Key("ingestion_workers", \.ingestionWorkers, .integer(1...Int.max), "Documents that are read at once.")
        Key(
            "ingestion_drain_timeout_seconds", \.ingestionDrainTimeoutSeconds, .count,
            "Seconds to finish reading at shutdown.")
        Key("supported_formats", \.supportedFormats, .list(.nonEmptyString), "File name endings that are accepted.")
        Key("memory", \.memory, merging: InMemoryVectorSettings.schema, "Vectors in this process.")
        Key("milvus", \.milvus, .object(MilvusSettings.schema), "The Milvus server.")
        Key("llama_stack", \.llamaStack, .object(LlamaStackSettings.schema), "The Llama Stack server.")
        Key("valkey", \.valkey, .object(VectorValkeySettings.schema), "The Valkey server.")
        Key("qdrant", \.qdrant, .object(VectorQdrantSettings.schema), "The Qdrant server.")
        Key("metadata_store", \.metadataStore, .enumeration(), "The engine that keeps the list of documents.")
        Key(
            "metadata_postgres", \.metadataPostgres, .object(PostgresSettings.schema),
            "The PostgreSQL server of that list.")
    }.checking { value, node, context in
        guard value.isEnabled else { return }
        switch value.backend {
        case nil:
            context.error(.missingKey, "an enabled vector store needs backend_type", key: "backend_type", of: node)
        case .memory: break
        case .milvus:
            if value.milvus == nil {
                context.error(.missingKey, "needs the block milvus", key: "backend_type", of: node)
            }
        case .llamaStack:
            if (value.llamaStack?.endpoint ?? "").isEmpty {
                context.error(.missingKey, "llama_stack needs an endpoint", key: "llama_stack", of: node)
            }
        case .valkey:
            if (value.valkey?.host ?? "").isEmpty {
                context.error(.missingKey, "valkey needs a host", key: "valkey", of: node)
            }
        case .qdrant:
            if (value.qdrant?.host ?? "").isEmpty {
                context.error(.missingKey, "qdrant needs a host", key: "qdrant", of: node)
            }
        }
        if value.metadataStore == .postgres, (value.metadataPostgres?.host ?? "").isEmpty {
            context.error(.missingKey, "metadata_store postgres needs a host", key: "metadata_postgres", of: node)
        }
    }

    /// The length of the embeddings that is in effect.
    public var effectiveEmbeddingDimension: Int {
        embeddingDimension ?? (["bert", "multimodal"].contains(embeddingModel) ? 384 : 768)
    }
}
