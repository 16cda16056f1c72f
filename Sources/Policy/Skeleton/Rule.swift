/// A boolean condition over signals and projection outputs. Spec config §7.1.
public indirect enum Rule: Sendable {
    /// Holds when every child holds; with no children it holds with confidence 0.
    case all([Rule])
    /// Holds when any child holds.
    case any([Rule])
    /// Holds when its child does not. An unknown child leaves it unknown.
    case not(Rule)
    case leaf(Leaf)

    /// A condition on one signal or projection output.
    public struct Leaf: Sendable {
        /// The condition type: a signal family such as `keyword`, or `projection`.
        public var type: String
        /// The name as the rule writes it; for complexity with its level, `name:hard`.
        public var name: String
        /// A classifier's label.
        public var label: String?
        /// A test on the signal's value in place of its match.
        public var predicate: NumericPredicate?
        /// What a failed signal counts as (`on_error`), where the rule says so.
        public var onError: UnknownOutcome?
        /// What an unknown signal counts as (`on_unknown`), where the rule says so; otherwise it stays unknown.
        public var onUnknown: UnknownOutcome?
        public var position: SourcePosition
        public var path: PolicyPath

        /// A leaf of a rule.
        public init(
            type: String, name: String, label: String? = nil, predicate: NumericPredicate? = nil,
            onError: UnknownOutcome? = nil, onUnknown: UnknownOutcome? = nil,
            position: SourcePosition = SourcePosition(line: 1, column: 1), path: PolicyPath = PolicyPath()
        ) {
            self.type = type
            self.name = name
            self.label = label
            self.predicate = predicate
            self.onError = onError
            self.onUnknown = onUnknown
            self.position = position
            self.path = path
        }
    }

    /// Every leaf, from left to right.
    public var leaves: [Leaf] {
        switch self {
        case .all(let children), .any(let children): return children.flatMap(\.leaves)
        case .not(let child): return child.leaves
        case .leaf(let leaf): return [leaf]
        }
    }
}

/// What an unknown or failed signal counts as, when the policy says so.
public enum UnknownOutcome: String, Sendable, CaseIterable {
    case noMatch = "no_match"
    case match
}
