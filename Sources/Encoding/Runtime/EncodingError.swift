/// Why text cannot be encoded.
public struct EncodingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed set of causes; raw values are stable.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The inference library is not where it was looked for.
        case libraryMissing = "library_missing"
        /// The inference library is there, but of a version that cannot be used.
        case libraryIncompatible = "library_incompatible"
        /// A directory or file of the model is not there.
        case modelMissing = "model_missing"
        /// A weights file is damaged, or lacks a tensor, or has one of the wrong shape.
        case invalidWeights = "invalid_weights"
        /// A manifest or configuration file does not say what it must.
        case invalidManifest = "invalid_manifest"
        /// The model is of a kind that is not known here.
        case unsupportedArchitecture = "unsupported_architecture"
        /// The queue is full.
        case overloaded = "overloaded"
        /// The deadline passed before the work was done.
        case timeout = "timeout"
        /// The caller, or the end of the executor, withdrew the work.
        case cancelled = "cancelled"
        /// The work itself is not acceptable, such as an empty row or an identifier beyond the vocabulary.
        case invalidInput = "invalid_input"
        /// The inference library reported a failure.
        case failed = "failed"
    }

    /// The cause.
    public var code: Code
    /// The cause for a person.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message)" }
}
