public import Policy

/// What an algorithm may know of a request. Random draws come from `seed` alone, so that a trace replays.
public struct SelectionContext: Sendable {
    /// Made from the request; the same request draws the same numbers.
    public var seed: UInt64
    /// The request's embedding, not normalized; nil where no algorithm asked for it or it could not be had.
    public var embedding: [Float]?
    /// The first matched domain; empty without one.
    public var category: String

    /// A context with a seed.
    public init(seed: UInt64, embedding: [Float]? = nil, category: String = "") {
        self.seed = seed
        self.embedding = embedding
        self.category = category
    }
}

/// Chooses among the candidates of a decision. A new algorithm is one type and one line in `Selectors`.
public protocol SelectionAlgorithm: Sendable {
    /// The value of `algorithm.type`.
    static var type: String { get }
    /// Whether it compares the request's embedding with anything.
    var needsEmbedding: Bool { get }
    /// Orders the candidates, best first. `candidates` is not empty and holds no excluded one.
    func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection
}

extension SelectionAlgorithm {
    public var needsEmbedding: Bool { false }
}

/// The algorithms that choose one model, by `algorithm.type`.
public enum Selectors {
    /// Makes the algorithm of a decision with the tuning that decisions share and the artefacts of trained ones; nil
    /// for loops over several models and for algorithms that ask another machine.
    public static func make(
        _ use: AlgorithmUse?, tuning: ModelSelectionSettings = ModelSelectionSettings(),
        trained: [String: any TrainedSelector] = [:]
    ) -> (any SelectionAlgorithm)? {
        let configuration = use?.configuration
        switch use?.type ?? StaticSelection.type {
        case StaticSelection.type: return StaticSelection()
        case WeightedSelection.type: return WeightedSelection()
        case LatencyAwareSelection.type:
            return LatencyAwareSelection(configuration as? LatencyAwareConfiguration ?? LatencyAwareConfiguration())
        case MultiFactorSelection.type:
            return MultiFactorSelection(configuration as? MultiFactorConfiguration ?? MultiFactorConfiguration())
        case RouterDCSelection.type:
            return RouterDCSelection(configuration as? RouterDCTuning ?? tuning.routerDC)
        case AutoMixSelection.type:
            return AutoMixSelection(configuration as? AutoMixTuning ?? tuning.autoMix)
        case HybridSelection.type:
            return HybridSelection(
                configuration as? HybridTuning ?? tuning.hybrid, routerDC: tuning.routerDC, autoMix: tuning.autoMix)
        case EloSelection.type: return EloSelection()
        case ThompsonSelection.type, "rl_driven", "bandit": return ThompsonSelection()
        case UserPreferenceSelection.type, "personalization": return UserPreferenceSelection()
        case SessionAwareSelection.type: return SessionAwareSelection()
        case "knn", "kmeans", "svm", "mlp":
            let type = use?.type ?? ""
            return trained[type].map { TrainedSelection(type, $0) }
        default: return nil
        }
    }
}
