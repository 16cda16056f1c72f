public import Policy

/// The selection algorithms of this build, one line each.
public enum SelectionAlgorithms {
    /// Every algorithm.
    public static let all: [AlgorithmFamily] =
        [
            StaticAlgorithm.family,
            WeightedAlgorithm.family,
            RouterDCAlgorithm.family,
            AutoMixAlgorithm.family,
            HybridAlgorithm.family,
            LatencyAwareAlgorithm.family,
            MultiFactorAlgorithm.family,
            PromptAlgorithm.family,
            RouterR1Algorithm.family,
            ConfidenceAlgorithm.family,
            RatingsAlgorithm.family,
            ReMoMAlgorithm.family,
            FusionAlgorithm.family,
            WorkflowsAlgorithm.family,
        ] + TrainedAlgorithms.families + AnnouncedAlgorithms.families

    /// The algorithms that call several models in a loop; the others choose one.
    public static let loopers: Set<String> = ["confidence", "ratings", "remom", "fusion", "workflows"]
}
