internal import Evidence
internal import Policy
internal import Routing
internal import State
internal import Telemetry

extension Router {
    /// Adapts the choice and guards the session, where the policy wants it.
    func learn(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation else { return .next }
        let memory = context.generation.memory
        if let store = memory.sharedSessions,
            let key = learningStage(evaluation, context, memory.sessions).sessionKey(
                evaluation, context.request, context.head, tenant: context.caller.identity?.userID)
        {
            return SharedSessionStage(key, store, memory, evaluation, on: context.record.loop) { [self] in
                learn(&$0, context, $1)
            } take: { [self] in
                take($0, context)
            }.run()
        }
        var learned = evaluation
        learn(&learned, context, memory.sessions)
        return take(learned, context)
    }

    /// Lets what was learned stand in the place of what was decided.
    private func take(_ evaluation: Evaluation, _ context: RequestContext) -> StageOutcome {
        context.evaluation = evaluation
        context.record.learning = evaluation.learning
        context.record.replay?.evaluation = evaluation
        return .next
    }

    private func learn(_ evaluation: inout Evaluation, _ context: RequestContext, _ sessions: any SessionMemory) {
        let caller = context.caller
        let stage = learningStage(evaluation, context, sessions)
        evaluation.learning = stage.apply(
            to: &evaluation, context.request, context.head, tenant: caller.identity?.userID)
        // Before the answer: whoever reads its id may tell of it at once.
        if evaluation.learning != nil, let decision = evaluation.decision, let model = evaluation.selection.order.first
        {
            context.generation.memory.routed.add(
                RoutedRequest(
                    recipe: evaluation.recipe.name, decision: decision.name, tier: decision.tier,
                    model: model.effectiveName, user: caller.identity?.userID), id: caller.requestID)
        }
    }

    private func learningStage(
        _ evaluation: Evaluation, _ context: RequestContext, _ sessions: any SessionMemory
    ) -> LearningStage {
        let generation = context.generation
        return LearningStage(
            policy: generation.policy, memory: generation.memory, sessions: sessions, recipe: evaluation.recipe,
            directory: generation.directory, callsElsewhere: context.head.door == .externalProcessor,
            now: UTCTime.now().unixSeconds)
    }
}
