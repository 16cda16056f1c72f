public import NIOCore
internal import NIOHTTPTypes

/// How long the parts of an exchange may take.
public struct RequestTimeLimits: Sendable, Hashable {
    /// From the first byte of a request to its last.
    public var read = TimeAmount.seconds(30)
    /// From the end of a request to the end of its answer.
    public var answer = TimeAmount.minutes(2)
    /// Between an answer and the next request.
    public var idle = TimeAmount.seconds(60)

    /// 30 s, 2 min, 60 s.
    public init() {}
}

/// Where a connection stands, as far as time matters.
struct RequestTimeState: Sendable {
    /// What the connection waits for.
    enum Phase: Sendable, Hashable {
        /// The first request; it must be complete within the read limit.
        case opening
        /// The rest of a request.
        case reading
        /// The answer.
        case answering
        /// The next request.
        case idle
    }

    private(set) var phase = Phase.opening
    private var isReading = false
    private var unanswered = 0

    /// A request began.
    mutating func requestBegan() {
        isReading = true
        unanswered += 1
        phase = .reading
    }

    /// A request is complete.
    mutating func requestEnded() {
        isReading = false
        phase = unanswered > 0 ? .answering : .idle
    }

    /// An answer is complete. The rest of a request that was answered early must still come in time.
    mutating func answerEnded() {
        unanswered = max(0, unanswered - 1)
        if !isReading { phase = unanswered > 0 ? .answering : .idle }
    }

    /// How long the phase may take.
    func limit(_ limits: RequestTimeLimits) -> TimeAmount {
        switch phase {
        case .opening, .reading: limits.read
        case .answering: limits.answer
        case .idle: limits.idle
        }
    }
}

/// Closes connections that take longer than their limits, so that slow clients hold nothing, and requests whose
/// body goes on after it was refused.
final class RequestTimeHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart

    private let limits: RequestTimeLimits
    private let maximumBodyBytes: Int
    private var state = RequestTimeState()
    private var bodyBytes = 0
    private var timer: Scheduled<Void>?

    init(limits: RequestTimeLimits, maximumBodyBytes: Int) {
        self.limits = limits
        self.maximumBodyBytes = maximumBodyBytes
    }

    func handlerAdded(context: ChannelHandlerContext) {
        restart(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let before = state.phase
        switch unwrapInboundIn(data) {
        case .head:
            bodyBytes = 0
            state.requestBegan()
        case .body(let buffer):
            bodyBytes += buffer.readableBytes
            if bodyBytes > maximumBodyBytes {
                context.close(promise: nil)
                return
            }
        case .end: state.requestEnded()
        }
        if state.phase != before { restart(context) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            state.answerEnded()
            restart(context)
        }
        context.write(data, promise: promise)
    }

    private func restart(_ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: state.limit(limits)) { channel.close(promise: nil) }
    }
}
