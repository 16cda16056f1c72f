internal import Evidence
public import Logging
internal import Metrics
public import NIOCore
internal import NIOHTTP1
public import Policy
internal import Routing
internal import State
internal import Synchronization
internal import Telemetry
public import Upstream
internal import Wire

/// What stands behind every door: holds the current generation, turns requests into plans, and accounts for them.
public final class Router: ExchangeHandler {
    /// Settings that are not part of the policy.
    public struct Settings: Sendable {
        /// Largest request body in bytes.
        public var maxBodyBytes = 10 * 1024 * 1024
        /// How long backends may take.
        public var timeouts = UpstreamTimeouts()
        /// Renders `GET /metrics`; nil answers 404.
        public var renderMetrics: (@Sendable () -> [UInt8])?
        public var version = "0.0.0"
        /// Makes what asks the rate limit service at an address; without it the services of a policy do not answer.
        public var rateLimitService: (@Sendable (HostAndPort) -> any RateLimitService)?

        /// The defaults.
        public init() {}
    }

    /// Most members of a request's top level; every edit of a body walks over them.
    private static let maxMembers = 1_024
    private static let healthy = JSON.object([("status", "healthy"), ("service", "martlet")]).serialized()

    let logger: Logger
    let settings: Settings
    private let generation: Mutex<RouterGeneration>
    let limitServices: RateLimitServices
    let requestCount = Atomic<Int>(0)
    let requestsInFlight = Meter(label: MetricCatalog.requestsInFlight.name)
    let clientDisconnects = Counter(label: MetricCatalog.clientDisconnects.name)

    /// A router over a first generation.
    public init(_ generation: RouterGeneration, settings: Settings = Settings(), logger: Logger) {
        self.generation = Mutex(generation)
        self.settings = settings
        self.logger = logger
        limitServices = RateLimitServices(settings.rateLimitService)
    }

    /// The generation that new requests see.
    public var current: RouterGeneration { generation.withLock { $0 } }

    /// Puts a new generation in place of the old; requests in flight finish on the old one.
    public func replace(with next: RouterGeneration) {
        generation.withLock { $0 = next }
    }

    // MARK: Doors

    public func admit(_ head: RequestHead) -> Admission {
        let path = RequestPath(head.target)
        if head.door == .externalProcessor, passesThrough(head, path) { return .passThrough }
        if let refused = refusesEncoding(head, path) { return .respond(refused) }
        if let admission = admitResponses(head, path) { return admission }
        if let admission = admitDocuments(head, path) { return admission }
        switch (path.text, head.method) {
        case ("/v1/chat/completions", .POST):
            return .readBody(limit: min(settings.maxBodyBytes, current.maxBodyBytes ?? .max))
        case ("/v1/models", .GET): return .respond(modelList(head))
        case ("/health", .GET), ("/health", .HEAD): return .respond(json(200, Self.healthy))
        case ("/ready", .GET), ("/ready", .HEAD): return .respond(json(200, readiness().serialized()))
        case ("/metrics", .GET):
            guard let render = settings.renderMetrics else { break }
            return .respond(
                LocalResponse(
                    status: 200, headers: [("content-type", PrometheusRegistry.contentType)],
                    body: ByteBuffer(bytes: render())))
        default:
            if path.text.hasPrefix("/v1/models/"), head.method == .GET {
                return .respond(model(String(path.text.dropFirst("/v1/models/".count)), head))
            }
        }
        if let allow = allowedMethods(path.text) {
            return .respond(
                refuse(
                    ExchangeError(
                        .methodNotAllowed, status: 405, "\(head.method.rawValue) is not allowed here; use \(allow).",
                        allow: allow), head))
        }
        return .respond(
            refuse(
                ExchangeError(
                    .notFound, status: 404,
                    "Endpoint not found. This gateway serves POST /v1/chat/completions, POST /v1/responses and GET /v1/models."
                ), head))
    }

