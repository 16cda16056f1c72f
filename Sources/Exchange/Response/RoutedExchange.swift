internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Policy
internal import Routing
internal import Synchronization
internal import Telemetry
internal import Upstream
internal import Wire

/// One routed request from its first attempt to the last byte of its answer. Lives on one event loop.
final class RoutedExchange: ForwardingExchange {
    private let router: Router
    private let generation: RouterGeneration
    private let plan: RequestPlan
    private let evaluation: Evaluation?
    private let isDebug: Bool
    private let timeouts: UpstreamTimeouts
    private let record: RequestRecord
    private var span: RequestSpan
    private var notes = ShapingNotes()

    private var modelIndex = 0
    private var attemptsOnModel = 0
    private var tried: Set<Int> = []
    private var current: Int?
    /// Another gateway calls the backend; it alone tries again.
    private var isCalledElsewhere = false
    private var observer: ResponseObserver?
    private var isFinished = false
    private var wasAnswered = false
    private var toolCalls: [String] = []
    private let cachePlan: CachePlan?
    private var cacheRecorder: CacheRecorder?

    init(
        router: Router, generation: RouterGeneration, plan: RequestPlan, evaluation: Evaluation?, isDebug: Bool,
        timeouts: UpstreamTimeouts, record: RequestRecord, span: RequestSpan, cachePlan: CachePlan? = nil
    ) {
        self.cachePlan = cachePlan
        self.router = router
        self.generation = generation
        self.plan = plan
        self.evaluation = evaluation
        self.isDebug = isDebug
        self.timeouts = timeouts
        self.record = record
        self.span = span
    }

    private var planned: PlannedModel { plan.models[modelIndex] }

    func nextAttempt(after failure: AttemptFailure?) -> AttemptDecision {
        var delay = TimeAmount.zero
        if let failure {
            endAttempt(BackendOutcome(failure), named: failure.code)
            switch continuation(after: failure) {
            case .sameModel(let wait): delay = wait
            case .nextModel:
                modelIndex += 1
                attemptsOnModel = 0
                tried = []
            case .none: return .giveUp(refusal(for: failure))
            }
        }
        let model = planned.model
        let fresh = tried.count < model.backends.count ? tried : []
        guard let index = model.health.begin(model.pick, excluding: fresh) ?? model.health.begin(model.pick) else {
            let error = ExchangeError(
                .modelHasNoBackend, status: 503, "Model \"\(model.name)\" has no backend in providers.models.")
            return .giveUp(answer(error))
        }
        attemptsOnModel += 1
        tried.insert(index)
        current = index
        let backend = model.backends[index]
        record.selectedModel = model.name
        record.backend = backend.name
        span.attemptStarted(model: model.name, backend: backend)
        generation.metrics.models[model.name]?.changeInFlight(by: 1)
        model.observed.changeInFlight(by: 1)
        do throws(JSONEditError) {
            notes = ShapingNotes()
            var attempt = try plan.attempt(for: planned, on: backend, timeouts: timeouts, &notes)
            if let place = span.attemptPlace {
                attempt.headers.replaceOrAdd(name: "traceparent", value: place.traceparent)
            }
            record.changedParameters = notes.changedParameters
            return .attempt(attempt, delay: delay)
        } catch {
            endAttempt(.neutral, named: "body_not_editable")
            return .giveUp(answer(Self.notShapeable(error)))
        }
    }

    func shapedRequest() -> ShapingDecision {
        isCalledElsewhere = true
        let model = planned.model
        record.selectedModel = model.name
        record.backend = Self.elsewhere
        span.attemptStarted(model: model.name, backend: nil)
        generation.metrics.models[model.name]?.changeInFlight(by: 1)
        model.observed.changeInFlight(by: 1)
        do throws(JSONEditError) {
            var shaped = try plan.shaped(for: planned, &notes)
            if let place = span.attemptPlace {
                shaped.headers.replaceOrAdd(name: "traceparent", value: place.traceparent)
            }
            record.changedParameters = notes.changedParameters
            shaped.clearsRouteCache = generation.policy.global.router.clearsRouteCache
            shaped.facts = facts
            return .forward(shaped)
        } catch {
            endAttempt(.neutral, named: "body_not_editable")
            return .giveUp(answer(Self.notShapeable(error)))
        }
    }

    /// The name under which calls that another gateway makes are counted.
    private static let elsewhere = "gateway"

    private var facts: [(name: String, value: String)] {
        var facts = [("request_id", record.requestID), ("model", planned.model.name), ("algorithm", record.algorithm)]
        if let recipe = record.recipe { facts.append(("recipe", recipe)) }
        if let decision = record.decision { facts.append(("decision", decision)) }
        return facts.map { (name: $0.0, value: $0.1) }
    }

