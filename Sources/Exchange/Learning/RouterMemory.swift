internal import Routing
public import State
internal import Synchronization

/// What the router remembers between requests: sessions, what outcomes have taught, how fast models are. It outlives
/// generations, so a reload forgets nothing.
public final class RouterMemory: Sendable {
    public let sessions: any SessionMemory
    /// Sessions that other processes see too; nil where they are this process's own.
    public let sharedSessions: (any SharedSessions)?
    private let changes = SharedSessionChanges()
    public let experience: ExperienceStore
    /// Requests that outcomes may still be told of.
    public let routed: RoutedRequests
    /// How many outcomes each role tells.
    public let outcomeRate = OutcomeRate()
    /// The responses of the Responses API.
    public let responseRecords: any ResponseStore
    /// What is remembered of users; nil where nothing can be.
    public let memories: MemoryTable?
    /// What requests cost.
    public let costs: CostLedger
    /// Counts of what the policy bounds.
    public let limits: LimitWindows
    /// Writes replay records; nil where none can be kept.
    public let replay: ReplayWriter?
    /// Documents, and services that retrieve.
    public let retrieval: RetrievalResources
    let observations: ModelObservations
    let responses = SharedResponseCache()
    /// How long sessions are, by recipe.
    private let turnPriors = Mutex<[String: TurnPrior]>([:])

    /// The turns that a session of a recipe still has on average; nil when too little is known.
    func remainingTurns(_ recipe: String, after turns: Int) -> Double? {
        turnPriors.withLock { $0[recipe]?.remaining(after: turns) }
    }

    /// A session of a recipe has finished this turn, counted from 1.
    func finish(turn: Int, _ recipe: String) {
        turnPriors.withLock { $0[recipe, default: TurnPrior()].finish(turn: turn) }
    }

    /// Changes a session here and, soon after, where it is shared.
    @discardableResult
    func changeSession<Value: Sendable>(
        _ key: SessionKey, _ change: @escaping @Sendable (inout SessionState?) -> Value
    ) -> Value {
        let value = sessions.update(key, change)
        if let sharedSessions { changes.send(key, to: sharedSessions) { _ = change(&$0) } }
        return value
    }

    /// A memory over stores; in this process and bounded by default.
    public init(
        sessions: any SessionMemory = BoundedSessionMemory(), experience: ExperienceStore = ExperienceStore(),
        routed: RoutedRequests = RoutedRequests(), responseRecords: any ResponseStore = BoundedResponseStore(),
        replay: ReplayWriter? = nil, costs: CostLedger = CostLedger(), limits: LimitWindows = LimitWindows(),
        memories: MemoryTable? = nil, retrieval: RetrievalResources = RetrievalResources(),
        sharedSessions: (any SharedSessions)? = nil
    ) {
        self.sharedSessions = sharedSessions
        self.memories = memories
        self.retrieval = retrieval
        self.replay = replay
        self.costs = costs
        self.limits = limits
        self.responseRecords = responseRecords
        self.sessions = sessions
        self.experience = experience
        self.routed = routed
        observations = ModelObservations()
    }
}
