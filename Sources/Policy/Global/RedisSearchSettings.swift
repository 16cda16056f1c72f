/// Where the server is.
public struct RedisSearchConnection: Sendable {
    public var host = "localhost"
    public var port = 6379
    public var database = 0
    public var password = Secret("")
    public var timeoutSeconds = 30
    public var tls = TLSFileSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "connection", "Where the server is.", initial: RedisSearchConnection()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port.")
        Key("database", \.database, .count, "Number of the logical database.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("timeout", \.timeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("tls", \.tls, merging: TLSFileSettings.schema, "Certificates of the connection.")
    }
}

/// The index over the vectors.
public struct RedisSearchIndex: Sendable {
    /// How neighbours are found.
    public enum IndexType: String, Sendable, CaseIterable {
        case hnsw = "HNSW"
        case flat = "FLAT"
    }

    public var name = ""
    public var prefix = ""
    public var vectorField = VectorFieldSettings()
    public var indexType = IndexType.hnsw
    public var parameters = GraphIndexParameters()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "index", "The index over the vectors.", initial: RedisSearchIndex()
    ) {
        Key("name", \.name, .string, "Name of the index.")
        Key("prefix", \.prefix, .string, "Text before every key.")
        Key("vector_field", \.vectorField, merging: VectorFieldSettings.schema, "The vector column.")
        Key("index_type", \.indexType, .enumeration(caseInsensitive: true), "How neighbours are found.")
        Key("params", \.parameters, merging: GraphIndexParameters.schema, "Parameters of the graph.")
    }
}

/// How the index is asked.
public struct RedisSearchQuery: Sendable {
    public var resultCount = 1

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "search", "How the index is asked.", initial: RedisSearchQuery()
    ) {
        Key("topk", \.resultCount, .count, "Results per query.")
    }
}

/// Conveniences for development.
public struct RedisSearchDevelopment: Sendable {
    public var dropsIndexOnStartup = false
    public var createsIndex = true
    public var hasVerboseErrors = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "development", "Conveniences for development.", initial: RedisSearchDevelopment()
    ) {
        Key("drop_index_on_startup", \.dropsIndexOnStartup, .boolean, "Delete the index at start.")
        Key("auto_create_index", \.createsIndex, .boolean, "Create the index when it is missing.")
        Key("verbose_errors", \.hasVerboseErrors, .boolean, "Full texts in errors.")
    }
}

/// A Redis or Valkey server with a search index.
public struct RedisSearchSettings: Sendable {
    public var connection = RedisSearchConnection()
    public var index = RedisSearchIndex()
    public var search = RedisSearchQuery()
    public var development = RedisSearchDevelopment()
    public var logging = StoreLoggingSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "redis", "A Redis or Valkey server with a search index.", initial: RedisSearchSettings()
    ) {
        Key("connection", \.connection, merging: RedisSearchConnection.schema, "Where the server is.")
        Key("index", \.index, merging: RedisSearchIndex.schema, "The index over the vectors.")
        Key("search", \.search, merging: RedisSearchQuery.schema, "How the index is asked.")
        Key("development", \.development, merging: RedisSearchDevelopment.schema, "Conveniences for development.")
        Key("logging", \.logging, merging: StoreLoggingSettings.schema, "What is logged.")
    }
}