    private static func notShapeable(_ error: JSONEditError) -> ExchangeError {
        ExchangeError(code: "invalid_type", status: 400, message: "The request cannot be shaped: \(error)")
    }

    private enum Continuation {
        case sameModel(TimeAmount)
        case nextModel
        case none
    }

    private func continuation(after failure: AttemptFailure) -> Continuation {
        if isCalledElsewhere { return .none }
        let retry = planned.model.retry
        if retry.covers(failure) {
            var generator = SystemRandomNumberGenerator()
            if case .retry(let wait) = retry.policy.decide(
                attemptsMade: attemptsOnModel, failure: failure, using: &generator)
            {
                return .sameModel(wait)
            }
        }
        let mayMove: Bool
        switch failure {
        case .status(let status, _): mayMove = status == 429 || status >= 500
        case .cancelled: mayMove = false
        default: mayMove = true
        }
        return plan.failsOver && mayMove && modelIndex + 1 < plan.models.count ? .nextModel : .none
    }

    private func endAttempt(_ outcome: BackendOutcome, named name: String) {
        if isCalledElsewhere { return endCallElsewhere(outcome, named: name) }
        guard let index = current else { return }
        current = nil
        span.attemptEnded(name, isError: outcome == .failure)
        let model = planned.model
        generation.metrics.models[model.name]?.changeInFlight(by: -1)
        model.observed.changeInFlight(by: -1)
        let wasEjected = model.health.ended(index, outcome)
        record.attempts.append(.init(model: model.name, backend: model.backends[index].name, outcome: name))
        generation.metrics.countAttempt(model: model.name, backend: model.backends[index].name, outcome: name)
        let backend = model.backends[index]
        if outcome == .success, backend.isHeldOut.exchange(false, ordering: .relaxed) {
            generation.metrics.setHealthy(true, model: model.name, backend: backend.name)
        }
        if wasEjected {
            backend.isHeldOut.store(true, ordering: .relaxed)
            generation.metrics.setHealthy(false, model: model.name, backend: model.backends[index].name)
            router.logger.warning(
                "backend_ejected", metadata: ["model": "\(model.name)", "backend": "\(model.backends[index].name)"])
        }
    }

    /// The gateway that calls chooses the endpoint and watches its health.
    private func endCallElsewhere(_ outcome: BackendOutcome, named name: String) {
        guard record.attempts.isEmpty else { return }
        let model = planned.model.name
        span.attemptEnded(name, isError: outcome == .failure)
        generation.metrics.models[model]?.changeInFlight(by: -1)
        planned.model.observed.changeInFlight(by: -1)
        record.attempts.append(.init(model: model, backend: Self.elsewhere, outcome: name))
        generation.metrics.countAttempt(model: model, backend: Self.elsewhere, outcome: name)
    }

    func responseHead(status: Int, headers: HTTPHeaders) -> ResponseHeadDecision {
        if status >= 400 {
            let failure = AttemptFailure.status(
                status, retryAfter: headers.first(name: "retry-after").flatMap(RetryPolicy.retryAfter))
            guard case .none = continuation(after: failure) else { return .retry(failure) }
        }
        var fields: [(String, String)] = []
        fields.reserveCapacity(headers.count + 12)
        var isEventStream = false
        for (name, value) in headers
        where !UpstreamHeaders.begins(name, "x-vsr-") && !UpstreamHeaders.equal(name, "x-request-id") {
            if UpstreamHeaders.equal(name, "content-type") {
                isEventStream = UpstreamHeaders.begins(value, "text/event-stream")
            }
            fields.append((name, value))
        }
        // Tool results must find the model that asked for them, so its calls are read.
        let asksForTools = evaluation?.learning?.session != nil && !plan.request.conversation.tools.isEmpty
        observer = ResponseObserver(isEventStream: isEventStream, interest: asksForTools ? .everything : .usage)
        cacheRecorder = status == 200 ? cachePlan.map { CacheRecorder($0, isStream: isEventStream) } : nil
        if status == 200 { record.memories?.begin(isStream: isEventStream) }
        record.status = status
        wasAnswered = true
        // An error event may have to be added at the end.
        if isEventStream { fields.removeAll { UpstreamHeaders.equal($0.0, "content-length") } }
        fields.append(("x-request-id", record.requestID))
        record.admission?.replace(in: &fields)
        RoutingHeaders(
            isDebug: isDebug, evaluation: evaluation, model: planned.model.name,
            usesReasoning: planned.reference?.usesReasoning ?? false, injectedSystemPrompt: notes.injectedSystemPrompt,
            replayID: record.replayID, retrieval: record.retrieval.map { ($0, record.retrievalWarns) }
        ).add(to: &fields, path: .upstream, isSuccess: (200..<300).contains(status))
        return .relay(status: status, headers: HTTPHeaders(fields))
    }

