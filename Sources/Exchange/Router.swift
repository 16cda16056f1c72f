internal import Evidence
public import Logging
internal import Metrics
public import NIOCore
internal import NIOHTTP1
public import Policy
internal import Routing
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
        let context = RequestContext(head, caller, generation, record, request)
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
            context.planned = [PlannedModel(model: model, reference: nil, adapter: adapter)]
            return advance(context)
        case .route(let index):
            if generation.policy.global.router.skipProcessing.isEnabled, caller.asksToSkip {
                context.planned = [try modelOfUnprocessed(generation)]
                record.algorithm = "passthrough"
                record.reasonCode = "skip_processing"
                return advance(context)
            }
            let recipe = generation.recipes[index]
            record.recipe = recipe.name
            var session = recipe.begin(conversation, identity: caller.identity, seed: caller.seed)
            switch session.advance() {
            case .finished(let evaluation): return serve(evaluation, index, context)
            case .awaiting(let needs, let cost):
                let decision = PendingDecision(
                    session, recipe, on: loop, until: head.decisionDeadline
                ) { [self] evaluation in serve(evaluation, index, context) }
                return .pending(decision.start(needs, cost))
            }
        }
    }

    /// A decided request begins its way through the stages.
    private func serve(_ evaluation: Evaluation, _ recipe: Int, _ context: RequestContext) -> ExchangeStart {
        note(evaluation, recipe, in: context.record, context.generation)
        context.evaluation = evaluation
        return advance(context)
    }

    /// The default model, which gets a request that asked not to be processed untouched.
    private func modelOfUnprocessed(_ generation: RouterGeneration) throws(ExchangeError) -> PlannedModel {
        let defaultModel = ModelReference(model: generation.policy.providers.defaults.defaultModel)
        guard var planned = generation.directory.planned(defaultModel) else {
            throw ExchangeError(
                .noModelAvailable, status: 503,
                "\(RoutingHeader.skipProcessing) leaves the request to providers.defaults.default_model, which is not set."
            )
        }
        planned.reference = nil
        return planned
    }

    /// Refuses a request on its way; its replay record says so.
    func refuse(
        _ error: ExchangeError, _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) -> ExchangeStart {
        (record.status, record.path, record.errorCode) = (error.status, .error, error.code)
        finishReplay(record, at: .now(), generation)
        return refuse(error, caller)
    }
}
