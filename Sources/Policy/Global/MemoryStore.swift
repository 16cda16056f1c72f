/// The Milvus server that keeps memories.
public struct MemoryMilvusSettings: Sendable {
    public var address = "localhost:19530"
    public var collection = "agentic_memory"
    public var dimension = 384
    public var partitionCount = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "milvus", "The Milvus server that keeps memories.", initial: MemoryMilvusSettings()
    ) {
        Key("address", \.address, .string, "Host and port.")
        Key("collection", \.collection, .string, "Collection that holds the memories.")
        Key("dimension", \.dimension, .count, "Length of the embeddings.")
        Key("num_partitions", \.partitionCount, .count, "Partitions of the collection; 0 leaves it to the server.")
    }
}

/// The Valkey server that keeps memories.
public struct MemoryValkeySettings: Sendable {
    public var host = "localhost"
    public var port = 6379
    public var database = 0
    public var password = Secret("")
    public var timeoutSeconds = 10
    public var collectionPrefix = "mem:"
    public var indexName = "mem_idx"
    public var dimension = 384
    public var metric = VectorFieldSettings.Metric.cosine
    public var linkCount = 16
    public var constructionBreadth = 256
    public var usesTLS = false
    public var tlsAuthorityPath = ""
    public var skipsTLSVerification = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "valkey", "The Valkey server that keeps memories.", initial: MemoryValkeySettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port.")
        Key("database", \.database, .count, "Number of the logical database.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("timeout", \.timeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("collection_prefix", \.collectionPrefix, .string, "Text before every key.")
        Key("index_name", \.indexName, .string, "Name of the index.")
        Key("dimension", \.dimension, .count, "Length of the embeddings.")
        Key("metric_type", \.metric, .enumeration(caseInsensitive: true), "How two vectors are compared.")
        Key("index_m", \.linkCount, .count, "Links of a node in the index.")
        Key("index_ef_construction", \.constructionBreadth, .count, "Candidates looked at while building the index.")
        Key("tls_enabled", \.usesTLS, .boolean, "Connect with TLS.")
        Key("tls_ca_path", \.tlsAuthorityPath, .string, "PEM file with the authorities that are trusted.")
        Key("tls_insecure_skip_verify", \.skipsTLSVerification, .boolean, "Accept any server certificate.")
    }
}

/// The Qdrant server that keeps memories.
public struct MemoryQdrantSettings: Sendable {
    public var host = "localhost"
    public var port = 6334
    public var apiKey = Secret("")
    public var usesTLS = false
    public var connectTimeoutSeconds = 10
    public var collection = "agentic_memory"
    public var dimension = 384

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "qdrant", "The Qdrant server that keeps memories.", initial: MemoryQdrantSettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "gRPC port.")
        Key("api_key", \.apiKey, .secret, "API key, when the server wants one.")
        Key("use_tls", \.usesTLS, .boolean, "Connect with TLS.")
        Key("connect_timeout", \.connectTimeoutSeconds, .count, "Seconds to wait for a connection.")
        Key("collection", \.collection, .string, "Collection that holds the memories.")
        Key("dimension", \.dimension, .count, "Length of the embeddings.")
    }
}

/// A Redis cache in front of the memories.
public struct MemoryRedisCache: Sendable {
    public var isEnabled = false
    public var address = "localhost:6379"
    public var ttlSeconds = 300
    public var database = 0
    public var keyPrefix = "memory_cache:"
    public var password = Secret("")

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "redis_cache", "A Redis cache in front of the memories.", initial: MemoryRedisCache()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Use the cache.")
        Key("address", \.address, .string, "Host and port.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that an entry is kept.")
        Key("db", \.database, .count, "Number of the logical database.")
        Key("key_prefix", \.keyPrefix, .string, "Text before every key.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
    }
}

/// How memories age.
public struct MemoryQualityScoring: Sendable {
    public var initialStrengthDays = 30
    public var pruneThreshold = 0.1
    public var maximumMemoriesPerUser = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "quality_scoring", "How memories age.", initial: MemoryQualityScoring()
    ) {
        Key("initial_strength_days", \.initialStrengthDays, .count, "Days that a memory stays strong without use.")
        Key("prune_threshold", \.pruneThreshold, .fraction, "Strength below which a memory is deleted.")
        Key("max_memories_per_user", \.maximumMemoriesPerUser, .count, "Most memories of a user; 0 is 1,000.")
    }
}

