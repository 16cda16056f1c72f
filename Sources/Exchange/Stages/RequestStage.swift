internal import NIOCore

/// One step of a request between its decision and its model. All requests take the steps in this order, decided or not;
/// the last is followed by the call of a model. A stage that has nothing to do returns `.next` at once: it allocates
/// nothing and leaves the event loop alone.
enum RequestStage: Int {
    /// First, so that whatever ends the request stands in its record.
    case replay
    /// An answer that the policy gives itself costs nothing: no limit counts it, no session learns from it.
    case fastResponse
    /// Experience and the session have their say before anybody acts on the choice of a model.
    case learning
    case models
    /// Limits hold for models, which are known now. An answer from the cache counts too.
    case limits
    case cache
    case counting
    /// Memory and retrieval add to what the model reads, and so come behind the cache, whose keys are the client's
    /// words.
    case memory
    case retrieval

    func run(_ router: Router, _ context: RequestContext) throws(ExchangeError) -> StageOutcome {
        switch self {
        case .replay: router.beginReplay(context)
        case .fastResponse: router.answerAtOnce(context)
        case .learning: router.learn(context)
        case .models: try router.chooseModels(context)
        case .limits: router.limit(context)
        case .cache: router.answerFromCache(context)
        case .counting: router.countPlugins(context)
        case .memory: router.recall(context)
        case .retrieval: router.retrieve(context)
        }
    }
}

/// Where a stage leaves a request.
enum StageOutcome {
    /// What a stage that waited came to.
    typealias Resume = (Result<StageOutcome, ExchangeError>) -> ExchangeStart

    /// The next stage has it.
    case next
    /// It is answered, or refused.
    case end(ExchangeStart)
    /// The stage waits off the event loop, and resumes on it. Made with `awaiting`.
    case later((@escaping Resume) -> ExchangeStart)

    /// Waits for what `work` brings, and goes on with it on the loop. A client that vanishes cancels the work, which
    /// has its own deadline.
    static func awaiting<Value: Sendable>(
        on loop: any EventLoop, _ work: @escaping @Sendable () async -> Value,
        then: @escaping (Value) throws(ExchangeError) -> StageOutcome
    ) -> StageOutcome {
        .later { resume in
            .awaiting(on: loop, work) { value in
                resume(Result { () throws(ExchangeError) in try then(value) })
            }
        }
    }

    /// What the door gets, where `next` is all that follows and `refuse` tells the client of an error.
    func start(
        next: @escaping () -> ExchangeStart, refuse: @escaping (ExchangeError) -> ExchangeStart
    ) -> ExchangeStart {
        switch self {
        case .next: return next()
        case .end(let start): return start
        case .later(let wait):
            return wait { result in
                switch result {
                case .success(let outcome): outcome.start(next: next, refuse: refuse)
                case .failure(let error): refuse(error)
                }
            }
        }
    }
}

extension Router {
    /// Takes a request through the stages that it has not passed, as far as it goes without waiting.
    func advance(_ context: RequestContext) -> ExchangeStart {
        do throws(ExchangeError) {
            while let stage = context.nextStage() {
                switch try stage.run(self, context) {
                case .next: continue
                case .end(let start): return start
                case .later(let wait): return wait { [self] in resume(context, with: $0) }
                }
            }
            return try forward(context)
        } catch {
            return refuse(error, context.caller, context.generation, context.record)
        }
    }

    /// Goes on with a request whose stage has waited.
    private func resume(_ context: RequestContext, with result: Result<StageOutcome, ExchangeError>) -> ExchangeStart {
        switch result {
        case .success(let outcome):
            outcome.start(next: { [self] in advance(context) }) { [self] in
                refuse($0, context.caller, context.generation, context.record)
            }
        case .failure(let error): refuse(error, context.caller, context.generation, context.record)
        }
    }
}
