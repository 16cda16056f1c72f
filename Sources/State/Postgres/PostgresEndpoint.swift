public import Policy

/// A PostgreSQL server and how it is used.
public struct PostgresEndpoint: Sendable {
    public var host: String
    public var port: Int
    public var database: String
    public var user: String
    public var password: Secret
    /// `sslmode` in libpq's words.
    public var tlsMode: String
    public var connections: Int
    /// Seconds after which a connection is replaced; 0 never.
    public var connectionLifetime: Int
    /// Attempts after one that could not reach the server.
    public var retries = 3
    public var connectTimeout = Duration.seconds(5)
    /// How long a statement may take, with waiting for a connection and every attempt.
    public var timeout = Duration.seconds(5)

    /// The server of some settings.
    public init(_ settings: PostgresSettings) {
        host = settings.host
        port = settings.port
        database = settings.database
        user = settings.user
        password = settings.password
        tlsMode = settings.tlsMode.rawValue
        connections = settings.maximumOpenConnections > 0 ? min(settings.maximumOpenConnections, 256) : 25
        connectionLifetime = settings.connectionLifetimeSeconds
    }

    var name: String { "PostgreSQL at \(host):\(port)" }
}
