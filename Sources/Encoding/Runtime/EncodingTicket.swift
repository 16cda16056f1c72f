import Synchronization

/// Work given to an executor.
public final class EncodingTicket: Sendable {
    private struct State {
        var results: [EncoderResult?]
        var remaining: Int
        var completion: (@Sendable (Result<[EncoderResult], EncodingError>) -> Void)?
    }

    private let state: Mutex<State>
    let outputs: EncoderOutputs
    let deadline: ContinuousClock.Instant

    init(
        rows: Int, outputs: EncoderOutputs, deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable (Result<[EncoderResult], EncodingError>) -> Void
    ) {
        self.outputs = outputs
        self.deadline = deadline
        state = Mutex(State(results: Array(repeating: nil, count: rows), remaining: rows, completion: completion))
    }

    /// Withdraws the work. The completion is called at once with `cancelled`, unless it was called before; rows that
    /// are already running are finished and forgotten.
    public func cancel() { fail(EncodingError(.cancelled, "the work was withdrawn")) }

    /// Whether the completion was called.
    public var isFinished: Bool { state.withLock { $0.completion == nil } }

    func fail(_ error: EncodingError) {
        let completion = state.withLock { state in
            defer { state.completion = nil }
            return state.completion
        }
        completion?(.failure(error))
    }

    func finish(_ results: [EncoderResult]) {
        let completion = state.withLock { state in
            defer { state.completion = nil }
            return state.completion
        }
        completion?(.success(results))
    }

    func finish(row: Int, _ result: EncoderResult) {
        let done: (([EncoderResult]), @Sendable (Result<[EncoderResult], EncodingError>) -> Void)? = state.withLock {
            state in
            guard let completion = state.completion, state.results[row] == nil else { return nil }
            state.results[row] = result
            state.remaining -= 1
            guard state.remaining == 0 else { return nil }
            state.completion = nil
            return (state.results.compactMap { $0 }, completion)
        }
        if let done { done.1(.success(done.0)) }
    }
}
