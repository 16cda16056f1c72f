public import Policy

/// Where passages come from.
public enum RetrievalBackend: String, Sendable, CaseIterable {
    case milvus
    case qdrant
    case externalAPI = "external_api"
    case mcp
    case openai
    case hybrid
    case vectorstore
}

/// The configuration of a retrieval backend.
public enum RetrievalSource: Sendable {
    case milvus(MilvusRetrieval)
    case qdrant(QdrantRetrieval)
    case externalAPI(ExternalRetrieval)
    case mcp(ToolRetrieval)
    case openai(FileSearchRetrieval)
    case hybrid(HybridRetrieval)
    case vectorstore(LocalRetrieval)

    /// Reads the `backend_config` of a backend.
    static func decode(_ backend: RetrievalBackend, _ node: Node, _ context: inout DecodingContext) -> RetrievalSource?
    {
        switch backend {
        case .milvus: return MilvusRetrieval.schema.decode(node, &context).map(milvus)
        case .qdrant: return QdrantRetrieval.schema.decode(node, &context).map(qdrant)
        case .externalAPI: return ExternalRetrieval.schema.decode(node, &context).map(externalAPI)
        case .mcp: return ToolRetrieval.schema.decode(node, &context).map(mcp)
        case .openai: return FileSearchRetrieval.schema.decode(node, &context).map(openai)
        case .hybrid: return HybridRetrieval.schema.decode(node, &context).map(hybrid)
        case .vectorstore: return LocalRetrieval.schema.decode(node, &context).map(vectorstore)
        }
    }
}

extension ValueType where Value == Node {
    /// A mapping whose keys depend on another key; it is read when that is known.
    static func deferred(_ alternatives: [SchemaDescription]) -> ValueType {
        ValueType(.either(alternatives.map(TypeDescription.object)), render: { _ in nil }) { node, context in
            if node.entries != nil { return node }
            context.error(.wrongType, "expected a mapping, found \(node.kindDescription)", at: node.position)
            return nil
        }
    }
}

/// Passages that are added to a request. Spec config §9.4.
public struct RetrievalConfiguration: Sendable {
    /// Where passages stand.
    public enum Injection: String, Sendable, CaseIterable {
        case toolRole = "tool_role"
        case systemPrompt = "system_prompt"
    }

    /// What a failed retrieval means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case skip
        case block
        case warn
    }

    public var isEnabled = false
    public var backend: RetrievalBackend?
    public var similarityThreshold: Double?
    public var resultCount: Int?
    public var maximumContextLength: Int?
    public var injection = Injection.toolRole
    public var failureAction = FailureAction.skip
    public var cachesResults = false
    public var cacheSeconds: Int?
    public var minimumConfidenceThreshold: Double?
    public var backendConfiguration: Node?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "rag", "Passages that are added to a request. Spec config §9.4.", initial: RetrievalConfiguration()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Retrieve passages.")
        Key("backend", \.backend, .enumeration(), "Where passages come from; needed when enabled.")
        Key("similarity_threshold", \.similarityThreshold, .fraction, "Least similarity of a passage; 0.7 when unset.")
        Key("top_k", \.resultCount, .integer(1...Int.max), "Passages per request; 5 when unset.")
        Key("max_context_length", \.maximumContextLength, .count, "Most characters of passages; 10000 when unset.")
        Key("injection_mode", \.injection, .enumeration(), "Where passages stand.")
        Key("on_failure", \.failureAction, .enumeration(), "What a failed retrieval means.")
        Key("cache_results", \.cachesResults, .boolean, "Keep results.")
        Key("cache_ttl_seconds", \.cacheSeconds, .count, "Seconds that results are kept; 3600 when unset.")
        Key(
            "min_confidence_threshold", \.minimumConfidenceThreshold, .fraction,
            "Confidence below which no passage is added.")
        Key("backend_config", \.backendConfiguration, .deferred(alternatives), "Keys of the backend.")
    }.checking { value, node, context in
        guard let backend = value.backend else {
            if value.isEnabled {
                context.error(.missingKey, "an enabled rag needs a backend", key: "backend", of: node)
            }
            return
        }
        if let given = value.backendConfiguration {
            context.within(.key("backend_config")) { _ = RetrievalSource.decode(backend, given, &$0) }
        } else if value.isEnabled, backend != .vectorstore {
            context.error(
                .missingKey, "the backend \(backend.rawValue) needs a backend_config", key: "backend_config", of: node)
        }
    }

    /// The backend with its keys; nil when the plugin names none.
    public var source: RetrievalSource? {
        guard let backend else { return nil }
        var context = DecodingContext()
        let node = backendConfiguration ?? Node(.mapping([]), at: SourcePosition(line: 1, column: 1))
        return RetrievalSource.decode(backend, node, &context)
    }

    private static let alternatives = [
        MilvusRetrieval.schema.description, QdrantRetrieval.schema.description, ExternalRetrieval.schema.description,
        ToolRetrieval.schema.description, FileSearchRetrieval.schema.description, HybridRetrieval.schema.description,
        LocalRetrieval.schema.description,
    ]

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("rag", schema) {
        guard $0.isEnabled, let source = $0.source, let missing = PassageSources.missing(source) else {
            return .available
        }
        return .unavailable("\(missing); no passage is added")
    }
}
