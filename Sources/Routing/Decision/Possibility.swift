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

    /// Kleene's AND; the confidence is the mean of the children's. Empty holds with confidence 0.
    static func all(_ children: [Possibility]) -> Possibility {
        guard !children.isEmpty else { return .yes(0) }
        var result: Outcomes = []
        var everyCanHold = true
        var everyCanAvoidNo = true
        var someUnknown = false
        var low = 0.0
        var high = 0.0
        for child in children {
            if child.outcomes.contains(.no) { result.insert(.no) }
            if !child.canBeYes { everyCanHold = false }
            if child.outcomes == .no { everyCanAvoidNo = false }
            if child.outcomes.contains(.unknown) { someUnknown = true }
            low += child.low
            high += child.high
        }
        if everyCanHold { result.insert(.yes) }
        if everyCanAvoidNo, someUnknown { result.insert(.unknown) }
        let count = Double(children.count)
        return Possibility(outcomes: result, low: low / count, high: high / count)
    }

    /// Kleene's OR; the confidence is the best of the children that hold. Empty does not hold.
    static func any(_ children: [Possibility]) -> Possibility {
        var result: Outcomes = []
        var everyCanFail = true
        var everyCanAvoidYes = true
        var someUnknown = false
        var certainLow: Double?
        var possibleLow: Double?
        var high = 0.0
        for child in children {
            if child.canBeYes {
                result.insert(.yes)
                possibleLow = min(possibleLow ?? child.low, child.low)
                high = max(high, child.high)
            }
            if child.isCertainlyYes {
                certainLow = max(certainLow ?? child.low, child.low)
                everyCanAvoidYes = false
            }
            if !child.outcomes.contains(.no) { everyCanFail = false }
            if child.outcomes.contains(.unknown) { someUnknown = true }
        }
        if everyCanFail { result.insert(.no) }
        if everyCanAvoidYes, someUnknown { result.insert(.unknown) }
        return Possibility(outcomes: result, low: certainLow ?? possibleLow ?? 0, high: high)
    }
}
