import Exchange
import NIOCore
import NIOHTTP1

/// One stream of a gateway that asks what to do with one request: phases and body modes as a pure value. It takes what
/// the gateway says and what the exchange decides, and says what to do next and what to answer.
///
/// A decision needs the whole body, and headers can only be changed before they are answered. So where the gateway
/// waits with the headers until the body is answered (buffered) the answer to the body carries everything; where the
/// body comes without waiting (full duplex, and streamed with `send_body_without_waiting_for_header_response`) the
/// headers are answered last; in the other modes the gateway is asked to buffer this one request.
struct ProcessorStateMachine {
    /// What the driver is to do with a message.
    enum Action {
        /// Judge the request by its head, then say `admitted`, `passedThrough` or `answered`.
        case admit(HTTPHeaders)
        /// Decide on the whole request, then say `decided` or `answered`.
        case begin(ByteBuffer)
        /// Refuse the request with this failure, then say `answered`.
        case refuse(DoorFailure)
        /// Show the exchange the response's head, then say `relayedHead`.
        case responseHead(HTTPHeaders, isEnd: Bool)
        /// Show the exchange a piece of the response's body, then say `relayedBody`.
        case responseBody(ByteBuffer, isEnd: Bool)
        /// The response ended with trailers: show the exchange its end, then say `relayedTrailers`.
        case responseTrailers
        /// Nothing to do but this.
        case reply([ProcessingResponse])
    }

    /// Which messages wait for the decision.
    private enum Waiting: Hashable {
        /// The headers; there is no body.
        case headers
        /// A body that came whole.
        case body
        /// The last chunk of a body whose headers have gone on already.
        case lastChunk
        /// The headers and this many chunks.
        case chunks(Int)
        /// The headers, of a request whose body goes on only by what is answered.
        case duplex
    }

    private enum State: Hashable {
        case awaitingHeaders
        case admitting(isEnd: Bool)
        /// The body is collected; `waiting` says how its parts are answered.
        case readingBody(limit: Int, Waiting)
        case deciding(Waiting, hasTrailers: Bool)
        /// The request went on; the response is awaited or relayed.
        case forwarded
        case responded
        /// None of the router's business.
        case passing
        /// The response came before the body: the gateway answered by itself, or sends no bodies and may not be asked.
        case undecided
        /// Answered here; nothing may follow.
        case answered
    }

    /// Envoy reads chunks of up to 64 KiB.
    static let maxChunkBytes = 62_000

    private var state = State.awaitingHeaders
    private var configuration = ProtocolConfiguration.unstated
    private var isObserved = false
    private var body = ByteBuffer()
    /// The headers went on before the decision.
    private var isLate = false

    /// Whether the stream has nothing more to say.
    var isOver: Bool { state == .answered || state == .responded }

    /// What has come so far of a body that comes in pieces; nil where it comes whole.
    var beginning: ByteBuffer? {
        switch state {
        case .readingBody(_, .chunks), .readingBody(_, .duplex), .readingBody(_, .lastChunk): body
        default: nil
        }
    }

    /// How the stream ended, when it has.
    var outcome: StreamOutcome {
        switch state {
        case .responded: isLate ? .late : .forwarded
        case .answered: .answered
        case .passing: .passedThrough
        // A gateway that buffers answers by itself when the body is too large for it.
        case .undecided: configuration.requestBody == .buffered ? .abandoned : .undecided
        case .awaitingHeaders, .admitting, .readingBody, .deciding, .forwarded: .abandoned
        }
    }

    // MARK: What the gateway says

    mutating func received(_ request: ProcessingRequest) -> Action {
        if request.isObserved { isObserved = true }
        if let configuration = request.configuration, state == .awaitingHeaders { self.configuration = configuration }
        switch (request.message, state) {
        case (.requestHeaders(let headers, let isEnd), .awaitingHeaders):
            state = .admitting(isEnd: isEnd)
            return .admit(headers)
        case (.requestBody(let chunk, let isEnd), .readingBody(let limit, let waiting)):
            return collect(chunk, isEnd: isEnd, limit: limit, waiting)
        case (.requestTrailers, .readingBody(_, .lastChunk)):
            // All chunks are answered, so there is no message left that could carry the body.
            return .refuse(.badRequest("trailers after a body that is streamed"))
        case (.requestTrailers, .readingBody(_, let waiting)): return begin(waiting, hasTrailers: true)
        case (.responseHeaders(let headers, let isEnd), .forwarded): return .responseHead(headers, isEnd: isEnd)
        case (.responseBody(let chunk, let isEnd), .forwarded): return .responseBody(chunk, isEnd: isEnd)
        case (.responseTrailers, .forwarded): return .responseTrailers
        case (.responseHeaders, .readingBody):
            state = .undecided
            return reply([untouched(request.message)])
        default: return reply([untouched(request.message)])
        }
    }

