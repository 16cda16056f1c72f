/// Every metric Martlet emits, declared once. Names and labels that start with `llm_` are those of
/// vLLM Semantic Router (spec operations §5.1, §5.2, §5.4), so that existing dashboards keep working.
public enum MetricCatalog {
    /// All declarations, in the order of this file.
    public static let all: [MetricDeclaration] = requests + routing + router

    /// Requests, models and tokens.
    static let requests: [MetricDeclaration] = [
        modelRequests, requestErrors, modelTokens, modelPromptTokens, modelCompletionTokens, modelCost,
        completionLatency, timeToFirstToken, timePerOutputToken, routingLatency, inflightRequests,
    ]

    /// Signals, decisions, plugins and model selection.
    static let routing: [MetricDeclaration] = [
        routingModifications, routingReasonCodes, signalExtraction, signalMatch, signalLatency, decisionEvaluation,
        decisionMatch, decisionLatency, decisionConfidence, pluginExecution, reasoningDecisions,
        modelSelection,
    ]

    /// The router's own health.
    static let router: [MetricDeclaration] = [
        baselineCost, costExcluded, rateLimited, backendAttempts, backendHealthy, configReloads, configGeneration,
        requestsInFlight, clientDisconnects,
        extProcStreams, extProcStreamsInFlight, buildInfo, seriesDropped, traceSpansExported, traceSpansDropped,
        replayRecords, sharedSessionFailures,
    ]

    // MARK: Requests, models, tokens

    /// `llm_model_requests_total{model}`.
    public static let modelRequests = counter(
        "llm_model_requests_total", "Requests sent to each model.", ["model"])
    /// `llm_request_errors_total{model,reason}`.
    public static let requestErrors = counter(
        "llm_request_errors_total", "Requests that ended in an error, by model and reason.", ["model", "reason"])
    /// `llm_model_tokens_total{model}`.
    public static let modelTokens = counter(
        "llm_model_tokens_total", "Prompt and completion tokens used by each model.", ["model"])
    /// `llm_model_prompt_tokens_total{model}`.
    public static let modelPromptTokens = counter(
        "llm_model_prompt_tokens_total", "Prompt tokens used by each model.", ["model"])
    /// `llm_model_completion_tokens_total{model}`.
    public static let modelCompletionTokens = counter(
        "llm_model_completion_tokens_total", "Completion tokens produced by each model.", ["model"])
    /// `llm_model_cost_total{model,currency}`.
    public static let modelCost = counter(
        "llm_model_cost_total", "Cost of the tokens used by each model, in units of the currency.",
        ["model", "currency"])
    /// `llm_model_completion_latency_seconds{model}`.
    public static let completionLatency = histogram(
        "llm_model_completion_latency_seconds", "Time from sending a request to a model to the end of its response.",
        ["model"])
    /// `llm_model_ttft_seconds{model}`.
    public static let timeToFirstToken = histogram(
        "llm_model_ttft_seconds", "Time from sending a request to a model to its first token.", ["model"])
    /// `llm_model_tpot_seconds{model}`.
    public static let timePerOutputToken = histogram(
        "llm_model_tpot_seconds", "Mean time per output token after the first, for each response.", ["model"],
        MetricDeclaration.fineLatencyBuckets)
    /// `llm_model_routing_latency_seconds`.
    public static let routingLatency = histogram(
        "llm_model_routing_latency_seconds", "Time spent choosing a model, from the parsed request to the plan.", [],
        MetricDeclaration.fineLatencyBuckets)
    /// `llm_model_inflight_requests{model}`.
    public static let inflightRequests = gauge(
        "llm_model_inflight_requests", "Requests sent to each model whose response has not ended.", ["model"])

    // MARK: Routing

