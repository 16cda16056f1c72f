internal import Policy
internal import Synchronization

/// What a rate limit service is asked about one request.
public struct RateLimitQuery: Sendable, Hashable {
    /// One entry of a descriptor.
    public struct Entry: Sendable, Hashable {
        public var key: String
        public var value: String

        /// An entry.
        public init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    public var domain: String
    /// What is counted: each descriptor by itself.
    public var descriptors: [[Entry]]

    /// A question.
    public init(domain: String, descriptors: [[Entry]]) {
        self.domain = domain
        self.descriptors = descriptors
    }

    /// The question about a request: its user, its user and model, and each group. Spec pipeline-api §12.1. The service
    /// takes no empty values, so a request without identity is asked for as `anonymous`.
    init(domain: String, user: String, groups: [String], model: String) {
        let user = Entry("user_id", user.isEmpty ? "anonymous" : user)
        var descriptors = [[user]]
        if !model.isEmpty { descriptors.append([user, Entry("model", model)]) }
        descriptors += groups.prefix(Self.maximumGroups).map { [Entry("group", $0)] }
        self.init(domain: domain, descriptors: descriptors)
    }

    private static let maximumGroups = 64
}

/// What a rate limit service says.
public struct RateLimitAnswer: Sendable, Hashable {
    public var isOverLimit: Bool
    /// The limit that decided, or is nearest to its end, where the service tells.
    public var limit: Int?
    public var remaining: Int?
    /// Seconds until the unit ends.
    public var secondsUntilReset: Int?

    /// An answer.
    public init(isOverLimit: Bool, limit: Int? = nil, remaining: Int? = nil, secondsUntilReset: Int? = nil) {
        self.isOverLimit = isOverLimit
        self.limit = limit
        self.remaining = remaining
        self.secondsUntilReset = secondsUntilReset
    }
}

/// A service that counts requests elsewhere, for all replicas.
public protocol RateLimitService: Sendable {
    /// Counts a request and says whether it may pass. Has a deadline of its own; throws when there is no answer.
    func ask(_ query: RateLimitQuery) async throws -> RateLimitAnswer
}

/// The services by address; a connection outlives the policy that named it.
final class RateLimitServices: Sendable {
    private let make: (@Sendable (HostAndPort) -> any RateLimitService)?
    private let known = Mutex<[HostAndPort: any RateLimitService]>([:])

    init(_ make: (@Sendable (HostAndPort) -> any RateLimitService)?) { self.make = make }

    /// The service at an address; nil where this process asks none.
    func service(at address: HostAndPort) -> (any RateLimitService)? {
        guard let make else { return nil }
        return known.withLock { known in
            if let service = known[address] { return service }
            let service = make(address)
            known[address] = service
            return service
        }
    }
}
