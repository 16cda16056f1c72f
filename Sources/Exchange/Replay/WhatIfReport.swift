/// What changes between what was done and what another policy would do, over many requests.
public struct WhatIfReport: Sendable {
    /// What can be reason enough to fail a check.
    public enum Concern: String, Sendable, Hashable, CaseIterable {
        /// Requests go to another decision.
        case route
        /// Requests go to another model.
        case model
        /// The sum of costs rises.
        case cost
        /// A request that was refused is served, or a guard that matched does not.
        case safety
        /// Requests that cannot be decided.
        case undecided
    }

    /// From one name to another.
    public struct Change: Sendable, Hashable {
        public var old: String
        public var new: String
    }

    /// How often something changes, and the first requests of which it holds.
    public struct Tally: Sendable, Hashable {
        public internal(set) var count = 0
        public internal(set) var examples: [String] = []

        mutating func add(_ id: String) {
            count += 1
            if examples.count < 3 { examples.append(id) }
        }
    }

    public private(set) var records = 0
    public private(set) var fromText = 0
    public private(set) var undecided: [WhatIfOutcome.Undecided: Tally] = [:]
    public private(set) var routes: [Change: Tally] = [:]
    public private(set) var models: [Change: Tally] = [:]
    /// The models that depend on more than the request.
    public private(set) var chosenByState = 0
    public private(set) var newlyRefused = Tally()
    public private(set) var noLongerRefused = Tally()
    /// Guards that match now and did not, and the other way, by family.
    public private(set) var guardsGained: [String: Tally] = [:]
    public private(set) var guardsLost: [String: Tally] = [:]
    /// Costs of the requests that are priced on both sides, by currency.
    public private(set) var costs: [String: (old: Double, new: Double, count: Int)] = [:]
    public private(set) var unpriced = 0
    /// Signals that could say nothing now, by name.
    public private(set) var unread: [String: Int] = [:]

    /// Nothing yet.
    public init() {}

    /// Requests that were decided.
    public var decided: Int { records - undecided.values.reduce(0) { $0 + $1.count } }

    /// Takes in what would become of one request.
    public mutating func add(_ outcome: WhatIfOutcome) {
        records += 1
        if let reason = outcome.undecided {
            undecided[reason, default: Tally()].add(outcome.id)
            return
        }
        if outcome.basis == .text { fromText += 1 }
        if outcome.oldDecision != outcome.newDecision {
            routes[Change(old: outcome.oldDecision, new: outcome.newDecision), default: Tally()].add(outcome.id)
        }
        if outcome.oldModel != outcome.newModel {
            models[Change(old: outcome.oldModel, new: outcome.newModel), default: Tally()].add(outcome.id)
        }
        if outcome.isChosenByState { chosenByState += 1 }
        if outcome.isNewlyRefused, !outcome.wasRefused { newlyRefused.add(outcome.id) }
        if outcome.wasRefused, !outcome.isNewlyRefused { noLongerRefused.add(outcome.id) }
        for family in outcome.newGuards.subtracting(outcome.oldGuards) {
            guardsGained[family, default: Tally()].add(outcome.id)
        }
        for family in outcome.oldGuards.subtracting(outcome.newGuards) {
            guardsLost[family, default: Tally()].add(outcome.id)
        }
        for signal in outcome.unread { unread[signal, default: 0] += 1 }
        guard !outcome.isFree else { return }
        guard let old = outcome.oldCost, let new = outcome.newCost, outcome.oldCurrency == outcome.newCurrency else {
            unpriced += 1
            return
        }
        let sum = costs[outcome.newCurrency] ?? (0, 0, 0)
        costs[outcome.newCurrency] = (sum.old + old, sum.new + new, sum.count + 1)
    }

    /// The concerns that hold. A share of requests, or a rise of cost, up to `tolerance` (0 to 1) is none; safety has no
    /// tolerance.
    public func concerns(tolerance: Double) -> Set<Concern> {
        var found: Set<Concern> = []
        func isBeyond(_ count: Int, of total: Int) -> Bool { Double(count) > tolerance * Double(total) }
        if isBeyond(Self.sum(routes), of: decided) { found.insert(.route) }
        if isBeyond(Self.sum(models), of: decided) { found.insert(.model) }
        if isBeyond(records - decided, of: records) { found.insert(.undecided) }
        if noLongerRefused.count > 0 || !guardsLost.isEmpty { found.insert(.safety) }
        // Sums of many small amounts differ in the last places.
        if costs.values.contains(where: { $0.new > $0.old * (1 + tolerance) + 1e-9 }) { found.insert(.cost) }
        return found
    }

    static func sum(_ tallies: [Change: Tally]) -> Int { tallies.values.reduce(0) { $0 + $1.count } }
}
