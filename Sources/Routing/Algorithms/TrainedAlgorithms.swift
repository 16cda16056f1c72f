public import Policy

/// Selectors trained offline; their artefacts are named under `global.router.model_selection.ml`. Spec config §8.0.
public enum TrainedAlgorithms {
    /// The declarations of the algorithms.
    public static let families = ["knn", "kmeans", "svm", "mlp"].map { AlgorithmFamily.withoutBlock($0) }
}
