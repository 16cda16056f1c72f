public import Policy

/// A weighted mixture of other selectors. Spec config §8.3.
public enum HybridAlgorithm {
    /// The configuration; `global.router.model_selection.hybrid` has the same shape.
    public typealias Configuration = HybridTuning

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("hybrid", Configuration.schema)
}
