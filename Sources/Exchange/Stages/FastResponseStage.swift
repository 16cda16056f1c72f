internal import NIOCore
internal import Policy
internal import Telemetry
internal import Wire

extension Router {
    /// Answers in the model's place, where a plugin of the decision does.
    func answerAtOnce(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation,
            let plugin = context.plugins.first(where: { $0.answer != nil }), let answer = plugin.answer
        else { return .next }
        context.generation.metrics.countPlugin(type(of: plugin).type, decision: evaluation.decision?.name ?? "")
        return .end(.respond(fastResponse(answer, evaluation, context)))
    }

    private func fastResponse(
        _ text: String, _ evaluation: Evaluation, _ context: RequestContext
    ) -> LocalResponse {
        let (caller, record) = (context.caller, context.record)
        let now = UTCTime.now().seconds
        let identifier = "chatcmpl-fast-\(now)"
        let isStream = context.request.conversation.stream
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
        finish(record, model: nil, generation: context.generation)
        return LocalResponse(status: 200, headers: fields, body: ByteBuffer(bytes: body))
    }
}
