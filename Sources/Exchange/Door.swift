public import NIOCore
public import NIOHTTP1
public import Upstream

/// Which door a request came through, and so who calls the backend.
public enum Door: Sendable, Hashable {
    /// Martlet is the gateway: it calls backends, tries again and fails over.
    case gateway
    /// Another gateway asks what to do and calls the backend itself.
    case externalProcessor
}

/// What a door (the HTTP gateway, Envoy external processing) shows of a request before its body is read.
public struct RequestHead: Sendable {
    /// Request method.
    public var method: HTTPMethod
    /// Request target as received: path and query.
    public var target: String
    /// All headers in their order.
    public var headers: HTTPHeaders
    /// The peer's IP address, without port, where the door knows it.
    public var peerAddress: String?
    /// The door it came through.
    public var door: Door
    /// The session that the request belongs to by its own words, where a wire format has such a thing.
    public var sessionID: String?
    /// When the decision must be taken; signals whose models have not answered by then are unknown.
    public var decisionDeadline: ContinuousClock.Instant?

    /// Creates a head.
    public init(
        method: HTTPMethod, target: String, headers: HTTPHeaders, peerAddress: String? = nil,
        door: Door = .gateway, decisionDeadline: ContinuousClock.Instant? = nil
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.peerAddress = peerAddress
        self.door = door
        self.decisionDeadline = decisionDeadline
    }
}

/// What to do with a request whose head was read.
public enum Admission: Sendable {
    /// Collect the whole body, of at most `limit` bytes, then call `begin`.
    case readBody(limit: Int)
    /// Answer at once; a body is drained up to a bound, or the connection is closed.
    case respond(LocalResponse)
    /// Not for the router: it goes on untouched. Said only to the door `externalProcessor`.
    case passThrough
}

/// A complete answer made here, not by a backend.
public struct LocalResponse: Sendable {
    /// Status code, 200...599.
    public var status: Int
    /// Headers without framing: the door adds content-length, connection and date.
    public var headers: [(String, String)]
    /// The whole body.
    public var body: ByteBuffer
    /// Whether the client's connection is closed after this answer.
    public var closeConnection: Bool

    /// Creates a response.
    public init(
        status: Int, headers: [(String, String)] = [], body: ByteBuffer = ByteBuffer(), closeConnection: Bool = false
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.closeConnection = closeConnection
    }
}

/// What becomes of a request whose body was read.
public enum ExchangeStart {
    /// Answer now, without a backend.
    case respond(LocalResponse)
    /// Ask the exchange for attempts and relay what comes back.
    case forward(any ForwardingExchange)
    /// Not for the router: the request goes on untouched. Said only to the door `externalProcessor`.
    case passThrough
    /// Not known yet: work goes on elsewhere and the promise is resolved on the event loop.
    case pending(PendingStart)
}

/// What stands behind every door: it judges requests and starts exchanges.
public protocol ExchangeHandler: Sendable {
    /// Judges a request by its head alone.
    func admit(_ head: RequestHead) -> Admission
    /// Starts the exchange of a request that is complete. Runs on `loop` and must not block it.
    func begin(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart
    /// The answer for a failure that the door itself finds.
    func failure(_ failure: DoorFailure) -> LocalResponse
    /// For requests that pass through: the headers that their client may not set, by name in lower case.
    func untrustedHeaders(_ head: RequestHead) -> [String]
    /// The beginning of a body whose rest is still to come: what can be read of it may be read already. `begin` follows
    /// with the whole or not at all.
    func anticipate(_ head: RequestHead, beginning: ByteBuffer)
}

extension ExchangeHandler {
    /// For handlers that pass nothing through.
    public func untrustedHeaders(_ head: RequestHead) -> [String] { [] }

    /// For handlers that wait for the whole.
    public func anticipate(_ head: RequestHead, beginning: ByteBuffer) {}
}

/// One request in flight, used only from its event loop.
///
/// Order of calls: `nextAttempt` (once per attempt), then for an attempt that is answered `responseHead`,
/// `responseBody` any number of times, `settle`, `responseEnd` (or `heldResponse` after `.hold`). `clientGone` can come
/// between any two of them and is followed only by `finished`, which is called exactly once, last.
public protocol ForwardingExchange: AnyObject {
    /// What to try next; `failure` is nil on the first call, later why the previous attempt did not count.
    func nextAttempt(after failure: AttemptFailure?) -> AttemptDecision
    /// The backend's status and headers (hop-by-hop headers already removed), nothing sent to the client yet.
    func responseHead(status: Int, headers: HTTPHeaders) -> ResponseHeadDecision
    /// A piece of the body; returns what the client gets, nil for nothing. Usually the same buffer.
    func responseBody(_ chunk: ByteBuffer) -> ByteBuffer?
    /// What must be done before the client is told the end: `responseEnd` or `heldResponse` follows when the future is
    /// there, which it must be within a deadline of its own. Nil for nothing. It does not fail; how it went is the
    /// exchange's to know.
    func settle(_ end: ResponseEnd) -> EventLoopFuture<Void>?
    /// The end of a relayed response; returned bytes are sent before the end.
    ///
    /// After `.cut` the client's connection never looks like a short success: it is closed without the
    /// terminating chunk, unless bytes were returned and the relayed response is an event stream
    /// (its error event then says what happened, and the stream ends properly).
    func responseEnd(_ end: ResponseEnd) -> ByteBuffer?
    /// The end of a response for which `responseHead` said `.hold`.
    func heldResponse(_ end: ResponseEnd) -> HeldResponseDecision
    /// The client vanished; the attempt is cancelled.
    func clientGone()
    /// Nothing follows.
    func finished()
    /// In place of `nextAttempt`, for a door behind which another gateway calls the backend: what that gateway is to
    /// send. Called once; there are no further attempts.
    func shapedRequest() -> ShapingDecision
}

/// What another gateway is to do with a request.
public enum ShapingDecision: Sendable {
    /// Send it on, shaped like this.
    case forward(ShapedRequest)
    /// Answer with this.
    case giveUp(LocalResponse)
}

/// A request as the chosen model's backend is to get it from another gateway.
public struct ShapedRequest: Sendable {
    /// All headers, without those that belong to the connection or to the gateway (host, framing).
    public var headers: HTTPHeaders
    /// Path and query; nil leaves them.
    public var target: String?
    /// The whole body; nil leaves it.
    public var body: ByteBuffer?
    /// Whether the gateway is to choose the route again, by the changed headers.
    public var clearsRouteCache: Bool
    /// What was decided, by name, for the gateway's access log.
    public var facts: [(name: String, value: String)]

