/// Choice by the similarity of the request to model descriptions. Spec config §8.1.
public struct RouterDCTuning: Sendable {
    public var temperature = 0.07
    public var dimension = 768
    public var minimumSimilarity = 0.3
    public var usesQueryContrastive = true
    public var usesModelContrastive = true
    public var usesCapabilities = true
    public var requiresDescriptions = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "router_dc",
        "Choice by the similarity of the request to model descriptions. Spec config §8.1.",
        initial: RouterDCTuning()
    ) {
        Key("temperature", \.temperature, .nonNegative, "Softmax temperature over similarities.")
        Key("dimension_size", \.dimension, .count, "Length of the embeddings.")
        Key("min_similarity", \.minimumSimilarity, .fraction, "Least similarity that counts.")
        Key("use_query_contrastive", \.usesQueryContrastive, .boolean, "Compare requests with requests.")
        Key("use_model_contrastive", \.usesModelContrastive, .boolean, "Compare models with models.")
        Key("use_capabilities", \.usesCapabilities, .boolean, "Add a card's capabilities to its description.")
        Key("require_descriptions", \.requiresDescriptions, .boolean, "Every candidate must have a description.")
    }
}

/// Cascade that verifies an answer before it escalates. Spec config §8.2.
public struct AutoMixTuning: Sendable {
    public var verificationThreshold = 0.7
    public var maximumEscalations = 0
    public var isCostAware = false
    public var costQualityTradeoff = 0.3
    public var discountFactor = 0.95
    public var usesLogprobVerification = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "automix",
        "Cascade that verifies an answer before it escalates. Spec config §8.2.",
        initial: AutoMixTuning()
    ) {
        Key("verification_threshold", \.verificationThreshold, .fraction, "Confidence above which an answer is kept.")
        Key("max_escalations", \.maximumEscalations, .count, "Most steps to a larger model; 0 is one per candidate.")
        Key("cost_aware_routing", \.isCostAware, .boolean, "Weigh cost against quality.")
        Key("cost_quality_tradeoff", \.costQualityTradeoff, .fraction, "Share of cost in that weighing.")
        Key("discount_factor", \.discountFactor, .fraction, "Weight of the next step's value.")
        Key(
            "use_logprob_verification", \.usesLogprobVerification, .boolean, "Verify by the answer's log probabilities."
        )
    }
}

/// Weighted mixture of other selectors. Spec config §8.3.
public struct HybridTuning: Sendable {
    public var experienceWeight = 0.3
    public var routerDCWeight = 0.3
    public var autoMixWeight = 0.2
    public var costWeight = 0.2
    public var qualityGapThreshold = 0.1
    public var normalizesScores = true

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "hybrid", "Weighted mixture of other selectors. Spec config §8.3.", initial: HybridTuning()
    ) {
        Key("experience_weight", \.experienceWeight, .nonNegative, "Weight of observed outcomes.")
        Key("router_dc_weight", \.routerDCWeight, .nonNegative, "Weight of description similarity.")
        Key("automix_weight", \.autoMixWeight, .nonNegative, "Weight of verification.")
        Key("cost_weight", \.costWeight, .nonNegative, "Weight of the price.")
        Key(
            "quality_gap_threshold", \.qualityGapThreshold, .nonNegative,
            "Quality lead below which the cheaper model is taken.")
        Key("normalize_scores", \.normalizesScores, .boolean, "Bring all scores to 0–1 before they are added.")
    }
}

/// A k-nearest-neighbours model.
public struct NearestNeighbourModel: Sendable {
    public var neighbourCount = 0
    public var pretrainedPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "knn", "A k-nearest-neighbours model.", initial: NearestNeighbourModel()
    ) {
        Key("k", \.neighbourCount, .count, "Neighbours asked; 0 takes the artefact's.")
        Key("pretrained_path", \.pretrainedPath, .string, "File of the artefact.")
    }
}

/// A k-means model.
public struct ClusterModel: Sendable {
    public var clusterCount = 0
    public var efficiencyWeight = 0.0
    public var pretrainedPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "kmeans", "A k-means model.", initial: ClusterModel()
    ) {
        Key("num_clusters", \.clusterCount, .count, "Clusters; 0 takes the artefact's.")
        Key("efficiency_weight", \.efficiencyWeight, .fraction, "Share of cost in the choice within a cluster.")
        Key("pretrained_path", \.pretrainedPath, .string, "File of the artefact.")
    }
}

/// A support vector machine.
public struct SupportVectorModel: Sendable {
    /// The kernel function.
    public enum Kernel: String, Sendable, CaseIterable {
        case unset = ""
        case rbf
        case linear
        case poly
        case sigmoid
    }

