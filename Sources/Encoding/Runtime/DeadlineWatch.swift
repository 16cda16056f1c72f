/// Fails tickets at their deadline, whether their rows wait or run: one thread that sleeps until the earliest.
final class DeadlineWatch: Sendable {
    private struct State {
        var tickets: [EncodingTicket] = []
        /// When the thread wakes by itself.
        var alarm: ContinuousClock.Instant?
        var isClosed = false
    }

    /// Tickets are looked through for finished ones when they are this many.
    private static let sweep = 64

    private let state = Signal(State())

    /// Fails the ticket when its deadline passes.
    func add(_ ticket: EncodingTicket) {
        let mustWake = state.withLock { state in
            if state.tickets.count >= Self.sweep { state.tickets.removeAll { $0.isFinished } }
            state.tickets.append(ticket)
            return state.alarm.map { ticket.deadline < $0 } ?? true
        }
        if mustWake { state.notifyAll() }
    }

    /// Watches until it is closed.
    func run() {
        while true {
            let expired: [EncodingTicket]? = state.wait { state, alarm in
                if state.isClosed { return .some(nil) }
                state.tickets.removeAll { $0.isFinished }
                let now = ContinuousClock.now
                let late = state.tickets.filter { $0.deadline <= now }
                if !late.isEmpty {
                    state.tickets.removeAll { $0.deadline <= now }
                    return .some(late)
                }
                state.alarm = state.tickets.map(\.deadline).min()
                alarm = state.alarm
                return nil
            }
            guard let expired else { return }
            for ticket in expired { ticket.fail(EncodingError(.timeout, "the deadline passed")) }
        }
    }

    /// Ends `run`.
    func close() {
        state.withLock { $0.isClosed = true }
        state.notifyAll()
    }
}
