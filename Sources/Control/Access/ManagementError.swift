internal import HTTPTypes
internal import Wire

/// A refusal or failure of the management API. Spec pipeline-api §5.1, §5.4.
struct ManagementError: Error, Sendable {
    /// The codes; raw values are stable and go to clients.
    enum Code: String, Sendable, CaseIterable {
        case unauthorized = "UNAUTHORIZED"
        case authenticationNotConfigured = "MANAGEMENT_AUTH_NOT_CONFIGURED"
        case forbidden = "FORBIDDEN"
        case bodyTooLarge = "REQUEST_BODY_TOO_LARGE"
        case invalidInput = "INVALID_INPUT"
        case invalidRoutingModel = "INVALID_ROUTING_MODEL"
        case notFound = "NOT_FOUND"
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        case incompleteBody = "INCOMPLETE_BODY"
        case missingIdempotencyKey = "MISSING_IDEMPOTENCY_KEY"
        case invalidIdempotencyKey = "INVALID_IDEMPOTENCY_KEY"
        case invalidOutcome = "INVALID_OUTCOME"
        case replayNotFound = "REPLAY_NOT_FOUND"
        case replayUnavailable = "REPLAY_UNAVAILABLE"
        case stateUnavailable = "STATE_UNAVAILABLE"
        case missingUserID = "MISSING_USER_ID"
        case invalidUserID = "INVALID_USER_ID"
        case invalidID = "INVALID_ID"
        case invalidType = "INVALID_TYPE"
        case invalidLimit = "INVALID_LIMIT"
        case memoryNotAvailable = "MEMORY_NOT_AVAILABLE"
        case outcomeOwnershipMismatch = "OUTCOME_OWNERSHIP_MISMATCH"
        case rateLimited = "RATE_LIMITED"
        case filesDisabled = "FILE_STORE_DISABLED"
        case storesDisabled = "VECTOR_STORE_DISABLED"
        case invalidFileType = "INVALID_FILE_TYPE"
        case invalidOrder = "INVALID_ORDER"
        case invalidCursor = "INVALID_CURSOR"
        case quotaExceeded = "QUOTA_EXCEEDED"
        case attachFailed = "ATTACH_ERROR"
        case storeExpired = "VECTOR_STORE_EXPIRED"
        case saveFailed = "SAVE_ERROR"
        case readFailed = "READ_ERROR"
        case createFailed = "CREATE_FAILED"
        case embeddingFailed = "EMBEDDING_ERROR"
        case searchFailed = "SEARCH_ERROR"
    }

    var code: Code
    /// What is wrong and what to do.
    var message: String
    /// Methods that the path has, where the method is wrong.
    var allowed: [String] = []

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: WireError) {
        self.init(error.code == .bodyTooLarge ? .bodyTooLarge : .invalidInput, error.message)
    }

    var status: HTTPResponse.Status {
        switch code {
        case .unauthorized, .authenticationNotConfigured: .unauthorized
        case .forbidden: .forbidden
        case .bodyTooLarge: .contentTooLarge
        case .invalidInput, .invalidRoutingModel, .incompleteBody, .missingIdempotencyKey, .invalidIdempotencyKey,
            .invalidOutcome, .missingUserID, .invalidUserID, .invalidID, .invalidType, .invalidLimit, .invalidFileType,
            .invalidOrder, .invalidCursor, .quotaExceeded, .attachFailed, .storeExpired:
            .badRequest
        case .notFound, .replayNotFound: .notFound
        case .outcomeOwnershipMismatch: .conflict
        case .replayUnavailable, .stateUnavailable, .memoryNotAvailable: .serviceUnavailable
        case .rateLimited: .tooManyRequests
        case .filesDisabled, .storesDisabled: .serviceUnavailable
        case .saveFailed, .readFailed, .createFailed, .embeddingFailed, .searchFailed: .internalServerError
        case .methodNotAllowed: .methodNotAllowed
        }
    }

    /// The answer's body.
    func body(requestID: String, timestamp: String) -> JSON {
        .object([
            (
                "error",
                .object([
                    ("code", .string(code.rawValue)), ("message", .string(message)),
                    ("timestamp", .string(timestamp)), ("request_id", .string(requestID)),
                ])
            )
        ])
    }
}
