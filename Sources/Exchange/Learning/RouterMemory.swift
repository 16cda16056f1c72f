public import State

/// What the router remembers between requests: sessions, what outcomes have taught, how fast models are. It outlives
/// generations, so a reload forgets nothing.
public final class RouterMemory: Sendable {
    public let sessions: any SessionMemory
    public let experience: ExperienceStore
    /// Requests that outcomes may still be told of.
    public let routed: RoutedRequests
    /// The responses of the Responses API.
    public let responseRecords: any ResponseStore
    let observations: ModelObservations
    let responses = SharedResponseCache()

    /// The response cache; nil before any policy asked for one.
    public var responseCache: ResponseCache<CachedAnswer>? { responses.current }

    /// A memory over stores; in this process and bounded by default.
    public init(
        sessions: any SessionMemory = BoundedSessionMemory(), experience: ExperienceStore = ExperienceStore(),
        routed: RoutedRequests = RoutedRequests(), responseRecords: any ResponseStore = BoundedResponseStore()
    ) {
        self.responseRecords = responseRecords
        self.sessions = sessions
        self.experience = experience
        self.routed = routed
        observations = ModelObservations()
    }
}
