import Glibc
import NIOCore
import NIOHTTP1
import Synchronization

/// Answers requests; shared by all connections.
final class MockResponder: Sendable {
    /// A response and what the connection needs to know about it.
    struct Response {
        var script: ResponseScript
        var connection: ConnectionUse
    }

    private struct State {
        var log: RequestLog
        var counters = MockBackendCounters()
        var caches: PrefixCaches
        var faults: FaultSchedule
        var headerFaults: SplitMix64
    }

    let configuration: MockBackendConfiguration
    private let models: [String: MockModel]
    private let acceptsAnyModel: Bool
    private let otherModels: MockModel
    private let maker: AnswerMaker
    private let state: Mutex<State>

    init(_ configuration: MockBackendConfiguration) {
        self.configuration = configuration
        models = Dictionary(configuration.models.map { ($0.name, $0) }) { first, _ in first }
        acceptsAnyModel = configuration.acceptAnyModel ?? configuration.models.isEmpty
        otherModels = configuration.otherModels
        maker = AnswerMaker(seed: configuration.seed, mode: configuration.answerMode)
        state = Mutex(
            State(
                log: RequestLog(capacity: configuration.recordedRequests),
                caches: PrefixCaches(maxTokens: configuration.prefixCache.maxTokens),
                faults: FaultSchedule(rules: configuration.faults, seed: configuration.seed),
                headerFaults: SplitMix64(seed: ~configuration.seed)))
    }

    var requests: [RecordedRequest] { state.withLock { $0.log.latest } }

    var counters: MockBackendCounters { state.withLock { $0.counters } }

    func countConnection() { state.withLock { $0.counters.connections += 1 } }

    func countClientDisconnect() { state.withLock { $0.counters.clientDisconnects += 1 } }

    /// The response to a request that arrived whole.
    func respond(to head: HTTPRequestHead, body: ByteBuffer) -> Response {
        let record = configuration.recordedRequests > 0 ? RecordedRequest(head: head, body: body) : nil
        state.withLock { state in
            state.counters.requests += 1
            if let record { state.log.append(record) }
        }
        let connection: ConnectionUse =
            !head.isKeepAlive ? .closed : head.version.minor == 0 ? .keptExplicitly : .keptSilently
        do throws(RequestProblem) {
            return try route(head, body: body, connection: connection)
        } catch {
            return refuse(error, connection: connection, isHead: head.method == .HEAD)
        }
    }

    /// The response that says what is wrong with a request.
    func refuse(_ problem: RequestProblem, connection: ConnectionUse, isHead: Bool = false) -> Response {
        state.withLock { $0.counters.refusals += 1 }
        var head = ResponseHead(status: problem.status)
        if problem.status == 405 { head.allow = problem.parameter }
        return whole(head, body: problem.body(), connection: connection, isHead: isHead)
    }

    private func whole(
        _ head: ResponseHead, body: ByteBuffer, connection: ConnectionUse, isHead: Bool
    ) -> Response {
        guard isHead else {
            return Response(script: .plain(head, body: body, connection: connection), connection: connection)
        }
        var head = head
        head.contentLength = body.readableBytes
        return Response(script: ResponseScript([.write(head.bytes(connection: connection))]), connection: connection)
    }

    private func route(
        _ head: HTTPRequestHead, body: ByteBuffer, connection: ConnectionUse
    ) throws(RequestProblem) -> Response {
        let path = head.uri.prefix { $0 != "?" }
        switch path {
        case "/v1/chat/completions":
            try check(head, allows: [.POST])
            try checkKey(head)
            return try complete(head, body: body, connection: connection)
        case "/v1/models":
            try check(head, allows: [.GET, .HEAD])
            try checkKey(head)
            return whole(
                ResponseHead(status: 200), body: modelList(), connection: connection, isHead: head.method == .HEAD)
        case "/health":
            try check(head, allows: [.GET, .HEAD])
            return whole(
                ResponseHead(status: 200), body: ByteBuffer(string: "{\"status\":\"ok\"}"), connection: connection,
                isHead: head.method == .HEAD)
        default:
            throw RequestProblem(
                status: 404, message: "There is nothing at \(path.prefix(200)).", code: "not_found")
        }
    }

    private func check(_ head: HTTPRequestHead, allows methods: [HTTPMethod]) throws(RequestProblem) {
        guard !methods.contains(head.method) else { return }
        throw RequestProblem(
            status: 405, message: "This path does not take \(head.method.rawValue).",
            parameter: methods.map(\.rawValue).joined(separator: ", "), code: "method_not_allowed")
    }

    private func checkKey(_ head: HTTPRequestHead) throws(RequestProblem) {
        guard let key = configuration.requiredAPIKey else { return }
        guard head.headers.first(name: "authorization") != "Bearer \(key)" else { return }
        throw RequestProblem(status: 401, message: "The API key is missing or wrong.", code: "invalid_api_key")
    }

