public import NIOCore
import Synchronization

/// Passive health of one group of backends, shared by all event loops.
public final class BackendHealth: Sendable {
    private let state: Mutex<HealthState>

    /// Creates the health of a group with these weights, all in rotation.
    public init(weights: [Int], configuration: HealthConfiguration = HealthConfiguration()) {
        self.state = Mutex(HealthState(weights: weights, configuration: configuration))
    }

    /// Chooses a member and counts the request that begins; end it with `ended`.
    public func begin(
        _ strategy: BackendPick, excluding excluded: Set<Int> = [], at now: NIODeadline = .now()
    ) -> Int? {
        self.state.withLock { state in
            guard let index = state.pick(strategy, excluding: excluded, at: now) else { return nil }
            state.began(index)
            return index
        }
    }

    /// A request begun on `index` ended; returns whether this took the member out of rotation.
    @discardableResult
    public func ended(_ index: Int, _ outcome: BackendOutcome, at now: NIODeadline = .now()) -> Bool {
        self.state.withLock { $0.ended(index, outcome, at: now) }
    }

    /// A copy of the state, to look at.
    public func snapshot() -> HealthState {
        self.state.withLock { $0 }
    }
}
