public import Tracing

private enum TraceContextKey: ServiceContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "trace-context" }
}

private enum ReservedPlaceKey: ServiceContextKey {
    typealias Value = TraceContext
    static var nameOverride: String? { "reserved-place" }
}

extension ServiceContext {
    /// The place in the trace that work done with this context belongs to.
    public var traceContext: TraceContext? {
        get { self[TraceContextKey.self] }
        set { self[TraceContextKey.self] = newValue }
    }

    /// The place that the next span started with this context takes, for callers that named it before there was a
    /// span, in a log line or a header. The span is still the child of ``traceContext``.
    public var reservedPlace: TraceContext? {
        get { self[ReservedPlaceKey.self] }
        set { self[ReservedPlaceKey.self] = newValue }
    }
}