    private func modelList() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeStaticString("{\"object\":\"list\",\"data\":[")
        for (index, model) in configuration.models.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeStaticString("{\"id\":")
            buffer.writeJSONString(model.name)
            buffer.writeStaticString(",\"object\":\"model\",\"created\":0,\"owned_by\":\"mock\"")
            if let window = model.contextWindow {
                buffer.writeStaticString(",\"max_model_len\":")
                buffer.writeDecimal(window)
            }
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("]}")
        return buffer
    }

    private func complete(
        _ head: HTTPRequestHead, body: ByteBuffer, connection: ConnectionUse
    ) throws(RequestProblem) -> Response {
        let request: ChatRequest
        do {
            request = try body.withUnsafeReadableBytes { bytes in try ChatRequest.read(bytes) }
        } catch let problem as RequestProblem {
            throw problem
        } catch {
            throw .invalid("The body cannot be read.")
        }
        let headerRule = try faultAsked(by: head)
        var other = otherModels
        other.name = request.model
        guard let model = models[request.model] ?? (acceptsAnyModel ? other : nil) else {
            throw RequestProblem(
                status: 404, message: "The model '\(request.model)' does not exist.", parameter: "model",
                code: "model_not_found")
        }
        let (number, fault) = state.withLock { state in
            state.counters.chatCompletions += 1
            let number = state.counters.chatCompletions
            let scheduled = state.faults.next(model: request.model)
            let asked = headerRule.flatMap { rule in
                let isForModel = rule.when.model.map { $0 == request.model } ?? true
                return isForModel && rule.when.holds(count: number, generator: &state.headerFaults) ? rule.fault : nil
            }
            let fault = asked ?? scheduled
            if fault != nil { state.counters.faults += 1 }
            return (number, fault)
        }
        switch fault {
        case .reset: return Response(script: ResponseScript([.reset]), connection: .closed)
        case .status(let status, let retryAfter, let text):
            let answer = ResponseHead(status: status, model: model.name, retryAfter: retryAfter)
            let body = text.map { ByteBuffer(string: $0) } ?? RequestProblem.injected(status: status).body()
            return Response(script: .plain(answer, body: body, connection: connection), connection: connection)
        case .errorEvent where !request.isStreaming:
            let answer = ResponseHead(status: 500, model: model.name)
            return Response(
                script: .plain(answer, body: RequestProblem.injected(status: 500).body(), connection: connection),
                connection: connection)
        default: break
        }
        let reply = try reply(to: request, model: model, number: number)
        let connection = fault == .closeWithoutDone ? .closed : connection
        let script =
            request.isStreaming
            ? stream(reply, model: model, isChunked: head.version.minor > 0, connection: connection, fault: fault)
            : plain(reply, model: model, connection: connection, fault: fault)
        let needsClose = request.isStreaming && head.version.minor == 0
        return Response(script: script, connection: needsClose ? .closed : connection)
    }

    private func faultAsked(by head: HTTPRequestHead) throws(RequestProblem) -> FaultRule? {
        guard configuration.honoursFaultHeader, let text = head.headers.first(name: "x-mock-fault") else { return nil }
        do throws(FaultParseError) {
            return try FaultRule(parsing: text)
        } catch {
            throw .invalid(
                "The header x-mock-fault is wrong: \(error)", parameter: "x-mock-fault", code: "invalid_fault")
        }
    }

    private func reply(to request: ChatRequest, model: MockModel, number: Int) throws(RequestProblem) -> ChatReply {
        let prompt = Prompt(request.messages, hashesBlocks: configuration.prefixCache.maxTokens > 0)
        var limit = request.maxTokens ?? .max
        if let window = model.contextWindow {
            guard prompt.tokens < window else {
                throw .invalid(
                    "This model's maximum context length is \(window) tokens, but the messages have \(prompt.tokens).",
                    parameter: "messages", code: "context_length_exceeded")
            }
            limit = min(limit, window - prompt.tokens)
        }
        let choices = try maker.answers(to: request, fingerprint: prompt.fingerprint, limit: limit)
        let completion = choices.reduce(0) { $0 + $1.tokens }
        let cached = state.withLock { state in
            let cached = state.caches.admit(prompt, model: model.name)
            state.counters.promptTokens += prompt.tokens
            state.counters.cachedTokens += cached
            state.counters.completionTokens += completion
            if request.isStreaming { state.counters.streams += 1 }
            return cached
        }
        let identifier = SplitMix64.mix(configuration.seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        return ChatReply(
            id: "chatcmpl-\(Hexadecimal.text(identifier))", created: time(nil), model: model.name, choices: choices,
            promptTokens: prompt.tokens, cachedTokens: cached, includesUsage: request.includesUsage)
    }

    private func plain(
        _ reply: ChatReply, model: MockModel, connection: ConnectionUse, fault: Fault?
    ) -> ResponseScript {
        let slowest = reply.choices.map(\.tokens).max() ?? 0
        let generation = model.tokenInterval.map { $0 * slowest } ?? .zero
        return .plain(
            ResponseHead(status: 200, model: model.name), body: reply.plainBody(), connection: connection,
            delay: model.firstTokenDelay + generation, fault: fault)
    }

    private func stream(
        _ reply: ChatReply, model: MockModel, isChunked: Bool, connection: ConnectionUse, fault: Fault?
    ) -> ResponseScript {
        let head = ResponseHead(
            status: 200, contentType: "text/event-stream; charset=utf-8", isChunked: isChunked, model: model.name
        ).bytes(connection: isChunked ? connection : .closed)
        var steps: [ResponseStep] = []
        var lead: ByteBuffer?
        if fault == nil, model.firstTokenDelay <= .zero {
            lead = head
        } else {
            steps = ResponseScript.headSteps(head, fault: fault)
            if model.firstTokenDelay > .zero { steps.append(.wait(model.firstTokenDelay)) }
        }
        // With several choices the pace is per choice, so tokens of all choices come that much faster.
        let interval = model.tokenInterval.map { $0 / reply.choices.count }
        let events = EventStream(
            ChatEvents(reply), lead: lead, isChunked: isChunked, interval: interval, fault: fault)
        return ResponseScript(steps, then: events)
    }
}
