public import Policy

/// A Redis or Valkey server and how it is used.
public struct RedisEndpoint: Sendable {
    public var address: EngineAddress
    /// Number of the logical database.
    public var database = 0
    public var password = Secret("")
    public var connections = 10
    /// Attempts after one that could not reach the server.
    public var retries = 3
    public var connectTimeout = Duration.seconds(5)
    /// How long a command may take, with waiting for a connection and every attempt.
    public var timeout = Duration.seconds(3)

    /// A server with the defaults.
    public init(_ address: EngineAddress) { self.address = address }
}
