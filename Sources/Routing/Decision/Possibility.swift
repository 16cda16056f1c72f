/// What a condition may still turn out to be, while some of its signals are unread: a set of outcomes in
/// three-valued logic, and the range of the confidence in case it holds.
struct Possibility: Sendable, Equatable {
    /// Outcomes that are still possible.
    struct Outcomes: OptionSet, Sendable {
        let rawValue: UInt8
        static let no = Outcomes(rawValue: 1)
        static let yes = Outcomes(rawValue: 2)
        static let unknown = Outcomes(rawValue: 4)
        static let anything: Outcomes = [.no, .yes, .unknown]
    }

    var outcomes: Outcomes
    /// The least and the greatest confidence in case it holds.
    var low: Double
    var high: Double

    static let no = Possibility(outcomes: .no, low: 0, high: 0)
    static let unknown = Possibility(outcomes: .unknown, low: 0, high: 0)
    static let unread = Possibility(outcomes: .anything, low: 0, high: 1)

    static func yes(_ confidence: Double) -> Possibility {
        Possibility(outcomes: .yes, low: confidence, high: confidence)
    }

    var isCertain: Bool { outcomes == .no || outcomes == .yes || outcomes == .unknown }
    var isCertainlyYes: Bool { outcomes == .yes }
    var canBeYes: Bool { outcomes.contains(.yes) }
    var isExact: Bool { isCertain && (outcomes != .yes || low == high) }

    /// Kleene's NOT; a condition that holds by negation has confidence 1.
    var negated: Possibility {
        var result: Outcomes = []
        if outcomes.contains(.no) { result.insert(.yes) }
        if outcomes.contains(.yes) { result.insert(.no) }
        if outcomes.contains(.unknown) { result.insert(.unknown) }
        return Possibility(outcomes: result, low: 1, high: 1)
    }
}

/// Kleene's AND over conditions added one by one; the confidence is the mean of theirs. Of none it holds, with
/// confidence 0.
struct Conjunction {
    private var outcomes: Possibility.Outcomes = []
    private var everyCanHold = true
    private var everyCanAvoidNo = true
    private var someUnknown = false
    private var low = 0.0
    private var high = 0.0
    private var count = 0

    mutating func add(_ child: Possibility) {
        count += 1
        if child.outcomes.contains(.no) { outcomes.insert(.no) }
        if !child.canBeYes { everyCanHold = false }
        if child.outcomes == .no { everyCanAvoidNo = false }
        if child.outcomes.contains(.unknown) { someUnknown = true }
        low += child.low
        high += child.high
    }

    var result: Possibility {
        guard count > 0 else { return .yes(0) }
        var outcomes = outcomes
        if everyCanHold { outcomes.insert(.yes) }
        if everyCanAvoidNo, someUnknown { outcomes.insert(.unknown) }
        return Possibility(outcomes: outcomes, low: low / Double(count), high: high / Double(count))
    }
}

/// Kleene's OR over conditions added one by one; the confidence is the best of those that hold. Of none it does not
/// hold.
struct Disjunction {
    private var outcomes: Possibility.Outcomes = []
    private var everyCanFail = true
    private var everyCanAvoidYes = true
    private var someUnknown = false
    private var certainLow = -1.0
    private var possibleLow = 2.0
    private var high = 0.0

    mutating func add(_ child: Possibility) {
        if child.canBeYes {
            outcomes.insert(.yes)
            possibleLow = min(possibleLow, child.low)
            high = max(high, child.high)
        }
        if child.isCertainlyYes {
            certainLow = max(certainLow, child.low)
            everyCanAvoidYes = false
        }
        if !child.outcomes.contains(.no) { everyCanFail = false }
        if child.outcomes.contains(.unknown) { someUnknown = true }
    }

    var result: Possibility {
        var outcomes = outcomes
        if everyCanFail { outcomes.insert(.no) }
        if everyCanAvoidYes, someUnknown { outcomes.insert(.unknown) }
        let low = certainLow >= 0 ? certainLow : possibleLow <= 1 ? possibleLow : 0
        return Possibility(outcomes: outcomes, low: low, high: high)
    }
}