    private mutating func collect(_ chunk: ByteBuffer, isEnd: Bool, limit: Int, _ waiting: Waiting) -> Action {
        guard body.readableBytes + chunk.readableBytes <= limit else { return .refuse(.bodyTooLarge(limit: limit)) }
        if body.readableBytes == 0 { body = chunk } else { body.writeImmutableBuffer(chunk) }
        switch waiting {
        case .body:
            if isEnd { return begin(.body, hasTrailers: false) }
            // Where trailers follow, a body that is buffered whole does not end the stream.
            if configuration.requestBody == .buffered { return begin(.body, hasTrailers: false) }
            if configuration.requestBody == .bufferedPartial {
                return .refuse(.bodyTooLarge(limit: body.readableBytes))
            }
            // The gateway was asked to buffer and may not: the headers have gone on, and the route is chosen.
            isLate = true
            state = .readingBody(limit: limit, .lastChunk)
            return reply([.init(.body(.request, CommonResponse(body: .clear)))])
        case .lastChunk:
            if isEnd { return begin(.lastChunk, hasTrailers: false) }
            return reply([.init(.body(.request, CommonResponse(body: .clear)))])
        case .chunks(let count):
            if isEnd { return begin(.chunks(count + 1), hasTrailers: false) }
            state = .readingBody(limit: limit, .chunks(count + 1))
            return .reply([])
        case .duplex, .headers:
            return isEnd ? begin(waiting, hasTrailers: false) : .reply([])
        }
    }

    private mutating func begin(_ waiting: Waiting, hasTrailers: Bool) -> Action {
        state = .deciding(waiting, hasTrailers: hasTrailers)
        return .begin(body)
    }

    // MARK: What the exchange decides

    /// The body is to be collected, up to a limit.
    mutating func admitted(limit: Int) -> Action {
        guard case .admitting(let isEnd) = state else { return .reply([]) }
        if isEnd { return begin(.headers, hasTrailers: false) }
        switch configuration.requestBody {
        case .buffered:
            state = .readingBody(limit: limit, .body)
            return reply([.init(.headers(.request, CommonResponse()))])
        case .streamed where configuration.sendsBodyEarly:
            state = .readingBody(limit: limit, .chunks(0))
            return .reply([])
        case .fullDuplexStreamed:
            state = .readingBody(limit: limit, .duplex)
            return .reply([])
        case .none, .streamed, .bufferedPartial:
            // Headers go on before a streamed body is decided, no body comes at all, or (partial) Envoy does not choose
            // the route again when the body came in several pieces.
            state = .readingBody(limit: limit, .body)
            var response = ProcessingResponse(.headers(.request, CommonResponse()))
            response.modeOverride = ProcessingMode(requestBody: .buffered, responseBody: configuration.responseBody)
            return reply([response])
        }
    }

    /// The request goes on untouched, but for headers that a client may not set.
    mutating func passedThrough(removing untrusted: [String]) -> [ProcessingResponse] {
        if case .deciding = state {
            let responses = decided(
                HeaderMutation(removes: untrusted), body: nil, clearsRouteCache: !untrusted.isEmpty, metadata: [])
            state = .passing
            return responses
        }
        state = .passing
        var common = CommonResponse(headers: HeaderMutation(removes: untrusted))
        common.clearsRouteCache = !untrusted.isEmpty
        var response = ProcessingResponse(.headers(.request, common))
        if configuration.requestBody != .fullDuplexStreamed, configuration.responseBody != .fullDuplexStreamed {
            response.modeOverride = ProcessingMode(responseHeaders: .skip)
        }
        return sent([response])
    }

    /// The request is answered here.
    mutating func answered(_ response: ImmediateResponse) -> [ProcessingResponse] {
        state = .answered
        return sent([.init(.immediate(response))])
    }

