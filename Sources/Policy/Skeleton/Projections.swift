/// Values derived from signals: contests between them, weighted scores, and bands over scores. Spec config §6.
public struct Projections: Sendable {
    public var partitions: [Partition] = []
    public var scores: [ProjectionScore] = []
    public var mappings: [ProjectionMapping] = []

    /// No projections.
    public init() {}
}

/// A group of signals of which at most one stays matched.
public struct Partition: Sendable {
    /// How the winner's confidence is made.
    public enum Semantics: String, Sendable, CaseIterable {
        case exclusive
        case softmaxExclusive = "softmax_exclusive"
    }

    public var name = ""
    public var semantics = Semantics.exclusive
    public var temperature = 0.0
    /// The family of the members, `domain` or `embedding`; found when the policy is loaded.
    public var family = ""
    public var members: [String] = []
    /// The winner when no member matches.
    public var defaultMember = ""

    /// An empty partition.
    public init() {}
}

/// A weighted sum of signal values.
public struct ProjectionScore: Sendable {
    public var name = ""
    public var method = "weighted_sum"
    public var inputs: [ScoreInput] = []

    /// A score without inputs.
    public init() {}
}

/// One summand of a score. Spec config §6.2, signals-decisions §6.2.
public struct ScoreInput: Sendable {
    /// What is taken of the input.
    public enum ValueSource: String, Sendable, CaseIterable {
        case unset = ""
        case binary
        case confidence
        case raw
        case score
    }

    /// What an unknown input contributes.
    public enum UnknownContribution: String, Sendable, CaseIterable {
        /// The `miss` value, and the score says that it was assumed.
        case miss
        /// The `match` value, and the score says that it was assumed.
        case match
        /// The whole range from `miss` to `match`: bands that the range does not decide stay unknown.
        case interval
    }

    /// A signal family, `kb_metric` or `projection`.
    public var type = ""
    public var name = ""
    public var knowledgeBase = ""
    public var metric = ""
    public var weight = 0.0
    public var valueSource = ValueSource.unset
    /// Contribution when matched; an explicit 0 counts.
    public var match = 1.0
    /// Contribution when not matched.
    public var miss = 0.0
    /// What an unknown input contributes; nil leaves it to the family: `interval` for safety signals that failed,
    /// `miss` otherwise.
    public var onUnknown: UnknownContribution?

    /// An input without weight.
    public init() {}
}

/// Bands over a score; each output is a name that rules can use.
public struct ProjectionMapping: Sendable {
    /// Whether one or all matching bands are emitted.
    public enum Method: String, Sendable, CaseIterable {
        case thresholdBands = "threshold_bands"
        case multiEmit = "multi_emit"
    }

    /// A band: the bounds that the score must keep.
    public struct Output: Sendable {
        public var name = ""
        public var bounds = NumericPredicate()

        /// An output with bounds.
        public init(name: String = "", bounds: NumericPredicate = NumericPredicate()) {
            self.name = name
            self.bounds = bounds
        }
    }

    public var name = ""
    /// The score.
    public var source = ""
    public var method = Method.thresholdBands
    /// Empty or `sigmoid_distance`, which mean the same.
    public var calibrationMethod = ""
    /// Steepness of the confidence: 1/(1+e^(−slope·distance to the nearest bound)).
    public var slope = 12.0
    public var outputs: [Output] = []

    /// A mapping without outputs.
    public init() {}
}
