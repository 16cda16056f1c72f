internal import Policy
internal import Synchronization

/// Counts of requests, tokens and money in the clock's units of time, for all limits. A unit that is over is forgotten
/// whole.
///
/// A request is counted when it is admitted; its tokens and cost are charged when they are known, to the unit that runs
/// then. Until then what it will take at least is set aside, so that requests at the same time do not all pass on the
/// same rest. A request that alone is larger than a limit passes when nothing else was charged in the unit: it would
/// never pass otherwise.
public final class LimitWindows: Sendable {
    struct Counts: Sendable, Hashable {
        var requests = 0
        var tokens = 0
        var cost = 0.0
        var tokensSetAside = 0
        var costSetAside = 0.0
    }

    private struct Window {
        var period: Range<Int64>
        var counts: [LimitKey: Counts] = [:]
        /// What the file does not know yet.
        var changed: Set<LimitKey> = []
    }

    private struct State {
        var windows: [RateLimitRule.Unit: Window] = [:]
        var total: Int { windows.values.reduce(0) { $0 + $1.counts.count } }
    }

    private let state = Mutex(State())
    private let maximumCounts: Int

    /// Windows with at most so many counts; users beyond share one count for each rule.
    public init(maximumCounts: Int = 100_000) {
        self.maximumCounts = max(1, maximumCounts)
    }

    /// Counts that are kept.
    public var count: Int { state.withLock { $0.total } }

    // MARK: Admission

    /// Counts a request where every limit lets it pass, and nowhere else. `estimate` is what it will take at least; `now`
    /// is in seconds since 1970.
    public func admit(_ limits: [Limit], estimate: LimitCharge, at now: Int64) -> LimitVerdict {
        state.withLock { state in
            var entries: [LimitTicket.Entry] = []
            var refusal: LimitStanding?
            var nearest: (standing: LimitStanding, share: Double)?
            for limit in limits {
                Self.open(limit.key.unit, at: now, &state)
                guard let window = state.windows[limit.key.unit] else { continue }
                let key = place(limit.key, &state)
                let counts = window.counts[key] ?? Counts()
                let reset = window.period.upperBound
                if let standing = Self.refusal(limit, counts, estimate, reset: reset) {
                    if refusal.map({ $0.reset < standing.reset }) ?? true { refusal = standing }
                    continue
                }
                if let standing = Self.standing(limit, counts, estimate, reset: reset) {
                    let share = Double(standing.remaining) / Double(max(1, standing.limit))
                    if nearest.map({ share < $0.share }) ?? true { nearest = (standing, share) }
                }
                entries.append(
                    .init(
                        limit: limit, key: key, period: window.period,
                        tokens: limit.tokens == nil ? 0 : estimate.tokens,
                        cost: limit.cost == nil ? 0 : estimate.cost(in: limit.currency)))
            }
            if let refusal { return .refused(refusal) }
            for entry in entries {
                Self.change(entry.key, &state) { counts in
                    counts.requests += 1
                    counts.tokensSetAside = Self.sum(counts.tokensSetAside, entry.tokens)
                    counts.costSetAside += entry.cost
                }
            }
            return .admitted(LimitTicket(entries: entries), nearest?.standing)
        }
    }

    /// Charges what an admitted request took and gives back what was set aside for it.
    public func settle(_ ticket: LimitTicket, _ charge: LimitCharge, at now: Int64) {
        state.withLock { state in
            for entry in ticket.entries {
                giveBack(entry, &state)
                let tokens = entry.limit.tokens == nil ? 0 : charge.tokens
                let cost = entry.limit.cost == nil ? 0 : charge.cost(in: entry.limit.currency)
                guard tokens > 0 || cost > 0 else { continue }
                Self.open(entry.limit.key.unit, at: now, &state)
                Self.change(place(entry.limit.key, &state), &state) { counts in
                    counts.tokens = Self.sum(counts.tokens, tokens)
                    counts.cost += cost
                }
            }
        }
    }

    /// Undoes an admission: another limit refused the request.
    public func withdraw(_ ticket: LimitTicket) {
        state.withLock { state in
            for entry in ticket.entries where giveBack(entry, &state) {
                Self.change(entry.key, &state) { $0.requests = max(0, $0.requests - 1) }
            }
        }
    }

    /// Gives back what was set aside; false when the unit is over.
    @discardableResult
    private func giveBack(_ entry: LimitTicket.Entry, _ state: inout State) -> Bool {
        guard state.windows[entry.key.unit]?.period == entry.period else { return false }
        state.windows[entry.key.unit]?.counts[entry.key]?.tokensSetAside -= entry.tokens
        state.windows[entry.key.unit]?.counts[entry.key]?.costSetAside -= entry.cost
        return true
    }

