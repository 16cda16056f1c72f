public import NIOCore
public import NIOHTTP1

/// One backend attempt, completely prepared.
///
/// `headers` are complete (host, content-length, authorization, ...); hop-by-hop headers are left out
/// when the attempt is written, whoever put them there.
public struct Attempt: Sendable {
    /// The backend to connect to.
    public var backend: BackendTarget
    /// Request method.
    public var method: HTTPMethod
    /// Request target: path and query.
    public var target: String
    /// All headers to send.
    public var headers: HTTPHeaders
    /// The whole request body; may be empty.
    public var body: ByteBuffer
    /// How long to wait for what.
    public var timeouts: UpstreamTimeouts

    /// Creates an attempt.
    public init(
        backend: BackendTarget,
        method: HTTPMethod,
        target: String,
        headers: HTTPHeaders,
        body: ByteBuffer = ByteBuffer(),
        timeouts: UpstreamTimeouts = UpstreamTimeouts()
    ) {
        self.backend = backend
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
    }
}

/// How long one attempt may wait.
public struct UpstreamTimeouts: Sendable, Hashable {
    /// For a connection, TLS handshake and the wait for a free one included.
    public var connect: TimeAmount
    /// From the request's last byte to the response's head.
    public var firstByte: TimeAmount
    /// Between two reads of the response body.
    public var idle: TimeAmount

    /// Creates timeouts; the defaults are 5 s, 300 s and 120 s.
    public init(
        connect: TimeAmount = .seconds(5), firstByte: TimeAmount = .seconds(300), idle: TimeAmount = .seconds(120)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.idle = idle
    }
}
