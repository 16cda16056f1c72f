/// One fact about a policy file: what is wrong or worth knowing, where, and what to do. How it looks on a
/// terminal is `DiagnosticFormatter`'s business.
public struct Diagnostic: Sendable, Hashable {
    /// How much it matters: an error keeps the policy from loading, a warning does not.
    public enum Severity: String, Sendable, Hashable {
        case error
        case warning
    }

    /// What kind of fact it is; stable, for machines.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        case yamlSyntax = "yaml_syntax"
        case fileUnreadable = "file_unreadable"
        case tooLarge = "too_large"
        case unknownKey = "unknown_key"
        case wrongType = "wrong_type"
        case missingKey = "missing_key"
        case unknownValue = "unknown_value"
        case outOfRange = "out_of_range"
        case invalidValue = "invalid_value"
        case invalidPattern = "invalid_pattern"
        case duplicateKey = "duplicate_key"
        case duplicateName = "duplicate_name"
        case danglingReference = "dangling_reference"
        case cycle = "cycle"
        case conflict = "conflict"
        case removedKey = "removed_key"
        case deprecatedKey = "deprecated_key"
        case noEffect = "no_effect"
        case unavailable = "unavailable"
        case unavailableSafety = "unavailable_safety"
        case modelMissing = "model_missing"
        case environmentVariableUnset = "environment_variable_unset"
    }

    public var severity: Severity
    public var code: Code
    /// One sentence for a person: what is wrong and what was expected.
    public var message: String
    public var position: SourcePosition
    public var path: PolicyPath
    /// The nearest valid key, value or name, when one is near.
    public var suggestion: String?

    /// A diagnostic; `suggestion` is what the author probably meant.
    public init(
        _ severity: Severity, _ code: Code, _ message: String, at position: SourcePosition, path: PolicyPath,
        suggestion: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.position = position
        self.path = path
        self.suggestion = suggestion
    }
}
