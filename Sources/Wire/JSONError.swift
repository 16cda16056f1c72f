/// Why a text is not acceptable JSON.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A byte sequence inside a string is not UTF-8.
        case invalidUTF8 = "invalid_utf8"
        /// A byte that the grammar does not allow here.
        case syntax = "syntax"
        /// The text ends inside a value.
        case unexpectedEnd = "unexpected_end"
        /// A backslash sequence that JSON does not know.
        case invalidEscape = "invalid_escape"
        /// An unescaped control character inside a string.
        case controlCharacter = "control_character"
        /// A number that the grammar does not allow, such as `01` or `1.`.
        case invalidNumber = "invalid_number"
        /// Bytes other than whitespace after the value.
        case trailingData = "trailing_data"
        /// Nesting deeper than the limit.
        case depthExceeded = "depth_exceeded"
        /// More bytes than the limit.
        case tooLarge = "too_large"
        /// More values than the limit.
        case tooManyNodes = "too_many_nodes"
        /// A member name used twice where that is not acceptable.
        case duplicateKey = "duplicate_key"
    }

    /// The cause.
    public var code: Code
    /// Byte offset at which the cause was found.
    public var offset: Int
    /// The cause for a person.
    public var message: String

    /// Creates an error.
    public init(code: Code, offset: Int, message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    public var description: String { "\(message) (byte \(offset), \(code.rawValue))" }
}
