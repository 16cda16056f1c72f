public import Policy

/// Choice by the similarity of the request to model descriptions. Spec config §8.1.
public enum RouterDCAlgorithm {
    /// The configuration; `global.router.model_selection.router_dc` has the same shape.
    public typealias Configuration = RouterDCTuning

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("router_dc", Configuration.schema)
}
