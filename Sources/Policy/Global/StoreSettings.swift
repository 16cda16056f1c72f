/// What is kept, and where. Spec config §11.3.
public struct StoreSettings: Sendable {
    public var responseCache = ResponseCacheStore()
    public var memory = MemoryStore()
    public var vectorStore: VectorStoreSettings?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "stores", "What is kept, and where. Spec config §11.3.", initial: StoreSettings()
    ) {
        Key("response_cache", \.responseCache, merging: ResponseCacheStore.schema, "Cached responses.")
        Key(
            "semantic_cache", \.responseCache, merging: ResponseCacheStore.schema, "Old name of response_cache.",
            status: .deprecated(instead: "response_cache"))
        Key("memory", \.memory, merging: MemoryStore.schema, "Memories of users.")
        Key(
            "vector_store", \.vectorStore, .object(VectorStoreSettings.schema),
            "Uploaded documents; absent unless given.")
    }.checking { value, node, context in
        if node["semantic_cache"] != nil, node["response_cache"] != nil {
            context.error(
                .conflict, "semantic_cache is the old name of response_cache: keep one of them", key: "semantic_cache",
                of: node)
        }
    }
}
