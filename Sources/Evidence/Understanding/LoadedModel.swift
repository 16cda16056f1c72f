internal import Encoding

/// What a loaded model can do, and how well, for people who have to rely on it.
public struct LoadedModel: Sendable, Hashable {
    /// One task of a model.
    public struct Head: Sendable, Hashable {
        public var name: String
        public var labels: [String]
        /// Measured strengths by name, such as `recall_at_1_percent_fpr` and `over_block_rate`, each from 0 to 1.
        public var strength: [String: Double]
        /// On what the strengths were measured.
        public var measuredOn: String?

        /// A head.
        public init(name: String, labels: [String], strength: [String: Double] = [:], measuredOn: String? = nil) {
            self.name = name
            self.labels = labels
            self.strength = strength
            self.measuredOn = measuredOn
        }
    }

    public var name: String
    public var version: String
    /// The languages that it reads, as ISO 639-1 codes; empty where it does not say.
    public var languages: [String]
    /// Tokens that it reads at once; longer texts are read in windows that overlap.
    public var window: Int
    /// The length of its embeddings; nil when it does not embed.
    public var dimension: Int?
    public var heads: [Head]

    /// A model.
    public init(
        name: String, version: String = "1", languages: [String] = [], window: Int = 0, dimension: Int? = nil,
        heads: [Head] = []
    ) {
        self.name = name
        self.version = version
        self.languages = languages
        self.window = window
        self.dimension = dimension
        self.heads = heads
    }

    init(_ encoder: Encoder) {
        name = encoder.name
        version = encoder.version
        languages = encoder.languages
        window = encoder.window
        dimension = encoder.dimension
        heads = encoder.heads.map {
            Head(name: $0.name, labels: $0.labels, strength: $0.strength, measuredOn: $0.measuredOn)
        }
    }
}
