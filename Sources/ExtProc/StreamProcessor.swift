import Exchange
import NIOCore
import NIOHTTP1
import Upstream

/// One request of a gateway from its head to the end of its response: executes what the state machine says. Used only
/// on its event loop.
final class StreamProcessor {
    private let handler: any ExchangeHandler
    private let loop: any EventLoop
    /// The IP address of the gateway.
    private let peer: String?
    private let decisionTimeout: Duration

    private var machine = ProcessorStateMachine()
    private var head: RequestHead?
    private var exchange: (any ForwardingExchange)?
    /// A decision that waits, and who waits for it.
    private var pending: (start: PendingStart, reply: Reply)?
    private var wasResponseEnded = false
    /// Bytes of the body that the router was shown before its end.
    private var anticipated = 0
    private static let anticipationStep = 4_096

    /// Hears what the gateway is told.
    typealias Reply = ([ProcessingResponse]) -> Void

    init(_ handler: any ExchangeHandler, on loop: any EventLoop, peer: String?, decisionTimeout: Duration) {
        self.handler = handler
        self.loop = loop
        self.peer = peer
        self.decisionTimeout = decisionTimeout
    }

    /// Whether the stream has nothing more to say.
    var isOver: Bool { machine.isOver }

    /// How the stream ended, when it has.
    var outcome: StreamOutcome { machine.outcome }

    /// Takes one message; `reply` hears once, at once or later, what the gateway is told.
    func process(_ request: ProcessingRequest, _ reply: @escaping Reply) {
        switch machine.received(request) {
        case .reply(let responses):
            anticipate()
            reply(responses)
        case .admit(let headers): admit(headers, reply)
        case .begin(let body): begin(body, reply)
        case .refuse(let failure): reply(answer(handler.failure(failure)))
        case .responseHead(let headers, let isEnd): reply(relay(head: headers, isEnd: isEnd))
        case .responseBody(let chunk, let isEnd): reply(relay(chunk, isEnd: isEnd))
        case .responseTrailers:
            endResponse(.complete)
            reply(machine.relayedTrailers())
        }
    }

    /// The stream is over, in whatever way, perhaps while its decision waits.
    func ended() {
        if let waiting = pending {
            pending = nil
            waiting.start.cancel()
        }
        guard let exchange else { return }
        self.exchange = nil
        if !wasResponseEnded { exchange.clientGone() }
        exchange.finished()
    }

    // MARK: Request

    private func admit(_ headers: HTTPHeaders, _ reply: @escaping Reply) {
        let head = makeHead(headers)
        self.head = head
        switch handler.admit(head) {
        case .respond(let response): reply(answer(response))
        case .passThrough: reply(machine.passedThrough(removing: handler.untrustedHeaders(head)))
        case .readBody(let limit):
            switch machine.admitted(limit: limit) {
            case .reply(let responses): reply(responses)
            case .begin(let body): begin(body, reply)
            default: reply([])
            }
        }
    }

    private func makeHead(_ headers: HTTPHeaders) -> RequestHead {
        var fields: [(String, String)] = []
        fields.reserveCapacity(headers.count)
        var method = HTTPMethod.GET
        var target = "/"
        for (name, value) in headers {
            switch name {
            case ":method": method = HTTPMethod(rawValue: value)
            case ":path": target = value
            case ":authority": fields.append(("host", value))
            default: if !name.hasPrefix(":") { fields.append((name, value)) }
            }
        }
        return RequestHead(
            method: method, target: target, headers: HTTPHeaders(fields), peerAddress: peer,
            door: .externalProcessor)
    }

    /// Shows the router a long body while it comes in, each time that a good part of it is new.
    private func anticipate() {
        guard let head, let beginning = machine.beginning else { return }
        let size = beginning.readableBytes
        guard size >= anticipated + max(Self.anticipationStep, anticipated / 4) else { return }
        anticipated = size
        handler.anticipate(head, beginning: beginning)
    }

    private func begin(_ body: ByteBuffer, _ reply: @escaping Reply) {
        guard var head else { return reply([]) }
        head.decisionDeadline = .now + decisionTimeout
        let start = handler.begin(head, body: body, on: loop)
        guard case .pending(let promise) = start else { return reply(begun(start, head)) }
        pending = (promise, reply)
        promise.whenResolved { [self, head] start in
            guard let waiting = pending else {
                // The gateway gave the request up.
                if case .forward(let exchange) = start {
                    exchange.clientGone()
                    exchange.finished()
                }
                return
            }
            pending = nil
            waiting.reply(begun(start, head))
        }
    }

    private func begun(_ start: ExchangeStart, _ head: RequestHead) -> [ProcessingResponse] {
        switch start {
        case .respond(let response): answer(response)
        case .forward(let exchange): forward(exchange, head)
        case .passThrough: machine.passedThrough(removing: handler.untrustedHeaders(head))
        case .pending: []
        }
    }

    private func forward(_ exchange: any ForwardingExchange, _ head: RequestHead) -> [ProcessingResponse] {
        switch exchange.shapedRequest() {
        case .giveUp(let response):
            exchange.finished()
            return answer(response)
        case .forward(let shaped):
            self.exchange = exchange
            var mutation = HeaderDifference.mutation(from: head.headers, to: shaped.headers)
            if let target = shaped.target, target != head.target { mutation.set(":path", target) }
            return machine.decided(
                mutation, body: shaped.body, clearsRouteCache: shaped.clearsRouteCache,
                metadata: [("martlet", shaped.facts)])
        }
    }

    private func answer(_ response: LocalResponse) -> [ProcessingResponse] {
        machine.answered(
            ImmediateResponse(
                status: response.status, headers: response.headers.map { (name: $0.0, value: $0.1) },
                body: response.body, details: "martlet"))
    }

    // MARK: Response

    private func relay(head headers: HTTPHeaders, isEnd: Bool) -> [ProcessingResponse] {
        guard let exchange else { return machine.relayedHead(HeaderMutation(), isEnd: isEnd) }
        let status = headers.first(name: ":status").flatMap { Int($0) } ?? 200
        var fields: [(String, String)] = []
        for (name, value) in headers where !name.hasPrefix(":") { fields.append((name, value)) }
        let present = HTTPHeaders(fields)
        var mutation = HeaderMutation()
        if case .relay(let relayed, let wanted) = exchange.responseHead(status: status, headers: present) {
            mutation = HeaderDifference.mutation(from: present, to: wanted)
            if relayed != status { mutation.set(":status", String(relayed)) }
            if present.contains(name: "content-length"), !wanted.contains(name: "content-length") {
                mutation.removes.append("content-length")
            }
        }
        if isEnd { endResponse(.complete) }
        return machine.relayedHead(mutation, isEnd: isEnd)
    }

    private func relay(_ chunk: ByteBuffer, isEnd: Bool) -> [ProcessingResponse] {
        guard let exchange else { return machine.relayedBody(chunk, changed: nil, isEnd: isEnd) }
        var relayed = chunk.readableBytes > 0 ? exchange.responseBody(chunk) ?? ByteBuffer() : chunk
        if isEnd, var tail = endResponse(.complete) { relayed.writeBuffer(&tail) }
        return machine.relayedBody(chunk, changed: relayed == chunk ? nil : relayed, isEnd: isEnd)
    }

    @discardableResult
    private func endResponse(_ end: ResponseEnd) -> ByteBuffer? {
        guard !wasResponseEnded else { return nil }
        wasResponseEnded = true
        return exchange?.responseEnd(end)
    }
}
