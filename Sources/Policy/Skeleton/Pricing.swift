/// What a model's tokens cost, each price per million tokens. Spec config §3.2.
public struct Pricing: Sendable, Hashable {
    /// A label only; prices are never converted.
    public var currency = "USD"
    public var promptPerMillion = 0.0
    public var completionPerMillion = 0.0
    public var cachedInputPerMillion = 0.0
    /// Nil when the file does not say; 0 means that writing is free.
    public var cacheWritePerMillion: Double?

    /// A model that costs nothing.
    public init() {}

    /// The declaration of `pricing`.
    public static let schema = Schema<Pricing>(
        "pricing", "What a model's tokens cost, each price per million tokens.", initial: Pricing(),
        keys: [
            Key("currency", \.currency, .nonEmptyString, "A label only; prices are never converted."),
            Key("prompt_per_1m", \.promptPerMillion, .nonNegative, "Price of input tokens that are not cached."),
            Key("completion_per_1m", \.completionPerMillion, .nonNegative, "Price of output tokens."),
            Key("cached_input_per_1m", \.cachedInputPerMillion, .nonNegative, "Price of cached input tokens."),
            Key("cache_write_per_1m", \.cacheWritePerMillion, .nonNegative, "Price of writing to the cache."),
        ])
}
