/// A test on a number: every bound that is set must hold. Spec config §5.20.
public struct NumericPredicate: Sendable, Hashable {
    public var greaterThan: Double?
    public var greaterOrEqual: Double?
    public var lessThan: Double?
    public var lessOrEqual: Double?

    /// A predicate with the given bounds.
    public init(
        greaterThan: Double? = nil, greaterOrEqual: Double? = nil, lessThan: Double? = nil, lessOrEqual: Double? = nil
    ) {
        self.greaterThan = greaterThan
        self.greaterOrEqual = greaterOrEqual
        self.lessThan = lessThan
        self.lessOrEqual = lessOrEqual
    }

    /// Whether the predicate holds. It never holds for a value that is not finite.
    public func holds(for value: Double) -> Bool {
        guard value.isFinite else { return false }
        if let greaterThan, !(value > greaterThan) { return false }
        if let greaterOrEqual, !(value >= greaterOrEqual) { return false }
        if let lessThan, !(value < lessThan) { return false }
        if let lessOrEqual, !(value <= lessOrEqual) { return false }
        return true
    }

    /// The first bound that is set, in the order gt, gte, lt, lte: the distance that grades a structure signal.
    public var firstBound: Double? { greaterThan ?? greaterOrEqual ?? lessThan ?? lessOrEqual }

    /// What is wrong with the bounds, or nil.
    public var problem: String? {
        if greaterThan == nil, greaterOrEqual == nil, lessThan == nil, lessOrEqual == nil {
            return "needs at least one of gt, gte, lt, lte"
        }
        if greaterThan != nil, greaterOrEqual != nil { return "gt and gte exclude each other" }
        if lessThan != nil, lessOrEqual != nil { return "lt and lte exclude each other" }
        if let low = greaterThan ?? greaterOrEqual, let high = lessThan ?? lessOrEqual {
            let strict = greaterThan != nil || lessThan != nil
            if low > high || (low == high && strict) { return "no number can satisfy it" }
        }
        return nil
    }

    /// The declaration of the four bounds.
    public static let schema = Schema(
        "predicate", "A numeric test; every bound that is set must hold.", initial: NumericPredicate(),
        keys: [
            Key("gt", \.greaterThan, .number(), "Holds above this value."),
            Key("gte", \.greaterOrEqual, .number(), "Holds at or above this value."),
            Key("lt", \.lessThan, .number(), "Holds below this value."),
            Key("lte", \.lessOrEqual, .number(), "Holds at or below this value."),
        ]
    ).checking { value, node, context in
        // A bound that could not be read is reported where it stands.
        if value == NumericPredicate(), node.entries?.isEmpty == false { return }
        if let problem = value.problem { context.error(.invalidValue, "predicate \(problem)", at: node.position) }
    }
}
