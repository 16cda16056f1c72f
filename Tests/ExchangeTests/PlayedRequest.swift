import NIOCore
import NIOHTTP1
import NIOPosix
import State
import Upstream

@testable import Exchange

/// What a test's model answers.
enum ModelAnswer: Sendable {
    case text(String)
    case json(String)
    case stream(String)
    case status(Int)

    var status: Int {
        if case .status(let status) = self { return status }
        return 200
    }

    var contentType: String {
        if case .stream = self { return "text/event-stream" }
        return "application/json"
    }

    var body: String {
        switch self {
        case .text(let text):
            #"{"model":"m","choices":[{"message":{"content":"\#(text)"},"finish_reason":"stop"}]}"#
        case .json(let text): text
        case .stream(let text):
            #"data: {"choices":[{"delta":{"content":"\#(text)"},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n"
        case .status: "{}"
        }
    }
}

/// A request that was played on a real event loop from its head to its end, as a door does.
struct PlayedRequest: Sendable {
    /// What the backend was sent; nil when it was not asked.
    var attempt: Attempt?
    /// The answer that was made here.
    var response: LocalResponse?
    var relayedStatus: Int?
    /// What the client got before the end, and with it.
    var relayed = ""
    var end = ""

    static func play(
        _ router: Router, _ head: RequestHead, _ body: String, answer: ModelAnswer = .text("Yes.")
    ) async throws -> PlayedRequest {
        if case .respond(let response) = router.admit(head) { return PlayedRequest(response: response) }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: PlayedRequest.self)
        loop.execute {
            play(router.begin(head, body: ByteBuffer(string: body), on: loop), answer, promise)
        }
        return try await promise.futureResult.get()
    }

    private static func play(
        _ start: ExchangeStart, _ answer: ModelAnswer, _ promise: EventLoopPromise<PlayedRequest>
    ) {
        switch start {
        case .respond(let response): promise.succeed(PlayedRequest(response: response))
        case .passThrough: promise.fail(UnexpectedOutcome("passed through"))
        case .pending(let pending): pending.whenResolved { play($0, answer, promise) }
        case .forward(let exchange): play(exchange, answer, promise)
        }
    }

    private static func play(
        _ exchange: any ForwardingExchange, _ answer: ModelAnswer, _ promise: EventLoopPromise<PlayedRequest>
    ) {
        var played = PlayedRequest()
        switch exchange.nextAttempt(after: nil) {
        case .attempt(let attempt, _): played.attempt = attempt
        case .giveUp(let response):
            exchange.finished()
            played.response = response
            return promise.succeed(played)
        }
        let decision = exchange.responseHead(
            status: answer.status, headers: ["content-type": answer.contentType])
        if case .relay(let status, _) = decision { played.relayedStatus = status }
        played.relayed = exchange.responseBody(ByteBuffer(string: answer.body)).map { String(buffer: $0) } ?? ""
        let told = played
        func tell() {
            var played = told
            if case .hold = decision {
                if case .respond(let response) = exchange.heldResponse(.complete) { played.response = response }
            } else {
                played.end = exchange.responseEnd(.complete).map { String(buffer: $0) } ?? ""
            }
            exchange.finished()
            promise.succeed(played)
        }
        guard let settled = exchange.settle(.complete) else { return tell() }
        settled.assumeIsolated().whenComplete { _ in tell() }
    }
}

/// A store whose engine is away.
struct AbsentResponseStore: ResponseStore {
    private static let failure = StateError(.engineUnavailable, "the engine is away")

    func put(_ response: StoredResponse) async throws(StateError) { throw Self.failure }

    func get(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse? {
        throw Self.failure
    }

    func latest(conversation: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse? {
        throw Self.failure
    }

    func delete(_ id: String, tenant: String) async throws(StateError) -> Bool { throw Self.failure }
}
