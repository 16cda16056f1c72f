/// One backend connection, as a sequence of requests: what each event means.
///
/// It knows nothing of bytes or sockets; `UpstreamConnection` does what the actions say.
package struct UpstreamRequestStateMachine {
    /// Where the connection is.
    package enum State: Hashable, Sendable {
        /// On the shelf. Goes to `awaitingHead`, `closed`.
        case idle
        /// A request was written. `bytesSeen` says whether any byte of an answer came.
        /// Goes to `receivingBody`, `idle`, `closed`.
        case awaitingHead(bytesSeen: Bool)
        /// The head was delivered. Goes to `idle`, `closed`.
        case receivingBody(keepAlive: Bool)
        /// Nothing more happens.
        case closed
    }

    /// What to do about an event that may end a request.
    package enum Action: Hashable, Sendable {
        case none
        /// The response is complete; shelve the connection or close it.
        case complete(reuse: Bool)
        /// The attempt failed; close the connection.
        case fail(AttemptFailure, afterHead: Bool)
        /// The connection had died on the shelf: send the request once more on a fresh one.
        case retryOnFreshConnection(AttemptFailure)
        /// No request is concerned; close the connection.
        case close
    }

    /// What to do with a head.
    package enum HeadAction: Hashable, Sendable {
        /// Hand it on; the body follows.
        case deliver
        /// An interim response: another head follows.
        case skip
        /// The attempt failed; close the connection.
        case fail(AttemptFailure)
    }

    private static let maximumInterimResponses = 8

    package private(set) var state: State = .idle
    private var served = 0
    private var interims = 0
    private var canRetry = true

    package init() {}

    /// A request is about to be written; `isRetry` when it was already sent once on a connection that had died.
    /// Returns whether the connection can take it.
    package mutating func start(isRetry: Bool) -> Bool {
        guard case .idle = self.state else { return false }
        self.state = .awaitingHead(bytesSeen: false)
        self.canRetry = self.served > 0 && !isRetry
        self.interims = 0
        return true
    }

    /// Bytes arrived, before they are parsed.
    package mutating func bytesArrived() -> Action {
        switch self.state {
        case .idle:
            // Nobody asked: whatever it is, the next response could not be told from it.
            self.state = .closed
            return .close
        case .awaitingHead:
            self.state = .awaitingHead(bytesSeen: true)
            return .none
        case .receivingBody, .closed:
            return .none
        }
    }

    /// A response head was parsed.
    package mutating func headReceived(status: Int, keepAlive: Bool) -> HeadAction {
        guard case .awaitingHead = self.state else { return .skip }
        if status == 101 {
            self.state = .closed
            return .fail(.malformedResponse("the backend switched protocols unasked"))
        }
        if status < 200 {
            self.interims += 1
            guard self.interims <= Self.maximumInterimResponses else {
                self.state = .closed
                return .fail(.malformedResponse("too many interim responses"))
            }
            return .skip
        }
        self.state = .receivingBody(keepAlive: keepAlive)
        return .deliver
    }

    /// The body is complete; `hasSurplus` when bytes follow that belong to no request.
    package mutating func bodyEnded(hasSurplus: Bool) -> Action {
        guard case .receivingBody(let keepAlive) = self.state else { return .none }
        self.served += 1
        let reuse = keepAlive && !hasSurplus
        self.state = reuse ? .idle : .closed
        return .complete(reuse: reuse)
    }

    /// The connection ended; `completesBody` when the body's end is the connection's end.
    package mutating func connectionEnded(reason: String, completesBody: Bool) -> Action {
        defer { self.state = .closed }
        switch self.state {
        case .idle:
            return .close
        case .awaitingHead(let bytesSeen):
            if !bytesSeen && self.canRetry { return .retryOnFreshConnection(.reset(reason)) }
            return .fail(.reset(reason), afterHead: false)
        case .receivingBody:
            return completesBody ? .complete(reuse: false) : .fail(.reset(reason), afterHead: true)
        case .closed:
            return .none
        }
    }

    /// A time limit passed or the bytes made no sense.
    package mutating func failed(_ failure: AttemptFailure) -> Action {
        defer { self.state = .closed }
        switch self.state {
        case .idle: return .close
        case .awaitingHead: return .fail(failure, afterHead: false)
        case .receivingBody: return .fail(failure, afterHead: true)
        case .closed: return .none
        }
    }

    /// The request is no longer wanted.
    package mutating func cancelled() -> Action {
        defer { self.state = .closed }
        if case .closed = self.state { return .none }
        return .close
    }
}
