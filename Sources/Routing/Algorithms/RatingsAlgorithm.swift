public import Policy

/// All candidates answer; ratings weigh the answers. Spec config §8.8.
public struct RatingsConfiguration: Sendable {
    /// What a failed call means.
    public enum FailureAction: String, Sendable, CaseIterable {
        case skip
        case fail
        case unset = ""
    }

    public var maximumConcurrent = 0
    public var failureAction = FailureAction.skip

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ratings",
        "All candidates answer; ratings weigh the answers. Spec config §8.8.",
        initial: RatingsConfiguration()
    ) {
        Key("max_concurrent", \.maximumConcurrent, .count, "Calls at once; 0 is all candidates.")
        Key("on_error", \.failureAction, .enumeration(), "What a failed call means; empty is skip.")
    }
}

/// All candidates answer; ratings weigh the answers. Spec config §8.8.
public enum RatingsAlgorithm {
    /// The configuration.
    public typealias Configuration = RatingsConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("ratings", Configuration.schema, availability: .notBuilt)
}
