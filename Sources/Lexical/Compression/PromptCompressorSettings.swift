extension PromptCompressor {
    /// Weights made for a kind of text (spec signals-decisions §8).
    public enum Profile: String, Sendable, CaseIterable {
        case `default`
        case coding
        case medical
        case security
        case multiTurn = "multi_turn"

        /// The profile of this name: letter case and white space around it do not count, `-` is `_`.
        public init?(named name: String) {
            var letters = name.unicodeScalars.drop(while: \.properties.isWhitespace)
            while letters.last?.properties.isWhitespace == true { letters.removeLast() }
            let key = letters.map { $0 == "-" ? "_" : $0.properties.lowercaseMapping }.joined()
            self.init(rawValue: key)
        }
    }

    /// What ranks the sentences and how much is kept.
    ///
    /// A weight may be 0, which takes its score out; only the proportions of the weights count. A weight that is
    /// negative or not a number is 0, and with all weights 0 earlier sentences come first.
    public struct Settings: Sendable, Hashable {
        /// Tokens to which a text is shortened; 0 leaves every text as it is.
        public var maximumTokens = 0
        /// Bytes up to which a text is left as it is; 0 is no such bound.
        public var minimumLength = 0
        /// Weight of a sentence's place in the graph of sentences.
        public var textRankWeight: Double
        /// Weight of a sentence's position.
        public var positionWeight: Double
        /// Weight of a sentence's rare words.
        public var tfidfWeight: Double
        /// Weight of what a sentence adds to the whole.
        public var noveltyWeight: Double
        /// Depth of the valley in the middle of the text, from 0 to 1.
        public var positionDepth: Double
        /// First sentences that come before the ranked ones.
        public var preservedFirstSentences: Int
        /// Last sentences that come before the ranked ones.
        public var preservedLastSentences: Int

        /// The settings of a profile with a budget.
        public init(profile: Profile = .default, maximumTokens: Int = 0, minimumLength: Int = 0) {
            let weights: (textRank: Double, position: Double, tfidf: Double, novelty: Double)
            switch profile {
            case .default:
                weights = (0.20, 0.40, 0.35, 0.05)
                (positionDepth, preservedFirstSentences, preservedLastSentences) = (0.5, 3, 2)
            case .coding:
                weights = (0.15, 0.30, 0.40, 0.15)
                (positionDepth, preservedFirstSentences, preservedLastSentences) = (0.6, 2, 4)
            case .medical:
                weights = (0.20, 0.35, 0.30, 0.15)
                (positionDepth, preservedFirstSentences, preservedLastSentences) = (0.5, 3, 2)
            case .security:
                weights = (0.15, 0.30, 0.25, 0.30)
                (positionDepth, preservedFirstSentences, preservedLastSentences) = (0.6, 2, 3)
            case .multiTurn:
                weights = (0.15, 0.25, 0.35, 0.10)
                (positionDepth, preservedFirstSentences, preservedLastSentences) = (0.5, 2, 5)
            }
            (textRankWeight, positionWeight, tfidfWeight, noveltyWeight) = weights
            self.maximumTokens = maximumTokens
            self.minimumLength = minimumLength
        }
    }
}
