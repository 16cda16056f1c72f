internal import Metrics
internal import Policy
internal import Routing
internal import Synchronization
internal import Telemetry

/// Metric handles of a generation, made once: incrementing one does not look it up in the registry.
final class GenerationMetrics: Sendable {
    /// The handles of one model.
    final class Model: Sendable {
        let requests: Counter
        let tokens: Counter
        let promptTokens: Counter
        let completionTokens: Counter
        let completionLatency: Metrics.Timer
        let timeToFirstToken: Metrics.Timer
        let timePerOutputToken: Metrics.Timer
        private let inFlight: Meter
        private let inFlightCount = Atomic<Int>(0)
        let cost: FloatingPointCounter
        let baselineCost: FloatingPointCounter

        init(_ name: String, currency: String) {
            let dimensions = [("model", name)]
            requests = Counter(label: MetricCatalog.modelRequests.name, dimensions: dimensions)
            tokens = Counter(label: MetricCatalog.modelTokens.name, dimensions: dimensions)
            promptTokens = Counter(label: MetricCatalog.modelPromptTokens.name, dimensions: dimensions)
            completionTokens = Counter(label: MetricCatalog.modelCompletionTokens.name, dimensions: dimensions)
            completionLatency = Metrics.Timer(label: MetricCatalog.completionLatency.name, dimensions: dimensions)
            timeToFirstToken = Metrics.Timer(label: MetricCatalog.timeToFirstToken.name, dimensions: dimensions)
            timePerOutputToken = Metrics.Timer(label: MetricCatalog.timePerOutputToken.name, dimensions: dimensions)
            inFlight = Meter(label: MetricCatalog.inflightRequests.name, dimensions: dimensions)
            cost = FloatingPointCounter(
                label: MetricCatalog.modelCost.name, dimensions: dimensions + [("currency", currency)])
            baselineCost = FloatingPointCounter(
                label: MetricCatalog.baselineCost.name, dimensions: dimensions + [("currency", currency)])
        }

        /// A call to the model begins (1) or ends (-1).
        func changeInFlight(by change: Int) {
            inFlight.set(inFlightCount.wrappingAdd(change, ordering: .relaxed).newValue)
        }
    }

    /// The counters of one signal.
    struct Signal: Sendable {
        let evaluations: Counter
        let matches: Counter
    }

    let models: [String: Model]
    /// By recipe, then by index in the recipe's signal catalogue.
    let signals: [[Signal]]
    /// By recipe, then by decision.
    let decisionMatches: [[Counter]]
    let decisionConfidences: [[Recorder]]
    /// By recipe, then by signal of the recipe's declaration order, as `family:name`.
    let signalLatency: [String: Metrics.Timer]
    private let attempts: CounterCache
    private let modifications: CounterCache
    private let reasons: CounterCache
    private let selections: CounterCache
    private let plugins: CounterCache
    private let reasoning: CounterCache
    private let refusals: CounterCache
    private let excluded: CounterCache
    let evaluations: Counter
    let routingLatency: Metrics.Timer
    let decisionLatency: Metrics.Timer

