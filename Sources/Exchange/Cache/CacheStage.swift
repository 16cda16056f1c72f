internal import Evidence
internal import NIOCore
internal import Policy
internal import Routing
internal import State
internal import Telemetry
internal import Wire

/// Answers from the response cache.
extension Router {
    /// Answers with an earlier answer, where the decision wants that and there is one.
    func answerFromCache(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation, let index = evaluation.decisionIndex,
            let configuration = evaluation.recipe.caches[index], let model = context.planned.first
        else { return .next }
        let (request, caller, record) = (context.request, context.caller, context.record)
        let generation = context.generation
        // A turn of a tool loop is never asked twice, and its answer is nobody else's.
        guard !request.conversation.isActiveToolLoop else { return .next }
        let plan: CachePlan
        do throws(CachePlan.Absence) {
            plan = try CachePlan(
                configuration, evaluation, request, context.head, caller, generation,
                model: model.adapter ?? model.model.name, now: UTCTime.now().unixSeconds)
        } catch {
            record.cache = "off: \(error.rawValue)"
            return .next
        }
        guard let hit = plan.lookUp(evaluation.recipe.evidence.similarity) else {
            record.cache = "miss"
            if plan.stores { context.cachePlan = plan }
            return .next
        }
        generation.metrics.countPlugin("response_cache", decision: evaluation.decision?.name ?? "")
        record.cache = hit.isExact ? "hit" : "hit by meaning"
        record.costs = generation.costs.breakdown(ofHit: hit.value.answer.usage, insteadOf: model.model)
        evaluation.learning?.session?.giveBack(to: generation.memory)
        return .end(.respond(replay(hit, evaluation, request, caller, generation, record)))
    }

    private func replay(
        _ hit: ResponseCache<CachedAnswer>.Hit, _ evaluation: Evaluation, _ request: ChatRequest,
        _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord
    ) -> LocalResponse {
        let now = UTCTime.now().seconds
        let isStream = request.conversation.stream
        let body = hit.value.answer.bytes(
            id: "chatcmpl-cache-\(now)", created: Int(now), isStream: isStream,
            includesUsage: request.document.root["stream_options"]?["include_usage"]?.bool == true)
        var fields = [("content-type", isStream ? "text/event-stream; charset=utf-8" : "application/json")]
        fields.append(("x-request-id", caller.requestID))
        fields += RoutingHeaders(
            isDebug: caller.isDebug, evaluation: evaluation, model: nil, usesReasoning: false,
            injectedSystemPrompt: false, replayID: record.replayID
        ).fields(path: .cache, isSuccess: true)
        fields.append((RoutingHeader.cacheHit, "true"))
        record.admission?.replace(in: &fields)
        if caller.isDebug { fields.append((RoutingHeader.cacheSimilarity, hit.similarity.fourPlaces)) }
        record.status = 200
        record.path = .cache
        record.replay?.cacheHit = ReplayDraft.CacheHit(
            isExact: hit.isExact, similarity: hit.similarity, age: max(0, UTCTime.now().unixSeconds - hit.created),
            lifetime: hit.lifetime)
        body.withUnsafeBytes { record.replay?.observe($0) }
        requestStarted()
        finish(record, model: nil, generation: generation)
        return LocalResponse(status: 200, headers: fields, body: ByteBuffer(bytes: body))
    }
}

/// A response on its way to the cache.
struct CacheRecorder {
    let plan: CachePlan
    let isStream: Bool
    private var bytes: [UInt8] = []
    private var isTooLong = false
    /// Longer answers are not kept.
    private static let maximumBytes = 2 << 20

    init(_ plan: CachePlan, isStream: Bool) {
        self.plan = plan
        self.isStream = isStream
    }

    mutating func observe(_ chunk: UnsafeRawBufferPointer) {
        guard !isTooLong else { return }
        guard bytes.count + chunk.count <= Self.maximumBytes else {
            isTooLong = true
            bytes = []
            return
        }
        bytes.append(contentsOf: chunk)
    }

    /// Keeps the answer if all of it came and it is one.
    func finish() {
        guard !isTooLong, let answer = isStream ? StoredAnswer(stream: bytes) : StoredAnswer(body: bytes) else {
            return
        }
        plan.store(answer)
    }
}
