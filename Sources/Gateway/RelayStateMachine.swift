import Exchange
import Upstream

/// One client connection, as a sequence of requests and the attempts that answer them: what each event means.
///
/// It knows nothing of bytes, sockets or the exchange; `GatewayConnection` does what the actions say.
struct RelayStateMachine {
    /// What matters of a request.
    struct Request: Hashable {
        var framing: BodyFraming
        var keepAlive: Bool
        var isHead: Bool
        var minorVersion: Int
        var expectsContinue: Bool
    }

    /// How the client finds the end of a response body.
    enum ResponseFraming: Hashable {
        /// There is no body, whatever the backend sends.
        case none
        /// Exactly this many more bytes.
        case length(remaining: Int)
        case chunked
        /// The connection's end (HTTP/1.0).
        case untilClose
    }

    enum State: Hashable {
        /// Between requests. Goes to `readingHead`, `closed`.
        case idle
        /// Some bytes of a head came. Goes to `admitting`, or is refused.
        case readingHead
        /// The head is with the handler. Goes to `readingBody`, `starting`, or is answered.
        case admitting(Request)
        /// The body is collected. Goes to `starting`, or is refused.
        case readingBody(Request, received: Int, limit: Int)
        /// Answered before the body was whole, which is now read over. Goes to `idle`, `closing`.
        case discardingBody(allowance: Int)
        /// The request is complete and with the handler. Goes to `attempting`, or is answered.
        case starting(Request)
        /// A backend is being asked, or about to be; the client got nothing yet.
        /// Goes to `relaying`, `holding`, or is answered.
        case attempting(Request)
        /// The backend's head is held back. Goes to `attempting`, or is answered.
        case holding(Request)
        /// The head went to the client. Goes to `idle`, `closing`.
        case relaying(Request, ResponseFraming)
        /// The last response was written; the connection ends.
        case closing
        case closed
    }

    enum HeadAction: Hashable {
        /// Ask the handler.
        case admit
        case refuse(DoorFailure)
    }

    enum AdmissionAction: Hashable {
        /// There is no body: begin the exchange.
        case begin
        case readBody(sendContinue: Bool)
        case refuse(DoorFailure)
    }

    enum BodyAction: Hashable {
        case keep
        case discard
        case refuse(DoorFailure)
        /// Too much to read over: close.
        case close
    }

    enum RequestEndAction: Hashable {
        case begin
        /// The body of an answered request is read over; the next request may come.
        case nextRequest
    }

    /// How to send a response that is complete here.
    struct AnswerPlan: Hashable {
        var sendsBody: Bool
        var keepAlive: Bool
        var minorVersion: Int
        /// What follows the response.
        var then: Next

        enum Next: Hashable {
            case nextRequest
            case discardBody
            /// Close; `lingering` when the client may still be sending.
            case close(lingering: Bool)
        }
    }

    /// How to send the head of a relayed response.
    struct RelayPlan: Hashable {
        var framing: ResponseFraming
        var keepAlive: Bool
        var minorVersion: Int
    }

    enum RelayBodyAction: Hashable {
        case send
        case drop
        /// More bytes than the head promised: the response cannot be finished properly.
        case abort
    }

    enum RelayEndAction: Hashable {
        /// Write the terminator the framing needs, then go on or close.
        case finish(ResponseFraming, keepAlive: Bool)
        /// Close without terminator; `reset` when a plain close would look like a proper end.
        case abort(reset: Bool)
    }

    enum TimeoutAction: Hashable {
        case none
        case close
        case refuse(DoorFailure)
    }

    private(set) var state: State = .idle
    private(set) var isDraining = false

    // MARK: Request

    /// Bytes are there while no request is being served; returns whether they begin one.
    mutating func bytesBeginRequest() -> Bool {
        guard case .idle = self.state else { return false }
        self.state = .readingHead
        return true
    }

    mutating func requestHead(_ request: Request, isOverloaded: Bool) -> HeadAction {
        self.state = .admitting(request)
        if self.isDraining { return .refuse(.draining) }
        return isOverloaded ? .refuse(.overloaded) : .admit
    }

    /// The handler wants the body, of at most `limit` bytes.
    mutating func admitted(limit: Int) -> AdmissionAction {
        guard case .admitting(let request) = self.state else { return .refuse(.draining) }
        switch request.framing {
        case .none:
            self.state = .starting(request)
            return .begin
        case .length(let length) where length > limit:
            return .refuse(.bodyTooLarge(limit: limit))
        case .length, .chunked, .untilClose:
            self.state = .readingBody(request, received: 0, limit: limit)
            return .readBody(sendContinue: request.expectsContinue)
        }
    }

    mutating func requestBody(_ count: Int) -> BodyAction {
        switch self.state {
        case .readingBody(let request, let received, let limit):
            guard count <= limit - received else { return .refuse(.bodyTooLarge(limit: limit)) }
            self.state = .readingBody(request, received: received + count, limit: limit)
            return .keep
        case .discardingBody(let allowance):
            guard count <= allowance else {
                self.state = .closing
                return .close
            }
            self.state = .discardingBody(allowance: allowance - count)
            return .discard
        default:
            return .discard
        }
    }

    mutating func requestEnded() -> RequestEndAction {
        if case .readingBody(let request, _, _) = self.state {
            self.state = .starting(request)
            return .begin
        }
        self.state = .idle
        return .nextRequest
    }

