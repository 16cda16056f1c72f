public import Policy

/// Why a recipe's signals cannot be compiled: everything that is wrong with them, with its place in the policy.
public struct EvidenceError: Error, Sendable, CustomStringConvertible {
    /// What is wrong; never empty.
    public var diagnostics: [Diagnostic]

    /// An error; it needs a diagnostic at least.
    package init(diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

    /// The code of the first problem.
    public var code: String { diagnostics.first?.code.rawValue ?? Diagnostic.Code.invalidValue.rawValue }

    /// All problems, a line each.
    public var description: String {
        diagnostics.map { "\($0.position): \($0.message) [\($0.code.rawValue)] at \($0.path)" }.joined(separator: "\n")
    }
}

/// Signals that decisions use and whose model is not on this machine: they read as unknown.
public struct MissingModel: Sendable, Hashable {
    /// The condition type, such as `embedding`.
    public var family: String
    /// The names of the signals as declared.
    public var signals: [String]
    /// Whether the signals protect somebody.
    public var isSafety: Bool

    /// A gap of one family.
    public init(family: String, signals: [String], isSafety: Bool) {
        self.family = family
        self.signals = signals
        self.isSafety = isSafety
    }
}
