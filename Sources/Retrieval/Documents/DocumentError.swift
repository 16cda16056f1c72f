internal import State

/// Why a call about files or vector stores is refused or failed. Spec pipeline-api §5.8.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable codes; raw values go to clients.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case filesDisabled = "FILE_STORE_DISABLED"
        case storesDisabled = "VECTOR_STORE_DISABLED"
        case invalidFileType = "INVALID_FILE_TYPE"
        case invalidInput = "INVALID_INPUT"
        case invalidLimit = "INVALID_LIMIT"
        case invalidOrder = "INVALID_ORDER"
        case invalidCursor = "INVALID_CURSOR"
        case notFound = "NOT_FOUND"
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        case tooLarge = "REQUEST_BODY_TOO_LARGE"
        case quotaExceeded = "QUOTA_EXCEEDED"
        case attachFailed = "ATTACH_ERROR"
        case expired = "VECTOR_STORE_EXPIRED"
        case saveFailed = "SAVE_ERROR"
        case readFailed = "READ_ERROR"
        case createFailed = "CREATE_FAILED"
        case embeddingFailed = "EMBEDDING_ERROR"
        case searchFailed = "SEARCH_ERROR"
    }

    public var code: Code
    /// What is wrong and what to do.
    public var description: String
    /// The field at fault.
    public var parameter: String?

    /// An error with a sentence for a person.
    public init(_ code: Code, _ description: String, parameter: String? = nil) {
        self.code = code
        self.description = description
        self.parameter = parameter
    }

    /// What the state could not do, without its particulars: they are for the log.
    init(_ code: Code, _ error: StateError) {
        self.init(code, "The document store is not available (\(error.code.rawValue)); try again later.")
    }

    /// The HTTP status.
    public var status: Int {
        switch code {
        case .filesDisabled, .storesDisabled: 503
        case .notFound: 404
        case .methodNotAllowed: 405
        case .tooLarge: 413
        case .saveFailed, .readFailed, .createFailed, .embeddingFailed, .searchFailed: 500
        default: 400
        }
    }
}
