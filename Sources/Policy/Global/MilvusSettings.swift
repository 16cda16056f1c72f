/// Credentials of Milvus.
public struct MilvusAuthentication: Sendable {
    public var isEnabled = false
    public var username = ""
    public var password = Secret("")

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "auth", "Credentials of Milvus.", initial: MilvusAuthentication()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Send the credentials.")
        Key("username", \.username, .string, "User name.")
        Key("password", \.password, .secret, "Password.")
    }
}

/// Where Milvus is.
public struct MilvusConnection: Sendable {
    public var host = "localhost"
    public var port = 19530
    public var database = "default"
    public var timeoutSeconds = 30
    public var authentication = MilvusAuthentication()
    public var tls = TLSFileSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "connection", "Where Milvus is.", initial: MilvusConnection()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port.")
        Key("database", \.database, .string, "Name of the database.")
        Key("timeout", \.timeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("auth", \.authentication, merging: MilvusAuthentication.schema, "Credentials.")
        Key("tls", \.tls, merging: TLSFileSettings.schema, "Certificates of the connection.")
    }
}

/// The index over the vectors.
public struct MilvusIndex: Sendable {
    public var type = "HNSW"
    public var parameters = GraphIndexParameters()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "index", "The index over the vectors.", initial: MilvusIndex()
    ) {
        Key("type", \.type, .string, "Index type in Milvus's words.")
        Key("params", \.parameters, merging: GraphIndexParameters.schema, "Parameters of the graph.")
    }
}

/// The collection that holds the vectors.
public struct MilvusCollection: Sendable {
    public var name = ""
    public var summary = ""
    public var vectorField = VectorFieldSettings()
    public var index = MilvusIndex()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "collection", "The collection that holds the vectors.", initial: MilvusCollection()
    ) {
        Key("name", \.name, .string, "Name of the collection.")
        Key("description", \.summary, .string, "Free text.")
        Key("vector_field", \.vectorField, merging: VectorFieldSettings.schema, "The vector column.")
        Key("index", \.index, merging: MilvusIndex.schema, "The index over it.")
    }
}

/// Parameters of a query.
public struct MilvusSearchParameters: Sendable {
    public var searchBreadth = 64

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "params", "Parameters of a query.", initial: MilvusSearchParameters()
    ) {
        Key("ef", \.searchBreadth, .count, "Candidates looked at per query.")
    }
}

/// How the collection is asked.
public struct MilvusSearch: Sendable {
    public var parameters = MilvusSearchParameters()
    public var resultCount = 10
    public var consistencyLevel = MilvusConsistency.session

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "search", "How the collection is asked.", initial: MilvusSearch()
    ) {
        Key("params", \.parameters, merging: MilvusSearchParameters.schema, "Parameters of a query.")
        Key("topk", \.resultCount, .count, "Results per query.")
        Key(
            "consistency_level", \.consistencyLevel, .enumeration(caseInsensitive: true),
            "How fresh the answer must be.")
    }
}

/// How fresh an answer of Milvus must be.
public enum MilvusConsistency: String, Sendable, CaseIterable {
    case strong = "Strong"
    case session = "Session"
    case bounded = "Bounded"
    case eventually = "Eventually"
    case customized = "Customized"
}

/// Connections kept to Milvus.
public struct MilvusConnectionPool: Sendable {
    public var maximumConnections = 10
    public var maximumIdleConnections = 5
    public var acquireTimeoutSeconds = 5

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "connection_pool", "Connections kept to Milvus.", initial: MilvusConnectionPool()
    ) {
        Key("max_connections", \.maximumConnections, .count, "Most connections.")
        Key("max_idle_connections", \.maximumIdleConnections, .count, "Idle connections kept.")
        Key("acquire_timeout", \.acquireTimeoutSeconds, .count, "Seconds to wait for a connection.")
    }
}

