/// Why a `tokenizer.json` could not be used.
public struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The bytes are no JSON.
        case notJSON = "tokenizer_not_json"
        /// A member is missing or has the wrong kind.
        case malformed = "tokenizer_malformed"
        /// A component of a type that is not implemented; ignoring it would change the token ids.
        case unsupportedComponent = "tokenizer_unsupported_component"
        /// A regular expression outside the supported subset.
        case unsupportedPattern = "tokenizer_unsupported_pattern"
        /// A token that something refers to is not in the vocabulary.
        case missingToken = "tokenizer_missing_token"
        /// A character map of a `Precompiled` normalizer that cannot be read.
        case badCharacterMap = "tokenizer_bad_character_map"
    }

    /// The cause; the raw value is stable.
    public var code: Code
    /// Where in the document, as in `model.vocab` or `pre_tokenizer.pretokenizers[1].pattern`; empty for the whole.
    public var path: String
    /// The cause for a person.
    public var message: String

    /// Creates an error.
    public init(code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// The place, the message and the code.
    public var description: String {
        "\(path.isEmpty ? "tokenizer.json" : path): \(message) (\(code.rawValue))"
    }
}
