public import Policy

/// The routing of one recipe, compiled: from readings to a decision. Pure: the same readings always give the same
/// decision.
public final class DecisionEngine: Sendable {
    /// A decision with its rule resolved.
    struct CompiledDecision: Sendable {
        var name: String
        var priority: Int
        var tier: Int
        var rule: CompiledRule?
        /// Every signal that can change what the decision comes to, in order.
        var signals: [Int]
    }

    public let signals: SignalCatalog
    /// The decisions in declared order.
    public let decisions: [Decision]
    public let strategy: DecisionStrategy
    let compiled: [CompiledDecision]
    let projections: CompiledProjections
    let contests: Contests
    /// The leaves of all rules as declared; compiled leaves refer to them.
    let leaves: [Rule.Leaf]
    /// Every signal that some decision depends on, in order.
    public let usedSignals: [Int]
    /// Those of them that cost nothing.
    let usedFreeSignals: [Int]

    /// Compiles a recipe over its signals.
    public init(recipe: Recipe, signals: SignalCatalog, gates: [SignalGate] = []) {
        self.signals = signals
        decisions = recipe.decisions
        strategy = recipe.strategy
        let projections = CompiledProjections(recipe.projections, signals: signals)
        var leaves: [Rule.Leaf] = []
        let contests = Contests(
            gates: gates, partitions: recipe.projections.partitions, signals: signals, leaves: &leaves)
        self.projections = projections
        self.contests = contests
        let compiled = recipe.decisions.map { decision in
            let rule = decision.rules.map {
                CompiledRule($0, signals: signals, outputs: projections.outputIndices, leaves: &leaves)
            }
            var direct: Set<Int> = []
            var outputs: Set<Int> = []
            rule?.collect(signals: &direct, outputs: &outputs)
            for output in outputs { direct.formUnion(projections.signals(ofOutput: output)) }
            var reached = direct
            var frontier = direct
            while !frontier.isEmpty {
                let next = frontier.reduce(into: Set<Int>()) { $0.formUnion(contests.dependencies[$1] ?? []) }
                frontier = next.subtracting(reached)
                reached.formUnion(next)
            }
            return CompiledDecision(
                name: decision.name, priority: decision.priority, tier: decision.tier, rule: rule,
                signals: reached.sorted())
        }
        self.compiled = compiled
        self.leaves = leaves
        usedSignals = Set(compiled.flatMap(\.signals)).sorted()
        usedFreeSignals = usedSignals.filter { signals.entries[$0].cost == .free }
    }

    /// What each decision may still come to, in declared order.
    func possibilities(_ readings: ReadingTable) -> [Possibility] {
        let states =
            contests.isEmpty ? readings.states : SignalState.all(contests.apply(to: readings.readings))
        let outputs = projections.evaluate(states).outputs
        return compiled.map { $0.rule?.evaluate(states, outputs) ?? .yes(0) }
    }

    /// How far the readings go: the winner when it is certain, otherwise the signals that could still matter.
    public func progress(_ readings: ReadingTable) -> DecisionProgress {
        let possibilities = possibilities(readings)
        let alive = possibilities.indices.filter { possibilities[$0].canBeYes }
        guard !alive.isEmpty else { return .decided(nil, confidence: 0) }
        let modes = orderings(alive, possibilities)
        func beats(_ left: Int, _ right: Int) -> Bool {
            (!modes.mayBeTiered || precedes(left, right, possibilities, tiered: true) == true)
                && (!modes.mayBeUntiered || precedes(left, right, possibilities, tiered: false) == true)
        }
        for candidate in alive where possibilities[candidate].isCertainlyYes {
            if alive.allSatisfy({ $0 == candidate || beats(candidate, $0) }) {
                return .decided(candidate, confidence: possibilities[candidate].low)
            }
        }
        var wanted: Set<Int> = []
        for index in alive {
            let isBeaten = alive.contains { $0 != index && possibilities[$0].isCertainlyYes && beats($0, index) }
            if !isBeaten { wanted.formUnion(compiled[index].signals.filter { !readings.isRead($0) }) }
        }
        return .undecided(wanted)
    }

    /// The winner when nothing more can be read: of the decisions that certainly hold, the first in order, each
    /// taken at its least confidence.
    public func conclude(_ readings: ReadingTable) -> (winner: Int?, confidence: Double) {
        let possibilities = possibilities(readings).map { possibility in
            possibility.isCertainlyYes ? Possibility.yes(possibility.low) : .no
        }
        let matching = possibilities.indices.filter { possibilities[$0].isCertainlyYes }
        let tiered = matching.contains { compiled[$0].tier > 0 }
        guard var winner = matching.first else { return (nil, 0) }
        for index in matching.dropFirst() where precedes(index, winner, possibilities, tiered: tiered) == true {
            winner = index
        }
        return (winner, possibilities[winner].low)
    }

    /// Whether order by tier may apply, and whether it may not: it does as soon as a matching decision has a tier.
    private func orderings(
        _ alive: [Int], _ possibilities: [Possibility]
    ) -> (mayBeTiered: Bool, mayBeUntiered: Bool) {
        var mayBeTiered = false
        for index in alive where compiled[index].tier > 0 {
            if possibilities[index].isCertainlyYes { return (true, false) }
            mayBeTiered = true
        }
        return (mayBeTiered, true)
    }

    /// Whether one decision certainly comes before another, certainly does not (false), or either (nil).
    /// Spec signals-decisions §7.3; a decision without a tier comes after all that have one.
    private func precedes(_ left: Int, _ right: Int, _ possibilities: [Possibility], tiered: Bool) -> Bool? {
        let (a, b) = (compiled[left], compiled[right])
        if tiered, a.tier != b.tier {
            if a.tier == 0 { return false }
            return b.tier == 0 || a.tier < b.tier
        }
        let confidenceFirst = tiered || strategy == .confidence
        if !confidenceFirst, a.priority != b.priority { return a.priority > b.priority }
        let (x, y) = (possibilities[left], possibilities[right])
        if x.low > y.high { return true }
        if x.high < y.low { return false }
        if x.isExact, y.isExact {
            if a.priority != b.priority { return a.priority > b.priority }
            return a.name < b.name
        }
        let winsTies = a.priority != b.priority ? a.priority > b.priority : a.name < b.name
        if winsTies, x.low >= y.high { return true }
        if !winsTies, x.high <= y.low { return false }
        return nil
    }
}

/// How far the readings of a request decide it.
public enum DecisionProgress: Sendable, Equatable {
    /// The winner by index, or nil when no decision matches, whatever the unread signals would say. The confidence
    /// is the least that the winner can have; with everything read it is exact.
    case decided(Int?, confidence: Double)
    /// Signals that could still change the outcome.
    case undecided(Set<Int>)
}
