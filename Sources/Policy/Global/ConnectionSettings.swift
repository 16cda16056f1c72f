/// A Redis or Valkey server.
public struct RedisSettings: Sendable {
    public var address = ""
    public var database = 0
    public var password = Secret("")
    public var usesTLS = false
    public var skipsTLSVerification = false
    public var maximumRetries = 0
    public var poolSize = 10
    public var keyPrefix = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "redis", "A Redis or Valkey server.", initial: RedisSettings()
    ) {
        Key("address", \.address, .string, "Host and port, such as redis:6379.")
        Key("db", \.database, .count, "Number of the logical database.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("use_tls", \.usesTLS, .boolean, "Connect with TLS.")
        Key("tls_skip_verify", \.skipsTLSVerification, .boolean, "Accept any server certificate.")
        Key("max_retries", \.maximumRetries, .count, "Attempts after a failed command.")
        Key("pool_size", \.poolSize, .count, "Connections kept to the server.")
        Key("key_prefix", \.keyPrefix, .string, "Text before every key.")
    }

    /// The given key prefix and address with every other default.
    static func prefixed(_ prefix: String, address: String = "") -> RedisSettings {
        var settings = RedisSettings()
        settings.keyPrefix = prefix
        settings.address = address
        return settings
    }
}

/// A PostgreSQL server and the table that is used there.
public struct PostgresSettings: Sendable {
    /// How far the server's identity is checked.
    public enum TLSMode: String, Sendable, CaseIterable {
        case disable
        case allow
        case prefer
        case require
        case verifyCa = "verify-ca"
        case verifyFull = "verify-full"
    }

    public var host = ""
    public var port = 5432
    public var database = ""
    public var user = ""
    public var password = Secret("")
    public var tlsMode = TLSMode.disable
    public var maximumOpenConnections = 25
    public var maximumIdleConnections = 5
    public var connectionLifetimeSeconds = 300
    public var tableName = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "postgres", "A PostgreSQL server and the table that is used there.", initial: PostgresSettings()
    ) {
        Key("host", \.host, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port.")
        Key("database", \.database, .string, "Name of the database.")
        Key("user", \.user, .string, "Role that connects.")
        Key("password", \.password, .secret, "Password of the role.")
        Key("ssl_mode", \.tlsMode, .enumeration(), "How TLS is used, in libpq's words.")
        Key("max_open_conns", \.maximumOpenConnections, .count, "Most connections open at once; 0 is no bound.")
        Key("max_idle_conns", \.maximumIdleConnections, .count, "Idle connections kept.")
        Key(
            "conn_max_lifetime", \.connectionLifetimeSeconds, .count,
            "Seconds after which a connection is replaced; 0 never.")
        Key("table_name", \.tableName, .string, "Table that holds the records.")
    }

    /// The given table name with every other default.
    static func table(_ name: String) -> PostgresSettings {
        var settings = PostgresSettings()
        settings.tableName = name
        return settings
    }
}

/// Certificates of a connection.
public struct TLSFileSettings: Sendable {
    public var isEnabled = false
    public var certificateFile = ""
    public var keyFile = ""
    public var authorityFile = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tls", "Certificates of a connection.", initial: TLSFileSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Connect with TLS.")
        Key("cert_file", \.certificateFile, .string, "PEM file with the client certificate.")
        Key("key_file", \.keyFile, .string, "PEM file with the client key.")
        Key("ca_file", \.authorityFile, .string, "PEM file with the authorities that are trusted.")
    }
}

/// How examples are merged into prototypes and scored together.
public struct PrototypeScoring: Sendable {
    public var isEnabled = true
    public var clusterSimilarityThreshold = 0.9
    public var maximumPrototypes = 8
    public var bestWeight = 0.75
    public var topCount = 2
    public var marginThreshold = 0.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "prototype_scoring", "How examples are merged into prototypes and scored together.", initial: PrototypeScoring()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Merge similar examples.")
        Key(
            "cluster_similarity_threshold", \.clusterSimilarityThreshold, .fraction,
            "Cosine similarity above which examples form one prototype.")
        Key("max_prototypes", \.maximumPrototypes, .count, "Most prototypes kept; 0 is no bound.")
        Key(
            "best_weight", \.bestWeight, .nonNegative,
            "Weight of the best prototype against the mean of the top; values above 1 count as 1.")
        Key("top_m", \.topCount, .integer(1...Int.max), "Prototypes in that mean.")
        Key("margin_threshold", \.marginThreshold, .nonNegative, "Distance by which the best must lead.")
    }
}
