/// One model that the mock server answers for.
public struct MockModel: Sendable, Hashable {
    /// The name clients put into `model`.
    public var name: String
    /// Time from the request to the first token.
    public var firstTokenDelay: Duration
    /// Tokens per second after the first; `nil` means as fast as the socket takes them.
    public var tokensPerSecond: Double?
    /// Prompt and completion together, in tokens; a longer prompt is refused, a longer answer is cut.
    public var contextWindow: Int?

    /// Creates a model description. A `tokensPerSecond` that is not above zero counts as `nil`.
    public init(
        name: String, firstTokenDelay: Duration = .zero, tokensPerSecond: Double? = nil, contextWindow: Int? = nil
    ) {
        self.name = name
        self.firstTokenDelay = firstTokenDelay
        self.tokensPerSecond = tokensPerSecond.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        self.contextWindow = contextWindow
    }

    /// The pause after each token, or `nil` when unpaced.
    var tokenInterval: Duration? { tokensPerSecond.map { .nanoseconds(Int64(min(1e9 / $0, 3.6e12))) } }
}

/// What an answer says.
public enum AnswerMode: Sendable, Hashable {
    /// A short sentence that names the model and repeats the first words of the last user text.
    case describe
    /// The last user text (or tool result), exactly.
    case echo
    /// Always this text.
    case fixed(String)
}

/// The simulated prefix cache behind `prompt_tokens_details.cached_tokens`.
public struct PrefixCacheConfiguration: Sendable, Hashable {
    /// How many tokens of prefixes each model keeps; zero turns the cache off.
    public var maxTokens: Int

    /// Creates a cache setting.
    public init(maxTokens: Int = 1 << 20) { self.maxTokens = maxTokens }
}

/// Everything `MockBackend.start` needs to know.
public struct MockBackendConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; zero takes a free one.
    public var port: Int
    /// The models served and listed by `GET /v1/models`.
    public var models: [MockModel]
    /// Answer for models that are not listed too. `nil` means: when no model is listed.
    public var acceptAnyModel: Bool?
    /// How models that are not listed behave; the name does not count.
    public var otherModels = MockModel(name: "")
    /// The seed of every answer, identifier and fault draw.
    public var seed: UInt64
    /// Event loops, when the server makes its own group.
    public var threads: Int
    /// Fault rules; the first that applies to a request decides.
    public var faults: [FaultRule]
    /// Whether the request header `x-mock-fault` may ask for a fault.
    public var honoursFaultHeader: Bool
    /// What answers say.
    public var answerMode: AnswerMode
    /// The bearer token that `/v1` requests must carry, if any.
    public var requiredAPIKey: String?
    /// The simulated prefix cache.
    public var prefixCache: PrefixCacheConfiguration
    /// The largest request body, in bytes; more is answered with 413.
    public var maxBodyBytes: Int
    /// How many requests `MockBackend.requests()` remembers; zero records none.
    public var recordedRequests: Int

    /// Creates a configuration; every setting has a default.
    public init(
        host: String = "127.0.0.1", port: Int = 0, models: [MockModel] = [], acceptAnyModel: Bool? = nil,
        seed: UInt64 = 1, threads: Int = 1, faults: [FaultRule] = [], honoursFaultHeader: Bool = true,
        answerMode: AnswerMode = .describe, requiredAPIKey: String? = nil,
        prefixCache: PrefixCacheConfiguration = PrefixCacheConfiguration(), maxBodyBytes: Int = 16 << 20,
        recordedRequests: Int = 1000
    ) {
        self.host = host
        self.port = port
        self.models = models
        self.acceptAnyModel = acceptAnyModel
        self.seed = seed
        self.threads = threads
        self.faults = faults
        self.honoursFaultHeader = honoursFaultHeader
        self.answerMode = answerMode
        self.requiredAPIKey = requiredAPIKey
        self.prefixCache = prefixCache
        self.maxBodyBytes = maxBodyBytes
        self.recordedRequests = recordedRequests
    }
}
