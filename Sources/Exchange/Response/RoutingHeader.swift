/// The names of the headers that say how a request was routed. Spec pipeline-api §3.3.
public enum RoutingHeader {
    public static let schemaVersion = "x-vsr-schema-version"
    /// The value of `schemaVersion`.
    public static let currentSchema = "2"
    public static let responsePath = "x-vsr-response-path"
    public static let recipe = "x-vsr-selected-recipe"
    public static let decision = "x-vsr-selected-decision"
    public static let confidence = "x-vsr-selected-confidence"
    public static let algorithm = "x-vsr-selected-algorithm"
    public static let model = "x-vsr-selected-model"
    public static let fastResponse = "x-vsr-fast-response"
    public static let responseWarnings = "x-vsr-response-warnings"
    public static let cacheHit = "x-vsr-cache-hit"
    public static let cacheSimilarity = "x-vsr-cache-similarity"
    public static let clientProtocol = "x-vsr-client-protocol"
    public static let upstreamProtocol = "x-vsr-upstream-protocol"
    public static let category = "x-vsr-selected-category"
    public static let reasoning = "x-vsr-selected-reasoning"
    public static let injectedSystemPrompt = "x-vsr-injected-system-prompt"
    public static let contextTokenCount = "x-vsr-context-token-count"
    public static let retentionDrop = "x-vsr-retention-drop"
    public static let retentionTurns = "x-vsr-retention-ttl-turns"
    public static let retentionKeepModel = "x-vsr-retention-keep-current-model"
    public static let retentionPreferPrefix = "x-vsr-retention-prefer-prefix"
    public static let learningMethods = "x-vsr-learning-methods"
    public static let learningActions = "x-vsr-learning-actions"
    public static let learningScopes = "x-vsr-learning-scopes"
    public static let learningReasons = "x-vsr-learning-reasons"
    public static let sessionPhase = "x-vsr-session-phase"
    public static let replayID = "x-vsr-replay-id"
    public static let retrievalBackend = "x-vsr-rag-backend"
    public static let retrievalPassages = "x-vsr-rag-passages"
    public static let retrievalLength = "x-vsr-rag-context-length"
    public static let retrievalScore = "x-vsr-rag-similarity-score"
    /// Request header: asks for the debug headers.
    public static let debug = "x-vsr-debug"
    /// Request header: asks for no processing, where the policy allows it.
    public static let skipProcessing = "x-vsr-skip-processing"
    /// Request header: asks that nothing is recalled or remembered.
    public static let disableMemory = "x-disable-router-memory"
    /// To backends and gateways: the logical model.
    public static let selectedModel = "x-selected-model"

    /// The header that lists the matched signals of a family; `metadata` and `classifier` have none.
    public static func matched(family: String) -> String? {
        switch family {
        case "keyword": return "x-vsr-matched-keywords"
        case "embedding": return "x-vsr-matched-embeddings"
        case "domain": return "x-vsr-matched-domains"
        case "fact_check": return "x-vsr-matched-fact-check"
        case "user_feedback": return "x-vsr-matched-user-feedback"
        case "projection": return "x-vsr-matched-projections"
        case "metadata", "classifier", "kb_metric": return nil
        default: return "x-vsr-matched-\(family)"
        }
    }
}

/// Who answered. Spec pipeline-api §3.3.
public enum ResponsePath: String, Sendable {
    case upstream
    case cache
    case fastResponse = "fast_response"
    case blocked
    case rateLimited = "rate_limited"
    case error
}
