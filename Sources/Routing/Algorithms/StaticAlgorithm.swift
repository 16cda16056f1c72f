public import Policy

/// The first candidate. Spec config §8.0.
public enum StaticAlgorithm {
    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily(type: "static")
}