    /// The request goes on: to these headers, with this body when it changed.
    mutating func decided(
        _ headers: HeaderMutation, body changed: ByteBuffer?, clearsRouteCache: Bool,
        metadata: [(namespace: String, facts: [(name: String, value: String)])]
    ) -> [ProcessingResponse] {
        guard case .deciding(let waiting, let hasTrailers) = state else { return [] }
        state = .forwarded
        let collected = body
        body = ByteBuffer()
        var common = CommonResponse(headers: headers, clearsRouteCache: clearsRouteCache)
        if let changed { common.headers.set("content-length", String(changed.readableBytes)) }
        var responses: [ProcessingResponse]
        switch waiting {
        case .headers:
            responses = [.init(.headers(.request, common))]
        case .body, .lastChunk:
            if let changed {
                common.body = .replace(changed)
            } else if waiting == .lastChunk {
                common.body = .replace(collected)
            }
            responses = [.init(.body(.request, common))]
        case .chunks(let count):
            responses = [.init(.headers(.request, common))]
            for index in 0..<count {
                var chunk = CommonResponse()
                if let changed { chunk.body = index == count - 1 ? .replace(changed) : .clear }
                responses.append(.init(.body(.request, chunk)))
            }
        case .duplex:
            responses = [.init(.headers(.request, common))]
            var rest = changed ?? collected
            repeat {
                let chunk = rest.readSlice(length: min(rest.readableBytes, Self.maxChunkBytes)) ?? ByteBuffer()
                let isLast = rest.readableBytes == 0 && !hasTrailers
                responses.append(
                    .init(.body(.request, CommonResponse(body: .stream(chunk, endOfStream: isLast)))))
            } while rest.readableBytes > 0
        }
        responses[0].dynamicMetadata = metadata
        if hasTrailers { responses.append(.init(.trailers(.request, HeaderMutation()))) }
        return sent(responses)
    }

    // MARK: What becomes of the response

    /// The response's head goes to the client with these changes.
    mutating func relayedHead(_ headers: HeaderMutation, isEnd: Bool) -> [ProcessingResponse] {
        if isEnd { state = .responded }
        var response = ProcessingResponse(.headers(.response, CommonResponse(headers: headers)))
        if !isEnd, [.buffered, .bufferedPartial].contains(configuration.responseBody) {
            // Nothing here needs the whole answer, and a client that streams must not wait for it.
            response.modeOverride = ProcessingMode(requestBody: configuration.requestBody, responseBody: .streamed)
        }
        return sent([response])
    }

    /// A piece of the response's body goes to the client: nil as it came, otherwise these bytes.
    mutating func relayedBody(_ chunk: ByteBuffer, changed: ByteBuffer?, isEnd: Bool) -> [ProcessingResponse] {
        if isEnd { state = .responded }
        var common = CommonResponse()
        if configuration.responseBody == .fullDuplexStreamed {
            common.body = .stream(changed ?? chunk, endOfStream: isEnd)
        } else if let changed {
            common.body = changed.readableBytes > 0 ? .replace(changed) : .clear
        }
        return sent([.init(.body(.response, common))])
    }

    /// The response's trailers go to the client.
    mutating func relayedTrailers() -> [ProcessingResponse] {
        state = .responded
        return sent([.init(.trailers(.response, HeaderMutation()))])
    }

    // MARK: Answers

    /// The answer that changes nothing, of the kind that the message asks for.
    private func untouched(_ message: ProcessingRequest.Message) -> ProcessingResponse {
        switch message {
        case .requestHeaders: .init(.headers(.request, CommonResponse()))
        case .responseHeaders: .init(.headers(.response, CommonResponse()))
        case .requestTrailers: .init(.trailers(.request, HeaderMutation()))
        case .responseTrailers: .init(.trailers(.response, HeaderMutation()))
        case .requestBody(let chunk, let isEnd):
            .init(.body(.request, echo(chunk, isEnd, isDuplex: configuration.requestBody == .fullDuplexStreamed)))
        case .responseBody(let chunk, let isEnd):
            .init(.body(.response, echo(chunk, isEnd, isDuplex: configuration.responseBody == .fullDuplexStreamed)))
        }
    }

    private func echo(_ chunk: ByteBuffer, _ isEnd: Bool, isDuplex: Bool) -> CommonResponse {
        CommonResponse(body: isDuplex ? .stream(chunk, endOfStream: isEnd) : nil)
    }

    private func reply(_ responses: [ProcessingResponse]) -> Action { .reply(sent(responses)) }

    /// A gateway that only observes takes no answers.
    private func sent(_ responses: [ProcessingResponse]) -> [ProcessingResponse] { isObserved ? [] : responses }
}
