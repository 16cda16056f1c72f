/// Learning which candidate does best.
public struct AdaptationSettings: Sendable {
    /// Which candidates take part.
    public enum CandidateSet: String, Sendable, CaseIterable {
        case decision
        case tier
        case global
    }

    /// How exploration and exploitation are balanced.
    public enum Strategy: String, Sendable, CaseIterable {
        case routingSampling = "routing_sampling"
    }

    public var isEnabled = true
    public var candidateSet = CandidateSet.decision
    public var strategy = Strategy.routingSampling

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "adaptation", "Learning which candidate does best.", initial: AdaptationSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Adapt the choice to outcomes.")
        Key("candidate_set", \.candidateSet, .enumeration(), "Which candidates take part.")
        Key("strategy", \.strategy, .enumeration(), "How exploration and exploitation are balanced.")
    }
}

/// Request headers that name the session and the conversation.
public struct IdentityHeaders: Sendable {
    public var session = "x-session-id"
    public var conversation = "x-conversation-id"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "headers", "Request headers that name the session and the conversation.", initial: IdentityHeaders()
    ) {
        Key("session", \.session, .headerName, "Header that names the session.")
        Key("conversation", \.conversation, .headerName, "Header that names the conversation.")
    }
}

/// How a session is recognised.
public struct SessionIdentity: Sendable {
    public var headers = IdentityHeaders()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "identity", "How a session is recognised.", initial: SessionIdentity()
    ) {
        Key("headers", \.headers, merging: IdentityHeaders.schema, "The headers that name it.")
    }
}

/// How firmly a session holds its model.
public struct ProtectionTuning: Sendable {
    public var idleTimeoutSeconds = 300
    public var minimumTurnsBeforeSwitch = 1
    public var switchMargin = 0.05
    public var stabilityWeight = 1.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tuning", "How firmly a session holds its model.", initial: ProtectionTuning()
    ) {
        Key(
            "idle_timeout_seconds", \.idleTimeoutSeconds, .count,
            "Seconds of silence after which a session is forgotten.")
        Key("min_turns_before_switch", \.minimumTurnsBeforeSwitch, .count, "Turns before the model may change.")
        Key("switch_margin", \.switchMargin, .nonNegative, "Lead that another model needs.")
        Key("stability_weight", \.stabilityWeight, .nonNegative, "Weight of staying.")
    }
}

/// Keeping one model within a session.
public struct ProtectionSettings: Sendable {
    /// What is held together.
    public enum Scope: String, Sendable, CaseIterable {
        case conversation
        case session
    }

    public var isEnabled = true
    public var scope = Scope.conversation
    public var identity = SessionIdentity()
    public var tuning = ProtectionTuning()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "protection", "Keeping one model within a session.", initial: ProtectionSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Hold sessions.")
        Key("scope", \.scope, .enumeration(), "What is held together.")
        Key("identity", \.identity, merging: SessionIdentity.schema, "How a session is recognised.")
        Key("tuning", \.tuning, merging: ProtectionTuning.schema, "How firmly a session holds its model.")
    }
}

/// The Redis server that shares learning state.
public struct LearningRedisSettings: Sendable {
    public var address = ""
    public var password = Secret("")
    public var database = 0
    public var keyPrefix = "vsr:router-session:v1:"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "redis", "The Redis server that shares learning state.", initial: LearningRedisSettings()
    ) {
        Key("address", \.address, .string, "Host and port; needed for the redis backend.")
        Key("password", \.password, .secret, "Password, when the server wants one.")
        Key("database", \.database, .count, "Number of the logical database.")
        Key("key_prefix", \.keyPrefix, .string, "Text before every key.")
    }
}

/// Where learning state is kept.
public struct LearningStateStore: Sendable {
    /// The engine that keeps it.
    public enum Backend: String, Sendable, CaseIterable {
        case local
        case redis
        case unset = ""
    }

    public var backend = Backend.local
    public var ttlSeconds = 0
    public var timeoutMilliseconds = 50
    public var redis = LearningRedisSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "state_store", "Where learning state is kept.", initial: LearningStateStore()
    ) {
        Key("backend", \.backend, .enumeration(), "The engine that keeps it; empty is local.")
        Key("ttl_seconds", \.ttlSeconds, .count, "Seconds that a state lives; 0 leaves it to the idle timeout.")
        Key("timeout_ms", \.timeoutMilliseconds, .count, "Milliseconds to wait for the store; 0 is 50.")
        Key("redis", \.redis, merging: LearningRedisSettings.schema, "The Redis server.")
    }.checking { value, node, context in
        if value.backend == .redis, value.redis.address.isEmpty {
            context.inside("redis", of: node) {
                $1.error(.missingKey, "the redis backend needs an address", key: "address", of: $0)
            }
        }
    }
}

/// Learning from outcomes and holding sessions. Spec config §11.1.1.
public struct LearningSettings: Sendable {
    public var isEnabled = false
    public var adaptation = AdaptationSettings()
    public var protection = ProtectionSettings()
    public var stateStore = LearningStateStore()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "learning",
        "Learning from outcomes and holding sessions. Spec config §11.1.1.",
        initial: LearningSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Learn.")
        Key("adaptation", \.adaptation, merging: AdaptationSettings.schema, "Learning which candidate does best.")
        Key("protection", \.protection, merging: ProtectionSettings.schema, "Keeping one model within a session.")
        Key("state_store", \.stateStore, merging: LearningStateStore.schema, "Where learning state is kept.")
    }
}
