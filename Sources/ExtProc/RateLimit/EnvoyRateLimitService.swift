public import Exchange
import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Policy
import Wire

/// A rate limit service that speaks Envoy's protocol, `envoy.service.ratelimit.v3`, over gRPC without encryption.
public final class EnvoyRateLimitService: RateLimitService {
    private typealias Transport = HTTP2ClientTransport.Posix

    private let client: GRPCClient<HTTP2ClientTransport.Posix>?
    private let connections: Task<Void, any Error>?
    private let timeout: Duration

    private static let method = MethodDescriptor(
        fullyQualifiedService: "envoy.service.ratelimit.v3.RateLimitService", method: "ShouldRateLimit")

    /// A client; it connects with the first question, and an answer may take so long.
    public init(_ address: HostAndPort, timeout: Duration = .seconds(2)) {
        self.timeout = timeout
        let transport = try? Transport(
            target: .dns(host: address.host, port: address.port), transportSecurity: .plaintext,
            config: .defaults { config in
                // A service that is back is found soon.
                config.backoff.initial = .milliseconds(100)
                config.backoff.max = .seconds(5)
            })
        let client = transport.map { GRPCClient(transport: $0) }
        self.client = client
        connections = client.map { client in Task { try await client.runConnections() } }
    }

    deinit {
        client?.beginGracefulShutdown()
        connections?.cancel()
    }

    public func ask(_ query: RateLimitQuery) async throws -> RateLimitAnswer {
        guard let client else { throw RPCError(code: .unavailable, message: "the address cannot be resolved") }
        var options = CallOptions.defaults
        options.timeout = timeout
        options.waitForReady = false
        return try await client.unary(
            request: ClientRequest(message: query), descriptor: Self.method, serializer: QuerySerializer(),
            deserializer: AnswerDeserializer(), options: options
        ) { try $0.message }
    }
}

private struct QuerySerializer: MessageSerializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: RateLimitQuery) throws -> Bytes {
        Bytes(message.serialized())
    }
}

private struct AnswerDeserializer: MessageDeserializer {
    func deserialize<Bytes: GRPCContiguousBytes>(_ serializedMessageBytes: Bytes) throws -> RateLimitAnswer {
        try serializedMessageBytes.withUnsafeBytes { try RateLimitAnswer(serialized: $0) }
    }
}
