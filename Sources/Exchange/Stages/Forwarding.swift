internal import NIOCore
internal import Policy
internal import Routing
internal import Upstream

extension Router {
    /// Finds the models that the choice names. A request that nothing decided brings its own.
    func chooseModels(_ context: RequestContext) throws(ExchangeError) -> StageOutcome {
        guard let evaluation = context.evaluation else { return .next }
        let generation = context.generation
        context.planned = evaluation.selection.order.compactMap(generation.directory.planned)
        guard let first = context.planned.first else {
            if let first = evaluation.selection.order.first {
                throw ExchangeError(
                    .modelHasNoBackend, status: 503, "Model \"\(first.model)\" has no entry under providers.models.")
            }
            throw ExchangeError(
                .noModelAvailable, status: 503,
                "No decision names a model for this request and providers.defaults.default_model is not set.")
        }
        generation.metrics.countSelection(
            method: evaluation.selection.method, model: first.model.name, decision: evaluation.decision?.name ?? "",
            tier: evaluation.decision?.tier ?? 0)
        return .next
    }

    /// Counts what the decision does to a request that goes to a model.
    func countPlugins(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation else { return .next }
        let generation = context.generation
        let decision = evaluation.decision?.name ?? ""
        for plugin in context.plugins { generation.metrics.countPlugin(type(of: plugin).type, decision: decision) }
        if let first = context.planned.first, let reference = first.reference, first.model.reasoning != nil {
            generation.metrics.countReasoning(
                category: evaluation.matchedSignals(of: "domain").first ?? "", model: first.model.name,
                isOn: reference.usesReasoning,
                effort: reference.reasoningEffort ?? generation.policy.providers.defaults.defaultReasoningEffort)
        }
        return .next
    }

    /// Hands a request that has passed all stages to the door, which calls its models.
    func forward(_ context: RequestContext) throws(ExchangeError) -> ExchangeStart {
        let (head, caller, generation) = (context.head, context.caller, context.generation)
        let (evaluation, record) = (context.evaluation, context.record)
        let needsBackend = head.door == .gateway
        let callable = context.planned.filter {
            $0.model.format == .openAI && !(needsBackend && $0.model.backends.isEmpty)
        }
        if callable.isEmpty, let model = context.planned.first?.model {
            if model.format == .openAI {
                throw ExchangeError(
                    .modelHasNoBackend, status: 503, "Model \"\(model.name)\" has no backend in providers.models.")
            }
            throw ExchangeError(
                .unsupportedFormat, status: 501,
                "Model \"\(model.name)\" speaks \(model.format.rawValue), which this build cannot call yet.")
        }
        var plugins = context.plugins
        if let passages = context.passages { plugins.append(passages) }
        let plan = RequestPlan(
            request: context.request, models: callable, plugins: plugins,
            defaults: generation.policy.providers.defaults,
            failsOver: evaluation?.decision?.algorithm?.onError == "fallback"
                && evaluation?.learning?.forbidsStandIn != true,
            asksForUsage: generation.policy.global.services.costs.asksStreamsForUsage,
            isChanged: record.isBodyChanged,
            makeHeaders: { caller.upstreamHeaders(head, generation) })
        requestStarted()
        return .forward(
            RoutedExchange(
                router: self, generation: generation, plan: plan, evaluation: evaluation, isDebug: caller.isDebug,
                timeouts: timeouts(generation), record: record, span: RequestSpan(caller, record),
                // What a model said with somebody's memories before it is nobody else's answer.
                cachePlan: record.isBodyChanged ? nil : context.cachePlan))
    }

    private func timeouts(_ generation: RouterGeneration) -> UpstreamTimeouts {
        var timeouts = settings.timeouts
        if let limit = generation.firstByteTimeout { timeouts.firstByte = TimeAmount(limit) }
        return timeouts
    }
}
