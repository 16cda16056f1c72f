internal import NIOCore
internal import NIOHTTP1
internal import Upstream
internal import Wire

/// A chat exchange whose answer reaches the client as a response of the Responses API.
final class ResponsesExchange: ForwardingExchange {
    private let inner: any ForwardingExchange
    private let recorder: ResponseRecorder
    private var stream: ResponsesStream?
    private var held: (headers: HTTPHeaders, body: [UInt8])?
    /// Longer bodies are not translated.
    private static let maximumBodyBytes = 32 << 20

    init(_ inner: any ForwardingExchange, _ recorder: ResponseRecorder) {
        self.inner = inner
        self.recorder = recorder
    }

    func nextAttempt(after failure: AttemptFailure?) -> AttemptDecision { inner.nextAttempt(after: failure) }
    func shapedRequest() -> ShapingDecision { inner.shapedRequest() }
    func clientGone() { inner.clientGone() }
    func finished() { inner.finished() }

    func responseHead(status: Int, headers: HTTPHeaders) -> ResponseHeadDecision {
        (stream, held) = (nil, nil)
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

    func responseEnd(_ end: ResponseEnd) -> ByteBuffer? {
        let addition = inner.responseEnd(end)
        guard var stream else { return addition }
        var cut: (code: String, message: String)?
        if case .cut = end {
            cut = (
                ExchangeError.Code.backendStreamCut.rawValue, "The model's answer broke off before it was complete."
            )
        }
        let bytes = recorder.finish(&stream, cut: cut)
        self.stream = stream
        return ByteBuffer(bytes: bytes)
    }

    func heldResponse(_ end: ResponseEnd) -> HeldResponseDecision {
        _ = inner.responseEnd(end)
        guard let held else { return inner.heldResponse(end) }
        var response = recorder.beginning
        guard case .complete = end, response.take(chat: held.body, newID: Router.identifier) else {
            return .respond(
                ExchangeError(
                    .backendInvalidResponse, status: 502, "The model's answer is no chat completion, or broke off."
                ).response(requestID: held.headers.first(name: "x-request-id")))
        }
        guard recorder.keep(response) else { return .respond(ResponseRecorder.failure) }
        return .respond(
            LocalResponse(
                status: 200, headers: held.headers.map { ($0.name, $0.value) },
                body: ByteBuffer(bytes: response.json.serialized())))
    }
}
