public import NIOCore
public import Upstream

/// Where to listen and within which bounds.
public struct GatewayConfiguration: Sendable {
    /// One address to listen on.
    public struct Listener: Sendable, Hashable {
        /// Host name or IP address.
        public var host: String
        /// TCP port; 0 for any free one.
        public var port: Int

        /// Creates a listener.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// The addresses to listen on.
    public var listeners: [Listener]
    /// Threads that serve; nil for one per core.
    public var eventLoopCount: Int?
    /// Bytes of a request head; beyond it 431.
    public var maxHeaderBytes = 64 * 1024
    /// Number of request header fields; beyond it 431.
    public var maxHeaders = 128
    /// From the first byte of a request head to its last; beyond it 408.
    public var headerTimeout = TimeAmount.seconds(10)
    /// Between two reads of a request body; beyond it 408.
    public var bodyIdleTimeout = TimeAmount.seconds(30)
    /// Between requests, and before the first; then the connection is closed.
    public var keepAliveTimeout = TimeAmount.seconds(75)
    /// How long a client may take nothing of a response that waits for it; then the connection is closed.
    public var writeStallTimeout = TimeAmount.seconds(120)
    /// How long a connection that was refused in the middle of its request is read on, so that the refusal arrives.
    public var lingerTimeout = TimeAmount.seconds(2)
    /// Connections at once; further ones get 503.
    public var maxConnections = 4096
    /// Requests at once; further ones get 503 with `Retry-After`.
    public var maxRequestsInFlight = 4096
    /// Bytes of a refused request's body that are read over to keep its connection.
    public var maxDiscardedBodyBytes = 64 * 1024
    /// Bytes of pipelined requests kept while one is answered; beyond it the client is not read.
    public var maxPipelinedBytes = 64 * 1024
    /// Bounds of the connections to backends, per event loop.
    public var upstreamLimits = UpstreamLimits()
    /// File of further certificate authorities to trust for backends, PEM.
    public var additionalTrustRootsFile: String?

    /// Creates a configuration with the default bounds.
    public init(listeners: [Listener], eventLoopCount: Int? = nil) {
        self.listeners = listeners
        self.eventLoopCount = eventLoopCount
    }
}
