internal import Routing
internal import Synchronization

/// Asks all readers for what a request needs, at the same time, and hands over everything at once.
final class EvidenceGathering: ReadingTicket {
    private struct State {
        var facts = EvidenceFacts()
        var pending: Int
        var tickets: [any ReadingTicket] = []
        var isCancelled = false
    }

    private let state: Mutex<State>
    private let completion: @Sendable (EvidenceFacts) -> Void

    private init(_ count: Int, _ completion: @escaping @Sendable (EvidenceFacts) -> Void) {
        state = Mutex(State(pending: count))
        self.completion = completion
    }

    /// Starts it. `completion` runs once, when every reader has answered; at once when nothing is needed.
    static func start(
        _ needs: EvidenceNeeds, _ readers: [any TextReader], deadline: ContinuousClock.Instant,
        _ completion: @escaping @Sendable (EvidenceFacts) -> Void
    ) -> EvidenceGathering {
        let gathering = EvidenceGathering(needs.texts.count, completion)
        guard !needs.isEmpty else {
            completion(EvidenceFacts())
            return gathering
        }
        let start = ContinuousClock.now
        for (index, texts) in needs.texts {
            guard readers.indices.contains(index) else {
                gathering.finish(texts.map { _ in TextFindings(problem: .failed) }, texts, index, "", start)
                continue
            }
            let reader = readers[index]
            let ticket = reader.read(texts, deadline: deadline) { found in
                gathering.finish(found, texts, index, reader.name, start)
            }
            gathering.keep(ticket)
        }
        return gathering
    }

    func cancel() {
        let tickets = state.withLock { state in
            state.isCancelled = true
            defer { state.tickets = [] }
            return state.tickets
        }
        for ticket in tickets { ticket.cancel() }
    }

    private func keep(_ ticket: any ReadingTicket) {
        let isCancelled = state.withLock { state in
            if !state.isCancelled { state.tickets.append(ticket) }
            return state.isCancelled
        }
        if isCancelled { ticket.cancel() }
    }

    private func finish(
        _ found: [TextFindings], _ texts: [TextNeed], _ reader: Int, _ name: String, _ start: ContinuousClock.Instant
    ) {
        let elapsed = ContinuousClock.now - start
        let facts: EvidenceFacts? = state.withLock { state in
            state.facts.add(found, for: texts, of: reader)
            state.facts.charge(name, elapsed.nanosecondCount)
            state.pending -= 1
            guard state.pending == 0 else { return nil }
            state.tickets = []
            return state.facts
        }
        if let facts { completion(facts) }
    }
}
