internal import Encoding
internal import Lexical

/// Whether an encoder can read a text at all: its languages, and how many of the text's tokens it knows.
struct Readability: Sendable {
    /// Probability of the encoder's languages under which a text is not read.
    private static let leastShare = 0.25
    /// How sure one other language must be; short texts spread thinly over many.
    private static let leastCertainty = 0.5
    /// Bytes below which a text is too short to tell its language.
    private static let leastBytes = 16

    private let languages: Set<String>
    private let maximumUnknownShare: Double
    private let identifier: LanguageIdentifier?

    init(_ encoder: Encoder, _ identifier: LanguageIdentifier?) {
        languages = Set(encoder.languages)
        maximumUnknownShare = encoder.maximumUnknownShare
        self.identifier = identifier
    }

    /// Whether the text can be read, and the share of it that can.
    func judge(_ text: String, _ tokens: TokenizedText) -> (isReadable: Bool, share: Double) {
        if !tokens.ids.isEmpty {
            let unknown = Double(tokens.unknownCount) / Double(tokens.ids.count)
            if unknown > maximumUnknownShare { return (false, 1 - unknown) }
        }
        guard !languages.isEmpty, let identifier, text.utf8.count >= Self.leastBytes else { return (true, 1) }
        var own = 0.0
        var other = 0.0
        for guess in identifier.probabilities(text) {
            if languages.contains(guess.language) {
                own += guess.probability
            } else {
                other = max(other, guess.probability)
            }
        }
        return own < Self.leastShare && other >= Self.leastCertainty ? (false, own) : (true, 1)
    }
}
