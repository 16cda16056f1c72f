/// Shortening of long texts before signals read them.
public struct PromptCompressionSettings: Sendable {
    /// Weights made for a kind of text.
    public enum Profile: String, Sendable, CaseIterable {
        case `default`
        case coding
        case medical
        case security
        case multiTurn = "multi_turn"
    }

    public var isEnabled = false
    public var profile = Profile.default
    public var maximumTokens = 0
    public var minimumLength = 0
    public var skipSignals: [String] = []
    public var textRankWeight: Double?
    public var positionWeight: Double?
    public var tfidfWeight: Double?
    public var noveltyWeight: Double?
    public var positionDepth: Double?
    public var preservedFirstSentences: Int?
    public var preservedLastSentences: Int?

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "prompt_compression", "Shortening of long texts before signals read them.", initial: PromptCompressionSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Shorten texts.")
        Key(
            "profile", \.profile, .enumeration(caseInsensitive: true),
            "Weights made for a kind of text; weights given here override them.")
        Key("max_tokens", \.maximumTokens, .count, "Tokens to which a text is shortened; 0 leaves it as it is.")
        Key("min_length", \.minimumLength, .count, "Bytes up to which a text is left alone.")
        Key(
            "skip_signals", \.skipSignals, .list(.nonEmptyString),
            "Signals that read the whole text; jailbreak and pii when empty.")
        Key(
            "textrank_weight", \.textRankWeight, .nonNegative,
            "Weight of a sentence's place in the graph of sentences; the profile's when unset.")
        Key(
            "position_weight", \.positionWeight, .nonNegative,
            "Weight of a sentence's position; the profile's when unset.")
        Key("tfidf_weight", \.tfidfWeight, .nonNegative, "Weight of rare words; the profile's when unset.")
        Key(
            "novelty_weight", \.noveltyWeight, .nonNegative,
            "Weight of what was not said before; the profile's when unset.")
        Key(
            "position_depth", \.positionDepth, .fraction,
            "Depth of the valley in the middle of the text; the profile's when unset.")
        Key(
            "preserve_first_n", \.preservedFirstSentences, .count,
            "First sentences that are always kept; the profile's when unset.")
        Key(
            "preserve_last_n", \.preservedLastSentences, .count,
            "Last sentences that are always kept; the profile's when unset.")
    }
}

/// What weighs the sentences of a text that is shortened. Spec config §11.5.5.
public struct SentenceWeights: Sendable, Hashable {
    public var textRank: Double
    public var position: Double
    public var tfidf: Double
    public var novelty: Double
    /// Depth of the valley in the middle of the text, from 0 to 1.
    public var positionDepth: Double
    public var preservedFirstSentences: Int
    public var preservedLastSentences: Int

    init(_ weights: (Double, Double, Double, Double), depth: Double, first: Int, last: Int) {
        (textRank, position, tfidf, novelty) = weights
        positionDepth = depth
        preservedFirstSentences = first
        preservedLastSentences = last
    }
}

extension PromptCompressionSettings {
    /// The weights in effect: the profile's, overridden by those given, the four shares brought to a sum of 1.
    public var sentenceWeights: SentenceWeights {
        var weights = profile.sentenceWeights
        if let textRankWeight { weights.textRank = textRankWeight }
        if let positionWeight { weights.position = positionWeight }
        if let tfidfWeight { weights.tfidf = tfidfWeight }
        if let noveltyWeight { weights.novelty = noveltyWeight }
        if let positionDepth { weights.positionDepth = positionDepth }
        if let preservedFirstSentences { weights.preservedFirstSentences = preservedFirstSentences }
        if let preservedLastSentences { weights.preservedLastSentences = preservedLastSentences }
        let sum = weights.textRank + weights.position + weights.tfidf + weights.novelty
        guard sum > 0 else { return weights }
        weights.textRank /= sum
        weights.position /= sum
        weights.tfidf /= sum
        weights.novelty /= sum
        return weights
    }

    /// The signals that read the whole text.
    public var effectiveSkippedSignals: [String] { skipSignals.isEmpty ? ["jailbreak", "pii"] : skipSignals }
}

extension PromptCompressionSettings.Profile {
    /// The profile's own weights.
    var sentenceWeights: SentenceWeights {
        switch self {
        case .default: SentenceWeights((0.20, 0.40, 0.35, 0.05), depth: 0.5, first: 3, last: 2)
        case .coding: SentenceWeights((0.15, 0.30, 0.40, 0.15), depth: 0.6, first: 2, last: 4)
        case .medical: SentenceWeights((0.20, 0.35, 0.30, 0.15), depth: 0.5, first: 3, last: 2)
        case .security: SentenceWeights((0.15, 0.30, 0.25, 0.30), depth: 0.6, first: 2, last: 3)
        case .multiTurn: SentenceWeights((0.15, 0.25, 0.35, 0.10), depth: 0.5, first: 2, last: 5)
        }
    }
}
