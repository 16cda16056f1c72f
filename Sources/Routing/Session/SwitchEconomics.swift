public import Policy

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What it costs to continue a conversation on another model, in the unit of utilities. Spec selection-learning §5.4,
/// §11.4: the bill is paid once, on arrival, and only the part of the prefix that is really warm is lost.
public struct SwitchEconomics: Sendable {
    /// The weight of the lost prefix, of the history of switches, and of any handoff.
    static let prefixWeight = 0.20
    static let historyWeight = 0.04
    static let handoff = 0.05
    /// Switches from which the history weighs in full.
    static let fullHistory = 8.0
    /// History tokens and turns at which a continuation weighs in full.
    static let fullTokens = 8192.0
    static let fullTurns = 8.0
    /// The share of a prefix that is believed to be cached where its backend reports nothing.
    static let unreportedWarmth = 0.5
    /// Seconds in which an unreported cache loses half.
    static let halfLife = 60.0

    /// The price of the uncached prefix on the dearest model, per million tokens; nil without prices.
    private let dearest: Double?
    private let idleTimeout: Double

    /// Economics over the prices of all configured models.
    public init(prices: some Sequence<Pricing>, idleTimeout: Double) {
        dearest = prices.map { Self.arrival($0) }.max().flatMap { $0 > 0 ? $0 : nil }
        self.idleTimeout = idleTimeout
    }

    /// The price of a token that must be read anew, with writing it to the cache where that costs.
    private static func arrival(_ pricing: Pricing) -> Double {
        max(pricing.promptPerMillion, pricing.cacheWritePerMillion ?? 0)
    }

    /// The share of the prefix that the current model's backend still has, 0 to 1: what it last reported, else a
    /// half-life. After the idle timeout nothing is warm.
    public func warmth(_ state: SessionState, at now: Double) -> Double {
        let age = max(0, now - state.lastSeen)
        guard age < idleTimeout else { return 0 }
        if state.cacheReports > 0, state.promptTokens > 0 {
            return clamped(Double(state.cachedTokens) / Double(state.promptTokens))
        }
        return Self.unreportedWarmth * exp2(-age / Self.halfLife)
    }

    /// How much of the conversation lies behind and ahead, 0 to 1: reuse of the context, length and turns.
    /// `remaining` is the number of turns still expected, where it is known.
    public func mass(_ turn: SessionTurn, _ state: SessionState, remaining: Double? = nil) -> Double {
        let reuse = clamped(Double(turn.historyTokens) / Double(max(turn.contextTokens, 1)))
        let length = clamped(Double(turn.historyTokens) / Self.fullTokens)
        let depth = clamped(Double(max(state.turns, turn.index)) / Self.fullTurns)
        let behind = 0.45 * reuse + 0.35 * length + 0.20 * depth
        guard let remaining else { return behind }
        return max(behind, clamped(remaining / Self.fullTurns))
    }

    /// What moving from one model to another costs beyond what staying does. Negative is a saving: the other model reads
    /// the whole prefix anew for less than the current one reads its cached rest.
    public func prefixCost(
        from current: Pricing?, to other: Pricing?, warmth: Double, mass: Double
    ) -> Double {
        guard let dearest, let current, let other else {
            // Without prices a warm prefix is worth the same everywhere.
            return Self.prefixWeight * mass * warmth
        }
        let staying = warmth * current.cachedInputPerMillion + (1 - warmth) * Self.arrival(current)
        return Self.prefixWeight * mass * min(max((Self.arrival(other) - staying) / dearest, -1), 1)
    }

    /// What earlier switches add, so that a session that flaps comes to rest.
    public func historyCost(_ state: SessionState) -> Double {
        Self.historyWeight * min(Double(state.switches) / Self.fullHistory, 1)
    }
}