    func responseBody(_ chunk: ByteBuffer) -> ByteBuffer? {
        if record.firstByte == nil { record.firstByte = .now() }
        chunk.withUnsafeReadableBytes { bytes in
            observer?.observe(bytes)
            cacheRecorder?.observe(bytes)
            record.replay?.observe(bytes)
            record.memories?.observe(bytes)
        }
        return chunk
    }

    func responseEnd(_ end: ResponseEnd) -> ByteBuffer? {
        let summary = observer?.finish()
        let isEventStream = summary?.isEventStream ?? false
        record.usage = summary?.usage
        toolCalls = summary?.toolCallIDs ?? []
        switch end {
        case .complete:
            let isAnswer = isEventStream && record.status < 300
            let sawError = isAnswer && summary?.sawError == true
            let isShort = isAnswer && !sawError && summary?.sawDone == false
            endAttempt(
                record.status >= 500 ? .failure : .success,
                named: sawError ? "error_event" : isShort ? "stream_cut" : "status_\(record.status)")
            if sawError { record.errorCode = ExchangeError.Code.backendErrorEvent.rawValue }
            guard isShort else {
                if !sawError {
                    cacheRecorder?.finish()
                    record.memories?.finish()
                }
                return nil
            }
            record.errorCode = ExchangeError.Code.backendStreamCut.rawValue
            return Self.cutEvent
        case .cut(let failure):
            endAttempt(BackendOutcome(failure), named: failure.code)
            record.errorCode = ExchangeError.Code.backendStreamCut.rawValue
            return isEventStream ? Self.cutEvent : nil
        }
    }

    private static let cutEvent = ByteBuffer(
        bytes: ChatCompletionWriter.streamErrorEvent(
            message: "The model's answer broke off before it was complete.",
            code: ExchangeError.Code.backendStreamCut.rawValue))

    func clientGone() {
        record.clientVanished = true
        endAttempt(.neutral, named: "client_vanished")
    }

    func finished() {
        guard !isFinished else { return }
        isFinished = true
        endAttempt(.neutral, named: "abandoned")
        if record.usage == nil, let seen = observer?.current {
            // An event carries about one token, a byte of a body about a quarter.
            record.observedTokens = seen.isEventStream ? seen.chunkCount : seen.byteCount / 4
        }
        record.costs = generation.costs.breakdown(of: record.usage, by: planned.model)
        LearningFollowUp(
            memory: generation.memory, record: record, trace: evaluation?.learning, evaluation: evaluation,
            now: UTCTime.now().unixSeconds
        ).finish(
            model: planned.model, answeredAs: planned.reference?.effectiveName ?? planned.model.name,
            wasAnswered: wasAnswered, toolCalls: toolCalls, at: .now())
        span.ended(record)
        router.finish(record, model: wasAnswered ? planned.model.name : nil, generation: generation)
    }

    private func answer(_ error: ExchangeError) -> LocalResponse {
        record.status = error.status
        record.path = .error
        record.errorCode = error.code
        return error.response(requestID: record.requestID)
    }

    /// The client's error when every attempt failed.
    private func refusal(for failure: AttemptFailure) -> LocalResponse {
        let model = planned.model.name
        switch failure {
        case .firstByteTimeout, .idleTimeout, .connectTimeout:
            return answer(
                ExchangeError(.backendTimeout, status: 504, "Model \"\(model)\" did not answer in time. \(failure)."))
        case .malformedResponse:
            return answer(
                ExchangeError(
                    .backendInvalidResponse, status: 502, "Model \"\(model)\" answered with invalid HTTP. \(failure)."))
        case .status(let status, let wait):
            let seconds = wait.map { max(1, Int($0.nanoseconds / 1_000_000_000)) }
            return answer(
                ExchangeError(
                    .backendUnreachable, status: status == 429 ? 429 : 503,
                    "Model \"\(model)\" is not available now (its backend answered \(status)).", retryAfter: seconds))
        case .poolExhausted:
            return answer(
                ExchangeError(
                    .overloaded, status: 503, "All connections to model \"\(model)\" are busy.", retryAfter: 1))
        default:
            return answer(
                ExchangeError(
                    .backendUnreachable, status: 502,
                    "Model \"\(model)\" could not be reached after \(record.attempts.count) attempt(s): \(failure.code)."
                ))
        }
    }
}
