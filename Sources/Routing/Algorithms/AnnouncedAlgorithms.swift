public import Policy

/// Algorithms that releases of vLLM Semantic Router announced and its loader has since refused. They have no block of
/// their own; `rl_driven` and `bandit` are other names of `thompson`, `personalization` of `gmtrouter`.
public enum AnnouncedAlgorithms {
    /// The declarations of the algorithms.
    public static let families =
        ["elo", "thompson", "rl_driven", "bandit", "gmtrouter", "personalization", "session_aware"].map {
            AlgorithmFamily.withoutBlock($0)
        }
}
