internal import Evidence
internal import NIOCore
internal import Routing

/// A decision that waits for models, driven from the event loop of its request: models are asked from there, their
/// answers come back to it, and in between the loop is free.
final class PendingDecision {
    private var session: EvaluationSession
    private let recipe: RecipeRouter
    private let loop: any EventLoop
    private let deadline: ContinuousClock.Instant?
    private let serve: (Evaluation) -> ExchangeStart
    private var ticket: (any ReadingTicket)?
    private var promise: PendingStart?

    /// A decision that has stopped for models; `serve` turns its outcome into an exchange, on the loop. What models
    /// have not said by the deadline, where there is one, stays unknown.
    init(
        _ session: EvaluationSession, _ recipe: RecipeRouter, on loop: any EventLoop,
        until deadline: ContinuousClock.Instant?, _ serve: @escaping (Evaluation) -> ExchangeStart
    ) {
        self.session = session
        self.recipe = recipe
        self.loop = loop
        self.deadline = deadline
        self.serve = serve
    }

    /// Asks the models for the first needs. A client that vanishes calls the work off.
    func start(_ needs: EvidenceNeeds, _ cost: CostClass) -> PendingStart {
        let promise = PendingStart { [self] in
            self.promise = nil
            ticket?.cancel()
            ticket = nil
        }
        self.promise = promise
        ask(needs, cost)
        return promise
    }

    private func ask(_ needs: EvidenceNeeds, _ cost: CostClass) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        let patience = ContinuousClock.Instant.now + EvaluationSession.patience(cost)
        ticket = recipe.evidence.gather(needs, deadline: deadline.map { min($0, patience) } ?? patience) { facts in
            loop.execute { bound.value.arrive(facts) }
        }
    }

    private func arrive(_ facts: EvidenceFacts) {
        guard let promise else { return }
        ticket = nil
        session.resume(with: facts)
        switch session.advance() {
        case .finished(let evaluation):
            self.promise = nil
            promise.resolve(serve(evaluation))
        case .awaiting(let needs, let cost): ask(needs, cost)
        }
    }
}
