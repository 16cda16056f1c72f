import Logging
import Metrics
import Synchronization
import Telemetry

/// How the stream of one request ended.
enum StreamOutcome: String, Sendable, CaseIterable {
    /// The request went to a model and its response came back.
    case forwarded
    /// The same, but the headers had gone on when the decision was taken: the body is rewritten, the route is not.
    case late
    /// The gateway sends no bodies and may not be asked for them: nothing was decided.
    case undecided
    /// Martlet answered.
    case answered
    /// It was none of the router's business.
    case passedThrough = "passed_through"
    /// The gateway ended the stream before the response was complete.
    case abandoned
    /// Too many were open.
    case refused
}

/// Counts streams, across all event loops.
final class StreamAccounting: Sendable {
    private let streams = Atomic<Int>(0)
    private let wasWarned = Atomic<Bool>(false)
    private let logger: Logger
    private let inFlight = Meter(label: MetricCatalog.extProcStreamsInFlight.name)
    private let outcomes: [StreamOutcome: Counter] = Dictionary(
        uniqueKeysWithValues: StreamOutcome.allCases.map { outcome in
            (outcome, Counter(label: MetricCatalog.extProcStreams.name, dimensions: [("outcome", outcome.rawValue)]))
        })

    init(_ logger: Logger) { self.logger = logger }

    /// Streams open now.
    var open: Int { streams.load(ordering: .relaxed) }

    /// Takes a place; false when there is none.
    func enter(limit: Int) -> Bool {
        let open = streams.add(1, ordering: .relaxed).newValue
        guard open <= limit else {
            leave(.refused)
            return false
        }
        inFlight.set(open)
        return true
    }

    /// Gives the place back. What a gateway's configuration prevents is said once, and counted each time.
    func leave(_ outcome: StreamOutcome) {
        if outcome == .late || outcome == .undecided, !wasWarned.exchange(true, ordering: .relaxed) {
            let remedy = "set request_body_mode: BUFFERED or allow_mode_override: true"
            logger.warning(
                "ext_proc_\(outcome.rawValue)",
                metadata: ["reason": "the gateway does not buffer request bodies; \(remedy)"])
        }
        inFlight.set(streams.subtract(1, ordering: .relaxed).newValue)
        outcomes[outcome]?.increment()
    }
}
