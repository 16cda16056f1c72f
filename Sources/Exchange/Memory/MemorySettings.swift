internal import Lexical
internal import Policy
internal import State

/// What memory does for one decision: the store's settings with the plugin's laid over them.
struct MemorySettings: Sendable {
    let limit: Int
    let threshold: Double
    let stores: Bool
    /// Nil is meaning alone.
    let fusion: HybridRanking.Fusion?
    let adaptsThreshold: Bool
    let aging: MemoryAging
    let disabledRoutes: Set<String>
    let disabledModels: Set<String>
    let filters: Bool
    let maximumTokens: Int
    let halfLifeDays: Double
    let duplicateThreshold: Double
    /// Memories that match one are never given to a model.
    let blocked: PatternSet?

    /// Reciprocal rank fusion's usual constant.
    private static let rankConstant = 60.0

    /// Nil where the decision has no memory: the plugin and the store must both be on. Throws for a pattern that does
    /// not compile.
    init?(_ uses: [PluginUse], _ store: MemoryStore) throws(PatternError) {
        guard store.isEnabled,
            let plugin = uses.first(where: { $0.type == "memory" })?.configuration as? MemoryConfiguration,
            plugin.isEnabled
        else { return nil }
        limit = plugin.retrievalLimit ?? store.defaultRetrievalLimit
        threshold = plugin.similarityThreshold ?? store.defaultSimilarityThreshold
        stores = plugin.storesAutomatically ?? store.storesAutomatically
        if plugin.usesHybridSearch ?? store.usesHybridSearch {
            fusion =
                (plugin.hybridMode ?? store.hybridMode) == .rrf
                ? .reciprocalRank(constant: Self.rankConstant) : .weighted(vector: 0.7, bm25: 0.2, ngram: 0.1)
        } else {
            fusion = nil
        }
        adaptsThreshold = store.adaptsThreshold
        aging = MemoryAging(store.qualityScoring)
        disabledRoutes = Set(store.disabledRoutes)
        disabledModels = Set(store.disabledModels)
        let reflection = plugin.reflection
        let algorithm = reflection.algorithm.isEmpty ? store.reflection.algorithm : reflection.algorithm
        filters = (reflection.isEnabled ?? store.reflection.isEnabled) && algorithm != "noop"
        maximumTokens = reflection.maximumInjectTokens ?? store.reflection.maximumInjectTokens
        halfLifeDays = reflection.recencyDecayDays ?? store.reflection.recencyDecayDays
        duplicateThreshold = reflection.duplicateThreshold ?? store.reflection.duplicateThreshold
        let patterns = store.reflection.blockPatterns + reflection.blockPatterns
        blocked = patterns.isEmpty ? nil : try PatternSet(patterns.map { ($0, false) })
    }
}

extension MemoryAging {
    /// The policy's.
    init(_ scoring: MemoryQualityScoring) {
        self.init(
            strengthDays: Double(scoring.initialStrengthDays), threshold: scoring.pruneThreshold,
            maximumPerUser: scoring.maximumMemoriesPerUser)
    }
}
