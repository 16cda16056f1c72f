import Metrics
import Synchronization
import Telemetry

/// How the stream of one request ended.
enum StreamOutcome: String, Sendable, CaseIterable {
    /// The request went to a model and its response came back.
    case forwarded
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
    private let inFlight = Meter(label: MetricCatalog.extProcStreamsInFlight.name)
    private let outcomes: [StreamOutcome: Counter] = Dictionary(
        uniqueKeysWithValues: StreamOutcome.allCases.map { outcome in
            (outcome, Counter(label: MetricCatalog.extProcStreams.name, dimensions: [("outcome", outcome.rawValue)]))
        })

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

    /// Gives the place back.
    func leave(_ outcome: StreamOutcome) {
        inFlight.set(streams.subtract(1, ordering: .relaxed).newValue)
        outcomes[outcome]?.increment()
    }
}
