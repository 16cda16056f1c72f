public import Policy

/// Algorithms that releases have announced and that have no block of their own here.
public enum AnnouncedAlgorithms {
    /// The declarations of the algorithms.
    public static let families = ["elo", "thompson", "rl_driven", "gmtrouter", "router_r1", "session_aware"].map {
        AlgorithmFamily.withoutBlock($0)
    }
}