/// Inserts that are sent together.
public struct MilvusBatch: Sendable {
    public var insertBatchSize = 100
    public var timeoutSeconds = 30

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "batch", "Inserts that are sent together.", initial: MilvusBatch()
    ) {
        Key("insert_batch_size", \.insertBatchSize, .count, "Records per insert.")
        Key("timeout", \.timeoutSeconds, .count, "Seconds to wait for an insert.")
    }
}

/// Pools and batches.
public struct MilvusPerformance: Sendable {
    public var connectionPool = MilvusConnectionPool()
    public var batch = MilvusBatch()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "performance", "Pools and batches.", initial: MilvusPerformance()
    ) {
        Key("connection_pool", \.connectionPool, merging: MilvusConnectionPool.schema, "Connections kept.")
        Key("batch", \.batch, merging: MilvusBatch.schema, "Inserts that are sent together.")
    }
}

/// Deletion of old records.
public struct MilvusExpiry: Sendable {
    public var isEnabled = false
    public var timestampField = ""
    public var cleanupIntervalSeconds = 3600

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ttl", "Deletion of old records.", initial: MilvusExpiry()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Delete records whose time is over.")
        Key("timestamp_field", \.timestampField, .string, "Field that holds the time.")
        Key("cleanup_interval", \.cleanupIntervalSeconds, .count, "Seconds between two rounds.")
    }
}

/// Compaction of segments.
public struct MilvusCompaction: Sendable {
    public var isEnabled = false
    public var intervalSeconds = 86400

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "compaction", "Compaction of segments.", initial: MilvusCompaction()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Compact segments.")
        Key("interval", \.intervalSeconds, .count, "Seconds between two rounds.")
    }
}

/// Upkeep of the collection.
public struct MilvusDataManagement: Sendable {
    public var expiry = MilvusExpiry()
    public var compaction = MilvusCompaction()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "data_management", "Upkeep of the collection.", initial: MilvusDataManagement()
    ) {
        Key("ttl", \.expiry, merging: MilvusExpiry.schema, "Deletion of old records.")
        Key("compaction", \.compaction, merging: MilvusCompaction.schema, "Compaction of segments.")
    }
}

/// Conveniences for development.
public struct MilvusDevelopment: Sendable {
    public var dropsCollectionOnStartup = false
    public var createsCollection = true
    public var hasVerboseErrors = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "development", "Conveniences for development.", initial: MilvusDevelopment()
    ) {
        Key("drop_collection_on_startup", \.dropsCollectionOnStartup, .boolean, "Delete the collection at start.")
        Key("auto_create_collection", \.createsCollection, .boolean, "Create the collection when it is missing.")
        Key("verbose_errors", \.hasVerboseErrors, .boolean, "Full texts in errors.")
    }
}

/// A Milvus server and the collection that is used there.
public struct MilvusSettings: Sendable {
    public var connection = MilvusConnection()
    public var collection = MilvusCollection()
    public var search = MilvusSearch()
    public var performance = MilvusPerformance()
    public var dataManagement = MilvusDataManagement()
    public var logging = StoreLoggingSettings()
    public var development = MilvusDevelopment()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "milvus", "A Milvus server and the collection that is used there.", initial: MilvusSettings()
    ) {
        Key("connection", \.connection, merging: MilvusConnection.schema, "Where Milvus is.")
        Key("collection", \.collection, merging: MilvusCollection.schema, "The collection that holds the vectors.")
        Key("search", \.search, merging: MilvusSearch.schema, "How the collection is asked.")
        Key("performance", \.performance, merging: MilvusPerformance.schema, "Pools and batches.")
        Key("data_management", \.dataManagement, merging: MilvusDataManagement.schema, "Upkeep of the collection.")
        Key("logging", \.logging, merging: StoreLoggingSettings.schema, "What is logged.")
        Key("development", \.development, merging: MilvusDevelopment.schema, "Conveniences for development.")
    }
}
