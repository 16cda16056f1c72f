public import Logging

/// Bounded connections to a Redis or Valkey server, for anything that shares state between processes.
public final class RedisPool: Sendable {
    private let pool: EnginePool<RedisConnection>
    private let endpoint: RedisEndpoint

    /// A pool; it connects when it is first used.
    public init(_ endpoint: RedisEndpoint, logger: Logger) {
        self.endpoint = endpoint
        var limits = EngineLimits()
        limits.connections = min(max(1, endpoint.connections), 256)
        limits.retries = min(endpoint.retries, 10)
        limits.connectTimeout = endpoint.connectTimeout
        pool = EnginePool(name: "Redis at \(endpoint.address)", limits: limits, logger: logger) {
            (deadline: EngineDeadline) throws(StateError) in
            try RedisConnection(endpoint, until: deadline)
        }
    }

    /// Why the server could not be used the last time; nil while it answers.
    public var failure: StateError? { pool.failure }

    /// One command and its answer. It may be done twice when the server went away meanwhile.
    public func command(_ words: [[UInt8]], within limit: Duration? = nil) async throws(StateError) -> RedisValue {
        try await commands([words], within: limit).first ?? .null
    }

    /// One command of texts and its answer.
    public func command(_ words: String..., within limit: Duration? = nil) async throws(StateError) -> RedisValue {
        try await command(words.map { Array($0.utf8) }, within: limit)
    }

    /// Several commands in one go and an answer to each; throws when one of them was refused.
    public func commands(_ list: [[[UInt8]]], within limit: Duration? = nil) async throws(StateError) -> [RedisValue] {
        let name = "Redis at \(endpoint.address)"
        return try await pool.perform(within: limit ?? endpoint.timeout) {
            (connection: RedisConnection, deadline: EngineDeadline) throws(StateError) in
            let values = try connection.send(list, until: deadline)
            for case .error(let word) in values {
                if word == "LOADING" { throw StateError(.engineUnavailable, "\(name) is still reading its data") }
                throw StateError(.refused, "\(name) refused a command (\(word))")
            }
            return values
        }
    }

    /// Runs a script on the server, where it is one step that nothing can split.
    public func script(
        _ text: StaticString, keys: [[UInt8]], _ arguments: [[UInt8]], within limit: Duration? = nil
    ) async throws(StateError) -> RedisValue {
        let source = text.withUTF8Buffer { Array($0) }
        return try await command(
            [Array("EVAL".utf8), source, Array("\(keys.count)".utf8)] + keys + arguments, within: limit)
    }

    /// Ends the connections.
    public func close() { pool.close() }
}
