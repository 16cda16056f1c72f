/// The Redis server that keeps responses.
public struct ResponseRedisSettings: Sendable {
    public var address = ""
    public var password = Secret("")
    public var database = 0
    public var keyPrefix = "sr:"
    public var isCluster = false
    public var clusterAddresses: [String] = []
    public var poolSize = 10
    public var minimumIdleConnections = 2
    public var maximumRetries = 3
    public var connectTimeoutSeconds = 5
    public var readTimeoutSeconds = 3
    public var writeTimeoutSeconds = 3
    public var usesTLS = false
    public var tlsCertificatePath = ""
    public var tlsKeyPath = ""
    public var tlsAuthorityPath = ""
    public var configurationPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "redis", "The Redis server that keeps responses.", initial: ResponseRedisSettings()
    ) {
        Key("address", \.address, .string, "Host and port.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("db", \.database, .count, "Number of the logical database.")
        Key("key_prefix", \.keyPrefix, .string, "Text before every key.")
        Key("cluster_mode", \.isCluster, .boolean, "The server is a cluster.")
        Key("cluster_addresses", \.clusterAddresses, .list(.nonEmptyString), "Host and port of cluster members.")
        Key("pool_size", \.poolSize, .count, "Connections kept.")
        Key("min_idle_conns", \.minimumIdleConnections, .count, "Idle connections kept at least.")
        Key("max_retries", \.maximumRetries, .count, "Attempts after a failed command.")
        Key("dial_timeout", \.connectTimeoutSeconds, .count, "Seconds to wait for a connection.")
        Key("read_timeout", \.readTimeoutSeconds, .count, "Seconds to wait for an answer.")
        Key("write_timeout", \.writeTimeoutSeconds, .count, "Seconds to wait while sending.")
        Key("tls_enabled", \.usesTLS, .boolean, "Connect with TLS.")
        Key("tls_cert_path", \.tlsCertificatePath, .string, "PEM file with the client certificate.")
        Key("tls_key_path", \.tlsKeyPath, .string, "PEM file with the client key.")
        Key("tls_ca_path", \.tlsAuthorityPath, .string, "PEM file with the authorities that are trusted.")
        Key("config_path", \.configurationPath, .string, "Further YAML file with the same keys.")
    }
}

/// The OpenAI Responses API and where its responses are kept.
public struct ResponseAPISettings: Sendable {
    /// The engine that keeps responses.
    public enum Backend: String, Sendable, CaseIterable {
        case redis
        case postgres
        case memory
    }

    public var isEnabled = true
    public var storeBackend = Backend.redis
    public var ttlSeconds = 86400
    public var maximumResponses = 1000
    public var redis = ResponseRedisSettings()
    public var postgres = PostgresSettings.table("martlet_responses")

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "response_api", "The OpenAI Responses API and where its responses are kept.", initial: ResponseAPISettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Serve the API.")
        Key("store_backend", \.storeBackend, .enumeration(), "The engine that keeps responses.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that a response is kept.")
        Key("max_responses", \.maximumResponses, .count, "Most responses kept.")
        Key("redis", \.redis, merging: ResponseRedisSettings.schema, "The Redis server.")
        Key("postgres", \.postgres, merging: PostgresSettings.schema, "The PostgreSQL server.")
    }.checking { value, node, context in
        if value.storeBackend == .postgres, value.postgres.host.isEmpty {
            context.inside("postgres", of: node) {
                $1.error(.missingKey, "the postgres backend needs a host", key: "host", of: $0)
            }
        }
    }
}
