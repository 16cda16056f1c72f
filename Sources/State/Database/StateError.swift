/// Why state cannot be kept. Its words never hold what is kept, nor a secret.
public struct StateError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is; raw values are stable.
    public enum Code: String, Sendable {
        case unusable = "state_unusable"
        case writeFailed = "state_write_failed"
        /// The engine cannot be reached.
        case engineUnavailable = "state_engine_unavailable"
        case timedOut = "state_engine_timeout"
        /// Too many callers wait for the engine.
        case overloaded = "state_engine_overloaded"
        /// The engine does not let this process in.
        case accessDenied = "state_engine_access_denied"
        /// The engine answered with an error.
        case refused = "state_engine_refused"
    }

    public var code: Code
    public var description: String

    /// A failure with a sentence for a person.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension StateError.Code {
    /// Whether the connection on which it happened cannot be used again.
    var endsConnection: Bool { self == .engineUnavailable || self == .timedOut || self == .accessDenied }

    /// Whether the next caller had better not ask at once.
    var isOutage: Bool { self == .engineUnavailable || self == .accessDenied }
}
