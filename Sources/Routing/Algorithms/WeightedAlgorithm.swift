public import Policy

/// A draw by the weights of the model references; not known to vLLM Semantic Router.
public enum WeightedAlgorithm {
    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily(type: "weighted")
}
