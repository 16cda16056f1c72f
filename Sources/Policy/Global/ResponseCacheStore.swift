/// Where cached responses are kept. Spec config §11.3.1.
public struct ResponseCacheStore: Sendable {
    /// The engine that keeps responses.
    public enum Backend: String, Sendable, CaseIterable {
        case memory
        case redis
        case valkey
        case milvus
        case qdrant
        case hybrid
    }

    /// Which response leaves a full cache.
    public enum Eviction: String, Sendable, CaseIterable {
        case fifo
        case lru
        case lfu
    }

    public var isEnabled = true
    public var backend = Backend.memory
    public var similarityThreshold: Double?
    public var maximumEntries = 1000
    public var ttlSeconds = 3600
    public var eviction = Eviction.fifo
    public var embeddingModel = ""
    public var redis: RedisSearchSettings?
    public var valkey: RedisSearchSettings?
    public var milvus: MilvusSettings?
    public var qdrant: QdrantSettings?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "response_cache", "Where cached responses are kept. Spec config §11.3.1.", initial: ResponseCacheStore()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep responses for decisions whose plugin asks for it.")
        Key("backend_type", \.backend, .enumeration(), "The engine that keeps responses.")
        Key(
            "similarity_threshold", \.similarityThreshold, .fraction,
            "Similarity of a hit; the embedding's min_score_threshold when unset.")
        Key("max_entries", \.maximumEntries, .count, "Most responses kept.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that a response is kept.")
        Key("eviction_policy", \.eviction, .enumeration(), "Which response leaves a full cache.")
        Key("embedding_model", \.embeddingModel, .string, "Embedding model of the semantic mode, such as mmbert.")
        Key("redis", \.redis, .object(RedisSearchSettings.schema), "The Redis server.")
        Key("valkey", \.valkey, .object(RedisSearchSettings.schema), "The Valkey server.")
        Key("milvus", \.milvus, .object(MilvusSettings.schema), "The Milvus server.")
        Key("qdrant", \.qdrant, .object(QdrantSettings.schema), "The Qdrant server.")
    }.checking { value, node, context in
        guard value.isEnabled else { return }
        let used = value.backend == .hybrid ? "milvus" : value.backend.rawValue
        for key in ["redis", "valkey", "milvus", "qdrant"] where key != used && node[key].map({ !$0.isNull }) ?? false {
            context.error(
                .conflict, "the block \"\(key)\" does not belong to backend_type \(value.backend.rawValue)", key: key,
                of: node)
        }
        if value.backend == .hybrid, value.milvus == nil {
            context.error(.missingKey, "backend_type hybrid needs the block milvus", key: "backend_type", of: node)
        }
    }
}