    public var kernel = Kernel.unset
    public var gamma = 0.0
    public var pretrainedPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "svm", "A support vector machine.", initial: SupportVectorModel()
    ) {
        Key("kernel", \.kernel, .enumeration(), "The kernel function; empty takes the artefact's.")
        Key("gamma", \.gamma, .nonNegative, "Width of the kernel; 0 takes the artefact's.")
        Key("pretrained_path", \.pretrainedPath, .string, "File of the artefact.")
    }
}

/// A multi-layer perceptron.
public struct PerceptronModel: Sendable {
    public var device = ""
    public var pretrainedPath = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "mlp", "A multi-layer perceptron.", initial: PerceptronModel()
    ) {
        Key("device", \.device, .string, "Device that runs it, such as cpu.")
        Key("pretrained_path", \.pretrainedPath, .string, "File of the artefact.")
    }
}

/// Artefacts of selectors that were trained offline.
public struct TrainedSelectors: Sendable {
    public var modelsPath = ""
    public var embeddingDim = 0
    public var nearestNeighbours = NearestNeighbourModel()
    public var clusters = ClusterModel()
    public var supportVectors = SupportVectorModel()
    public var perceptron = PerceptronModel()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "ml", "Artefacts of selectors that were trained offline.", initial: TrainedSelectors()
    ) {
        Key("models_path", \.modelsPath, .string, "Folder with the artefacts.")
        Key(
            "embedding_dim", \.embeddingDim, .count,
            "Length of the embeddings they were trained on; 0 takes the artefact's.")
        Key("knn", \.nearestNeighbours, merging: NearestNeighbourModel.schema, "The k-nearest-neighbours model.")
        Key("kmeans", \.clusters, merging: ClusterModel.schema, "The k-means model.")
        Key("svm", \.supportVectors, merging: SupportVectorModel.schema, "The support vector machine.")
        Key("mlp", \.perceptron, merging: PerceptronModel.schema, "The multi-layer perceptron.")
    }
}

/// Smoothing of scores over time. It has no effect; it is read for compatibility.
public struct MomentumSettings: Sendable {
    public var isEnabled = false
    public var attack = 0.0
    public var release = 0.0
    public var threshold = 0.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "momentum",
        "Smoothing of scores over time. It has no effect; it is read for compatibility.",
        initial: MomentumSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Smooth scores.")
        Key("attack", \.attack, .fraction, "Share of a rise that is taken at once.")
        Key("release", \.release, .fraction, "Share of a fall that is taken at once.")
        Key("threshold", \.threshold, .fraction, "Change below which nothing moves.")
    }
}

/// Tuning that selection algorithms share. A decision's own block overrides it.
public struct ModelSelectionSettings: Sendable {
    public var isEnabled = true
    public var method = "knn"
    public var routerDC = RouterDCTuning()
    public var autoMix = AutoMixTuning()
    public var hybrid = HybridTuning()
    public var trained = TrainedSelectors()
    public var momentum = MomentumSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "model_selection",
        "Tuning that selection algorithms share. A decision's own block overrides it.",
        initial: ModelSelectionSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Allow selection algorithms.")
        Key("method", \.method, .selectionMethod, "Information only: a decision without an algorithm uses static.")
        Key("router_dc", \.routerDC, merging: RouterDCTuning.schema, "Tuning of router_dc.")
        Key("automix", \.autoMix, merging: AutoMixTuning.schema, "Tuning of automix.")
        Key("hybrid", \.hybrid, merging: HybridTuning.schema, "Tuning of hybrid.")
        Key("ml", \.trained, merging: TrainedSelectors.schema, "Artefacts of knn, kmeans, svm and mlp.")
        Key("momentum", \.momentum, merging: MomentumSettings.schema, "Read for compatibility; no effect.")
        Key<ModelSelectionSettings>.removed("session_aware", instead: "use global.router.learning.protection")
        Key<ModelSelectionSettings>.removed("model_switch_gate", instead: "use global.router.learning.protection")
        Key<ModelSelectionSettings>.removed("lookup_tables", instead: "use global.router.learning.adaptation")
        Key<ModelSelectionSettings>.removed("elo", instead: "use global.router.learning.adaptation")
        Key<ModelSelectionSettings>.removed("rl_driven", instead: "use global.router.learning.adaptation")
        Key<ModelSelectionSettings>.removed("gmtrouter", instead: "use global.router.learning.adaptation")
        Key<ModelSelectionSettings>.removed("bandit", instead: "use global.router.learning.adaptation")
        Key<ModelSelectionSettings>.removed("personalization", instead: "use global.router.learning.adaptation")
    }
}

extension ValueType where Value == String {
    /// A selection method that still exists under this key. Spec config §13.
    static var selectionMethod: ValueType {
        string.checked(.removedKey) { method in
            let removed = [
                "session_aware", "lookup_tables", "elo", "rl_driven", "gmtrouter", "bandit", "personalization",
            ]
            return removed.contains(method) ? "the method \"\(method)\" was removed: use global.router.learning" : nil
        }
    }
}