    init(_ policy: Policy, recipes: [RecipeRouter]) {
        signals = recipes.map { recipe in
            recipe.engine.signals.entries.map { entry in
                let dimensions = [("signal_type", entry.key.family), ("signal_name", entry.key.name)]
                return Signal(
                    evaluations: Counter(label: MetricCatalog.signalExtraction.name, dimensions: dimensions),
                    matches: Counter(label: MetricCatalog.signalMatch.name, dimensions: dimensions))
            }
        }
        models = Dictionary(
            policy.providers.models.map { ($0.name, Model($0.name, currency: $0.pricing?.currency ?? "USD")) }
                + policy.modelCards.map { ($0.name, Model($0.name, currency: "USD")) },
            uniquingKeysWith: { first, _ in first })
        decisionMatches = policy.recipes.map { recipe in
            recipe.decisions.map {
                Counter(label: MetricCatalog.decisionMatch.name, dimensions: [("decision_name", $0.name)])
            }
        }
        decisionConfidences = policy.recipes.map { recipe in
            recipe.decisions.map {
                Recorder(label: MetricCatalog.decisionConfidence.name, dimensions: [("decision_name", $0.name)])
            }
        }
        var latency: [String: Metrics.Timer] = [:]
        for signal in policy.recipes.flatMap(\.signals) where latency[signal.family] == nil {
            latency[signal.family] = Metrics.Timer(
                label: MetricCatalog.signalLatency.name, dimensions: [("signal_type", signal.family)])
        }
        signalLatency = latency
        attempts = CounterCache(MetricCatalog.backendAttempts.name, ["model", "backend", "outcome"])
        modifications = CounterCache(MetricCatalog.routingModifications.name, ["source_model", "target_model"])
        reasons = CounterCache(MetricCatalog.routingReasonCodes.name, ["reason_code", "model"])
        selections = CounterCache(MetricCatalog.modelSelection.name, ["method", "model", "decision", "tier"])
        plugins = CounterCache(MetricCatalog.pluginExecution.name, ["plugin_type", "decision_name", "status"])
        reasoning = CounterCache(MetricCatalog.reasoningDecisions.name, ["category", "model", "enabled", "effort"])
        refusals = CounterCache(MetricCatalog.rateLimited.name, ["rule", "quantity"])
        excluded = CounterCache(MetricCatalog.costExcluded.name, ["model"])
        evaluations = Counter(label: MetricCatalog.decisionEvaluation.name)
        routingLatency = Metrics.Timer(label: MetricCatalog.routingLatency.name)
        decisionLatency = Metrics.Timer(label: MetricCatalog.decisionLatency.name)
        for model in policy.providers.models {
            for backend in model.backends { setHealthy(true, model: model.name, backend: backend.name) }
        }
    }

    /// Counts a call to a backend.
    func countAttempt(model: String, backend: String, outcome: String) {
        attempts.increment(model, backend, outcome)
    }

    /// Counts the choice of a model.
    func countSelection(method: String, model: String, decision: String, tier: Int) {
        selections.increment(method, model, decision, String(tier))
    }

    /// Counts a plugin that acted.
    func countPlugin(_ type: String, decision: String) {
        plugins.increment(type, decision, "success")
    }

    /// Counts a request to a model that can reason, by whether it was asked to.
    func countReasoning(category: String, model: String, isOn: Bool, effort: String) {
        reasoning.increment(category, model, String(isOn), isOn ? effort : "")
    }

    /// Counts that a limit refused a request.
    func countRefusal(rule: String, quantity: String) { refusals.increment(rule, quantity) }

    /// Counts that nobody knows what a request cost.
    func countExcluded(model: String) { excluded.increment(model) }

    /// Says whether a backend takes requests.
    func setHealthy(_ isHealthy: Bool, model: String, backend: String) {
        Meter(label: MetricCatalog.backendHealthy.name, dimensions: [("model", model), ("backend", backend)])
            .set(isHealthy ? 1 : 0)
    }

    /// Counts that a logical name became a model.
    func countRoute(from source: String, to target: String, reason: String) {
        modifications.increment(source, target)
        reasons.increment(reason, target)
    }
}

/// Counters of one metric by their label values, so that each is looked up in the registry once. Bounded: beyond
/// 1,024 combinations the registry is asked, which bounds its series itself.
private final class CounterCache: Sendable {
    private let name: String
    private let labels: [String]
    private let counters = Mutex<[[String]: Counter]>([:])

    init(_ name: String, _ labels: [String]) {
        self.name = name
        self.labels = labels
    }

    /// Adds one to the counter with these label values, in the order of the labels.
    func increment(_ values: String...) {
        let known = counters.withLock { $0[values] }
        if let known { return known.increment() }
        let counter = Counter(label: name, dimensions: Array(zip(labels, values)))
        counters.withLock { if $0.count < 1_024 { $0[values] = counter } }
        counter.increment()
    }
}
