internal import Encoding
internal import Routing
internal import Synchronization

/// The findings of one request's texts, which come in from several batches.
final class EncoderRun: ReadingTicket {
    private struct State {
        var findings: [TextFindings]
        /// Batches to come, and one for the submission itself.
        var pending = 1
        var tickets: [EncodingTicket] = []
        var isCancelled = false
        var isFinished = false
    }

    private let state: Mutex<State>
    private let completion: @Sendable ([TextFindings]) -> Void

    init(_ count: Int, _ completion: @escaping @Sendable ([TextFindings]) -> Void) {
        state = Mutex(State(findings: (0..<count).map { _ in TextFindings(problem: .failed) }))
        self.completion = completion
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    func expect(_ count: Int) { state.withLock { $0.pending += count } }

    func set(_ index: Int, _ findings: TextFindings) { state.withLock { $0.findings[index] = findings } }

    /// One batch, or the submission, is done.
    func arrive() {
        let findings: [TextFindings]? = state.withLock { state in
            state.pending -= 1
            guard state.pending == 0, !state.isFinished else { return nil }
            state.isFinished = true
            state.tickets = []
            return state.findings
        }
        if let findings { completion(findings) }
    }

    func finish(_ findings: [TextFindings]) {
        let isFirst = state.withLock { state in
            defer { state.isFinished = true }
            return !state.isFinished
        }
        if isFirst { completion(findings) }
    }

    func keep(_ ticket: EncodingTicket) {
        let isCancelled = state.withLock { state in
            if !state.isCancelled, !state.isFinished { state.tickets.append(ticket) }
            return state.isCancelled
        }
        if isCancelled { ticket.cancel() }
    }

    func cancel() {
        let tickets = state.withLock { state in
            state.isCancelled = true
            defer { state.tickets = [] }
            return state.tickets
        }
        for ticket in tickets { ticket.cancel() }
    }
}
