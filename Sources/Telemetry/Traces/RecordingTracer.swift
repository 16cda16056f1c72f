public import Tracing

/// A swift-distributed-tracing backend that hands each finished, sampled span to an exporter.
///
/// The sampling decision depends on the trace identifier alone, not on the caller's sampled flag, so that a client
/// cannot switch recording on. A disabled tracer starts spans that record nothing and passes `traceparent` through
/// unchanged.
public final class RecordingTracer: Tracer, Sendable {
    /// The spans of this tracer.
    public typealias Span = RecordingSpan

    /// The header that carries the trace, parent and flags.
    static let traceparentKey = "traceparent"
    /// The header that carries vendors' data.
    static let tracestateKey = "tracestate"

    private let isEnabled: Bool
    private let sampling: SpanSampling
    private let exporter: any SpanExporter
    private let makeIdentifiers: @Sendable () -> any RandomNumberGenerator

    /// Creates a tracer.
    ///
    /// - Parameters:
    ///   - isEnabled: Whether anything is recorded at all.
    ///   - sampling: Which traces are recorded.
    ///   - exporter: Where finished spans go.
    ///   - makeIdentifiers: The source of new identifiers, asked for at each span.
    public init(
        isEnabled: Bool = true,
        sampling: SpanSampling = .alwaysOn,
        exporter: any SpanExporter,
        makeIdentifiers: @escaping @Sendable () -> any RandomNumberGenerator = { SystemRandomNumberGenerator() }
    ) {
        self.isEnabled = isEnabled
        self.sampling = sampling
        self.exporter = exporter
        self.makeIdentifiers = makeIdentifiers
    }

    /// Starts a span as the child of the context's trace, or of a new trace.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> RecordingSpan {
        var context = context()
        guard isEnabled else {
            return RecordingSpan(operationName: operationName, context: context, record: nil, exporter: nil)
        }
        let parent = context.traceContext
        var place = context.reservedPlace ?? newPlace(below: parent, using: makeIdentifiers())
        context.reservedPlace = nil
        let isRecorded = sampling.includes(place.traceID)
        place = place.sampled(isRecorded)
        context.traceContext = place
        guard isRecorded else {
            return RecordingSpan(operationName: operationName, context: context, record: nil, exporter: nil)
        }
        let record = SpanRecord(
            place: place, parent: parent?.spanID, kind: kind, name: operationName,
            start: instant().nanosecondsSinceEpoch)
        return RecordingSpan(operationName: operationName, context: context, record: record, exporter: exporter)
    }

    /// Does nothing: an exporter that buffers is flushed by whoever started it.
    public func forceFlush() {}

    /// Reads `traceparent` and `tracestate`; leaves the context alone if they are absent or malformed.
    public func extract<Carrier, Extract>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract: Extractor, Extract.Carrier == Carrier {
        guard
            let traceparent = extractor.extract(key: Self.traceparentKey, from: carrier),
            let place = try? TraceContext(
                traceparent: traceparent, tracestate: extractor.extract(key: Self.tracestateKey, from: carrier))
        else { return }
        context.traceContext = place
    }

    /// Writes `traceparent` and, if there is one, `tracestate`.
    public func inject<Carrier, Inject>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject: Injector, Inject.Carrier == Carrier {
        guard let place = context.traceContext else { return }
        injector.inject(place.traceparent, forKey: Self.traceparentKey, into: &carrier)
        if let tracestate = place.tracestate {
            injector.inject(tracestate, forKey: Self.tracestateKey, into: &carrier)
        }
    }

    private func newPlace(below parent: TraceContext?, using generator: some RandomNumberGenerator) -> TraceContext {
        var generator = generator
        return parent?.child(using: &generator) ?? .root(isSampled: false, using: &generator)
    }
}