    // MARK: Response

    /// A complete response is about to be written. `closes` when it asks for the connection's end;
    /// `discardLimit`: bytes of an unread body that may be read over to keep the connection.
    mutating func answer(closes: Bool, discardLimit: Int) -> AnswerPlan {
        func plan(_ request: Request, isWhole: Bool, mayDiscard: Bool) -> AnswerPlan {
            var plan = AnswerPlan(
                sendsBody: !request.isHead,
                keepAlive: request.keepAlive && !closes && !self.isDraining,
                minorVersion: request.minorVersion,
                then: .nextRequest
            )
            if isWhole {
                if !plan.keepAlive { plan.then = .close(lingering: false) }
            } else if plan.keepAlive && mayDiscard {
                plan.then = .discardBody
            } else {
                plan.keepAlive = false
                plan.then = .close(lingering: true)
            }
            return plan
        }
        let result: AnswerPlan
        switch self.state {
        case .admitting(let request):
            var mayDiscard = false
            // A client that waits for 100 Continue may or may not send its body now: only a new
            // connection is unambiguous.
            if case .length(let length) = request.framing, length <= discardLimit {
                mayDiscard = !request.expectsContinue
            }
            result = plan(request, isWhole: request.framing == .none, mayDiscard: mayDiscard)
        case .readingBody(let request, _, _):
            result = plan(request, isWhole: false, mayDiscard: false)
        case .starting(let request), .attempting(let request), .holding(let request):
            result = plan(request, isWhole: true, mayDiscard: false)
        case .idle, .readingHead, .discardingBody, .relaying, .closing, .closed:
            result = AnswerPlan(sendsBody: true, keepAlive: false, minorVersion: 1, then: .close(lingering: true))
        }
        switch result.then {
        case .nextRequest: self.state = .idle
        case .discardBody: self.state = .discardingBody(allowance: discardLimit)
        case .close: self.state = .closing
        }
        return result
    }

    /// The exchange asks backends.
    mutating func forward() {
        if case .starting(let request) = self.state { self.state = .attempting(request) }
    }

    /// The backend's head is held back.
    mutating func hold() {
        if case .attempting(let request) = self.state { self.state = .holding(request) }
    }

    /// The held response is dropped and another attempt follows.
    mutating func retryHeld() {
        if case .holding(let request) = self.state { self.state = .attempting(request) }
    }

    /// The head of a response goes to the client.
    mutating func relayHead(status: Int, contentLength: Int?) -> RelayPlan? {
        guard case .attempting(let request) = self.state else { return nil }
        let framing: ResponseFraming
        var keepAlive = request.keepAlive && !self.isDraining
        if request.isHead || status == 204 || status == 304 {
            framing = .none
        } else if let contentLength {
            framing = .length(remaining: contentLength)
        } else if request.minorVersion >= 1 {
            framing = .chunked
        } else {
            framing = .untilClose
            keepAlive = false
        }
        var relayed = request
        relayed.keepAlive = keepAlive
        self.state = .relaying(relayed, framing)
        return RelayPlan(framing: framing, keepAlive: keepAlive, minorVersion: request.minorVersion)
    }

    /// Bytes of the response are about to be written.
    mutating func relayBody(_ count: Int) -> RelayBodyAction {
        guard case .relaying(let request, let framing) = self.state else { return .drop }
        switch framing {
        case .none:
            return .drop
        case .length(let remaining):
            guard count <= remaining else { return .abort }
            self.state = .relaying(request, .length(remaining: remaining - count))
            return .send
        case .chunked, .untilClose:
            return .send
        }
    }

    /// The response is over. `endsProperly`: it is complete, or an event stream whose last event says that it is not.
    mutating func relayEnded(endsProperly: Bool) -> RelayEndAction {
        guard case .relaying(let request, let framing) = self.state else { return .abort(reset: false) }
        var isWhole = endsProperly
        if case .length(let remaining) = framing, remaining > 0 { isWhole = false }
        guard isWhole else {
            self.state = .closing
            return .abort(reset: framing == .untilClose)
        }
        // A drain that began while the body was relayed ends the connection; the head could not say so any more.
        let keepAlive = request.keepAlive && !self.isDraining
        self.state = keepAlive ? .idle : .closing
        return .finish(framing, keepAlive: keepAlive)
    }

    // MARK: Connection

    /// No new request is to be served; returns whether to close now.
    mutating func drain() -> Bool {
        self.isDraining = true
        guard case .idle = self.state else { return false }
        self.state = .closing
        return true
    }

    /// The time limit that belongs to the current state passed.
    mutating func timeLimitPassed() -> TimeoutAction {
        switch self.state {
        case .readingHead, .readingBody:
            return .refuse(.requestTimeout)
        case .idle, .discardingBody, .relaying, .closing:
            self.state = .closing
            return .close
        case .admitting, .starting, .attempting, .holding, .closed:
            return .none
        }
    }

    /// The connection is gone; returns whether a request was being served.
    mutating func connectionClosed() -> Bool {
        defer { self.state = .closed }
        switch self.state {
        case .admitting, .readingBody, .starting, .attempting, .holding, .relaying: return true
        case .idle, .readingHead, .discardingBody, .closing, .closed: return false
        }
    }
}
