internal import Policy
internal import Routing
internal import Telemetry
internal import Tracing
internal import Upstream
internal import Wire

/// The spans of one request: one for the whole and one for every call to a backend. Costs nothing while no tracer is
/// installed.
struct RequestSpan {
    private let root: (any Tracing.Span)?
    private var attempt: (any Tracing.Span)?

    init(_ caller: RequestIdentity, _ record: RequestRecord) {
        guard Self.isTraced else {
            root = nil
            return
        }
        var context = ServiceContext.topLevel
        context.traceContext = caller.parent
        context.reservedPlace = caller.trace
        let span = InstrumentationSystem.tracer.startAnySpan(
            "semantic_router.request.received", context: context, ofKind: .server)
        span.attributes["request.id"] = caller.requestID
        span.attributes["routing.original_model"] = record.requestedModel
        if let decision = record.decision {
            span.attributes["decision.name"] = decision
            span.attributes["decision.confidence"] = record.confidence
            span.attributes["decision.strategy"] = record.algorithm
        }
        span.attributes["routing.reason"] = record.reasonCode
        span.attributes["signal.latency_ms"] = Double(record.evidenceNanoseconds) / 1e6
        span.attributes["processing.time_ms"] = Double(record.evidenceNanoseconds + record.decisionNanoseconds) / 1e6
        root = span
    }

    /// Whether anybody installed a tracer.
    private static var isTraced: Bool { !(InstrumentationSystem.tracer is NoOpTracer) }

    /// The place in the trace that a backend continues from, while one is called and traced.
    var attemptPlace: TraceContext? { attempt?.context.traceContext }

    mutating func attemptStarted(model: String, backend: BackendBinding?) {
        guard let root else { return }
        let span = InstrumentationSystem.tracer.startAnySpan(
            "semantic_router.upstream.request", context: root.context, ofKind: .client)
        span.attributes["model.name"] = model
        if let backend {
            span.attributes["endpoint.name"] = backend.name
            span.attributes["endpoint.address"] = backend.target.description
        }
        attempt = span
    }

    mutating func attemptEnded(_ outcome: String, isError: Bool) {
        guard let span = attempt else { return }
        attempt = nil
        span.attributes["upstream.outcome"] = outcome
        if isError { span.setStatus(SpanStatus(code: .error, message: outcome)) }
        span.end()
    }

    func ended(_ record: RequestRecord) {
        guard let root else { return }
        root.attributes["http.status_code"] = record.status
        if let model = record.selectedModel { root.attributes["routing.selected_model"] = model }
        if let usage = record.usage {
            root.attributes["model.token_count_prompt"] = usage.promptTokens
            root.attributes["model.token_count_completion"] = usage.completionTokens
        }
        if let code = record.errorCode { root.setStatus(SpanStatus(code: .error, message: code)) }
        root.end()
    }
}
