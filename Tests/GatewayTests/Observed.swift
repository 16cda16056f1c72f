import NIOCore
import NIOPosix
import Synchronization

/// A value that tests wait on, with a deadline instead of sleeps.
final class Observed<Value: Sendable>: Sendable {
    struct DeadlinePassed: Error, CustomStringConvertible {
        var description: String
    }

    private struct State {
        var value: Value
        var waiters: [(check: @Sendable (Value) -> Bool, promise: EventLoopPromise<Value>)] = []
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        self.state = Mutex(State(value: value))
    }

    var value: Value { self.state.withLock { $0.value } }

    func update(_ change: (inout Value) -> Void) {
        let (value, due) = self.state.withLock { state in
            change(&state.value)
            let value = state.value
            let due = state.waiters.filter { $0.check(value) }
            state.waiters.removeAll { $0.check(value) }
            return (value, due)
        }
        for waiter in due { waiter.promise.succeed(value) }
    }

    @discardableResult
    func wait(
        _ what: String, seconds: Int64 = 20, until check: @escaping @Sendable (Value) -> Bool
    ) async throws -> Value {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let promise = loop.makePromise(of: Value.self)
        let now: Value? = self.state.withLock { state in
            if check(state.value) { return state.value }
            state.waiters.append((check, promise))
            return nil
        }
        if let now { promise.succeed(now) }
        let deadline = loop.scheduleTask(in: .seconds(seconds)) {
            promise.fail(DeadlinePassed(description: "\(what): not within \(seconds) s, value: \(self.value)"))
        }
        defer { deadline.cancel() }
        return try await promise.futureResult.get()
    }
}
