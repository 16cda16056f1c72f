public import Policy

/// A cascade that verifies an answer before it escalates. Spec config §8.2.
public enum AutoMixAlgorithm {
    /// The configuration; `global.router.model_selection.automix` has the same shape.
    public typealias Configuration = AutoMixTuning

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("automix", Configuration.schema)
}
