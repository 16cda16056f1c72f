/// Why a request body is not acceptable.
public struct WireError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes; raw values are stable and go to clients.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The body is not JSON.
        case malformedJSON = "malformed_json"
        /// A member that must be there is not.
        case missingField = "missing_field"
        /// A member has the wrong kind of value.
        case invalidType = "invalid_type"
        /// `metadata` breaks its bounds or holds something other than strings.
        case invalidMetadata = "invalid_metadata"
        /// A member that decides what is routed is given twice.
        case duplicateKey = "duplicate_key"
        /// The body has too many bytes, levels or values.
        case bodyTooLarge = "body_too_large"
        /// `messages` is an empty array.
        case emptyMessages = "empty_messages"
        /// There are more messages, tools or tool calls than accepted.
        case tooManyItems = "too_many_items"
    }

    /// The cause.
    public var code: Code
    /// The cause for a person, with what to do.
    public var message: String
    /// The member at fault, such as `messages[2].role`.
    public var param: String?
    /// Byte offset in the body, where known.
    public var offset: Int?

    /// Creates an error.
    public init(code: Code, message: String, param: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.param = param
        self.offset = offset
    }

    init(_ error: JSONError) {
        let code: Code =
            switch error.code {
            case .tooLarge, .depthExceeded, .tooManyNodes: .bodyTooLarge
            case .duplicateKey: .duplicateKey
            default: .malformedJSON
            }
        let what = code == .malformedJSON ? "malformed JSON body" : "the body is too large"
        self.init(code: code, message: "\(what): \(error.message) (byte \(error.offset))", offset: error.offset)
    }

    /// The HTTP status that fits: 413 for a body that is too large, else 400.
    public var httpStatus: Int { code == .bodyTooLarge ? 413 : 400 }

    public var description: String { "\(code.rawValue): \(message)" }
}
