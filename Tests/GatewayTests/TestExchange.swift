import Exchange
import Gateway
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Upstream

/// Goes through a list of backends and writes down what happens.
final class TestExchange: ForwardingExchange {
    struct Plan: Sendable {
        var targets: [BackendTarget]
        var timeouts = UpstreamTimeouts(connect: .seconds(10), firstByte: .seconds(20), idle: .seconds(20))
        var retryStatuses: Set<Int> = [503]
        var holds = false
        /// Has work to do before the end is told.
        var settles: (@Sendable () -> EventLoopFuture<Void>)?
        var delay = TimeAmount.zero
        /// Sent before the end of a stream that was cut.
        var errorEvent: String?
        var dropsLength = false
    }

    private let plan: Plan
    private let head: RequestHead
    private let body: ByteBuffer
    private let log: Observed<[String]>
    private var next = 0
    private var held = ByteBuffer()

    init(plan: Plan, head: RequestHead, body: ByteBuffer, log: Observed<[String]>) {
        self.plan = plan
        self.head = head
        self.body = body
        self.log = log
    }

    private func note(_ event: String) {
        self.log.update { $0.append(event) }
    }

    func nextAttempt(after failure: AttemptFailure?) -> AttemptDecision {
        self.note("attempt:\(failure?.code ?? "first")")
        guard self.next < self.plan.targets.count else {
            return .giveUp(
                LocalResponse(
                    status: 502, headers: [("content-type", "text/plain")],
                    body: ByteBuffer(string: failure?.code ?? "none")))
        }
        defer { self.next += 1 }
        return .attempt(
            Attempt(
                backend: self.plan.targets[self.next], method: self.head.method, target: self.head.target,
                headers: self.head.headers, body: self.body, timeouts: self.plan.timeouts),
            delay: failure == nil ? .zero : self.plan.delay)
    }

    func shapedRequest() -> ShapingDecision {
        .giveUp(LocalResponse(status: 500, headers: [], body: ByteBuffer(string: "this door calls backends itself")))
    }

    func responseHead(status: Int, headers: HTTPHeaders) -> ResponseHeadDecision {
        self.note("head:\(status)")
        if self.plan.retryStatuses.contains(status) {
            return .retry(
                .status(status, retryAfter: headers.first(name: "retry-after").flatMap(RetryPolicy.retryAfter)))
        }
        if self.plan.holds { return .hold }
        var headers = headers
        if self.plan.dropsLength { headers.remove(name: "content-length") }
        return .relay(status: status, headers: headers)
    }

    func responseBody(_ chunk: ByteBuffer) -> ByteBuffer? {
        if self.plan.holds { self.held.writeImmutableBuffer(chunk) }
        return chunk
    }

    func settle(_ end: ResponseEnd) -> EventLoopFuture<Void>? {
        guard let settles = self.plan.settles else { return nil }
        self.note("settle")
        return settles()
    }

    func responseEnd(_ end: ResponseEnd) -> ByteBuffer? {
        switch end {
        case .complete:
            self.note("end:complete")
            return nil
        case .cut(let failure):
            self.note("end:\(failure.code)")
            return self.plan.errorEvent.map { ByteBuffer(string: $0) }
        }
    }

    func heldResponse(_ end: ResponseEnd) -> HeldResponseDecision {
        self.note("held")
        if case .cut(let failure) = end { return .retry(failure) }
        return .respond(LocalResponse(status: 200, body: ByteBuffer(string: String(buffer: self.held).uppercased())))
    }

    func clientGone() { self.note("gone") }
    func finished() { self.note("finished") }
}

/// A handler that forwards everything by one plan.
struct TestHandler: ExchangeHandler {
    var plan: TestExchange.Plan
    var bodyLimit = 1 << 20
    let log = Observed<[String]>([])
    /// Answers these targets without reading a body.
    var early: [String: LocalResponse] = [:]
    /// Replaces forwarding.
    var start: (@Sendable (RequestHead, ByteBuffer, any EventLoop) -> ExchangeStart)?

    func admit(_ head: RequestHead) -> Admission {
        if let response = self.early[head.target] { return .respond(response) }
        return .readBody(limit: self.bodyLimit)
    }

    func begin(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart {
        if let start = self.start { return start(head, body, loop) }
        return .forward(TestExchange(plan: self.plan, head: head, body: body, log: self.log))
    }

    func failure(_ failure: DoorFailure) -> LocalResponse {
        LocalResponse(
            status: failure.status, headers: [("content-type", "text/plain")], body: ByteBuffer(string: failure.code))
    }
}

/// Runs a gateway for one test.
func withGateway(
    _ handler: TestHandler,
    configure: (inout GatewayConfiguration) -> Void = { _ in },
    _ body: (SocketAddress, GatewayServer) async throws -> Void
) async throws {
    var configuration = GatewayConfiguration(listeners: [.init(host: "127.0.0.1", port: 0)], eventLoopCount: 1)
    configure(&configuration)
    let server = GatewayServer(configuration: configuration, handler: handler, logger: Logger(label: "test"))
    do {
        let addresses = try await server.start()
        try await body(addresses[0], server)
    } catch {
        await server.stop()
        throw error
    }
    await server.stop()
}

extension RawBackend {
    var target: BackendTarget { BackendTarget(scheme: .http, host: "127.0.0.1", port: self.port) }
}