    /// Creates a shaped request.
    public init(
        headers: HTTPHeaders, target: String? = nil, body: ByteBuffer? = nil, clearsRouteCache: Bool = true,
        facts: [(name: String, value: String)] = []
    ) {
        self.headers = headers
        self.target = target
        self.body = body
        self.clearsRouteCache = clearsRouteCache
        self.facts = facts
    }
}

extension ForwardingExchange {
    /// For exchanges that have nothing to wait for.
    public func settle(_ end: ResponseEnd) -> EventLoopFuture<Void>? { nil }

    /// For exchanges that never hold a response.
    public func heldResponse(_ end: ResponseEnd) -> HeldResponseDecision {
        .retry(.malformedResponse("the response was held and not answered"))
    }
}

/// The next step of an exchange.
public enum AttemptDecision: Sendable {
    /// Try this backend after a delay (zero: now).
    case attempt(Attempt, delay: TimeAmount)
    /// No further attempt: answer with this.
    case giveUp(LocalResponse)
}

/// What becomes of a backend's response, decided by its head.
public enum ResponseHeadDecision: Sendable {
    /// Relay it with this status and these headers.
    ///
    /// A `content-length` among them is a promise about the bytes that `responseBody` and `responseEnd`
    /// return; an exchange that changes the body's length removes it, and the door sends chunks.
    case relay(status: Int, headers: HTTPHeaders)
    /// Drop it and ask `nextAttempt(after:)`.
    case retry(AttemptFailure)
    /// Send nothing yet: the body goes through `responseBody` (its return value is ignored; the exchange
    /// bounds what it keeps), and `heldResponse` decides at the end.
    case hold
}

/// What becomes of a held response.
public enum HeldResponseDecision: Sendable {
    /// Answer with this.
    case respond(LocalResponse)
    /// Drop it and ask `nextAttempt(after:)`.
    case retry(AttemptFailure)
}

/// How a backend's response ended.
public enum ResponseEnd: Sendable, Hashable {
    /// All of it came.
    case complete
    /// It broke off after its head.
    case cut(AttemptFailure)
}

/// A failure that the door itself finds, before or beside any exchange.
public enum DoorFailure: Error, Sendable, Hashable {
    /// The bytes are not an acceptable HTTP/1 request; the reason is for a person.
    case badRequest(String)
    /// Both content-length and transfer-encoding, or contradicting lengths.
    case ambiguousLength
    /// Request line or headers over the limit.
    case headersTooLarge
    /// The request target alone is over the limit.
    case targetTooLong
    /// The body is over `limit` bytes.
    case bodyTooLarge(limit: Int)
    /// The request did not arrive in time.
    case requestTimeout
    /// A method (CONNECT) or an expectation that is refused.
    case unsupported(String)
    /// An HTTP version other than 1.0 and 1.1.
    case versionNotSupported
    /// Too many connections or requests in flight.
    case overloaded
    /// The server is stopping.
    case draining
}

extension DoorFailure {
    /// Stable snake_case code.
    public var code: String {
        switch self {
        case .badRequest: "bad_request"
        case .ambiguousLength: "ambiguous_length"
        case .headersTooLarge: "headers_too_large"
        case .targetTooLong: "target_too_long"
        case .bodyTooLarge: "body_too_large"
        case .requestTimeout: "request_timeout"
        case .unsupported: "unsupported"
        case .versionNotSupported: "version_not_supported"
        case .overloaded: "overloaded"
        case .draining: "draining"
        }
    }

    /// The HTTP status that fits.
    public var status: Int {
        switch self {
        case .badRequest, .ambiguousLength: 400
        case .headersTooLarge: 431
        case .targetTooLong: 414
        case .bodyTooLarge: 413
        case .requestTimeout: 408
        case .unsupported: 501
        case .versionNotSupported: 505
        case .overloaded, .draining: 503
        }
    }

    /// A sentence for a person, with what to do.
    public var message: String {
        switch self {
        case .badRequest(let reason): "The request is not valid HTTP/1.1: \(reason)."
        case .ambiguousLength:
            "The request states its length in more than one way; send either content-length or transfer-encoding."
        case .headersTooLarge: "The request headers are too large; send fewer or shorter ones."
        case .targetTooLong: "The request target is too long."
        case .bodyTooLarge(let limit): "The request body is larger than \(limit) bytes."
        case .requestTimeout: "The request did not arrive in time."
        case .unsupported(let what): "\(what) is not supported."
        case .versionNotSupported: "Only HTTP/1.0 and HTTP/1.1 are supported."
        case .overloaded: "The server is at its limit; try again shortly."
        case .draining: "The server is stopping; connect again."
        }
    }
}
