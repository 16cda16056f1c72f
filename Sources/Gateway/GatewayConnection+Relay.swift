import Exchange
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import Upstream

/// The way from the backend to the client.
extension GatewayConnection: UpstreamResponseDelegate {
    /// Pieces up to this size are copied into one buffer, and so one write, with what surrounds them.
    private static let coalescedPieceLimit = 16 * 1024

    // MARK: Attempts

    /// Asks the exchange what to try and does it.
    func attempt(after failure: AttemptFailure?) {
        self.call = nil
        guard let exchange = self.exchange else { return }
        switch exchange.nextAttempt(after: failure) {
        case .giveUp(let response):
            self.answer(response)
            self.process()
        case .attempt(let attempt, let delay):
            guard delay > .zero else { return self.launch(attempt) }
            let serial = self.serial
            self.delay = self.shared.loop.assumeIsolated().scheduleTask(in: delay) {
                guard self.serial == serial else { return }
                self.delay = nil
                self.launch(attempt)
            }
        }
    }

    private func launch(_ attempt: Attempt) {
        let call = UpstreamCall(attempt, delegate: self)
        self.call = call
        self.shared.pool.start(call)
    }

    func upstreamFailed(_ failure: AttemptFailure, afterHead: Bool) {
        switch self.machine.state {
        case .attempting: self.attempt(after: failure)
        case .holding, .relaying: self.settle(.cut(failure))
        default: break
        }
    }

    // MARK: Response

    func upstreamHead(_ head: ResponseMessageHead) {
        guard let exchange = self.exchange else { return }
        switch exchange.responseHead(status: head.status, headers: head.headers) {
        case .relay(let status, let headers):
            let fields = ResponseHeadWriter.RelayedFields(headers)
            guard let plan = self.machine.relayHead(status: status, contentLength: fields.contentLength) else { return }
            self.isEventStream = fields.isEventStream
            ResponseHeadWriter.writeRelayed(
                status: status, headers: headers, contentLength: fields.contentLength, plan: plan, to: &self.outbound)
            if let context = self.context, !context.channel.isWritable { self.writabilityChanged(isWritable: false) }
        case .hold:
            self.machine.hold()
        case .retry(let failure):
            self.call?.abandon(head.framing)
            self.attempt(after: failure)
        }
    }

    func upstreamBody(_ chunk: ByteBuffer) {
        guard let exchange = self.exchange else { return }
        let piece = exchange.responseBody(chunk)
        if case .relaying = self.machine.state, let piece, !self.relay(piece) {
            self.call?.cancel()
            self.settle(.cut(.malformedResponse("more bytes than the head promised")))
        }
    }

    func upstreamReadComplete() {
        self.flushPending()
    }

    func upstreamEnded() {
        self.settle(.complete)
    }

    /// Lets the exchange finish what must be done before the client is told the end, and tells it.
    private func settle(_ end: ResponseEnd) {
        guard !self.isSettling, let exchange = self.exchange else { return }
        guard let settled = exchange.settle(end) else { return self.tell(end) }
        self.isSettling = true
        self.call = nil
        self.flushPending()
        let serial = self.serial
        settled.hop(to: self.shared.loop).assumeIsolated().whenComplete { _ in
            guard self.serial == serial else { return }
            self.isSettling = false
            self.tell(end)
        }
    }

    private func tell(_ end: ResponseEnd) {
        switch self.machine.state {
        case .holding: self.endHeld(end)
        case .relaying: self.endRelay(end)
        default: break
        }
    }

    private func endHeld(_ end: ResponseEnd) {
        guard let exchange = self.exchange else { return }
        switch exchange.heldResponse(end) {
        case .respond(let response):
            self.answer(response)
            self.process()
        case .retry(let failure):
            self.machine.retryHeld()
            self.attempt(after: failure)
        }
    }

    private func endRelay(_ end: ResponseEnd) {
        guard let exchange = self.exchange else { return }
        var isWhole = end == .complete
        if let tail = exchange.responseEnd(end), tail.readableBytes > 0 {
            let fits = self.relay(tail)
            isWhole = fits && (isWhole || self.isEventStream)
        }
        switch self.machine.relayEnded(endsProperly: isWhole) {
        case .finish(let framing, let keepAlive):
            if framing == .chunked { self.outbound.writeStaticString("0\r\n\r\n") }
            self.flushPending()
            self.requestFinished()
            if keepAlive {
                self.waitForNextRequest()
                self.process()
            } else {
                self.closeAfterWrites(lingering: false)
            }
        case .abort(let reset):
            self.flushPending()
            self.requestFinished()
            if reset, let provider = self.context?.channel as? any SocketOptionProvider {
                // The end of the connection is the end of this body: only a reset says that it is not whole.
                _ = provider.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                self.forceClose()
            } else {
                self.closeAfterWrites(lingering: false)
            }
        }
    }

    /// Frames and writes a piece of the body; returns false when it does not fit what the head promised.
    private func relay(_ piece: ByteBuffer) -> Bool {
        let count = piece.readableBytes
        guard count > 0 else { return true }
        switch self.machine.relayBody(count) {
        case .abort:
            return false
        case .drop:
            return true
        case .send:
            if case .relaying(_, .chunked) = self.machine.state {
                HeadWriter.writeChunkSize(count, to: &self.outbound)
                self.append(piece)
                self.outbound.writeStaticString("\r\n")
            } else {
                self.append(piece)
            }
            return true
        }
    }

    // MARK: Writing

    /// Adds bytes to what goes out with the next flush: small ones are copied, large ones handed on as they are.
    func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > Self.coalescedPieceLimit, let context = self.context else {
            self.outbound.writeImmutableBuffer(bytes)
            return
        }
        if self.outbound.readableBytes > 0 {
            context.write(self.wrapOutboundOut(self.outbound), promise: nil)
            self.outbound.clear()
        }
        context.write(self.wrapOutboundOut(bytes), promise: nil)
        self.hasUnflushedWrites = true
    }

    /// Sends everything that was added.
    func flushPending() {
        guard let context = self.context else { return }
        if self.outbound.readableBytes > 0 {
            context.writeAndFlush(self.wrapOutboundOut(self.outbound), promise: nil)
            self.outbound.clear()
        } else if self.hasUnflushedWrites {
            context.flush()
        } else {
            return
        }
        self.hasUnflushedWrites = false
        if !context.channel.isWritable { self.noteBufferedBytes(context) }
    }

    /// Back-pressure: the backend is read only while the client takes what comes.
    func writabilityChanged(isWritable: Bool) {
        guard case .relaying = self.machine.state else { return }
        if isWritable {
            self.timer?.clear()
            self.call?.setReading(true)
        } else {
            self.timer?.set(after: self.shared.configuration.writeStallTimeout)
            self.shared.counters.upstreamPauses.add(1, ordering: .relaxed)
            self.call?.setReading(false)
        }
    }

    private func noteBufferedBytes(_ context: ChannelHandlerContext) {
        guard let bytes = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes) else { return }
        _ = self.shared.counters.peakBufferedBytes.max(bytes, ordering: .relaxed)
    }
}