    // MARK: Rules

    private static func refusal(
        _ limit: Limit, _ counts: Counts, _ estimate: LimitCharge, reset: Int64
    ) -> LimitStanding? {
        func standing(_ quantity: Limit.Quantity, _ limit: Int, _ remaining: Int, _ rule: String) -> LimitStanding {
            LimitStanding(rule: rule, quantity: quantity, limit: limit, remaining: max(0, remaining), reset: reset)
        }
        if let requests = limit.requests, counts.requests >= requests {
            return standing(.requests, requests, 0, limit.key.rule)
        }
        if let tokens = limit.tokens {
            let spent = sum(counts.tokens, counts.tokensSetAside)
            if spent >= tokens || (spent > 0 && sum(spent, estimate.tokens) > tokens) {
                return standing(.tokens, tokens, tokens - spent, limit.key.rule)
            }
        }
        if let cost = limit.cost {
            let spent = counts.cost + counts.costSetAside
            if spent >= cost || (spent > 0 && spent + estimate.cost(in: limit.currency) > cost) {
                return standing(.cost, 0, 0, limit.key.rule)
            }
        }
        return nil
    }

    /// What is left when the request is counted, of the quantity that is nearer to its end.
    private static func standing(
        _ limit: Limit, _ counts: Counts, _ estimate: LimitCharge, reset: Int64
    ) -> LimitStanding? {
        var found: LimitStanding?
        func consider(_ quantity: Limit.Quantity, _ bound: Int?, _ spent: Int) {
            guard let bound, bound > 0 else { return }
            let remaining = max(0, bound - spent)
            if let found, Double(found.remaining) / Double(found.limit) <= Double(remaining) / Double(bound) { return }
            found = LimitStanding(
                rule: limit.key.rule, quantity: quantity, limit: bound, remaining: remaining, reset: reset)
        }
        consider(.requests, limit.requests, counts.requests + 1)
        consider(.tokens, limit.tokens, sum(sum(counts.tokens, counts.tokensSetAside), estimate.tokens))
        return found
    }

    private static func sum(_ left: Int, _ right: Int) -> Int {
        let (value, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : value
    }

    // MARK: Windows

    /// Seconds that the clock may be set back without the unit beginning anew.
    private static let tolerance: Int64 = 60

    private static func open(_ unit: RateLimitRule.Unit, at now: Int64, _ state: inout State) {
        if let window = state.windows[unit], now < window.period.upperBound,
            now >= window.period.lowerBound - tolerance
        {
            return
        }
        state.windows[unit] = Window(period: unit.period(containing: now))
    }

    /// The key under which a limit is counted: its own, or the rule's common one when there are too many.
    private func place(_ key: LimitKey, _ state: inout State) -> LimitKey {
        if state.windows[key.unit]?.counts[key] != nil || state.total < maximumCounts { return key }
        return LimitKey(rule: key.rule, user: "\u{0}", model: "\u{0}", unit: key.unit)
    }

    private static func change(_ key: LimitKey, _ state: inout State, _ change: (inout Counts) -> Void) {
        change(&state.windows[key.unit, default: Window(period: 0..<0)].counts[key, default: Counts()])
        if key.unit.survivesRestart { state.windows[key.unit]?.changed.insert(key) }
    }

    // MARK: Keeping

    /// A count as the file keeps it.
    struct Kept: Sendable, Hashable {
        var key: LimitKey
        var period: Range<Int64>
        var counts: Counts
    }

    /// The counts that have changed since the last call.
    func takeChanges() -> [Kept] {
        state.withLock { state in
            var kept: [Kept] = []
            for unit in RateLimitRule.Unit.allCases where unit.survivesRestart {
                guard let window = state.windows[unit] else { continue }
                for key in window.changed {
                    kept.append(Kept(key: key, period: window.period, counts: window.counts[key] ?? Counts()))
                }
                state.windows[unit]?.changed = []
            }
            return kept
        }
    }

    /// Marks counts as changed again: they could not be written.
    func putBack(_ changes: [Kept]) {
        state.withLock { state in
            for change in changes where state.windows[change.key.unit]?.period == change.period {
                state.windows[change.key.unit]?.changed.insert(change.key)
            }
        }
    }

    /// Takes in counts of units that run now.
    func restore(_ kept: [Kept], at now: Int64) {
        state.withLock { state in
            for one in kept where one.period == one.key.unit.period(containing: now) {
                Self.open(one.key.unit, at: now, &state)
                guard state.total < maximumCounts else { return }
                state.windows[one.key.unit]?.counts[one.key] = one.counts
            }
        }
    }
}
