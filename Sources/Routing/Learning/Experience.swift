#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How a model did. Spec selection-learning §4.5.
public enum OutcomeVerdict: String, Sendable, CaseIterable {
    case goodFit = "good_fit"
    case underpowered
    case overprovisioned
    case failed
}

/// What outcomes and measurements have taught about one model in one place. Counts lose half their weight in a week, so
/// that what a model was does not bind what it has become.
public struct Experience: Sendable, Hashable {
    /// Seconds in which counts lose half their weight.
    public static let halfLife = 7.0 * 86_400
    /// The weight of the newest measurement in a moving average.
    static let smoothing = 0.2

    public var good = 0.0
    public var underpowered = 0.0
    public var overprovisioned = 0.0
    public var failed = 0.0
    /// Moving averages: seconds to the whole answer, share of cached input, input cost against the dearest rate.
    public var latency: Double?
    public var cacheHits: Double?
    public var inputCost: Double?
    /// The Elo rating and the comparisons behind it.
    public var rating: Double?
    public var comparisons = 0.0
    /// Seconds since 1970 of the last change.
    public var updated = 0.0

    /// Nothing learned.
    public init() {}

    /// Whether nothing is known.
    public var isCold: Bool {
        good + underpowered + overprovisioned + failed == 0 && latency == nil
    }

    /// The counts as they weigh at a time, in seconds since 1970.
    public func decayed(at now: Double) -> Experience {
        guard now > updated, updated > 0 else { return self }
        let factor = Self.decay(now - updated)
        var result = self
        result.good *= factor
        result.underpowered *= factor
        result.overprovisioned *= factor
        result.failed *= factor
        result.comparisons *= factor
        return result
    }

    /// The share of its weight that a count has left after so many seconds.
    public static func decay(_ seconds: Double) -> Double { exp2(-max(0, seconds) / halfLife) }

    /// Takes in an outcome; `score` is how much it weighs, 0 to 1.
    public mutating func record(_ verdict: OutcomeVerdict, score: Double, at now: Double) {
        self = decayed(at: now)
        updated = now
        let weight = clamped(score)
        switch verdict {
        case .goodFit: good += weight
        case .underpowered: underpowered += weight
        case .overprovisioned: overprovisioned += weight
        case .failed: failed += weight
        }
        // An answer that was better than needed is no fault of the answer.
        let isGood = verdict == .goodFit || verdict == .overprovisioned
        rating = Elo.update(rating ?? Elo.initial, isGood: isGood)
        comparisons += weight
    }

    /// Takes in what a response showed; nil is unknown.
    public mutating func measure(latency: Double?, cacheHits: Double?, inputCost: Double?, at now: Double) {
        self = decayed(at: now)
        updated = now
        func mix(_ old: Double?, _ new: Double?) -> Double? {
            guard let new else { return old }
            guard let old else { return new }
            return old + Self.smoothing * (new - old)
        }
        self.latency = mix(self.latency, latency)
        self.cacheHits = mix(self.cacheHits, cacheHits)
        self.inputCost = mix(self.inputCost, inputCost)
    }
}
