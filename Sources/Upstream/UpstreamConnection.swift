import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOTLS

/// One connection to a backend: writes requests, reads responses, executes what its state machine says.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Before the request machine takes over.
    private enum Phase {
        /// TCP or TLS is being set up.
        case connecting
        case ready
        case closed
    }

    /// Bodies up to this size share one buffer, and so one write, with their head.
    private static let coalescedBodyLimit = 32 * 1024

    let target: TargetPool
    private(set) var call: UpstreamCall?
    private var phase: Phase = .connecting
    private var machine = UpstreamRequestStateMachine()
    private var parser: MessageHeadParser
    private var body: BodyReader?
    private var inbound = ByteBuffer()
    private var outbound = ByteBuffer()
    private var context: ChannelHandlerContext?
    private var timer: LazyTimer?
    private var isReading = true
    private var errorSeen: (any Error)?

    init(target: TargetPool, call: UpstreamCall) {
        self.target = target
        self.call = call
        self.parser = MessageHeadParser(
            limits: MessageHeadLimits(
                maximumBytes: target.limits.maxResponseHeaderBytes, maximumFields: target.limits.maxResponseHeaders))
    }

    var isUsable: Bool {
        guard case .ready = self.phase, self.machine.state == .idle, let context = self.context else { return false }
        return context.channel.isActive
    }

    // MARK: Setting up

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let timer = LazyTimer(loop: context.eventLoop) { [unowned self] in self.timeLimitPassed() }
        if let call = self.call { timer.set(after: call.attempt.timeouts.connect) }
        self.timer = timer
    }

    func channelActive(context: ChannelHandlerContext) {
        if self.target.key.scheme == .http { self.becomeReady() }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event { self.becomeReady() }
        context.fireUserInboundEventTriggered(event)
    }

    private func becomeReady() {
        guard case .connecting = self.phase else { return }
        self.phase = .ready
        self.timer?.clear()
        if let call = self.call {
            self.call = nil
            self.run(call)
        } else {
            self.target.becameIdle(self)
        }
    }

    /// No connection came about; also reported by the bootstrap.
    func setupFailed(_ failure: AttemptFailure) {
        guard case .connecting = self.phase else { return }
        self.phase = .closed
        self.timer?.invalidate()
        let call = self.call
        self.call = nil
        self.context?.close(promise: nil)
        self.target.closed()
        call?.fail(failure)
    }

    // MARK: Requests

    /// Writes the call's request. The caller made sure that the connection is usable.
    func run(_ call: UpstreamCall) {
        guard let context = self.context, self.machine.start(isRetry: call.isRetry) else {
            call.fail(.reset("the connection was lost"))
            return
        }
        self.call = call
        call.connection = self
        self.body = nil
        self.outbound.clear()
        let length = call.attempt.body.readableBytes
        self.outbound.reserveCapacity(1024 + (length <= Self.coalescedBodyLimit ? length : 0))
        HeadWriter.writeRequest(call.attempt, to: &self.outbound)
        self.timer?.set(after: call.attempt.timeouts.firstByte)
        if length <= Self.coalescedBodyLimit {
            self.outbound.writeImmutableBuffer(call.attempt.body)
            context.writeAndFlush(self.wrapOutboundOut(self.outbound), promise: nil)
        } else {
            context.write(self.wrapOutboundOut(self.outbound), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(call.attempt.body), promise: nil)
        }
    }

    /// The call was cancelled: whatever the backend is doing with it, its answer must not reach another call.
    func cancelCall() {
        self.call = nil
        if case .connecting = self.phase { return }
        if self.machine.cancelled() == .close { self.close() }
    }

    func setReading(_ reading: Bool) {
        guard self.isReading != reading, let context = self.context, let call = self.call else { return }
        self.isReading = reading
        try? context.channel.syncOptions?.setOption(.autoRead, value: reading)
        if case .receivingBody = self.machine.state {
            if reading { self.timer?.set(after: call.attempt.timeouts.idle) } else { self.timer?.clear() }
        }
    }

    func close() {
        self.context?.close(promise: nil)
    }

    // MARK: Responses

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = self.unwrapInboundIn(data)
        if self.machine.bytesArrived() == .close {
            self.target.forget(self)
            self.close()
            return
        }
        if self.inbound.readableBytes == 0 {
            self.inbound = bytes
        } else {
            self.inbound.writeBuffer(&bytes)
        }
        self.process()
    }

    private func process() {
        var bytes = self.inbound
        self.inbound = ByteBuffer()
        do throws(MessageError) {
            while let call = self.call {
                guard self.body != nil else {
                    let isHead = call.attempt.method == .HEAD
                    guard let head = try self.parser.nextResponse(&bytes, toHead: isHead) else { break }
                    switch self.machine.headReceived(status: head.status, keepAlive: head.keepAlive) {
                    case .skip:
                        continue
                    case .fail(let failure):
                        self.finish(.fail(failure, afterHead: false))
                        return
                    case .deliver:
                        self.body = BodyReader(framing: head.framing)
                        call.delegate?.upstreamHead(head)
                    }
                    continue
                }
                guard let event = try self.body?.next(&bytes) else { break }
                if case .data(let chunk) = event {
                    call.delegate?.upstreamBody(chunk)
                    continue
                }
                if case .end = event {
                    self.finish(self.machine.bodyEnded(hasSurplus: bytes.readableBytes > 0))
                    return
                }
                break
            }
        } catch {
            self.finish(self.machine.failed(.malformedResponse(Self.describe(error))))
            return
        }
        guard let call = self.call else { return }
        if bytes.readableBytes > 0 { self.inbound = bytes }
        if self.isReading, self.body != nil { self.timer?.set(after: call.attempt.timeouts.idle) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.call?.delegate?.upstreamReadComplete()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.errorSeen = error
        if case .connecting = self.phase {
            self.setupFailed(Self.failure(of: error))
        } else {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let reason = self.errorSeen.map { "\($0)" } ?? "end of stream"
        switch self.phase {
        case .connecting:
            self.setupFailed(
                self.errorSeen.map(Self.failure)
                    ?? (self.target.key.scheme == .https ? .tlsFailed(reason) : .connectFailed(reason)))
        case .ready:
            self.phase = .closed
            let completes = self.errorSeen == nil && (self.body?.endOfInput() ?? false)
            let action = self.machine.connectionEnded(reason: reason, completesBody: completes)
            self.target.forget(self)
            self.target.closed()
            self.finish(action)
        case .closed:
            break
        }
        self.timer?.invalidate()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.invalidate()
        self.timer = nil
        self.context = nil
    }

    private func timeLimitPassed() {
        switch self.phase {
        case .connecting:
            self.setupFailed(.connectTimeout)
        case .ready:
            if self.machine.state == .idle { self.target.forget(self) }
            let failure: AttemptFailure = self.body == nil ? .firstByteTimeout : .idleTimeout
            self.finish(self.machine.failed(failure))
        case .closed:
            break
        }
    }

    /// Ends the call as the machine says and shelves or closes the connection.
    private func finish(_ action: UpstreamRequestStateMachine.Action) {
        let call = self.call
        switch action {
        case .none:
            return
        case .close:
            self.close()
        case .complete(let reuse):
            self.call = nil
            self.body = nil
            self.resumeReading()
            if reuse { self.timer?.set(after: self.target.limits.idleConnectionLifetime) }
            guard let call else { return }
            let delegate = call.delegate
            call.finish()
            // The connection is on the shelf before the delegate goes on, which may need one at once.
            let waiting = reuse ? self.target.shelve(self) : nil
            if !reuse { self.close() }
            delegate?.upstreamEnded()
            if let waiting { self.target.serve(waiting) }
        case .fail(let failure, let afterHead):
            self.call = nil
            self.close()
            call?.fail(failure, afterHead: afterHead)
        case .retryOnFreshConnection(let failure):
            self.call = nil
            self.close()
            if let call, !call.isFinished { self.target.restart(call, after: failure) }
        }
    }

    private func resumeReading() {
        guard !self.isReading, let context = self.context else { return }
        self.isReading = true
        try? context.channel.syncOptions?.setOption(.autoRead, value: true)
    }

    private static func describe(_ error: MessageError) -> String {
        switch error {
        case .malformed(let reason): reason
        case .headTooLarge: "the head is too large"
        case .targetTooLong: "the target is too long"
        case .ambiguousLength: "the length is ambiguous"
        case .unsupportedTransferCoding: "the transfer coding is not chunked"
        case .unsupportedVersion: "the version is not HTTP/1"
        }
    }

    static func failure(of error: any Error) -> AttemptFailure {
        switch error {
        case ChannelError.connectTimeout: .connectTimeout
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: .tlsFailed("\(error)")
        case let error as NIOConnectionError:
            .connectFailed(
                error.connectionErrors.first.map { "\($0.error)" }
                    ?? (error.dnsAError ?? error.dnsAAAAError).map { "\($0)" } ?? "\(error)")
        default: .connectFailed("\(error)")
        }
    }
}
