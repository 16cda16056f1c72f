internal import Evidence
internal import NIOCore
internal import Policy
internal import Routing
internal import State
internal import Synchronization
internal import Wire

/// One turn's view of a session that other processes share: what was found, and what the decision made of it. Nobody else
/// sees it before it is put in the place of what was found.
final class SessionDraft: SessionMemory {
    private let current: Mutex<SessionState?>

    init(_ state: SessionState?) { current = Mutex(state) }

    var state: SessionState? { current.withLock { $0 } }

    var count: Int { state == nil ? 0 : 1 }

    func state(_ key: SessionKey) -> SessionState? { state }

    func update<Value: Sendable>(_ key: SessionKey, _ change: (inout SessionState?) -> Value) -> Value {
        current.withLock { change(&$0) }
    }
}

/// Deciding on a session that other processes share: read it, decide, and put the result in its place unless another
/// process was faster; then decide again on what that one left.
struct SharedSessionStage {
    let key: SessionKey
    let store: any SharedSessions
    let memory: RouterMemory
    let loop: any EventLoop
    let base: Evaluation
    /// Adapts and guards an evaluation over a memory.
    let learn: (inout Evaluation, any SessionMemory) -> Void
    /// Takes what was decided in the end.
    let take: (Evaluation) -> StageOutcome
    /// Decisions before this process goes on with its last one.
    private static let maximumAttempts = 5

    init(
        _ key: SessionKey, _ store: any SharedSessions, _ memory: RouterMemory, _ evaluation: Evaluation,
        on loop: any EventLoop, learn: @escaping (inout Evaluation, any SessionMemory) -> Void,
        take: @escaping (Evaluation) -> StageOutcome
    ) {
        (self.key, self.store, self.memory, self.loop, base) = (key, store, memory, loop, evaluation)
        (self.learn, self.take) = (learn, take)
    }

    func run() -> StageOutcome {
        .awaiting(on: loop) { [key, store] () -> Result<SharedSession, StateError> in
            do throws(StateError) { return .success(try await store.load(key)) } catch { return .failure(error) }
        } then: { found in
            switch found {
            case .success(let session): decide(session, attempt: 1)
            case .failure: goOnAlone()
            }
        }
    }

    private func decide(_ found: SharedSession, attempt: Int) -> StageOutcome {
        let draft = SessionDraft(found.state)
        var evaluation = base
        learn(&evaluation, draft)
        let state = draft.state
        guard evaluation.learning?.session != nil, state != found.state else { return take(evaluation) }
        return .awaiting(on: loop) { [key, store] () -> Result<SharedSession?, StateError> in
            do throws(StateError) {
                return .success(try await store.replace(key, found, with: state))
            } catch { return .failure(error) }
        } then: { outcome in
            switch outcome {
            case .success(nil): break
            case .success(let newer?):
                if attempt < Self.maximumAttempts { return decide(newer, attempt: attempt + 1) }
                SharedSessionMetrics.count(.conflict)
            case .failure: SharedSessionMetrics.count(.unavailable)
            }
            // For the moment when the store does not answer.
            memory.sessions.update(key) { $0 = state }
            return take(evaluation)
        }
    }

    /// The store does not answer: this process's own memory is better than nothing, and the client need not wait.
    private func goOnAlone() -> StageOutcome {
        SharedSessionMetrics.count(.unavailable)
        var evaluation = base
        learn(&evaluation, memory.sessions)
        return take(evaluation)
    }
}
