public import Policy

/// Retrieval from a Milvus collection.
public struct MilvusRetrieval: Sendable {
    public var collection = ""
    public var reusesCacheConnection = false
    public var contentField = ""
    public var metadataField = ""
    public var filterExpression = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "milvus backend_config", "Retrieval from a Milvus collection.", initial: MilvusRetrieval()
    ) {
        Key("collection", \.collection, .nonEmptyString, "Collection that is searched.", required: true)
        Key("reuse_cache_connection", \.reusesCacheConnection, .boolean, "Use the response cache's connection.")
        Key("content_field", \.contentField, .string, "Field with the text.")
        Key("metadata_field", \.metadataField, .string, "Field with the metadata.")
        Key("filter_expression", \.filterExpression, .string, "Filter in Milvus's language.")
    }
}

/// Retrieval from a Qdrant collection.
public struct QdrantRetrieval: Sendable {
    public var collection = ""
    public var reusesCacheConnection = false
    public var contentField = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "qdrant backend_config", "Retrieval from a Qdrant collection.", initial: QdrantRetrieval()
    ) {
        Key("collection", \.collection, .nonEmptyString, "Collection that is searched.", required: true)
        Key("reuse_cache_connection", \.reusesCacheConnection, .boolean, "Use the response cache's connection.")
        Key("content_field", \.contentField, .string, "Field with the text.")
    }
}

/// Retrieval from a service over HTTP.
public struct ExternalRetrieval: Sendable {
    public var endpoint = ""
    public var requestFormat = ""
    public var apiKey = Secret("")
    public var authorizationHeader: String?
    public var requestTemplate = ""
    public var timeoutSeconds = 0
    public var headers: [String: String] = [:]

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "external_api backend_config", "Retrieval from a service over HTTP.", initial: ExternalRetrieval()
    ) {
        Key("endpoint", \.endpoint, .httpURL, "URL of the service.", required: true)
        Key(
            "request_format", \.requestFormat, .nonEmptyString, "Form of the request, such as pinecone or custom.",
            required: true)
        Key("api_key", \.apiKey, .secret, "Key that is sent.")
        Key("auth_header", \.authorizationHeader, .headerName, "Header that carries the key.")
        Key("request_template", \.requestTemplate, .string, "Body of the request for the format custom.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer; 0 leaves it to the client.")
        Key("headers", \.headers, .map(.string), "Further headers.")
    }
}

/// Retrieval by a tool behind the Model Context Protocol.
public struct ToolRetrieval: Sendable {
    public var serverName = ""
    public var toolName = ""
    public var toolArguments: [String: AnyValue] = [:]
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "mcp backend_config", "Retrieval by a tool behind the Model Context Protocol.", initial: ToolRetrieval()
    ) {
        Key("server_name", \.serverName, .nonEmptyString, "Server that is asked.", required: true)
        Key("tool_name", \.toolName, .nonEmptyString, "Tool that is called.", required: true)
        Key("tool_arguments", \.toolArguments, .map(.any), "Its arguments; ${user_content} and ${top_k} are filled in.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer; 0 leaves it to the client.")
    }
}

/// Retrieval from an OpenAI vector store.
public struct FileSearchRetrieval: Sendable {
    /// How it is asked.
    public enum Workflow: String, Sendable, CaseIterable {
        case directSearch = "direct_search"
        case toolBased = "tool_based"
    }

    public var vectorStoreID = ""
    public var apiKey = Secret("")
    public var baseURL = ""
    public var maximumResults = 0
    public var fileIDs: [String] = []
    public var filter: AnyValue = .null
    public var timeoutSeconds = 0
    public var workflow = Workflow.directSearch

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "openai backend_config", "Retrieval from an OpenAI vector store.", initial: FileSearchRetrieval()
    ) {
        Key("vector_store_id", \.vectorStoreID, .nonEmptyString, "Store that is searched.", required: true)
        Key("api_key", \.apiKey, .secret, "Key that is sent.", required: true)
        Key("base_url", \.baseURL, .httpURL, "Base URL of the API.")
        Key("max_num_results", \.maximumResults, .count, "Most results; 0 leaves it to the store.")
        Key("file_ids", \.fileIDs, .list(.nonEmptyString), "Files that are searched; all when empty.")
        Key("filter", \.filter, .any, "Filter in the API's form.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer; 0 leaves it to the client.")
        Key("workflow_mode", \.workflow, .enumeration(), "How it is asked.")
    }
}

/// Retrieval from the router's own vector store.
public struct LocalRetrieval: Sendable {
    public var vectorStoreID = ""
    public var fileIDs: [String] = []

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "vectorstore backend_config", "Retrieval from the router's own vector store.", initial: LocalRetrieval()
    ) {
        Key("vector_store_id", \.vectorStoreID, .string, "Store that is searched.")
        Key("file_ids", \.fileIDs, .list(.nonEmptyString), "Files that are searched; all when empty.")
    }
}

/// Retrieval from two backends.
public struct HybridRetrieval: Sendable {
    /// How the two are asked.
    public enum Strategy: String, Sendable, CaseIterable {
        case sequential
        case parallel
    }

    public var primary = RetrievalBackend.milvus
    public var fallback: RetrievalBackend?
    public var primaryConfiguration: AnyValue = .null
    public var fallbackConfiguration: AnyValue = .null
    public var strategy = Strategy.sequential

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hybrid backend_config", "Retrieval from two backends.", initial: HybridRetrieval()
    ) {
        Key("primary", \.primary, .enumeration(), "Backend that is asked.", required: true)
        Key("fallback", \.fallback, .enumeration(), "Backend that is asked when the first fails.")
        Key("primary_config", \.primaryConfiguration, .any, "Its backend_config.")
        Key("fallback_config", \.fallbackConfiguration, .any, "The second's backend_config.")
        Key("strategy", \.strategy, .enumeration(), "How the two are asked.")
    }
}
