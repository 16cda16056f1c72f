internal import Wire

/// One request on its way to a model: what the stages know of it and leave to those after them. Belongs to the
/// request's event loop.
final class RequestContext {
    let head: RequestHead
    let caller: RequestIdentity
    let generation: RouterGeneration
    let record: RequestRecord
    /// As it stands; stages may add to it.
    var request: ChatRequest
    /// Nil where nothing decides: the client named a model, or asked for no processing.
    var evaluation: Evaluation?
    /// The models to try, best first.
    var planned: [PlannedModel] = []
    /// How the answer is kept for those who ask the same; nil where it is not.
    var cachePlan: CachePlan?
    /// What retrieval found; nil where the model gets no passages.
    var passages: InjectedPassages?
    private var stagesBehind = 0

    init(
        _ head: RequestHead, _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord,
        _ request: ChatRequest
    ) {
        (self.head, self.caller, self.generation) = (head, caller, generation)
        (self.record, self.request) = (record, request)
    }

    /// The plugins of its decision, in the order in which they act.
    var plugins: [any RequestPlugin] {
        guard let evaluation, let index = evaluation.decisionIndex else { return [] }
        return evaluation.recipe.plugins[index]
    }

    /// The stage that it enters now; nil behind the last one.
    func nextStage() -> RequestStage? {
        defer { stagesBehind += 1 }
        return RequestStage(rawValue: stagesBehind)
    }
}
