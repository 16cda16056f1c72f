/// Runs an encoder on threads of its own: rows of many callers wait in one bounded queue and run in batches of
/// similar length.
public final class EncoderExecutor: Sendable {
    private let shared: Shared
    private let threads: [SystemThread]

    /// What the threads and the executor share; the threads keep it, never the executor.
    final class Shared: Sendable {
        struct State {
            var queue: BatchQueue
            var isClosed = false
            var areThreadsGone = false
        }

        let model: EncoderModel
        let settings: EncoderExecutorSettings
        let state: Signal<State>
        let graphs: GraphCache
        let watch = DeadlineWatch()

        init(model: EncoderModel, settings: EncoderExecutorSettings) {
            self.model = model
            self.settings = settings
            state = Signal(
                State(queue: BatchQueue(rowLimit: settings.batchRows, tokenLimit: settings.batchTokens)))
            graphs = GraphCache(model: model, settings: settings)
        }
    }

    /// Starts the threads.
    /// - Throws: `failed` when the system gives no threads.
    init(model: EncoderModel, settings: EncoderExecutorSettings) throws(EncodingError) {
        let shared = Shared(model: model, settings: settings)
        var threads: [SystemThread] = []
        do throws(EncodingError) {
            for _ in 0..<max(settings.streams, 1) {
                threads.append(try SystemThread { EncoderWorker(shared).run() })
            }
            let watch = shared.watch
            threads.append(try SystemThread { watch.run() })
        } catch {
            Self.close(shared)
            for thread in threads { thread.join() }
            throw error
        }
        self.shared = shared
        self.threads = threads
    }

    deinit {
        Self.close(shared)
        let mustDetach = shared.state.withLock { state in
            defer { state.areThreadsGone = true }
            return !state.areThreadsGone
        }
        if mustDetach { for thread in threads { thread.detach() } }
    }

    /// Compiles the graph for these outputs now, so that no request waits for it. Work that asks for less uses it
    /// too.
    /// - Throws: `invalid_weights`, `failed`.
    public func prepare(_ outputs: EncoderOutputs) throws(EncodingError) {
        _ = try graph(for: outputs)
    }

    /// The compiled graph that gives exactly these outputs.
    func graph(for outputs: EncoderOutputs) throws(EncodingError) -> CompiledGraph {
        try shared.graphs.graph(for: outputs, isExact: true)
    }

    /// Rows that wait.
    public var waitingRows: Int { shared.state.withLock { $0.queue.entries.count } }

    /// Gives rows to the threads.
    ///
    /// - Parameters:
    ///   - rows: Texts or windows; the results have their order.
    ///   - outputs: What is wanted of each; what the encoder lacks is left out of the results.
    ///   - deadline: The work fails with `timeout` when it is not done by then; rows that have not begun are dropped.
    ///   - completion: Called once, on one of the executor's threads or on the caller's when the work is refused or
    ///     cancelled; it must be short.
    @discardableResult
    public func submit(
        _ rows: [EncoderRow], outputs: EncoderOutputs, deadline: ContinuousClock.Instant,
        completion: @escaping @Sendable (Result<[EncoderResult], EncodingError>) -> Void
    ) -> EncodingTicket {
        let outputs = shared.model.available(outputs)
        let ticket = EncodingTicket(rows: rows.count, outputs: outputs, deadline: deadline, completion: completion)
        if let problem = shared.model.problem(with: rows) {
            ticket.fail(problem)
        } else if rows.isEmpty || !outputs.embedding && outputs.heads.isEmpty {
            ticket.finish(rows.map { _ in EncoderResult() })
        } else if let problem = enqueue(rows, ticket) {
            ticket.fail(problem)
        }
        return ticket
    }

    private func enqueue(_ rows: [EncoderRow], _ ticket: EncodingTicket) -> EncodingError? {
        let settings = shared.settings
        let maximum = shared.model.maximumLength
        let problem: EncodingError? = shared.state.withLock { state in
            if state.isClosed { return EncodingError(.cancelled, "the encoder has ended") }
            if state.queue.entries.count + rows.count > settings.queueRows { state.queue.removeFinished() }
            guard state.queue.entries.count + rows.count <= settings.queueRows else {
                return EncodingError(
                    .overloaded,
                    "\(state.queue.entries.count) rows wait; \(rows.count) more exceed \(settings.queueRows)")
            }
            state.queue.append(rows, ticket, maximumLength: maximum)
            return nil
        }
        if problem == nil {
            shared.watch.add(ticket)
            rows.count > 1 ? shared.state.notifyAll() : shared.state.notifyOne()
        }
        return problem
    }

    /// Encodes rows; cancelling the task withdraws them.
    /// - Throws: Any ``EncodingError``.
    public func encode(
        _ rows: [EncoderRow], outputs: EncoderOutputs, deadline: ContinuousClock.Instant
    ) async throws(EncodingError) -> [EncoderResult] {
        let held = Signal<EncodingTicket?>(nil)
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation {
                (continuation: CheckedContinuation<Result<[EncoderResult], EncodingError>, Never>) in
                let ticket = submit(rows, outputs: outputs, deadline: deadline) { continuation.resume(returning: $0) }
                held.withLock { $0 = ticket }
                if Task.isCancelled { ticket.cancel() }
            }
        } onCancel: {
            held.withLock { $0 }?.cancel()
        }
        return try outcome.get()
    }

    /// Ends the executor: what waits fails with `cancelled`, what runs is finished, and the threads have ended when
    /// this returns (unless it is called on one of them).
    public func shutdown() {
        Self.close(shared)
        let mustJoin = shared.state.withLock { state in
            defer { state.areThreadsGone = true }
            return !state.areThreadsGone
        }
        guard mustJoin else { return }
        for thread in threads { thread.isCurrent ? thread.detach() : thread.join() }
    }

    private static func close(_ shared: Shared) {
        let waiting = shared.state.withLock { state in
            state.isClosed = true
            return state.queue.removeAll()
        }
        shared.state.notifyAll()
        shared.watch.close()
        for entry in waiting { entry.ticket.fail(EncodingError(.cancelled, "the encoder has ended")) }
    }
}
