/// Tokens a model reports for one call.
public struct Usage: Sendable, Hashable {
    /// Tokens of the input, cached ones included.
    public var promptTokens: Int
    /// Tokens of the output.
    public var completionTokens: Int
    /// All tokens.
    public var totalTokens: Int
    /// Input tokens that the backend had in its prefix cache.
    public var cachedTokens: Int
    /// Input tokens that were written to the backend's prefix cache.
    public var cacheWriteTokens: Int

    /// Creates a usage; the total is the sum when not given.
    public init(
        promptTokens: Int = 0, completionTokens: Int = 0, totalTokens: Int? = nil, cachedTokens: Int = 0,
        cacheWriteTokens: Int = 0
    ) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.totalTokens = totalTokens ?? RequestSize.sum([promptTokens, completionTokens])
        self.cachedTokens = cachedTokens
        self.cacheWriteTokens = cacheWriteTokens
    }

    /// Reads an OpenAI `usage` object; counts that are missing, negative or no integers are zero.
    public init?(_ value: JSONValue) {
        guard value.kind == .object else { return nil }
        func count(_ value: JSONValue?) -> Int? { value?.int.flatMap { $0 >= 0 ? $0 : nil } }
        let details = value["prompt_tokens_details"]
        self.init(
            promptTokens: count(value["prompt_tokens"]) ?? 0,
            completionTokens: count(value["completion_tokens"]) ?? 0,
            totalTokens: count(value["total_tokens"]),
            cachedTokens: count(details?["cached_tokens"]) ?? count(value["cache_read_input_tokens"]) ?? 0,
            cacheWriteTokens: count(details?["cache_write_tokens"])
                ?? count(value["cache_creation_input_tokens"]) ?? 0)
    }

    func write(to writer: inout JSONWriter) {
        writer.key("usage")
        writer.beginObject()
        writer.member("prompt_tokens", promptTokens)
        writer.member("completion_tokens", completionTokens)
        writer.member("total_tokens", totalTokens)
        if cachedTokens > 0 || cacheWriteTokens > 0 {
            writer.key("prompt_tokens_details")
            writer.beginObject()
            writer.member("cached_tokens", cachedTokens)
            if cacheWriteTokens > 0 { writer.member("cache_write_tokens", cacheWriteTokens) }
            writer.endObject()
        }
        writer.endObject()
    }
}
