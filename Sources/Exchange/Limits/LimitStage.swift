internal import Evidence
internal import Logging
internal import NIOCore
internal import Policy
internal import State
internal import Telemetry
internal import Wire

/// The clock of limits: whole seconds since 1970.
enum LimitClock {
    static var now: Int64 { UTCTime.now().seconds }
}

/// What limits see of a request.
struct LimitSubject {
    /// The chosen model's name; empty where it is not known.
    var model: String
    /// Tokens that the request has at least.
    var promptTokens = 0
    var pricing: Pricing?

    init(model: String) { self.model = model }

    init(_ planned: PlannedModel, _ request: ChatRequest) {
        model = planned.model.name
        promptTokens = request.conversation.size.tokenFloor
        pricing = planned.model.pricing
    }

    fileprivate var estimate: LimitCharge {
        LimitCharge(
            tokens: promptTokens, cost: pricing?.cost(of: Usage(promptTokens: promptTokens)) ?? 0,
            currency: pricing?.currency ?? "")
    }
}

/// Holds requests against the policy's limits.
extension Router {
    /// Lets a request go on where every limit lets it pass to its model.
    func limit(_ context: RequestContext) -> StageOutcome {
        guard context.generation.limiter != nil, let planned = context.planned.first else { return .next }
        return limit(
            LimitSubject(planned, context.request), context.caller, context.generation, context.record)
    }

    /// Whether every limit lets a request pass to a model.
    private func limit(
        _ subject: LimitSubject, _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) -> StageOutcome {
        guard let limiter = generation.limiter else { return .next }
        let limits = limiter.limits(
            user: caller.identity?.userID ?? "", groups: caller.identity?.groups ?? [], model: subject.model)
        let windows = generation.memory.limits
        switch windows.admit(limits, estimate: subject.estimate, at: LimitClock.now) {
        case .refused(let standing):
            return .end(.respond(refuse(LimitRefusal(standing, at: LimitClock.now), caller, generation, record)))
        case .admitted(let ticket, let standing):
            record.admission = LimitAdmission(
                windows, ticket, promptTokens: subject.promptTokens, fields: standing.map(LimitRefusal.fields) ?? [])
        }
        guard !limiter.services.isEmpty else { return .next }
        return ask(limiter, model: subject.model, caller, record.loop) { [self] answer in
            switch answer {
            case .failure(let refusal):
                record.admission?.withdraw()
                return .end(.respond(refuse(refusal, caller, generation, record)))
            case .success(let fields):
                if !fields.isEmpty { record.admission?.fields = fields.map { ($0.name, $0.value) } }
                return .next
            }
        }
    }

    /// Asks the limiter's services one after the other; the first that refuses ends it.
    private func ask(
        _ limiter: RateLimiter, model: String, _ caller: RequestIdentity, _ loop: any EventLoop,
        then next: @escaping (Result<[Header], LimitRefusal>) -> StageOutcome
    ) -> StageOutcome {
        let services = limiter.services.map { ($0, limitServices.service(at: $0.address)) }
        let identity = caller.identity
        let (logger, requestID, failsOpen) = (logger, caller.requestID, limiter.failsOpen)
        return .awaiting(on: loop) { () async -> Result<[Header], LimitRefusal> in
            var nearest: RateLimitAnswer?
            for (place, service) in services {
                let query = RateLimitQuery(
                    domain: place.domain, user: identity?.userID ?? "", groups: identity?.groups ?? [], model: model)
                do {
                    guard let service else { throw RateLimitServiceUnknown() }
                    let answer = try await service.ask(query)
                    if answer.isOverLimit { return .failure(LimitRefusal(answer, at: LimitClock.now)) }
                    if let remaining = answer.remaining, remaining < nearest?.remaining ?? .max { nearest = answer }
                } catch {
                    logger.warning(
                        "rate_limit_service_failed",
                        metadata: [
                            "service": "\(place.address.host):\(place.address.port)", "request_id": "\(requestID)",
                            "reason": "\(error)", "admitted": .stringConvertible(failsOpen),
                        ])
                    guard failsOpen else { return .failure(.unanswered) }
                }
            }
            let fields = nearest.map { LimitRefusal.fields($0, at: LimitClock.now) } ?? []
            return .success(fields.map { Header(name: $0.0, value: $0.1) })
        } then: {
            next($0)
        }
    }

    private struct Header: Sendable {
        var name: String
        var value: String
    }

    /// A request that asked another gateway not to have it processed goes on untouched, but not past the limits. What it
    /// takes is never known, so only requests are counted.
    func skippedElsewhere(
        _ body: ByteBuffer, _ caller: RequestIdentity, _ generation: RouterGeneration, _ loop: any EventLoop
    ) -> ExchangeStart {
        let conversation = (try? ChatRequest.parse([UInt8](body.readableBytesView)))?.conversation
        var model = ModelDirectory.trimmed(conversation?.model ?? "")
        if case .passthrough(let name, _) = generation.directory.resolve(model) { model = name }
        let record = RequestRecord(
            requestID: caller.requestID, traceID: caller.trace.traceID, requestedModel: model,
            isStream: conversation?.stream ?? false, start: .now(), loop: loop)
        record.user = caller.identity?.userID
        record.algorithm = "passthrough"
        record.reasonCode = "skip_processing"
        return limit(LimitSubject(model: model), caller, generation, record).start(
            next: { .passThrough }, refuse: { [self] in refuse($0, caller) })
    }

    /// Ends a request that a limit refuses. No model has spoken, so nobody holds the session.
    func refuse(
        _ refusal: LimitRefusal, _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) -> LocalResponse {
        record.learning?.session?.giveBack(to: generation.memory)
        record.status = 429
        record.path = .rateLimited
        record.errorCode = ExchangeError.Code.rateLimited.rawValue
        record.limit = refusal.rule
        generation.metrics.countRefusal(rule: refusal.rule, quantity: refusal.quantity)
        requestStarted()
        finish(record, model: nil, generation: generation)
        return refusal.response(requestID: caller.requestID)
    }
}

/// There is nothing that could ask.
private struct RateLimitServiceUnknown: Error, CustomStringConvertible {
    let description = "this process asks no rate limit services"
}
