internal import Synchronization

/// The caller of an engine who waits for its answer; the first result counts, later ones are dropped.
final class EngineWaiter<Value: Sendable>: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Result<Value, StateError>, Never>)
        case resolved(Result<Value, StateError>)
    }

    private let state = Mutex(State.idle)

    /// Whether nobody has answered yet.
    var isWaiting: Bool {
        state.withLock { state in
            if case .resolved = state { return false }
            return true
        }
    }

    func wait() async -> Result<Value, StateError> {
        await withCheckedContinuation { continuation in
            let early: Result<Value, StateError>? = state.withLock { state in
                if case .resolved(let result) = state { return result }
                state = .waiting(continuation)
                return nil
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    func resolve(_ result: Result<Value, StateError>) {
        let continuation: CheckedContinuation<Result<Value, StateError>, Never>? = state.withLock { state in
            switch state {
            case .resolved: return nil
            case .idle:
                state = .resolved(result)
                return nil
            case .waiting(let continuation):
                state = .resolved(result)
                return continuation
            }
        }
        continuation?.resume(returning: result)
    }
}
