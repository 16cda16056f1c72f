public import Policy

/// What is made of memories; keys given here override global.stores.memory.reflection.
public struct MemoryReflectionOverrides: Sendable {
    public var isEnabled: Bool?
    public var algorithm = ""
    public var maximumInjectTokens: Int?
    public var recencyDecayDays: Double?
    public var duplicateThreshold: Double?
    public var blockPatterns: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "reflection",
        "What is made of memories; keys given here override global.stores.memory.reflection.",
        initial: MemoryReflectionOverrides()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Filter and order memories.")
        Key("algorithm", \.algorithm, .string, "Order of the memories.")
        Key("max_inject_tokens", \.maximumInjectTokens, .count, "Most tokens of memories in a request.")
        Key("recency_decay_days", \.recencyDecayDays, .nonNegative, "Days after which recency halves.")
        Key("dedup_threshold", \.duplicateThreshold, .fraction, "Similarity above which two memories count as one.")
        Key("block_patterns", \.blockPatterns, .list(.nonEmptyString), "Patterns of memories that are never injected.")
    }
}

/// Memories of the user for the decision. Spec config §9.3.
public struct MemoryConfiguration: Sendable {
    public var isEnabled = false
    public var retrievalLimit: Int?
    public var similarityThreshold: Double?
    public var storesAutomatically: Bool?
    public var usesHybridSearch: Bool?
    public var hybridMode: MemoryStore.HybridMode?
    public var reflection = MemoryReflectionOverrides()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "memory", "Memories of the user for the decision. Spec config §9.3.", initial: MemoryConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Use memories.")
        Key("retrieval_limit", \.retrievalLimit, .count, "Memories per request; the store's when unset.")
        Key(
            "similarity_threshold", \.similarityThreshold, .fraction,
            "Least similarity of a memory; the store's when unset.")
        Key("auto_store", \.storesAutomatically, .boolean, "Extract memories; the store's when unset.")
        Key("hybrid_search", \.usesHybridSearch, .boolean, "Search by words as well; the store's when unset.")
        Key("hybrid_mode", \.hybridMode, .enumeration(), "How the two searches are joined; rerank counts as weighted.")
        Key("reflection", \.reflection, merging: MemoryReflectionOverrides.schema, "What is made of memories.")
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("memory", schema)
}