    /// The refusal of a body that is compressed.
    private func refusesEncoding(_ head: RequestHead, _ path: RequestPath) -> LocalResponse? {
        guard head.method == .POST,
            let encoding = head.headers[canonicalForm: "content-encoding"].first(where: {
                !UpstreamHeaders.equal(String($0), "identity")
            })
        else { return nil }
        return refuse(
            ExchangeError(
                .unsupportedEncoding, status: 415,
                "Content-Encoding \"\(encoding.prefix(40))\" is not supported; send the body as it is."), head)
    }

    /// The methods of an endpoint, nil for paths that do not exist.
    private func allowedMethods(_ path: String) -> String? {
        switch path {
        case "/v1/chat/completions": return "POST"
        case "/v1/models": return "GET"
        case "/health", "/ready": return "GET, HEAD"
        case "/metrics": return settings.renderMetrics == nil ? nil : "GET"
        default: return path.hasPrefix("/v1/models/") ? "GET" : nil
        }
    }

    public func failure(_ failure: DoorFailure) -> LocalResponse {
        let isBusy = failure == .overloaded || failure == .draining
        var response = ExchangeError(
            code: failure.code, status: failure.status, message: failure.message, retryAfter: isBusy ? 1 : nil
        ).response()
        response.closeConnection = true
        return response
    }

