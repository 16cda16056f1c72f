/// One thread's loop: takes batches, runs them, hands out the results.
final class EncoderWorker {
    private let shared: EncoderExecutor.Shared
    private var sessions: [ObjectIdentifier: GraphSession] = [:]
    /// The numbers of positions that were run, by graph.
    private var sizes: [ObjectIdentifier: Set<Int>] = [:]

    init(_ shared: EncoderExecutor.Shared) { self.shared = shared }

    /// Runs until the executor is closed.
    func run() {
        while true {
            let step: (batch: BatchQueue.Batch?, expired: [EncodingTicket])? = shared.state.wait { state in
                if !state.queue.entries.isEmpty { return .some(state.queue.next(now: .now)) }
                return state.isClosed ? .some(nil) : nil
            }
            guard let step else { return }
            for ticket in step.expired { ticket.fail(EncodingError(.timeout, "the deadline passed before the run")) }
            if let batch = step.batch { run(batch) }
        }
    }

    private func run(_ batch: BatchQueue.Batch) {
        do throws(EncodingError) {
            let graph = try shared.graphs.graph(for: batch.outputs)
            let session = try session(of: graph)
            let results = try session.run(
                batch.entries.map(\.content), length: batch.length, padding: shared.model.padding,
                outputs: batch.outputs)
            for (entry, result) in zip(batch.entries, results) { entry.ticket.finish(row: entry.row, result) }
            // A new size may have made the library pack weights anew, which brings in their pages.
            let size = batch.length * batch.entries.count
            if sizes[ObjectIdentifier(graph), default: []].insert(size).inserted { shared.model.releasePages() }
        } catch {
            for entry in batch.entries { entry.ticket.fail(error) }
        }
    }

    private func session(of graph: CompiledGraph) throws(EncodingError) -> GraphSession {
        let key = ObjectIdentifier(graph)
        if let session = sessions[key] { return session }
        let session = try GraphSession(graph)
        sessions[key] = session
        return session
    }
}
