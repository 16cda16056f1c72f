/// Why a model on another machine gave no answer that can be used. Its message holds nothing that a user, a server or
/// a key said.
public struct RemoteModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The settings do not lead to a request.
        case invalidSettings = "invalid_settings"
        /// The request would be larger than ``RemoteRequest/byteLimit``.
        case requestTooLarge = "request_too_large"
        /// There is nothing to ask about.
        case emptyInput = "empty_input"
        /// The server answered with a status other than 200 to 299.
        case badStatus = "bad_status"
        /// The answer is larger than ``RemoteRequest/byteLimit``.
        case responseTooLarge = "response_too_large"
        /// The answer is not JSON.
        case invalidJSON = "invalid_json"
        /// The answer lacks something or has it in another form.
        case unexpectedShape = "unexpected_shape"
        /// No answer came, or none in time.
        case unanswered = "unanswered"
        /// The model refused.
        case refused = "refused"
        /// The answer was cut off at the limit of its tokens.
        case truncated = "truncated"
        /// The text of the answer names no verdict.
        case unreadableVerdict = "unreadable_verdict"
        /// A label that was not asked for.
        case unknownLabel = "unknown_label"
        /// A label that is named twice.
        case duplicateLabel = "duplicate_label"
        /// A label without a score.
        case missingLabel = "missing_label"
        /// A score outside 0 to 1.
        case scoreOutOfRange = "score_out_of_range"
        /// Scores whose sum is too far from 1.
        case scoreSum = "score_sum"
        /// Another number of vectors than of texts, or two for one text.
        case vectorCount = "vector_count"
        /// A vector of another length than expected.
        case vectorDimension = "vector_dimension"
        /// A vector with a number that is not finite, or without a direction.
        case vectorValue = "vector_value"
    }

    /// The cause.
    public var code: Code
    /// The cause for a person.
    public var message: String
    /// The status of the answer, for ``Code/badStatus``.
    public var status: Int?

    /// An error.
    public init(_ code: Code, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether the same request may succeed when it is sent again: after 408, 429 and from 500 on.
    public var isRetryable: Bool {
        guard code == .badStatus, let status else { return false }
        return status == 408 || status == 429 || status >= 500
    }

    /// The code that a classifier signal reports. Spec signals-decisions §4.12.
    public var signalCode: String {
        switch code {
        case .scoreOutOfRange, .scoreSum, .unknownLabel, .duplicateLabel, .missingLabel: "classifier_invalid_score"
        default: "classifier_evaluation_failed"
        }
    }

    public var description: String { "\(message) [\(code.rawValue)]" }
}
