import Synchronization
public import Tracing

/// A span of ``RecordingTracer``; exported once, when it ends. Changes after that are ignored.
public final class RecordingSpan: Tracing.Span {
    /// The context to pass on to work done inside the span.
    public let context: ServiceContext
    /// Whether the span will be exported.
    public var isRecording: Bool { record.withLock { $0.record != nil } }

    private struct State {
        var name: String
        var record: SpanRecord?
    }

    private let record: Mutex<State>
    private let exporter: (any SpanExporter)?

    init(operationName: String, context: ServiceContext, record: SpanRecord?, exporter: (any SpanExporter)?) {
        self.context = context
        self.record = Mutex(State(name: operationName, record: record))
        self.exporter = exporter
    }

    /// The name of the operation, e.g. `semantic_router.decision.evaluation`.
    public var operationName: String {
        get { record.withLock { $0.name } }
        set {
            record.withLock { state in
                state.name = newValue
                state.record?.name = newValue
            }
        }
    }

    /// The span's attributes; the first ``SpanRecord/maximumItems`` by name are exported.
    public var attributes: SpanAttributes {
        get { record.withLock { $0.record?.attributes } ?? [:] }
        set { update { $0.attributes = newValue } }
    }

    /// Sets the outcome; the last one counts.
    public func setStatus(_ status: SpanStatus) { update { $0.status = status } }

    /// Adds an event.
    public func addEvent(_ event: SpanEvent) { update { $0.add(event) } }

    /// Adds an `exception` event with the error's type and description.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) {
        guard isRecording else { return }
        var all: SpanAttributes = [:]
        all.set("exception.type", value: .string("\(type(of: error))"))
        all.set("exception.message", value: .string("\(error)"))
        all.merge(attributes)
        addEvent(SpanEvent(name: "exception", at: instant(), attributes: all))
    }

    /// Links another span.
    public func addLink(_ link: SpanLink) { update { $0.add(link) } }

    /// Ends the span and hands it to the exporter.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let finished = record.withLock { state -> SpanRecord? in
            defer { state.record = nil }
            return state.record
        }
        guard var finished, let exporter else { return }
        finished.end = instant().nanosecondsSinceEpoch
        exporter.export(finished)
    }

    private func update(_ change: (inout SpanRecord) -> Void) {
        record.withLock { state in
            guard var current = state.record else { return }
            state.record = nil
            change(&current)
            state.record = current
        }
    }
}
