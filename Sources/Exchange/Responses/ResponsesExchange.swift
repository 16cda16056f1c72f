internal import NIOCore
internal import NIOHTTP1
internal import Upstream
internal import Wire

/// A chat exchange whose answer reaches the client as a response of the Responses API.
final class ResponsesExchange: ForwardingExchange {
    private let inner: any ForwardingExchange
    private let recorder: ResponseRecorder
    private let loop: any EventLoop
    /// The response as it was settled, and whether it may be told.
    private var settled: (whole: Whole, isKept: Bool)?
    private var stream: ResponsesStream?
    private var held: (headers: HTTPHeaders, body: [UInt8])?
    /// A response that is complete, with the events that say so where it is a stream.
    private typealias Whole = (response: ResponsesObject, events: [UInt8])
    /// Longer bodies are not translated.
    private static let maximumBodyBytes = 32 << 20

    init(_ inner: any ForwardingExchange, _ recorder: ResponseRecorder, on loop: any EventLoop) {
        self.inner = inner
        self.recorder = recorder
        self.loop = loop
    }

    func nextAttempt(after failure: AttemptFailure?) -> AttemptDecision { inner.nextAttempt(after: failure) }
    func shapedRequest() -> ShapingDecision { inner.shapedRequest() }
    func clientGone() { inner.clientGone() }
    func finished() { inner.finished() }

    func responseHead(status: Int, headers: HTTPHeaders) -> ResponseHeadDecision {
        (stream, held, settled) = (nil, nil, nil)
        let decision = inner.responseHead(status: status, headers: headers)
        guard case .relay(let status, var relayed) = decision, (200..<300).contains(status) else { return decision }
        relayed.remove(name: "content-length")
        if relayed.first(name: "content-type").map({ UpstreamHeaders.begins($0, "text/event-stream") }) ?? false {
            stream = ResponsesStream(recorder.beginning) { Router.identifier($0) }
            return .relay(status: status, headers: relayed)
        }
        held = (relayed, [])
        return .hold
    }

    func responseBody(_ chunk: ByteBuffer) -> ByteBuffer? {
        guard let seen = inner.responseBody(chunk) else { return nil }
        if stream != nil {
            let bytes = stream?.feed(seen.readableBytesView) ?? []
            return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
        }
        guard let held else { return seen }
        if held.body.count + seen.readableBytes <= Self.maximumBodyBytes {
            self.held?.body.append(contentsOf: seen.readableBytesView)
        }
        return nil
    }

    /// Keeps the response: nobody is told that it is complete before it is kept.
    func settle(_ end: ResponseEnd) -> EventLoopFuture<Void>? {
        let before = inner.settle(end)
        guard let whole = whole(end) else { return before }
        let kept = loop.makePromise(of: Bool.self)
        kept.completeWithTask { [recorder] in await recorder.keep(whole.response) }
        let keeping = kept.futureResult.assumeIsolated().map { self.settled = (whole, $0) }.nonisolated()
        return before.map { $0.and(keeping).map { _ in } } ?? keeping
    }

    /// The whole response; nil when there is none that could be kept.
    private func whole(_ end: ResponseEnd) -> Whole? {
        guard case .complete = end else { return nil }
        if var stream {
            let events = stream.finish(cut: nil)
            return stream.response.status == .failed ? nil : (stream.response, events)
        }
        guard let held else { return nil }
        var response = recorder.beginning
        return response.take(chat: held.body, newID: Router.identifier) ? (response, []) : nil
    }

    func responseEnd(_ end: ResponseEnd) -> ByteBuffer? {
        let addition = inner.responseEnd(end)
        guard var stream else { return addition }
        if let settled, settled.isKept { return ByteBuffer(bytes: settled.whole.events) }
        var cut: (code: String, message: String)?
        if case .cut = end {
            cut = (
                ExchangeError.Code.backendStreamCut.rawValue, "The model's answer broke off before it was complete."
            )
        } else if settled != nil {
            cut = ResponseRecorder.notStored
        }
        return ByteBuffer(bytes: stream.finish(cut: cut))
    }

    func heldResponse(_ end: ResponseEnd) -> HeldResponseDecision {
        _ = inner.responseEnd(end)
        guard let held else { return inner.heldResponse(end) }
        guard let settled else {
            return .respond(
                ExchangeError(
                    .backendInvalidResponse, status: 502, "The model's answer is no chat completion, or broke off."
                ).response(requestID: held.headers.first(name: "x-request-id")))
        }
        guard settled.isKept else { return .respond(ResponseRecorder.failure) }
        return .respond(
            LocalResponse(
                status: 200, headers: held.headers.map { ($0.name, $0.value) },
                body: ByteBuffer(bytes: settled.whole.response.json.serialized())))
    }
}
