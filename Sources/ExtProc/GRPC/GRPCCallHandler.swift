package import NIOCore
import NIOHPACK
import NIOHTTP2

/// What one call of a service does. Used only on its event loop.
package protocol GRPCCall: AnyObject {
    /// Takes a message and says, at once or later but once, what to answer; the next message comes after that.
    func receive(_ message: ByteBuffer, reply: @escaping (GRPCReply) -> Void)
    /// The call is over, in whatever way. A reply that is still owed is not wanted any more.
    func ended()
}

/// What a call answers to a message.
package struct GRPCReply {
    package var messages: [[UInt8]]
    /// How the call ends now; nil where it goes on.
    package var status: GRPCStatus?

    /// An answer.
    package init(_ messages: [[UInt8]], status: GRPCStatus? = nil) {
        self.messages = messages
        self.status = status
    }
}

/// One HTTP/2 stream that carries a call: reads messages one by one, and no more while one is being answered or while the
/// peer does not take its answers.
final class GRPCCallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias OutboundOut = HTTP2Frame.FramePayload

    private enum State {
        case awaitingHeaders
        case open(any GRPCCall)
        case closed
    }

    private let path: String
    private let makeCall: () throws(GRPCStatus) -> any GRPCCall
    private var state = State.awaitingHeaders
    private var reader: GRPCMessageReader
    private var isAnswering = false
    private var isInputEnded = false
    private var wasHeadSent = false
    private var lingering: Scheduled<Void>?
    /// How long a client may keep a stream that is answered.
    private static let lingerTime = TimeAmount.seconds(5)

    /// A handler of calls to one method, named by its path.
    init(path: String, messageLimit: Int, makeCall: @escaping () throws(GRPCStatus) -> any GRPCCall) {
        self.path = path
        self.makeCall = makeCall
        reader = GRPCMessageReader(limit: messageLimit)
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let headers):
            if headers.endStream { isInputEnded = true }
            if case .awaitingHeaders = state { begin(headers.headers, context) }
        case .data(let data):
            if data.endStream { isInputEnded = true }
            if case .open = state, case .byteBuffer(let bytes) = data.data { reader.append(bytes) }
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        advance(context)
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { advance(context) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        lingering?.cancel()
        end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The peer reset the stream, or broke the protocol on it.
        context.close(promise: nil)
    }

    // MARK: Call

    private func begin(_ headers: HPACKHeaders, _ context: ChannelHandlerContext) {
        guard headers.first(name: "content-type").map({ $0.hasPrefix("application/grpc") }) ?? false else {
            state = .closed
            let head = HPACKHeaders([(":status", "415")])
            context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: head, endStream: true))), promise: nil)
            return linger(context)
        }
        guard headers.first(name: ":path") == path else {
            return finish(GRPCStatus(.unimplemented, "only \(path) is served here"), context)
        }
        do throws(GRPCStatus) { state = .open(try makeCall()) } catch { finish(error, context) }
    }

    /// Hands over messages as long as they are answered at once, then asks for more.
    private func advance(_ context: ChannelHandlerContext) {
        var hasWritten = false
        while case .open(let call) = state, !isAnswering, context.channel.isWritable {
            let message: ByteBuffer?
            do throws(GRPCStatus) { message = try reader.next() } catch {
                finish(error, context)
                break
            }
            guard let message else {
                if isInputEnded {
                    finish(
                        reader.isWithinMessage ? GRPCStatus(.internal, "the last message broke off") : GRPCStatus(.ok),
                        context)
                }
                break
            }
            isAnswering = true
            var isAtOnce = true
            let loop = context.eventLoop
            let bound = NIOLoopBound((self, context), eventLoop: loop)
            call.receive(message) { reply in
                let (handler, context) = bound.value
                handler.isAnswering = false
                guard case .open = handler.state else { return }
                handler.write(reply, context)
                hasWritten = true
                if isAtOnce { return }
                context.flush()
                handler.advance(context)
            }
            isAtOnce = false
        }
        if hasWritten { context.flush() }
        switch state {
        case .open where isAnswering || !context.channel.isWritable: break
        // What comes after the end is read to learn of the stream's own end.
        default: if !isInputEnded { context.read() }
        }
    }

    private func write(_ reply: GRPCReply, _ context: ChannelHandlerContext) {
        if !reply.messages.isEmpty {
            if !wasHeadSent {
                wasHeadSent = true
                context.write(wrapOutboundOut(.headers(.init(headers: Self.head))), promise: nil)
            }
            let size = reply.messages.reduce(0) { $0 + GRPCMessageReader.prefixLength + $1.count }
            var buffer = context.channel.allocator.buffer(capacity: size)
            for message in reply.messages {
                buffer.writeInteger(UInt8(0))
                buffer.writeInteger(UInt32(message.count))
                buffer.writeBytes(message)
            }
            context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(buffer)))), promise: nil)
        }
        if let status = reply.status { finish(status, context) }
    }

    private static let head = HPACKHeaders([(":status", "200"), ("content-type", "application/grpc")])

    private func finish(_ status: GRPCStatus, _ context: ChannelHandlerContext) {
        end()
        var trailers = wasHeadSent ? HPACKHeaders() : Self.head
        trailers.add(name: "grpc-status", value: "\(status.code.rawValue)")
        if !status.message.isEmpty { trailers.add(name: "grpc-message", value: status.encodedMessage) }
        context.writeAndFlush(wrapOutboundOut(.headers(.init(headers: trailers, endStream: true))), promise: nil)
        linger(context)
    }

    private func end() {
        guard case .open(let call) = state else {
            state = .closed
            return
        }
        state = .closed
        call.ended()
    }

    /// The stream is answered; a client that does not end its part is not waited for without end.
    private func linger(_ context: ChannelHandlerContext) {
        guard !isInputEnded else { return }
        let channel = context.channel
        lingering = context.eventLoop.scheduleTask(in: Self.lingerTime) { channel.close(promise: nil) }
    }
}
