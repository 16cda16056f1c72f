/// The Milvus server that keeps records.
public struct ReplayMilvusSettings: Sendable {
    public var address = ""
    public var username = ""
    public var password = Secret("")
    public var collectionName = "router_replay_records"
    public var consistencyLevel = MilvusConsistency.session
    public var shardCount = 2

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "milvus", "The Milvus server that keeps records.", initial: ReplayMilvusSettings()
    ) {
        Key("address", \.address, .string, "Host and port.")
        Key("username", \.username, .string, "User name.")
        Key("password", \.password, .secret, "Password.")
        Key("collection_name", \.collectionName, .string, "Collection that holds the records.")
        Key(
            "consistency_level", \.consistencyLevel, .enumeration(caseInsensitive: true), "How fresh an answer must be."
        )
        Key("shard_num", \.shardCount, .count, "Shards of the collection.")
    }
}

/// Records from which decisions can be recomputed.
public struct RouterReplaySettings: Sendable {
    /// The engine that keeps records.
    public enum Backend: String, Sendable, CaseIterable {
        /// A file in the state directory. Martlet's own.
        case sqlite
        case memory
        case redis
        case postgres
        case milvus
        case qdrant

        /// Whether this build keeps records there.
        public var isBuilt: Bool { self == .sqlite || self == .memory || self == .postgres }
    }

    public var isEnabled = false
    public var storeBackend = Backend.sqlite
    public var ttlSeconds = 2592000
    public var writesAsynchronously = false
    public var redis: RedisSettings = .prefixed("router_replay:")
    public var postgres: PostgresSettings = .table("router_replay_records")
    public var milvus = ReplayMilvusSettings()
    public var qdrant: QdrantSettings = .collection("router_replay_records")

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "router_replay", "Records from which decisions can be recomputed.", initial: RouterReplaySettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep records.")
        Key("store_backend", \.storeBackend, .enumeration(), "The engine that keeps records.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that a record is kept.")
        Key("async_writes", \.writesAsynchronously, .boolean, "Write after the answer is sent, as is always done.")
        Key("redis", \.redis, merging: RedisSettings.schema, "The Redis server.")
        Key("postgres", \.postgres, merging: PostgresSettings.schema, "The PostgreSQL server.")
        Key("milvus", \.milvus, merging: ReplayMilvusSettings.schema, "The Milvus server.")
        Key("qdrant", \.qdrant, merging: QdrantSettings.schema, "The Qdrant server.")
    }
}

/// Where progress of the start is published.
public struct StartupStatusSettings: Sendable {
    /// Where progress is written.
    public enum Backend: String, Sendable, CaseIterable {
        case file
        case redis
    }

    public var storeBackend = Backend.file
    public var redis = RedisSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "startup_status", "Where progress of the start is published.", initial: StartupStatusSettings()
    ) {
        Key("store_backend", \.storeBackend, .enumeration(), "Where progress is written.")
        Key("redis", \.redis, merging: RedisSettings.schema, "The Redis server.")
    }
}
