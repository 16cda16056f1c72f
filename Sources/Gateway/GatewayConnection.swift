import Exchange
import NIOCore
import NIOHTTP1
import Synchronization
import Upstream

/// One client connection: reads requests, writes responses, executes what its state machine says.
///
/// The request side is here; `GatewayConnection+Relay.swift` holds the way from the backend to the client.
final class GatewayConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let shared: LoopContext
    var machine = RelayStateMachine()
    private(set) var context: ChannelHandlerContext?
    private(set) var timer: LazyTimer?

    private var parser: MessageHeadParser
    private var bodyReader: BodyReader?
    private var inbound = ByteBuffer()
    private var isProcessing = false
    private var isReading = true
    private var lingered = 0
    private var peerAddress: String?

    // The request being served.
    private var head: RequestHead?
    private var body = ByteBuffer()
    private var isCounted = false
    private var pending: PendingStart?
    /// Tells callbacks of an earlier request from those of the present one.
    private(set) var serial: UInt64 = 0

    // The answer; see the relay side.
    var exchange: (any ForwardingExchange)?
    var call: UpstreamCall?
    var delay: Scheduled<Void>?
    var outbound = ByteBuffer()
    var hasUnflushedWrites = false
    var isEventStream = false
    /// Whether the backend's response has ended and the exchange still has work to do before the client is told.
    var isSettling = false

    init(shared: LoopContext) {
        self.shared = shared
        let configuration = shared.configuration
        self.parser = MessageHeadParser(
            limits: MessageHeadLimits(
                maximumBytes: configuration.maxHeaderBytes, maximumFields: configuration.maxHeaders))
    }

    // MARK: Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.timer = LazyTimer(loop: context.eventLoop) { [unowned self] in self.timeLimitPassed() }
    }

    func channelActive(context: ChannelHandlerContext) {
        if let address = context.remoteAddress {
            self.peerAddress = address.ipAddress
        }
        let fits = self.shared.opened(self)
        if self.shared.isDraining {
            // Accepted while the listener closed.
            self.drain()
        } else if fits {
            self.timer?.set(after: self.shared.configuration.keepAliveTimeout)
        } else {
            self.refuse(.overloaded)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.inbound.readableBytes == 0 {
            self.inbound = bytes
        } else {
            self.inbound.writeBuffer(&bytes)
        }
        self.process()
        if self.inbound.readableBytes == 0 {
            self.inbound = ByteBuffer()
        } else if self.isReading, self.inbound.readableBytes > self.shared.configuration.maxPipelinedBytes,
            self.isServing
        {
            self.isReading = false
            try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let wasServing = self.machine.connectionClosed()
        if wasServing {
            self.delay?.cancel()
            self.delay = nil
            self.call?.cancel()
            self.pending?.cancel()
            self.exchange?.clientGone()
            self.requestFinished()
        }
        self.timer?.invalidate()
        self.shared.closed(self)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.invalidate()
        self.timer = nil
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.writabilityChanged(isWritable: context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    /// Ends after the present request, or now when there is none.
    func drain() {
        if self.machine.drain() { self.forceClose() }
    }

    func forceClose() {
        self.context?.close(promise: nil)
    }

    // MARK: Request

    /// Whether a request is between its end and the end of its answer.
    private var isServing: Bool {
        switch self.machine.state {
        case .starting, .attempting, .holding, .relaying: true
        default: false
        }
    }

    /// Takes as many steps as the bytes at hand allow.
    func process() {
        guard !self.isProcessing else { return }
        self.isProcessing = true
        defer { self.isProcessing = false }
        do throws(MessageError) {
            while try self.step() {}
        } catch {
            if case .discardingBody = self.machine.state {
                // The request has its answer already.
                self.forceClose()
            } else {
                self.refuse(Self.failure(of: error))
            }
        }
    }

    private func step() throws(MessageError) -> Bool {
        switch self.machine.state {
        case .idle, .readingHead:
            guard self.inbound.readableBytes > 0 else { return false }
            if self.machine.bytesBeginRequest() { self.timer?.set(after: self.shared.configuration.headerTimeout) }
            guard let head = try self.parser.nextRequest(&self.inbound) else { return false }
            self.admit(head)
            return true
        case .readingBody, .discardingBody:
            switch try self.bodyReader?.next(&self.inbound) {
            case .data(let chunk):
                self.keep(chunk)
                return true
            case .end:
                self.bodyReader = nil
                switch self.machine.requestEnded() {
                case .begin: self.begin()
                case .nextRequest: self.waitForNextRequest()
                }
                return true
            case .needMoreBytes, nil:
                self.timer?.set(after: self.shared.configuration.bodyIdleTimeout)
                return false
            }
        case .closing:
            self.lingered += self.inbound.readableBytes
            self.inbound = ByteBuffer()
            if self.lingered > 1024 * 1024 { self.forceClose() }
            return false
        case .admitting, .starting, .attempting, .holding, .relaying, .closed:
            return false
        }
    }

    private func admit(_ message: RequestMessageHead) {
        let counters = self.shared.counters
        self.serial += 1
        self.isCounted = true
        counters.requests.add(1, ordering: .relaxed)
        let inFlight = counters.requestsInFlight.add(1, ordering: .relaxed).newValue
        self.timer?.clear()
        let request = RelayStateMachine.Request(
            framing: message.framing, keepAlive: message.keepAlive, isHead: message.method == .HEAD,
            minorVersion: message.minorVersion, expectsContinue: message.expectsContinue)
        let isOverloaded = inFlight > self.shared.configuration.maxRequestsInFlight
        if case .refuse(let refusal) = self.machine.requestHead(request, isOverloaded: isOverloaded) {
            self.refuse(refusal)
            return
        }
        if message.method == .CONNECT { return self.refuse(.unsupported("CONNECT")) }
        if message.hasUnknownExpectation { return self.refuse(.unsupported("An expectation other than 100-continue")) }
        let head = RequestHead(
            method: message.method, target: message.target, headers: message.headers,
            peerAddress: self.peerAddress)
        switch self.shared.handler.admit(head) {
        case .respond(let response):
            self.bodyReader = BodyReader(framing: message.framing)
            self.answer(response)
        case .passThrough:
            self.bodyReader = BodyReader(framing: message.framing)
            self.refuse(Self.nothingBehind)
        case .readBody(let limit):
            self.head = head
            switch self.machine.admitted(limit: limit) {
            case .begin:
                self.begin()
            case .readBody(let sendContinue):
                self.bodyReader = BodyReader(framing: message.framing)
                if case .length(let length) = message.framing, length > self.inbound.readableBytes {
                    // Grows with what really comes: a promised length alone reserves little.
                    self.body.reserveCapacity(min(length, 256 * 1024))
                }
                if sendContinue, self.inbound.readableBytes == 0 {
                    self.outbound.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
                    self.flushPending()
                }
            case .refuse(let refusal):
                self.refuse(refusal)
            }
        }
    }

    private func keep(_ chunk: ByteBuffer) {
        switch self.machine.requestBody(chunk.readableBytes) {
        case .keep:
            if self.body.readableBytes == 0, self.body.capacity == 0 {
                self.body = chunk
            } else {
                self.body.writeImmutableBuffer(chunk)
            }
        case .discard:
            break
        case .refuse(let refusal):
            self.refuse(refusal)
        case .close:
            self.forceClose()
        }
    }

    private func begin() {
        guard let head = self.head else { return }
        self.timer?.clear()
        let body = self.body
        self.body = ByteBuffer()
        self.head = nil
        self.resume(self.shared.handler.begin(head, body: body, on: self.shared.loop))
    }

    private func resume(_ start: ExchangeStart) {
        switch start {
        case .respond(let response):
            self.answer(response)
        case .forward(let exchange):
            self.exchange = exchange
            self.machine.forward()
            self.attempt(after: nil)
        case .passThrough:
            self.refuse(Self.nothingBehind)
        case .pending(let pending):
            self.pending = pending
            let serial = self.serial
            pending.whenResolved { [self] start in
                guard self.serial == serial, case .starting = self.machine.state else {
                    if case .forward(let exchange) = start {
                        exchange.clientGone()
                        exchange.finished()
                    }
                    return
                }
                self.pending = nil
                self.resume(start)
                self.process()
            }
        }
    }

    // MARK: Answers made here

    func refuse(_ failure: DoorFailure) {
        var response = self.shared.handler.failure(failure)
        switch failure {
        case .overloaded:
            self.shared.counters.refusals.add(1, ordering: .relaxed)
            if !response.headers.contains(where: { $0.0.lowercased() == "retry-after" }) {
                response.headers.append(("retry-after", "1"))
            }
        case .bodyTooLarge, .unsupported:
            break
        default:
            response.closeConnection = true
        }
        self.answer(response)
    }

    /// Writes a complete response, in one write, and goes on as the machine says.
    func answer(_ response: LocalResponse) {
        switch self.machine.state {
        case .closing, .closed: return
        default: break
        }
        let plan = self.machine.answer(
            closes: response.closeConnection, discardLimit: self.shared.configuration.maxDiscardedBodyBytes)
        ResponseHeadWriter.writeStatusLine(response.status, to: &self.outbound)
        for (name, value) in response.headers { ResponseHeadWriter.writeField(name, value, to: &self.outbound) }
        if response.status != 204, response.status != 304 {
            HeadWriter.writeField("content-length: ", response.body.readableBytes, to: &self.outbound)
        }
        HeadWriter.writeField("date", self.shared.date.now(), to: &self.outbound)
        ResponseHeadWriter.writeConnection(
            keepAlive: plan.keepAlive, minorVersion: plan.minorVersion, to: &self.outbound)
        self.outbound.writeStaticString("\r\n")
        if plan.sendsBody, response.status != 204, response.status != 304 { self.append(response.body) }
        self.flushPending()
        self.requestFinished()
        switch plan.then {
        case .nextRequest:
            self.waitForNextRequest()
        case .discardBody:
            self.timer?.set(after: self.shared.configuration.bodyIdleTimeout)
        case .close(let lingering):
            self.closeAfterWrites(lingering: lingering)
        }
    }

    // MARK: Between requests

    /// The request being served is over, however it ended.
    func requestFinished() {
        let exchange = self.exchange
        self.exchange = nil
        self.call = nil
        self.pending = nil
        self.head = nil
        self.body = ByteBuffer()
        self.isEventStream = false
        self.isSettling = false
        self.serial += 1
        if self.isCounted {
            self.isCounted = false
            self.shared.counters.requestsInFlight.subtract(1, ordering: .relaxed)
        }
        exchange?.finished()
    }

    func waitForNextRequest() {
        if self.outbound.capacity > 16 * 1024, self.outbound.readableBytes == 0 { self.outbound = ByteBuffer() }
        self.timer?.set(after: self.shared.configuration.keepAliveTimeout)
        if !self.isReading, let context = self.context {
            self.isReading = true
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    /// Closes once all is written. Lingering reads on for a while: closing while the client still sends would
    /// reset the connection and could take the response with it.
    func closeAfterWrites(lingering: Bool) {
        guard let context = self.context else { return }
        let lingering = lingering || self.inbound.readableBytes > 0
        self.timer?.set(after: self.shared.configuration.writeStallTimeout)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(self.wrapOutboundOut(ByteBuffer()), promise: written)
        written.futureResult.assumeIsolated().whenComplete { _ in
            guard let context = self.context else { return }
            guard lingering else {
                context.close(promise: nil)
                return
            }
            context.close(mode: .output, promise: nil)
            self.timer?.set(after: self.shared.configuration.lingerTimeout)
        }
    }

    private func timeLimitPassed() {
        switch self.machine.timeLimitPassed() {
        case .none: break
        case .close: self.forceClose()
        case .refuse(let refusal): self.refuse(refusal)
        }
    }

    /// Passing through is said only to doors behind which another gateway stands.
    private static let nothingBehind = DoorFailure.unsupported("Passing a request through")

    private static func failure(of error: MessageError) -> DoorFailure {
        switch error {
        case .malformed(let reason): .badRequest(reason)
        case .headTooLarge: .headersTooLarge
        case .targetTooLong: .targetTooLong
        case .ambiguousLength: .ambiguousLength
        case .unsupportedTransferCoding: .unsupported("A transfer coding other than chunked")
        case .unsupportedVersion: .versionNotSupported
        }
    }
}
