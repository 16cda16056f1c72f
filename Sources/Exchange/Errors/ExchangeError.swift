internal import NIOCore
internal import Wire

/// Why a request is refused or could not be served, in a form that clients can act on.
public struct ExchangeError: Error, Sendable, Hashable {
    /// The stable code of a refusal.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case modelNotFound = "model_not_found"
        case noModelAvailable = "no_model_available"
        case modelHasNoBackend = "model_has_no_backend"
        case unsupportedFormat = "unsupported_api_format"
        case unsupportedEncoding = "unsupported_content_encoding"
        case backendUnreachable = "backend_unreachable"
        case backendTimeout = "backend_timeout"
        case backendInvalidResponse = "backend_invalid_response"
        case backendStreamCut = "backend_stream_cut"
        case backendErrorEvent = "backend_error_event"
        case overloaded = "overloaded"
        case rateLimited = "rate_limited"
        case draining = "draining"
    }

    /// The code as clients see it; a `Code`, or a code of the wire format's parser.
    public var code: String
    public var status: Int
    /// A sentence for a person: what is wrong and what to do.
    public var message: String
    /// The request field at fault.
    public var parameter: String?
    /// Seconds after which another try makes sense.
    public var retryAfter: Int?
    /// Methods that the path allows, for 405.
    public var allow: String?

    /// An error with a code of this room.
    public init(
        _ code: Code, status: Int, _ message: String, parameter: String? = nil, retryAfter: Int? = nil,
        allow: String? = nil
    ) {
        self.init(
            code: code.rawValue, status: status, message: message, parameter: parameter, retryAfter: retryAfter,
            allow: allow)
    }

    /// An error with any stable code.
    public init(
        code: String, status: Int, message: String, parameter: String? = nil, retryAfter: Int? = nil,
        allow: String? = nil
    ) {
        self.code = code
        self.status = status
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.allow = allow
    }

    /// The error that a request body's parser found.
    init(_ error: WireError) {
        self.init(code: error.code.rawValue, status: error.httpStatus, message: error.message, parameter: error.param)
    }

    /// The error as an answer in OpenAI's shape, with the headers that every answer carries.
    public func response(requestID: String? = nil) -> LocalResponse {
        let body = ChatCompletionWriter.error(message: message, code: code, param: parameter, status: status)
        var headers = [
            ("content-type", "application/json"), (RoutingHeader.schemaVersion, RoutingHeader.currentSchema),
            (RoutingHeader.responsePath, ResponsePath.error.rawValue),
        ]
        if let requestID { headers.append(("x-request-id", requestID)) }
        if let retryAfter { headers.append(("retry-after", String(retryAfter))) }
        if let allow { headers.append(("allow", allow)) }
        return LocalResponse(status: status, headers: headers, body: ByteBuffer(bytes: body))
    }
}