/// What is made of memories before the model sees them.
public struct MemoryReflection: Sendable {
    public var isEnabled = true
    public var algorithm = ""
    public var maximumInjectTokens = 2048
    public var recencyDecayDays = 30.0
    public var duplicateThreshold = 0.9
    public var blockPatterns: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "reflection", "What is made of memories before the model sees them.", initial: MemoryReflection()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Filter and order memories.")
        Key("algorithm", \.algorithm, .string, "Order of the memories, such as recency_semantic.")
        Key("max_inject_tokens", \.maximumInjectTokens, .count, "Most tokens of memories in a request.")
        Key("recency_decay_days", \.recencyDecayDays, .nonNegative, "Days after which recency halves.")
        Key("dedup_threshold", \.duplicateThreshold, .fraction, "Similarity above which two memories count as one.")
        Key("block_patterns", \.blockPatterns, .list(.nonEmptyString), "Patterns of memories that are never injected.")
    }
}

/// Where memories of users are kept. Spec config §11.3.2.
public struct MemoryStore: Sendable {
    /// The engine that keeps memories.
    public enum Backend: String, Sendable, CaseIterable {
        /// The state directory of this machine.
        case sqlite
        case milvus
        case valkey
        case qdrant
    }

    /// How the two searches are joined.
    public enum HybridMode: String, Sendable, CaseIterable {
        case weighted
        case rrf
        case rerank
    }

    public var isEnabled = false
    public var storesAutomatically = false
    public var backend = Backend.sqlite
    public var disabledRoutes: [String] = []
    public var disabledModels: [String] = []
    public var milvus = MemoryMilvusSettings()
    public var valkey = MemoryValkeySettings()
    public var qdrant = MemoryQdrantSettings()
    public var redisCache = MemoryRedisCache()
    public var embeddingModel = ""
    public var extractionBatchSize = 10
    public var defaultRetrievalLimit = 5
    public var defaultSimilarityThreshold = 0.7
    public var usesHybridSearch = false
    public var hybridMode = HybridMode.weighted
    public var adaptsThreshold = false
    public var qualityScoring = MemoryQualityScoring()
    public var reflection = MemoryReflection()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "memory", "Where memories of users are kept. Spec config §11.3.2.", initial: MemoryStore()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep memories.")
        Key("auto_store", \.storesAutomatically, .boolean, "Extract memories from every conversation.")
        Key("backend", \.backend, .enumeration(), "The engine that keeps memories.")
        Key("disabled_routes", \.disabledRoutes, .list(.nonEmptyString), "Decisions without memory.")
        Key("disabled_models", \.disabledModels, .list(.nonEmptyString), "Models without memory.")
        Key("milvus", \.milvus, merging: MemoryMilvusSettings.schema, "The Milvus server.")
        Key("valkey", \.valkey, merging: MemoryValkeySettings.schema, "The Valkey server.")
        Key("qdrant", \.qdrant, merging: MemoryQdrantSettings.schema, "The Qdrant server.")
        Key("redis_cache", \.redisCache, merging: MemoryRedisCache.schema, "A Redis cache in front of the memories.")
        Key("embedding_model", \.embeddingModel, .string, "Embedding model; found by itself when empty.")
        Key("extraction_batch_size", \.extractionBatchSize, .integer(1...Int.max), "Turns that are read together.")
        Key("default_retrieval_limit", \.defaultRetrievalLimit, .count, "Memories per request.")
        Key("default_similarity_threshold", \.defaultSimilarityThreshold, .fraction, "Least similarity of a memory.")
        Key("hybrid_search", \.usesHybridSearch, .boolean, "Search by words as well as by meaning.")
        Key("hybrid_mode", \.hybridMode, .enumeration(), "How the two searches are joined; rerank counts as weighted.")
        Key("adaptive_threshold", \.adaptsThreshold, .boolean, "Fit the threshold to the results.")
        Key("quality_scoring", \.qualityScoring, merging: MemoryQualityScoring.schema, "How memories age.")
        Key("reflection", \.reflection, merging: MemoryReflection.schema, "What is made of memories.")
    }
}
