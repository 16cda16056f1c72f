import Exchange
import NIOCore
import NIOHTTP1
import Upstream

/// One request of a gateway from its head to the end of its response: executes what the state machine says. Used only
/// on its event loop.
final class StreamProcessor {
    private let handler: any ExchangeHandler
    private let loop: any EventLoop
    private let peer: GatewayPeer
    private let decisionTimeout: Duration

    private var machine = ProcessorStateMachine()
    private var head: RequestHead?
    private var exchange: (any ForwardingExchange)?
    private var pending: PendingStart?
    private var waiter: CheckedContinuation<Void, Never>?
    private var isCancelled = false
    private var wasResponseEnded = false
    /// Bytes of the body that the router was shown before its end.
    private var anticipated = 0
    private static let anticipationStep = 4_096

    init(_ handler: any ExchangeHandler, on loop: any EventLoop, peer: GatewayPeer, decisionTimeout: Duration) {
        self.handler = handler
        self.loop = loop
        self.peer = peer
        self.decisionTimeout = decisionTimeout
    }

    /// Whether the stream has nothing more to say.
    var isOver: Bool { machine.isOver }

    /// How the stream ended, when it has.
    var outcome: StreamOutcome { machine.outcome }

    /// Takes one message and returns what the gateway is told.
    func process(_ request: ProcessingRequest) async -> [ProcessingResponse] {
        switch machine.received(request) {
        case .reply(let responses):
            anticipate()
            return responses
        case .admit(let headers): return await admit(headers)
        case .begin(let body): return await begin(body)
        case .refuse(let failure): return answer(handler.failure(failure))
        case .responseHead(let headers, let isEnd): return relay(head: headers, isEnd: isEnd)
        case .responseBody(let chunk, let isEnd): return relay(chunk, isEnd: isEnd)
        case .responseTrailers:
            endResponse(.complete)
            return machine.relayedTrailers()
        }
    }

    /// The stream is over, in whatever way.
    func ended() {
        guard let exchange else { return }
        self.exchange = nil
        if !wasResponseEnded { exchange.clientGone() }
        exchange.finished()
    }

    /// The gateway gave the request up, perhaps while its decision waits.
    func cancel() {
        isCancelled = true
        pending?.cancel()
        pending = nil
        let waiter = self.waiter
        self.waiter = nil
        waiter?.resume()
    }

    // MARK: Request

    private func admit(_ headers: HTTPHeaders) async -> [ProcessingResponse] {
        let head = makeHead(headers)
        self.head = head
        switch handler.admit(head) {
        case .respond(let response): return answer(response)
        case .passThrough: return machine.passedThrough(removing: handler.untrustedHeaders(head))
        case .readBody(let limit):
            switch machine.admitted(limit: limit) {
            case .reply(let responses): return responses
            case .begin(let body): return await begin(body)
            default: return []
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
            method: method, target: target, headers: HTTPHeaders(fields), peerAddress: peer.address,
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

    private func begin(_ body: ByteBuffer) async -> [ProcessingResponse] {
        guard var head else { return [] }
        head.decisionDeadline = .now + decisionTimeout
        var start = handler.begin(head, body: body, on: loop)
        if case .pending(let promise) = start {
            guard let resolved = await resolution(of: promise) else { return [] }
            start = resolved
        }
        switch start {
        case .respond(let response): return answer(response)
        case .forward(let exchange): return forward(exchange, head)
        case .passThrough: return machine.passedThrough(removing: handler.untrustedHeaders(head))
        case .pending: return []
        }
    }

    /// Waits for a decision; nil when the gateway gave the request up first.
    private func resolution(of promise: PendingStart) async -> ExchangeStart? {
        var resolved: ExchangeStart?
        pending = promise
        promise.whenResolved { [self] start in
            guard pending != nil else {
                if case .forward(let exchange) = start {
                    exchange.clientGone()
                    exchange.finished()
                }
                return
            }
            pending = nil
            resolved = start
            let waiter = self.waiter
            self.waiter = nil
            waiter?.resume()
        }
        if resolved == nil, !isCancelled {
            await withCheckedContinuation { waiter = $0 }
        }
        return resolved
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

/// The gateway on the other side of a connection.
struct GatewayPeer: Sendable {
    /// The IP address, without port, where there is one.
    let address: String?

    /// Reads gRPC's description of a peer, such as `ipv4:127.0.0.1:31415` or `ipv6:[::1]:443`.
    init(_ description: String) {
        let parts = description.split(separator: ":", maxSplits: 1)
        switch (parts.first, parts.count) {
        case ("ipv4", 2): address = parts[1].split(separator: ":").first.map(String.init)
        case ("ipv6", 2):
            address = parts[1].split(separator: "]").first.map { String($0.drop { $0 == "[" }) }
        default: address = nil
        }
    }
}
