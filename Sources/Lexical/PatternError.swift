/// A regular expression that cannot be used.
public struct PatternError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Stable codes.
    public enum Code: String, Sendable, Hashable {
        case invalidPattern = "invalid_pattern"
        case patternTooLarge = "pattern_too_large"
    }

    public let code: Code
    /// The pattern as it was given.
    public let pattern: String
    /// What is wrong, for a person.
    public let message: String
    /// UTF-8 offset of the offending part inside `pattern`, where it is known.
    public let offset: Int?
    /// Position of the pattern in the list given to a `PatternSet`.
    public internal(set) var index: Int?

    public var description: String {
        let place = offset.map { " at byte \($0)" } ?? ""
        return "\(code.rawValue): \(message)\(place) in `\(pattern.prefix(200))`"
    }
}

/// Bounds on one pattern.
public struct PatternLimits: Sendable, Hashable {
    /// Longest accepted source, in UTF-8 bytes.
    public var maximumSourceBytes: Int
    /// Memory that one compiled pattern and its automaton may take, in bytes.
    public var maximumMemory: Int

    public init(maximumSourceBytes: Int = 16_384, maximumMemory: Int = 8 << 20) {
        self.maximumSourceBytes = maximumSourceBytes
        self.maximumMemory = maximumMemory
    }
}
