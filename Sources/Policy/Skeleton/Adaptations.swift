/// How far learning and session protection may change a decision's choice. Spec config §7.3.
public struct Adaptations: Sendable, Hashable {
    /// What learning may do.
    public enum Mode: String, Sendable, CaseIterable {
        case apply
        case observe
        case bypass

        /// A larger number may do less.
        var strictness: Int { self == .apply ? 0 : self == .observe ? 1 : 2 }
    }

    /// The choice of another model by what was learned.
    public struct Adaptation: Sendable, Hashable {
        public var mode: Mode?
        /// Nil leaves it to the global setting.
        public var candidateSet: AdaptationSettings.CandidateSet?

        /// Nothing set.
        public init() {}
    }

    /// The hold on a session's model.
    public struct Protection: Sendable, Hashable {
        public var mode: Mode?
        public var stabilityWeight: Double?
        public var switchMargin: Double?

        /// Nothing set.
        public init() {}
    }

    public var mode = Mode.apply
    public var adaptation = Adaptation()
    public var protection = Protection()

    /// Learning applies in full.
    public init() {}

    /// The mode of adaptation: its own, else the common one.
    public var adaptationMode: Mode { adaptation.mode ?? mode }
    /// The mode of protection: its own, else the common one.
    public var protectionMode: Mode { protection.mode ?? mode }

    /// The declaration of `adaptations`.
    public static let schema = Schema<Adaptations>(
        "adaptations", "How far learning may change the decision's choice.", initial: Adaptations(),
        keys: [
            Key("mode", \.mode, .enumeration(), "What learning may do."),
            Key("adaptation", \.adaptation, .object(adaptationSchema), "The choice of another model."),
            Key("protection", \.protection, .object(protectionSchema), "The hold on a session's model."),
        ]
    ).checking { value, node, context in
        for (key, mode) in [("adaptation", value.adaptation.mode), ("protection", value.protection.mode)] {
            guard let mode, mode.strictness < value.mode.strictness, let child = node[key] else { continue }
            context.within(.key(key)) {
                $0.error(
                    .conflict, "mode \(mode.rawValue) exceeds the common mode \(value.mode.rawValue)", key: "mode",
                    in: child)
            }
        }
    }

    private static let adaptationSchema = Schema<Adaptation>(
        "adaptation", "The choice of another model by what was learned.", initial: Adaptation(),
        keys: [
            Key("mode", \.mode, .enumeration(), "What it may do; never more than the common mode."),
            Key("candidate_set", \.candidateSet, .enumeration(), "Where candidates come from."),
        ])

    private static let protectionSchema = Schema<Protection>(
        "protection", "The hold on a session's model.", initial: Protection(),
        keys: [
            Key("mode", \.mode, .enumeration(), "What it may do; never more than the common mode."),
            Key("stability_weight", \.stabilityWeight, .nonNegative, "How much staying counts."),
            Key("switch_margin", \.switchMargin, .nonNegative, "How much better another model must be."),
        ])
}
