internal import Encoding
internal import Lexical

/// Whether an encoder can read a text at all: its languages, and how many of the text's tokens it knows.
struct Readability: Sendable {
    /// How far the languages of the encoder may fall short before a text is not read.
    private static let leastShare = 0.25
    /// How sure another language must be.
    private static let leastCertainty = 0.6
    /// Letters below which a text is too short to tell its language.
    private static let leastBytes = 12

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
        let ranking = identifier.probabilities(text)
        guard let best = ranking.first, !languages.contains(best.language), best.probability >= Self.leastCertainty
        else { return (true, 1) }
        let share = ranking.reduce(0) { languages.contains($1.language) ? $0 + $1.probability : $0 }
        return (share >= Self.leastShare, share)
    }
}
