/// The language a text is most likely in.
public struct LanguageGuess: Equatable, Sendable {
    /// The most likely language, an ISO 639-1 code.
    public let language: String
    /// Its calibrated probability, 0 to 1: of the guesses with confidence 0.8, about eight in ten are right.
    public let confidence: Double
    /// The second most likely language and its probability, where any other is possible at all.
    public let runnerUp: (language: String, probability: Double)?

    /// A guess from its parts.
    public init(language: String, confidence: Double, runnerUp: (language: String, probability: Double)?) {
        self.language = language
        self.confidence = confidence
        self.runnerUp = runnerUp
    }

    /// Whether two guesses agree in every part.
    public static func == (left: LanguageGuess, right: LanguageGuess) -> Bool {
        left.language == right.language && left.confidence == right.confidence
            && left.runnerUp?.language == right.runnerUp?.language
            && left.runnerUp?.probability == right.runnerUp?.probability
    }
}
