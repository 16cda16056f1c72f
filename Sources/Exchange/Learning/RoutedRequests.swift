public import State
internal import Synchronization

/// A request that was routed, as far as an outcome needs it.
public struct RoutedRequest: Sendable, Hashable {
    public var recipe: String
    public var decision: String
    public var tier: Int
    /// The model that answered.
    public var model: String
    /// The user whom a trusted proxy named.
    public var user: String?

    /// A routed request.
    public init(recipe: String, decision: String, tier: Int, model: String, user: String? = nil) {
        self.recipe = recipe
        self.decision = decision
        self.tier = tier
        self.model = model
        self.user = user
    }

    /// Where experience with the request's model belongs.
    public func experienceKeys(for model: String) -> [ExperienceKey] {
        var keys = [ExperienceKey(.decision(recipe: recipe, name: decision), model: model)]
        if tier > 0 { keys.append(ExperienceKey(.tier(recipe: recipe, tier), model: model)) }
        keys.append(ExperienceKey(.everywhere, model: model))
        return keys
    }
}

/// The last routed requests by id, so that outcomes can be told of them later. Bounded; the oldest are forgotten.
public final class RoutedRequests: Sendable {
    private struct State {
        var recent: [String: RoutedRequest] = [:]
        var old: [String: RoutedRequest] = [:]
        /// Idempotency keys of outcomes that were counted, with the second of each.
        var counted: [String: Double] = [:]
    }

    private let state = Mutex(State())
    private let perGeneration: Int
    /// Seconds for which an outcome with the same key is the same outcome.
    private static let idempotencySeconds = 600.0
    private static let maximumKeys = 100_000

    /// Remembers at most so many requests.
    public init(limit: Int = 100_000) { perGeneration = max(1, limit / 2) }

    /// Remembers a request.
    public func add(_ request: RoutedRequest, id: String) {
        state.withLock { state in
            if state.recent.count >= perGeneration {
                state.old = state.recent
                state.recent = [:]
            }
            state.recent[id] = request
        }
    }

    /// The request with an id; nil when there was none or it was forgotten.
    public func request(_ id: String) -> RoutedRequest? {
        state.withLock { $0.recent[id] ?? $0.old[id] }
    }

    /// Whether an outcome with this key is new; it counts as seen from here on. Seconds since 1970.
    public func claim(_ idempotencyKey: String, at now: Double) -> Bool {
        state.withLock { state in
            if let seen = state.counted[idempotencyKey], now - seen < Self.idempotencySeconds { return false }
            if state.counted.count >= Self.maximumKeys {
                state.counted = state.counted.filter { now - $0.value < Self.idempotencySeconds }
                if state.counted.count >= Self.maximumKeys { state.counted = [:] }
            }
            state.counted[idempotencyKey] = now
            return true
        }
    }
}
