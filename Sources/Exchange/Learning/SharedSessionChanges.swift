internal import Metrics
internal import Routing
internal import State
internal import Synchronization
internal import Telemetry

/// Changes of shared sessions on their way to the store, in the order in which each session changed. At most so many wait;
/// what is beyond that, or what the store does not take, is counted and left out there.
final class SharedSessionChanges: Sendable {
    typealias Change = @Sendable (inout SessionState?) -> Void

    private struct State {
        /// Changes that wait, by session; a session that is here has a task at work.
        var waiting: [SessionKey: [Change]] = [:]
        var count = 0
    }

    private let state = Mutex(State())
    private static let limit = 10_000

    func send(_ key: SessionKey, to store: any SharedSessions, _ change: @escaping Change) {
        let (isTaken, mustStart) = state.withLock { state -> (Bool, Bool) in
            guard state.count < Self.limit else { return (false, false) }
            state.count += 1
            guard state.waiting[key] == nil else {
                state.waiting[key]?.append(change)
                return (true, false)
            }
            state.waiting[key] = [change]
            return (true, true)
        }
        if !isTaken { SharedSessionMetrics.count(.notSent) }
        if mustStart { Task { await self.work(key, store) } }
    }

    private func work(_ key: SessionKey, _ store: any SharedSessions) async {
        while let changes = take(key) {
            do throws(StateError) {
                let isDone = try await store.update(key) { state in
                    for change in changes { change(&state) }
                }
                if !isDone { SharedSessionMetrics.count(.conflict) }
            } catch {
                SharedSessionMetrics.count(.unavailable)
            }
        }
    }

    /// The changes that wait; nil, and the end of the task, when there are none.
    private func take(_ key: SessionKey) -> [Change]? {
        state.withLock { state in
            guard let changes = state.waiting[key], !changes.isEmpty else {
                state.waiting.removeValue(forKey: key)
                return nil
            }
            state.waiting[key] = []
            state.count -= changes.count
            return changes
        }
    }
}

/// How often a session could not be shared.
enum SharedSessionMetrics {
    /// Why.
    enum Reason: String {
        case unavailable
        case conflict
        case notSent = "not_sent"
    }

    static func count(_ reason: Reason) {
        Counter(label: MetricCatalog.sharedSessionFailures.name, dimensions: [("reason", reason.rawValue)]).increment()
    }
}
