internal import Evidence
internal import Logging
internal import NIOCore
internal import Policy
internal import Routing
internal import Wire

/// What retrieval did for a request, for headers and the log.
struct RetrievalTrace: Sendable {
    var backend: String
    var passages = 0
    /// Characters of passages that the model gets.
    var contextLength = 0
    var bestScore: Double?
    var isCached = false
    /// Why nothing was retrieved.
    var problem: String?

    /// The headers of an answer; all but the warning only where the client asks for details.
    func fields(isDebug: Bool, warns: Bool) -> [(String, String)] {
        var fields: [(String, String)] = []
        if let problem, warns { fields.append((RoutingHeader.responseWarnings, "rag: \(problem)")) }
        guard isDebug else { return fields }
        fields.append((RoutingHeader.retrievalBackend, backend))
        fields.append((RoutingHeader.retrievalPassages, String(passages)))
        fields.append((RoutingHeader.retrievalLength, String(contextLength)))
        if let bestScore { fields.append((RoutingHeader.retrievalScore, bestScore.fourPlaces)) }
        return fields
    }
}

extension RetrievalTrace {
    /// The fields of the request's log line.
    func note(in fields: inout Logger.Metadata) {
        fields["rag_backend"] = "\(backend)"
        fields["rag_passages"] = .stringConvertible(passages)
        fields["rag_context_length"] = .stringConvertible(contextLength)
        if let bestScore { fields["rag_score"] = .stringConvertible((bestScore * 10_000).rounded() / 10_000) }
        if isCached { fields["rag_cached"] = .stringConvertible(true) }
        if let problem { fields["rag_problem"] = "\(problem)" }
    }
}

/// Passages for a request, where its decision wants them.
extension Router {
    /// Finds the passages that a request's decision wants for it.
    func retrieve(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation,
            let (plan, question) = retrieval(evaluation, context.request, context.caller)
        else { return .next }
        let (generation, record) = (context.generation, context.record)
        let resources = generation.memory.retrieval
        let deadline = context.head.decisionDeadline
        return .awaiting(on: record.loop) {
            await plan.outcome(of: question, resources, until: deadline)
        } then: { [self] outcome throws(ExchangeError) in
            do throws(ExchangeError) {
                context.passages = try take(
                    outcome, plan, question, evaluation.decision?.name ?? "", generation, record)
            } catch {
                evaluation.learning?.session?.giveBack(to: generation.memory)
                throw error
            }
            return .next
        }
    }

    /// What a request asks of retrieval; nil where it asks nothing.
    private func retrieval(
        _ evaluation: Evaluation, _ request: ChatRequest, _ caller: RequestIdentity
    ) -> (plan: RetrievalPlan, question: RetrievalQuestion)? {
        guard let index = evaluation.decisionIndex, let plan = evaluation.recipe.retrievals[index] else { return nil }
        let text = request.conversation.currentUserText
        guard plan.applies(to: evaluation), text.contains(where: { !$0.isWhitespace }) else { return nil }
        return (
            plan,
            RetrievalQuestion(
                // Embedding models read so much at most.
                text: String(text.prefix(32_768)), tenant: caller.identity?.userID ?? "", count: plan.count,
                threshold: plan.threshold, requestID: caller.requestID)
        )
    }

    /// The passages that the model gets. Throws where the policy blocks what cannot be retrieved.
    private func take(
        _ outcome: RetrievalPlan.Outcome, _ plan: RetrievalPlan, _ question: RetrievalQuestion, _ decision: String,
        _ generation: RouterGeneration, _ record: RequestRecord
    ) throws(ExchangeError) -> InjectedPassages? {
        let injected = InjectedPassages(outcome.passages, plan, question)
        var trace = RetrievalTrace(backend: plan.source.name)
        trace.passages = injected == nil ? 0 : outcome.passages.count
        trace.contextLength = injected?.length ?? 0
        trace.bestScore = outcome.passages.compactMap(\.score).max()
        trace.isCached = outcome.isCached
        trace.problem = outcome.problem?.code.rawValue
        record.retrieval = trace
        record.retrievalWarns = plan.failureAction == .warn
        if injected != nil { generation.metrics.countPlugin(InjectedPassages.type, decision: decision) }
        guard let problem = outcome.problem else { return injected }
        logger.log(
            level: plan.failureAction == .skip ? .info : .warning, "retrieval_failed",
            metadata: [
                "request_id": "\(question.requestID)", "backend": "\(plan.source.name)",
                "code": "\(problem.code.rawValue)", "reason": "\(problem)",
            ])
        guard plan.failureAction == .block else { return nil }
        throw ExchangeError(
            code: problem.code.rawValue, status: 503,
            message:
                "RAG retrieval failed, and the decision \"\(decision)\" does not answer without it; try again later.",
            retryAfter: 1)
    }
}
