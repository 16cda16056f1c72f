internal import Glibc

/// Something that is remembered of a user.
public struct StoredMemory: Sendable, Hashable {
    /// What kind of thing it is.
    public enum Kind: String, Sendable, CaseIterable {
        /// A fact.
        case semantic
        /// How something is done.
        case procedural
        /// Something that was said.
        case episodic
    }

    /// Where it comes from.
    public enum Source: String, Sendable, CaseIterable {
        case conversation
        case sessionWindow = "session_window"
        /// Several that said nearly the same.
        case consolidation
        /// Written by an operator.
        case manual
    }

    /// That a memory which was kept apart may be used.
    public struct Release: Sendable, Hashable {
        /// Why it had been kept apart.
        public var reason: String
        /// The role of who released it.
        public var role: String
        /// When, in seconds since 1970.
        public var time: Double

        /// A release.
        public init(reason: String, role: String, time: Double) {
            (self.reason, self.role, self.time) = (reason, role, time)
        }
    }

    public var id: String
    /// The user whom it belongs to; nobody else ever sees it.
    public var user: String
    public var kind: Kind
    public var content: String
    public var source: Source
    /// 0 to 1.
    public var importance: Double
    /// How often it was given to a model.
    public var accessCount: Int
    /// Times in seconds since 1970.
    public var createdAt: Double
    public var updatedAt: Double
    public var lastAccessed: Double
    /// Why it is kept apart and never given to a model; nil for others.
    public var quarantine: String?
    /// The risk that a guard saw, 0 to 1; nil where none did.
    public var quarantineScore: Double?
    /// Who let it be used although it had been kept apart.
    public var release: Release?
    /// Its place in meaning, as a unit vector; empty where none is known.
    public var vector: [Float]
    /// The model that placed it.
    public var vectorModel: String

    /// A new memory.
    public init(
        id: String, user: String, kind: Kind, content: String, source: Source, importance: Double, at now: Double,
        quarantine: String? = nil, vector: [Float] = [], vectorModel: String = ""
    ) {
        self.id = id
        self.user = user
        self.kind = kind
        self.content = content
        self.source = source
        self.importance = importance
        accessCount = 0
        (createdAt, updatedAt, lastAccessed) = (now, now, now)
        self.quarantine = quarantine
        self.vector = vector
        self.vectorModel = vectorModel
    }
}

/// How memories age and how many there may be. Spec pipeline-api §8.5.
public struct MemoryAging: Sendable, Hashable {
    /// Days in which an unused memory fades to 1/e.
    public var strengthDays: Double
    /// Retention below which it is forgotten, 0 to 1.
    public var threshold: Double
    /// Most memories of a user.
    public var maximumPerUser: Int
    /// How much longer it lasts with each use.
    private static let growth = 1.5
    /// Uses beyond these add nothing.
    private static let countedUses = 20
    /// The bound where the policy gives none.
    public static let defaultMaximum = 1_000

    /// Aging; a maximum of 0 is the default one.
    public init(strengthDays: Double = 30, threshold: Double = 0.1, maximumPerUser: Int = 0) {
        self.strengthDays = max(strengthDays, 0.01)
        self.threshold = threshold
        self.maximumPerUser = maximumPerUser > 0 ? maximumPerUser : Self.defaultMaximum
    }

    /// R = exp(−days / (strength · growth^uses)), days since the last use; 1 is fresh.
    public func retention(of memory: StoredMemory, at now: Double) -> Double {
        var lasting = strengthDays
        for _ in 0..<min(max(memory.accessCount, 0), Self.countedUses) { lasting *= Self.growth }
        return Glibc.exp(-max(0, now - memory.lastAccessed) / 86_400 / lasting)
    }
}
