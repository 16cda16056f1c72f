/// How a gateway sends a body: `ProcessingMode.BodySendMode` of `envoy.extensions.filters.http.ext_proc.v3`.
enum BodyMode: UInt64, Sendable, Hashable {
    /// Not at all.
    case none = 0
    /// Chunk by chunk; each is answered.
    case streamed = 1
    /// Whole, in one message.
    case buffered = 2
    /// As much as the gateway's buffer holds, in one message.
    case bufferedPartial = 3
    /// Chunk by chunk, answered by any number of chunks.
    case fullDuplexStreamed = 4
}

/// Whether headers or trailers are sent: `ProcessingMode.HeaderSendMode`.
enum HeaderMode: UInt64, Sendable, Hashable {
    case standard = 0
    case send = 1
    case skip = 2
}

/// A change of what the gateway sends for one request: `ProcessingMode`. Gateways heed it only where their
/// configuration allows it.
struct ProcessingMode: Sendable, Hashable {
    var requestHeaders = HeaderMode.standard
    var responseHeaders = HeaderMode.standard
    var requestBody = BodyMode.none
    var responseBody = BodyMode.none
    var requestTrailers = HeaderMode.standard
    var responseTrailers = HeaderMode.standard
}

/// How the gateway is configured to send bodies: `ProtocolConfiguration`, which comes with a stream's first message.
struct ProtocolConfiguration: Sendable, Hashable {
    var requestBody = BodyMode.none
    var responseBody = BodyMode.none
    /// The body comes although the headers are not answered yet.
    var sendsBodyEarly = false

    /// What older gateways mean, which do not say it.
    static let unstated = ProtocolConfiguration(requestBody: .buffered, responseBody: .buffered)
}