    public func begin(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart {
        if head.door == .externalProcessor, isForeign(head, body) { return .passThrough }
        if head.door == .gateway, let start = beginResponses(head, body: body, on: loop) { return start }
        if let start = beginDocuments(head, body: body, on: loop) { return start }
        let generation = current
        let caller = RequestIdentity(head, generation: generation)
        if head.door == .externalProcessor, caller.asksToSkip,
            generation.policy.global.router.skipProcessing.isEnabled
        {
            return skippedElsewhere(body, caller, generation, loop)
        }
        do throws(ExchangeError) {
            return try route(head, [UInt8](body.readableBytesView), caller, generation, loop)
        } catch {
            return refuse(error, caller)
        }
    }

    func refuse(_ error: ExchangeError, _ caller: RequestIdentity) -> ExchangeStart {
        Counter(
            label: MetricCatalog.requestErrors.name, dimensions: [("model", "none"), ("reason", error.code)]
        ).increment()
        logger.debug(
            "request_refused",
            metadata: ["request_id": "\(caller.requestID)", "status": "\(error.status)", "error": "\(error.code)"])
        return .respond(error.response(requestID: caller.requestID))
    }

    // MARK: Routing

    private func route(
        _ head: RequestHead, _ bytes: [UInt8], _ caller: RequestIdentity, _ generation: RouterGeneration,
        _ loop: any EventLoop
    ) throws(ExchangeError) -> ExchangeStart {
        let start = NIODeadline.now()
        let request: ChatRequest
        do throws(WireError) { request = try ChatRequest.parse(bytes) } catch { throw ExchangeError(error) }
        guard request.document.root.count <= Self.maxMembers else {
            throw ExchangeError(
                WireError(
                    code: .tooManyItems, message: "the body must not have more than \(Self.maxMembers) members"))
        }
        let conversation = request.conversation
        // Trimmed: white space around a name must not make new metric labels.
        let record = RequestRecord(
            requestID: caller.requestID, traceID: caller.trace.traceID,
            requestedModel: ModelDirectory.trimmed(conversation.model), isStream: conversation.stream, start: start,
            loop: loop)
        record.user = caller.identity?.userID
        switch generation.directory.resolve(conversation.model) {
        case .unknown:
            let names = generation.directory.listings.prefix(3).map(\.id).joined(separator: ", ")
            throw ExchangeError(
                .modelNotFound, status: 404,
                "Model \"\(conversation.model.prefix(100))\" is not available. GET /v1/models lists the models; for routing ask for \(names).",
                parameter: "model")
        case .passthrough(let name, let adapter):
            guard let model = generation.directory.models[name] else {
                throw ExchangeError(
                    .modelHasNoBackend, status: 503, "Model \"\(name)\" has no entry under providers.models.",
                    parameter: "model")
            }
            record.algorithm = "passthrough"
            record.reasonCode = "physical_model"
            let planned = PlannedModel(model: model, reference: nil, adapter: adapter)
            return try limited(LimitSubject(planned, request), caller, generation, record) {
                [self] () throws(ExchangeError) in
                try forward(request, [planned], nil, head, caller, generation, record)
            }
        case .route(let index):
            if generation.policy.global.router.skipProcessing.isEnabled, caller.asksToSkip {
                return try skip(request, head, caller, generation, record)
            }
            let recipe = generation.recipes[index]
            record.recipe = recipe.name
            var session = recipe.begin(conversation, identity: caller.identity, seed: caller.seed)
            switch session.advance() {
            case .finished(let evaluation):
                note(evaluation, index, in: record, generation)
                return serveOrRefuse(evaluation, request, head, caller, generation, record)
            case .awaiting(let needs, let cost):
                let decision = PendingDecision(
                    session, recipe, on: loop, until: head.decisionDeadline
                ) { [self] evaluation in
                    note(evaluation, index, in: record, generation)
                    return serveOrRefuse(evaluation, request, head, caller, generation, record)
                }
                return .pending(decision.start(needs, cost))
            }
        }
    }

    /// A request that asked not to be processed: the default model gets it untouched.
    private func skip(
        _ request: ChatRequest, _ head: RequestHead, _ caller: RequestIdentity, _ generation: RouterGeneration,
        _ record: RequestRecord
    ) throws(ExchangeError) -> ExchangeStart {
        let defaultModel = ModelReference(model: generation.policy.providers.defaults.defaultModel)
        guard var planned = generation.directory.planned(defaultModel) else {
            throw ExchangeError(
                .noModelAvailable, status: 503,
                "\(RoutingHeader.skipProcessing) leaves the request to providers.defaults.default_model, which is not set."
            )
        }
        record.algorithm = "passthrough"
        record.reasonCode = "skip_processing"
        planned.reference = nil
        let untouched = planned
        return try limited(LimitSubject(untouched, request), caller, generation, record) {
            [self] () throws(ExchangeError) in
            try forward(request, [untouched], nil, head, caller, generation, record)
        }
    }

    private func timeouts(_ generation: RouterGeneration) -> UpstreamTimeouts {
        var timeouts = settings.timeouts
        if let limit = generation.firstByteTimeout { timeouts.firstByte = TimeAmount(limit) }
        return timeouts
    }

    /// Serves a decided request. One that cannot be served leaves a replay record too.
    private func serveOrRefuse(
        _ evaluation: Evaluation, _ request: ChatRequest, _ head: RequestHead, _ caller: RequestIdentity,
        _ generation: RouterGeneration, _ record: RequestRecord
    ) -> ExchangeStart {
        do throws(ExchangeError) {
            return try serve(evaluation, request, head, caller, generation, record)
        } catch {
            return refuse(error, caller, generation, record)
        }
    }

    /// Refuses a decided request; its replay record says so.
    func refuse(
        _ error: ExchangeError, _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) -> ExchangeStart {
        (record.status, record.path, record.errorCode) = (error.status, .error, error.code)
        finishReplay(record, at: .now(), generation)
        return refuse(error, caller)
    }

    private func serve(
        _ evaluation: Evaluation, _ request: ChatRequest, _ head: RequestHead, _ caller: RequestIdentity,
        _ generation: RouterGeneration, _ record: RequestRecord
    ) throws(ExchangeError) -> ExchangeStart {
        let plugins = evaluation.decisionIndex.map { evaluation.recipe.plugins[$0] } ?? []
        let decision = evaluation.decision?.name ?? ""
        beginReplay(evaluation, request, head, caller, generation, record)
        if let plugin = plugins.first(where: { $0.answer != nil }), let answer = plugin.answer {
            generation.metrics.countPlugin(type(of: plugin).type, decision: decision)
            return .respond(fastResponse(answer, evaluation, request, caller, generation, record))
        }
        if let store = generation.memory.sharedSessions,
            let key = learningStage(evaluation, head, generation, generation.memory.sessions).sessionKey(
                evaluation, request, head, tenant: caller.identity?.userID)
        {
            return SharedSessionStage(key, store, generation.memory, evaluation, on: record.loop) { [self] in
                learn(&$0, request, head, caller, generation, $1)
            } next: { [self] evaluation in
                do throws(ExchangeError) {
                    return try serve(learned: evaluation, request, head, caller, generation, record)
                } catch {
                    return refuse(error, caller, generation, record)
                }
            }.start()
        }
        var evaluation = evaluation
        learn(&evaluation, request, head, caller, generation, generation.memory.sessions)
        return try serve(learned: evaluation, request, head, caller, generation, record)
    }

    /// Serves what was decided, after what was learned has had its say.
    private func serve(
        learned evaluation: Evaluation, _ request: ChatRequest, _ head: RequestHead, _ caller: RequestIdentity,
        _ generation: RouterGeneration, _ record: RequestRecord
    ) throws(ExchangeError) -> ExchangeStart {
        let decision = evaluation.decision?.name ?? ""
        record.learning = evaluation.learning
        record.replay?.evaluation = evaluation
        let planned = evaluation.selection.order.compactMap(generation.directory.planned)
        guard !planned.isEmpty else {
            if let first = evaluation.selection.order.first {
                throw ExchangeError(
                    .modelHasNoBackend, status: 503, "Model \"\(first.model)\" has no entry under providers.models.")
            }
            throw ExchangeError(
                .noModelAvailable, status: 503,
                "No decision names a model for this request and providers.defaults.default_model is not set.")
        }
        generation.metrics.countSelection(
            method: evaluation.selection.method, model: planned[0].model.name, decision: decision,
            tier: evaluation.decision?.tier ?? 0)
        let decided = evaluation
        return try limited(LimitSubject(planned[0], request), caller, generation, record) {
            [self] () throws(ExchangeError) in
            try serve(decided, planned, request, head, caller, generation, record)
        }
    }

    /// Serves a request that the limits let pass.
    private func serve(
        _ evaluation: Evaluation, _ planned: [PlannedModel], _ request: ChatRequest, _ head: RequestHead,
        _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) throws(ExchangeError) -> ExchangeStart {
        let plugins = evaluation.decisionIndex.map { evaluation.recipe.plugins[$0] } ?? []
        let decision = evaluation.decision?.name ?? ""
        let cachePlan: CachePlan?
        switch cache(evaluation, request, head, caller, generation, record, model: planned[0]) {
        case .answer(let response): return .respond(response)
        case .ask(let plan): cachePlan = plan
        }
        for plugin in plugins { generation.metrics.countPlugin(type(of: plugin).type, decision: decision) }
        if let first = planned.first, let reference = first.reference, first.model.reasoning != nil {
            generation.metrics.countReasoning(
                category: evaluation.matchedSignals(of: "domain").first ?? "", model: first.model.name,
                isOn: reference.usesReasoning,
                effort: reference.reasoningEffort ?? generation.policy.providers.defaults.defaultReasoningEffort)
        }
        return try recalling(evaluation, planned[0], request, head, caller, generation, record) {
            [self] (request) throws(ExchangeError) in
            try retrieving(evaluation, request, head, caller, generation, record) {
                [self] (passages) throws(ExchangeError) in
                // What a model said with somebody's memories before it is nobody else's answer.
                try forward(
                    request, planned, evaluation, head, caller, generation, record,
                    record.isBodyChanged ? nil : cachePlan, passages)
            }
        }
    }

    /// Adapts the choice and guards the session, where the policy wants it.
    private func learn(
        _ evaluation: inout Evaluation, _ request: ChatRequest, _ head: RequestHead, _ caller: RequestIdentity,
        _ generation: RouterGeneration, _ sessions: any SessionMemory
    ) {
        let stage = learningStage(evaluation, head, generation, sessions)
        evaluation.learning = stage.apply(to: &evaluation, request, head, tenant: caller.identity?.userID)
        // Before the answer: whoever reads its id may tell of it at once.
        if evaluation.learning != nil, let decision = evaluation.decision, let model = evaluation.selection.order.first
        {
            generation.memory.routed.add(
                RoutedRequest(
                    recipe: evaluation.recipe.name, decision: decision.name, tier: decision.tier,
                    model: model.effectiveName, user: caller.identity?.userID), id: caller.requestID)
        }
    }

    private func learningStage(
        _ evaluation: Evaluation, _ head: RequestHead, _ generation: RouterGeneration, _ sessions: any SessionMemory
    ) -> LearningStage {
        LearningStage(
            policy: generation.policy, memory: generation.memory, sessions: sessions, recipe: evaluation.recipe,
            directory: generation.directory, callsElsewhere: head.door == .externalProcessor,
            now: UTCTime.now().unixSeconds)
    }

    private func forward(
        _ request: ChatRequest, _ models: [PlannedModel], _ evaluation: Evaluation?, _ head: RequestHead,
        _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord,
        _ cachePlan: CachePlan? = nil, _ passages: InjectedPassages? = nil
    ) throws(ExchangeError) -> ExchangeStart {
        let needsBackend = head.door == .gateway
        let callable = models.filter {
            $0.model.format == .openAI && !(needsBackend && $0.model.backends.isEmpty)
        }
        if callable.isEmpty, let model = models.first?.model {
            if model.format == .openAI {
                throw ExchangeError(
                    .modelHasNoBackend, status: 503, "Model \"\(model.name)\" has no backend in providers.models.")
            }
            throw ExchangeError(
                .unsupportedFormat, status: 501,
                "Model \"\(model.name)\" speaks \(model.format.rawValue), which this build cannot call yet.")
        }
        var plugins = evaluation?.decisionIndex.map { evaluation?.recipe.plugins[$0] ?? [] } ?? []
        if let passages { plugins.append(passages) }
        let plan = RequestPlan(
            request: request, models: callable, plugins: plugins, defaults: generation.policy.providers.defaults,
            failsOver: evaluation?.decision?.algorithm?.onError == "fallback"
                && evaluation?.learning?.forbidsStandIn != true,
            asksForUsage: generation.policy.global.services.costs.asksStreamsForUsage,
            isChanged: record.isBodyChanged,
            makeHeaders: { caller.upstreamHeaders(head, generation) })
        requestStarted()
        return .forward(
            RoutedExchange(
                router: self, generation: generation, plan: plan, evaluation: evaluation, isDebug: caller.isDebug,
                timeouts: timeouts(generation), record: record, span: RequestSpan(caller, record), cachePlan: cachePlan)
        )
    }

    private func fastResponse(
        _ text: String, _ evaluation: Evaluation, _ request: ChatRequest, _ caller: RequestIdentity,
        _ generation: RouterGeneration, _ record: RequestRecord
    ) -> LocalResponse {
        let now = UTCTime.now().seconds
        let identifier = "chatcmpl-fast-\(now)"
        let isStream = request.conversation.stream
        let body =
            isStream
            ? ChatCompletionWriter.stream(id: identifier, created: Int(now), model: "router", content: text)
            : ChatCompletionWriter.completion(id: identifier, created: Int(now), model: "router", content: text)
        var fields = [("content-type", isStream ? "text/event-stream; charset=utf-8" : "application/json")]
        fields.append(("x-request-id", caller.requestID))
        fields += RoutingHeaders(
            isDebug: caller.isDebug, evaluation: evaluation, model: nil, usesReasoning: false,
            injectedSystemPrompt: false, replayID: record.replayID
        ).fields(path: .fastResponse, isSuccess: true)
        record.status = 200
        record.path = .fastResponse
        body.withUnsafeBytes { record.replay?.observe($0) }
        requestStarted()
        finish(record, model: nil, generation: generation)
        return LocalResponse(status: 200, headers: fields, body: ByteBuffer(bytes: body))
    }
}