    /// `llm_model_routing_modifications_total{source_model,target_model}`.
    public static let routingModifications = counter(
        "llm_model_routing_modifications_total", "Requests whose model was changed by the router.",
        ["source_model", "target_model"])
    /// `llm_routing_reason_codes_total{reason_code,model}`.
    public static let routingReasonCodes = counter(
        "llm_routing_reason_codes_total", "Routing outcomes by reason and chosen model.", ["reason_code", "model"])
    /// `llm_signal_extraction_total{signal_type,signal_name}`.
    public static let signalExtraction = counter(
        "llm_signal_extraction_total", "Evaluations of each signal.", ["signal_type", "signal_name"])
    /// `llm_signal_match_total{signal_type,signal_name}`.
    public static let signalMatch = counter(
        "llm_signal_match_total", "Evaluations of each signal that matched.", ["signal_type", "signal_name"])
    /// `llm_signal_extraction_latency_seconds{signal_type}`.
    public static let signalLatency = histogram(
        "llm_signal_extraction_latency_seconds", "Time spent on the signals of one type for one request.",
        ["signal_type"], MetricDeclaration.fineLatencyBuckets)
    /// `llm_decision_evaluation_total`.
    public static let decisionEvaluation = counter(
        "llm_decision_evaluation_total", "Requests for which the decision rules were evaluated.")
    /// `llm_decision_match_total{decision_name}`.
    public static let decisionMatch = counter(
        "llm_decision_match_total", "Requests won by each decision.", ["decision_name"])
    /// `llm_decision_evaluation_latency_seconds`.
    public static let decisionLatency = histogram(
        "llm_decision_evaluation_latency_seconds", "Time spent evaluating the decision rules for one request.", [],
        MetricDeclaration.fineLatencyBuckets)
    /// `llm_decision_confidence{decision_name}`, 0 to 1.
    public static let decisionConfidence = histogram(
        "llm_decision_confidence", "Confidence of the winning decision, 0 to 1.", ["decision_name"],
        [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    /// `llm_plugin_execution_total{plugin_type,decision_name,status}`.
    public static let pluginExecution = counter(
        "llm_plugin_execution_total", "Plugin runs by type, decision and outcome.",
        ["plugin_type", "decision_name", "status"])
    /// `llm_reasoning_decisions_total{category,model,enabled,effort}`.
    public static let reasoningDecisions = counter(
        "llm_reasoning_decisions_total", "Requests by whether reasoning was switched on and at what effort.",
        ["category", "model", "enabled", "effort"])
    /// `llm_model_selection_total{method,model,decision,tier}`.
    public static let modelSelection = counter(
        "llm_model_selection_total", "Selections by method, chosen model, decision and tier.",
        ["method", "model", "decision", "tier"])

    // MARK: The router itself

    /// `martlet_baseline_cost_total{model,currency}`; less `llm_model_cost_total` it is what was saved.
    public static let baselineCost = counter(
        "martlet_baseline_cost_total",
        "What the same tokens would have cost at the baseline model, by the model asked.",
        ["model", "currency"])
    /// `martlet_cost_excluded_total{model}`.
    public static let costExcluded = counter(
        "martlet_cost_excluded_total", "Requests whose tokens or prices are not known, so that no cost counts them.",
        ["model"])
    /// `martlet_rate_limited_total{rule,quantity}`; quantity: requests, tokens, cost or service.
    public static let rateLimited = counter(
        "martlet_rate_limited_total", "Requests that a limit refused, by rule and by what ran out.",
        ["rule", "quantity"])
    /// `martlet_backend_attempts_total{model,backend,outcome}`.
    public static let backendAttempts = counter(
        "martlet_backend_attempts_total", "Calls to each backend by outcome, retries included.",
        ["model", "backend", "outcome"])
    /// `martlet_backend_healthy{model,backend}`, 1 or 0.
    public static let backendHealthy = gauge(
        "martlet_backend_healthy", "1 while a backend takes requests, 0 while it is held out.", ["model", "backend"])
    /// `martlet_config_reloads_total{outcome}`.
    public static let configReloads = counter(
        "martlet_config_reloads_total", "Attempts to load a changed configuration, by outcome.", ["outcome"])
    /// `martlet_config_generation`.
    public static let configGeneration = gauge(
        "martlet_config_generation", "Number of the configuration generation in use.")
    /// `martlet_ext_proc_streams_total{outcome}`; outcome: forwarded, late, undecided, answered,
    /// passed_through, abandoned or refused.
    public static let extProcStreams = counter(
        "martlet_ext_proc_streams_total", "Requests that gateways asked about, by how they ended.", ["outcome"])
    /// `martlet_ext_proc_streams_in_flight`.
    public static let extProcStreamsInFlight = gauge(
        "martlet_ext_proc_streams_in_flight", "Requests that gateways are asking about.", [])
    /// `martlet_requests_in_flight`.
    public static let requestsInFlight = gauge(
        "martlet_requests_in_flight", "Client requests being served.")
    /// `martlet_client_disconnects_total`.
    public static let clientDisconnects = counter(
        "martlet_client_disconnects_total", "Clients that went away before their response ended.")
    /// `martlet_shared_session_failures_total{reason}`: `unavailable`, `conflict`, `not_sent`.
    public static let sharedSessionFailures = counter(
        "martlet_shared_session_failures_total",
        "Sessions that could not be read from or written to the store that processes share.", ["reason"])
    /// `martlet_build_info{version}`, always 1.
    public static let buildInfo = gauge(
        "martlet_build_info", "1, labelled with the version of the running binary.", ["version"])
    /// `martlet_metrics_series_dropped_total{metric}`, kept by ``PrometheusRegistry`` itself.
    public static let seriesDropped = counter(
        "martlet_metrics_series_dropped_total", "Handles not given a series of their own, by metric.", ["metric"])

    /// `martlet_trace_spans_exported_total`.
    public static let traceSpansExported = counter(
        "martlet_trace_spans_exported_total", "Spans that the collector took.")
    /// `martlet_trace_spans_dropped_total{reason}`.
    public static let traceSpansDropped = counter(
        "martlet_trace_spans_dropped_total", "Spans that did not reach the collector, by reason.", ["reason"])

    /// `martlet_replay_records_total{outcome}`; outcome: written, spilled or dropped.
    public static let replayRecords = counter(
        "martlet_replay_records_total", "Replay records by what became of them.", ["outcome"])

    private static func counter(_ name: String, _ help: String, _ labels: [String] = []) -> MetricDeclaration {
        MetricDeclaration(name: name, kind: .counter, help: help, labels: labels)
    }

    private static func gauge(_ name: String, _ help: String, _ labels: [String] = []) -> MetricDeclaration {
        MetricDeclaration(name: name, kind: .gauge, help: help, labels: labels)
    }

    private static func histogram(
        _ name: String, _ help: String, _ labels: [String], _ buckets: [Double]? = nil
    ) -> MetricDeclaration {
        MetricDeclaration(name: name, kind: .histogram, help: help, labels: labels, buckets: buckets)
    }
}
