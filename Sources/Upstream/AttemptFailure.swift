public import NIOCore

/// Why one backend attempt did not bring a complete response.
public enum AttemptFailure: Error, Sendable, Hashable {
    /// No TCP connection: refused, unreachable, name not found.
    case connectFailed(String)
    /// No usable connection within the connect time.
    case connectTimeout
    /// No response head within the first-byte time.
    case firstByteTimeout
    /// The response body paused for longer than the idle time.
    case idleTimeout
    /// The connection ended before the response did.
    case reset(String)
    /// The TLS handshake or the certificate check failed.
    case tlsFailed(String)
    /// A status that counts as a failure, and how long the backend asked to wait.
    case status(Int, retryAfter: TimeAmount?)
    /// All connections are busy and the queue for them is full.
    case poolExhausted
    /// The backend's bytes are not an HTTP/1.1 response.
    case malformedResponse(String)
    /// Cancelled by this side.
    case cancelled
}

extension AttemptFailure {
    /// Stable snake_case code for logs, metrics and error bodies.
    public var code: String {
        switch self {
        case .connectFailed: "connect_failed"
        case .connectTimeout: "connect_timeout"
        case .firstByteTimeout: "first_byte_timeout"
        case .idleTimeout: "idle_timeout"
        case .reset: "connection_reset"
        case .tlsFailed: "tls_failed"
        case .status: "backend_status"
        case .poolExhausted: "pool_exhausted"
        case .malformedResponse: "malformed_response"
        case .cancelled: "cancelled"
        }
    }
}

extension AttemptFailure: CustomStringConvertible {
    /// A sentence for a person.
    public var description: String {
        switch self {
        case .connectFailed(let reason): "The backend could not be reached: \(reason)"
        case .connectTimeout: "The backend could not be reached in time"
        case .firstByteTimeout: "The backend did not begin to answer in time"
        case .idleTimeout: "The backend stopped sending in the middle of its answer"
        case .reset(let reason): "The backend closed the connection: \(reason)"
        case .tlsFailed(let reason): "No trusted TLS connection to the backend: \(reason)"
        case .status(let status, _): "The backend answered with status \(status)"
        case .poolExhausted: "All connections to the backend are busy and the queue for them is full"
        case .malformedResponse(let reason): "The backend's answer is not valid HTTP/1.1: \(reason)"
        case .cancelled: "The attempt was cancelled"
        }
    }
}
