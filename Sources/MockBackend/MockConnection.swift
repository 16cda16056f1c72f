import Logging
import NIOCore
import NIOHTTP1

/// Serves one connection: collects requests, answers them one after the other, acts out response scripts.
///
/// Everything happens on the connection's event loop.
final class MockConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// Requests waiting behind the one being answered before reading stops.
    static let maxQueued = 32
    /// Steps done at a stretch before other connections get their turn.
    static let stepsPerTurn = 256
    /// How long a connection that was refused early may go on sending.
    static let lingerTime = TimeAmount.seconds(2)

    /// What is being received.
    private enum Receiving {
        /// Nothing, or the blank between requests.
        case nothing
        /// A request whose body comes in.
        case body(HTTPRequestHead, ByteBuffer)
        /// Bytes nobody will answer any more.
        case discarding
    }

    /// What is being sent.
    private enum Sending {
        /// Nothing.
        case nothing
        /// A response.
        case response(ResponseScript, ConnectionUse)
        /// The connection is about to close; nothing more is sent.
        case ending
    }

    private enum Queued {
        case request(HTTPRequestHead, ByteBuffer)
        case problem(RequestProblem)
    }

    private let responder: MockResponder
    private let logger: Logger
    private var receiving = Receiving.nothing
    private var sending = Sending.nothing
    private var queue: [Queued] = []
    private var owesContinue = false
    private var isReadHeld = false
    private var isAdvancing = false
    private var isWaitingForWritability = false
    /// Where waits are counted from, so that late timers do not add up.
    private var clock = NIODeadline.uptimeNanoseconds(0)
    private var timer: Scheduled<Void>?

    init(responder: MockResponder, logger: Logger) {
        self.responder = responder
        self.logger = logger
    }

    func channelActive(context: ChannelHandlerContext) {
        responder.countConnection()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
        if case .response = sending { responder.countClientDisconnect() }
        sending = .ending
        receiving = .discarding
        queue.removeAll()
        context.fireChannelInactive()
    }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context: context)
        case .body(let part): append(part, context: context)
        case .end:
            guard case .body(let head, let body) = receiving else { return }
            receiving = .nothing
            owesContinue = false
            enqueue(.request(head, body), context: context)
        }
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard case .nothing = receiving else { return }
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }),
            length > responder.configuration.maxBodyBytes
        {
            refuseBody(context: context)
            return
        }
        receiving = .body(head, ByteBuffer())
        if head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            owesContinue = true
            if case .nothing = sending { payContinue(context: context) }
        }
    }

    private func append(_ part: ByteBuffer, context: ChannelHandlerContext) {
        guard case .body(let head, var body) = receiving else { return }
        receiving = .nothing
        guard body.readableBytes + part.readableBytes <= responder.configuration.maxBodyBytes else {
            refuseBody(context: context)
            return
        }
        if body.readableBytes == 0 { body = part } else { body.writeImmutableBuffer(part) }
        receiving = .body(head, body)
    }

    private func payContinue(context: ChannelHandlerContext) {
        guard owesContinue else { return }
        owesContinue = false
        write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"), context: context)
    }

    private func refuseBody(context: ChannelHandlerContext) {
        receiving = .discarding
        owesContinue = false
        let limit = responder.configuration.maxBodyBytes
        enqueue(
            .problem(
                RequestProblem(
                    status: 413, message: "The body is larger than \(limit) bytes.", code: "request_too_large")),
            context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            logger.debug("connection failed", metadata: ["error": "\(error)"])
            context.close(promise: nil)
            return
        }
        if case .discarding = receiving { return }
        receiving = .discarding
        enqueue(.problem(.invalid("The request is not valid HTTP: \(error).", code: "invalid_http")), context: context)
    }

    private func enqueue(_ item: Queued, context: ChannelHandlerContext) {
        queue.append(item)
        advance(context: context)
    }

    func read(context: ChannelHandlerContext) {
        guard queue.count < Self.maxQueued else {
            isReadHeld = true
            return
        }
        context.read()
    }

    // MARK: Sending

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isWaitingForWritability {
            isWaitingForWritability = false
            advance(context: context)
        }
        context.fireChannelWritabilityChanged()
    }

    /// Goes on sending until there is something to wait for.
    private func advance(context: ChannelHandlerContext) {
        guard !isAdvancing, timer == nil, !isWaitingForWritability else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        for _ in 0..<Self.stepsPerTurn {
            switch sending {
            case .ending: return
            case .nothing:
                guard startNext(context: context) else { return }
            case .response(var script, let connection):
                guard context.channel.isWritable else {
                    isWaitingForWritability = true
                    return
                }
                // Taken out while it changes, so that its buffers are not copied.
                sending = .nothing
                let step = script.next()
                sending = .response(script, connection)
                guard perform(step, connection: connection, context: context) else { return }
            }
        }
        schedule(at: .now(), context: context)
    }

    /// Begins the next response; false when nobody waits for one.
    private func startNext(context: ChannelHandlerContext) -> Bool {
        guard !queue.isEmpty else {
            payContinue(context: context)
            return false
        }
        let item = queue.removeFirst()
        if isReadHeld {
            isReadHeld = false
            context.read()
        }
        clock = .now()
        let response: MockResponder.Response
        switch item {
        case .request(let head, let body): response = responder.respond(to: head, body: body)
        case .problem(let problem): response = responder.refuse(problem, connection: .closed)
        }
        sending = .response(response.script, response.connection)
        return true
    }

    /// Does one step; false when what follows has to wait.
    private func perform(_ step: ResponseStep, connection: ConnectionUse, context: ChannelHandlerContext) -> Bool {
        switch step {
        case .write(let bytes):
            write(bytes, context: context)
            return true
        case .wait(let duration):
            clock = clock + TimeAmount(duration)
            guard clock > .now() else { return true }
            schedule(at: clock, context: context)
            return false
        case .finish:
            switch connection {
            case .keptSilently, .keptExplicitly:
                sending = .nothing
                return true
            case .closed:
                return perform(isDiscarding ? .linger : .close, connection: connection, context: context)
            }
        case .close:
            end(context: context) { context in context.close(promise: nil) }
            return false
        case .linger:
            end(context: context) { context in
                context.close(mode: .output, promise: nil)
                context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerTime) { context.close(promise: nil) }
            }
            return false
        case .reset:
            end(context: context) { context in
                if let options = context.channel as? any SocketOptionProvider {
                    options.unsafeSetSocketOption(level: .socket, name: .so_linger, value: ZeroLinger())
                        .assumeIsolated().whenComplete { _ in context.close(promise: nil) }
                } else {
                    context.close(promise: nil)
                }
            }
            return false
        }
    }

    private var isDiscarding: Bool {
        if case .discarding = receiving { true } else { false }
    }

    private func write(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        guard bytes.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    /// Takes nothing more and acts once everything written has reached the socket.
    private func end(context: ChannelHandlerContext, then act: @escaping (ChannelHandlerContext) -> Void) {
        sending = .ending
        receiving = .discarding
        queue.removeAll()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in act(context) }
    }

    private func schedule(at deadline: NIODeadline, context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            self.advance(context: context)
        }
    }
}

/// The C `struct linger` that makes `close` send a reset: switched on, zero seconds.
private struct ZeroLinger: Sendable {
    var isOn: CInt = 1
    var seconds: CInt = 0
}
