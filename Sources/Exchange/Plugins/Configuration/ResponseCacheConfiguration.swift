public import Policy

/// Hits by meaning.
public struct CacheSemanticSettings: Sendable {
    public var similarityThreshold: Double?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "semantic", "Hits by meaning.", initial: CacheSemanticSettings()
    ) {
        Key("similarity_threshold", \.similarityThreshold, .fraction, "Similarity of a hit; 0.95 when unset.")
    }
}

/// What clients may ask of the cache.
public struct CacheRequestControls: Sendable {
    /// A wish of the client.
    public enum Directive: String, Sendable, CaseIterable {
        case noCache = "no-cache"
        case noStore = "no-store"
        case bypass
        case maxAge = "max-age"
        case ttl
    }

    public var isEnabled = false
    public var header = "x-vsr-cache-control"
    public var allowed: [Directive] = [.noCache, .noStore, .bypass]
    public var maximumTTLSeconds: Int?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "request_controls", "What clients may ask of the cache.", initial: CacheRequestControls()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Heed the client's header.")
        Key("header", \.header, .headerName, "Header that carries the wishes.")
        Key("allowed", \.allowed, .list(.enumeration()), "Wishes that are heeded.")
        Key("max_ttl_seconds", \.maximumTTLSeconds, .count, "Longest time that a client may ask for.")
    }
}

/// Requests whose answer depends on the user.
public struct CachePersonalization: Sendable {
    /// How they are cached.
    public enum Mode: String, Sendable, CaseIterable {
        case unset = ""
        case disabled
        case exact
    }

    public var mode = Mode.unset

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "personalized", "Requests whose answer depends on the user.", initial: CachePersonalization()
    ) {
        Key("mode", \.mode, .enumeration(), "How they are cached.")
    }
}

/// Labels that separate generations of entries.
public struct CacheRevision: Sendable {
    public var cacheEpoch = ""
    public var modelRevision = ""
    public var promptRevision = ""
    public var policyRevision = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "revision", "Labels that separate generations of entries.", initial: CacheRevision()
    ) {
        Key("cache_epoch", \.cacheEpoch, .string, "Any label; a new one empties the cache.")
        Key("model_revision", \.modelRevision, .string, "Revision of the models.")
        Key("prompt_revision", \.promptRevision, .string, "Revision of the prompts.")
        Key("policy_revision", \.policyRevision, .string, "Revision of the policy.")
    }
}

/// Answers from earlier requests. Spec config §9.1.
public struct ResponseCacheConfiguration: Sendable {
    /// How a hit is found.
    public enum Mode: String, Sendable, CaseIterable {
        case unset = ""
        case semantic
        case exact
        case exactThenSemantic = "exact_then_semantic"
    }

    /// Who shares entries.
    public enum Scope: String, Sendable, CaseIterable {
        case user
        case team
        case tenant
        case global
    }

    public var isEnabled = false
    public var mode = Mode.unset
    public var scope = Scope.user
    public var semantic = CacheSemanticSettings()
    public var ttlSeconds: Int?
    public var requestControls = CacheRequestControls()
    public var personalization = CachePersonalization()
    public var revision = CacheRevision()
    public var flatSimilarityThreshold: Double?
    public var flatAllowsRequestControls: Bool?
    public var flatControlHeader: String?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "response_cache", "Answers from earlier requests. Spec config §9.1.", initial: ResponseCacheConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Use the cache for the decision.")
        Key("mode", \.mode, .enumeration(), "How a hit is found; empty is semantic.")
        Key("scope", \.scope, .enumeration(), "Who shares entries.")
        Key("semantic", \.semantic, merging: CacheSemanticSettings.schema, "Hits by meaning.")
        Key(
            "ttl_seconds", \.ttlSeconds, .count, "Seconds that an answer is kept; the store's when unset; 0 keeps none."
        )
        Key("request_controls", \.requestControls, merging: CacheRequestControls.schema, "What clients may ask.")
        Key(
            "personalized", \.personalization, merging: CachePersonalization.schema,
            "Requests whose answer depends on the user.")
        Key("revision", \.revision, merging: CacheRevision.schema, "Labels that separate generations.")
        Key(
            "similarity_threshold", \.flatSimilarityThreshold, .fraction, "Old place of semantic.similarity_threshold.",
            status: .deprecated(instead: "semantic.similarity_threshold"))
        Key(
            "allow_request_controls", \.flatAllowsRequestControls, .boolean, "Old place of request_controls.enabled.",
            status: .deprecated(instead: "request_controls.enabled"))
        Key(
            "control_header", \.flatControlHeader, .headerName, "Old place of request_controls.header.",
            status: .deprecated(instead: "request_controls.header"))
    }.checking { value, node, context in
        if node["similarity_threshold"] != nil, node["semantic"] != nil {
            context.error(
                .conflict, "similarity_threshold is the old form of the block semantic: keep one of them",
                key: "similarity_threshold", of: node)
        }
        for key in ["allow_request_controls", "control_header"]
        where node[key] != nil && node["request_controls"] != nil {
            context.error(
                .conflict, "\(key) is the old form of the block request_controls: keep one of them", key: key, of: node)
        }
    }

    /// The similarity of a hit that is in effect. The default lets about one of a hundred questions that are close and
    /// different through; the published 0.8 lets ten (measured on Quora's pairs, Docs/cache.md).
    public var effectiveSimilarityThreshold: Double { semantic.similarityThreshold ?? flatSimilarityThreshold ?? 0.95 }

    /// What clients may ask, with the old keys laid over.
    public var effectiveRequestControls: CacheRequestControls {
        var controls = requestControls
        if let flatAllowsRequestControls { controls.isEnabled = flatAllowsRequestControls }
        if let flatControlHeader { controls.header = flatControlHeader }
        return controls
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared(
        "response_cache", schema, deprecatedNames: ["semantic-cache", "semantic_cache", "response-cache"]
    ) { _ in .available }
}
