/// Why the bytes of a language model could not be used.
public struct LanguageModelError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Code: String, Sendable {
        /// The bytes are no language model, or one of another version.
        case unsupportedFormat = "language_model_unsupported"
        /// The bytes end early, go on too long, or hold a value out of its range.
        case corrupt = "language_model_corrupt"
    }

    /// What kind of failure it is; the raw value is stable.
    public let code: Code
    /// What was found, for a person.
    public let message: String
    /// The offset in bytes at which it was found.
    public let offset: Int

    /// The code, the offset, the message and what to do.
    public var description: String {
        "\(code.rawValue) at byte \(offset): \(message); install the language model that belongs to this version"
    }
}
