/// Carries requests to models on other machines.
public protocol RemoteTransport: Sendable {
    /// Sends a request and reads the whole answer, at most `RemoteRequest.byteLimit` bytes of it, within a time.
    /// Redirects are not followed. Throws `RemoteTransportError` or the error of a cancelled task.
    func send(_ request: RemoteRequest, within limit: Duration) async throws -> (status: Int, body: [UInt8])
}

/// Why no answer came.
public enum RemoteTransportError: Error, Sendable, Hashable {
    case timeout
    case unreachable
    case tooLarge
}
