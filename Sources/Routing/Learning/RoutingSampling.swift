public import Policy

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The bounded bandit that learns which candidate does best. Spec selection-learning §4.3, with its holes closed.
///
/// Beliefs pool the decision's record with the wider ones, over a prior from the card, so a candidate that was never
/// tried is uncertain, not a winner. Another model than the selected one is tried with the probability that it is the
/// best (a normal approximation of probability matching), at most `explorationLimit` of the requests in all, and never
/// beyond its margin for being dearer. The probability of every candidate is exact and is recorded.
public struct RoutingSampling: Sendable {
    /// One candidate with what is known of it.
    public struct Arm: Sendable {
        public var name: String
        /// 0 to 1; nil is unknown.
        public var quality: Double?
        /// Prompt and completion price together, per million tokens.
        public var price: Double
        /// The record in the decision, in its tier, and everywhere, decayed to now.
        public var own: Experience
        public var tier: Experience
        public var all: Experience

        /// An arm.
        public init(
            name: String, quality: Double?, price: Double, own: Experience, tier: Experience = Experience(),
            all: Experience = Experience()
        ) {
            self.name = name
            self.quality = quality
            self.price = price
            self.own = own
            self.tier = tier
            self.all = all
        }
    }

    /// The most that all candidates but the best believed one may get together.
    public static let explorationLimit = 0.1
    /// How much the wider records count in a decision's belief.
    static let tierShare = 0.25
    static let globalShare = 0.10

    private let candidateSet: AdaptationSettings.CandidateSet

    /// A bandit over a kind of candidate set: the wider, the more caution.
    public init(_ candidateSet: AdaptationSettings.CandidateSet) { self.candidateSet = candidateSet }

    private var costWeight: Double { candidateSet == .decision ? 0.04 : candidateSet == .tier ? 0.06 : 0.10 }
    private var margin: Double { candidateSet == .decision ? 0 : candidateSet == .tier ? 0.03 : 0.08 }

    /// What is believed of an arm: the mean and the deviation of its score, and the parts of it.
    struct Belief {
        var mean: Double
        var deviation: Double
        var posterior: Double
        var costPenalty: Double
    }

    /// The score of an arm: the believed success less penalties for price and failures, in the published weights.
    func belief(_ arm: Arm, dearest: Double) -> Belief {
        let good = arm.own.good + Self.tierShare * arm.tier.good + Self.globalShare * arm.all.good
        let under =
            arm.own.underpowered + Self.tierShare * arm.tier.underpowered + Self.globalShare * arm.all.underpowered
        let over =
            arm.own.overprovisioned + Self.tierShare * arm.tier.overprovisioned
            + Self.globalShare * arm.all.overprovisioned
        let failed = arm.own.failed + Self.tierShare * arm.tier.failed + Self.globalShare * arm.all.failed
        let seed = arm.quality ?? 0.5
        let alpha = 2 * seed + good + 1
        let beta = 2 * (1 - seed) + under + 1
        let posterior = alpha / (alpha + beta)
        let trials = good + under + over + failed + 1
        let costPenalty = dearest > 0 ? costWeight * clamped(arm.price / dearest) : 0
        var mean = posterior - costPenalty
        mean -= 0.03 * clamped(arm.own.inputCost ?? arm.all.inputCost ?? 0)
        mean -= 0.03 * over / trials + 0.10 * failed / trials
        // Ten seconds count in full: one second would make all answers of language models alike.
        mean -= 0.02 * clamped((arm.own.latency ?? arm.all.latency ?? 0) / 10)
        mean += 0.02 * clamped(arm.own.cacheHits ?? arm.all.cacheHits ?? 0)
        let variance = posterior * (1 - posterior) / (alpha + beta + 1)
        return Belief(mean: mean, deviation: variance.squareRoot(), posterior: posterior, costPenalty: costPenalty)
    }

    /// Chooses. `base` is the place of the selected model among the arms; without `sampling` the best believed arm
    /// that may win does.
    public func choose(_ arms: [Arm], base: Int, sampling: Bool, seed: UInt64) -> AdaptationVerdict {
        let dearest = arms.map(\.price).max() ?? 0
        let beliefs = arms.map { belief($0, dearest: dearest) }
        // What an arm must lead by to be taken in place of the base.
        func hurdle(_ place: Int) -> Double {
            place == base ? 0 : margin + max(0, beliefs[place].costPenalty - beliefs[base].costPenalty) + 0.001
        }
        var best = base
        for place in arms.indices where beliefs[place].mean - hurdle(place) > beliefs[best].mean - hurdle(best) {
            best = place
        }
        var propensities = arms.indices.map { $0 == best ? 1.0 : 0.0 }
        if sampling, arms.count > 1 {
            // The chance that an arm is better than the best believed one.
            let chances = arms.indices.map { place -> Double in
                guard place != best else { return 0 }
                let gap = beliefs[best].mean - hurdle(best) - (beliefs[place].mean - hurdle(place))
                let spread = (pow(beliefs[best].deviation, 2) + pow(beliefs[place].deviation, 2)).squareRoot()
                return spread > 0 ? 0.5 * erfc(gap / spread / 2.0.squareRoot()) : 0
            }
            let sum = chances.reduce(0, +)
            let scale = sum > 0 ? min(1, Self.explorationLimit / sum) : 0
            for place in arms.indices where place != best { propensities[place] = chances[place] * scale }
            propensities[best] = 1 - propensities.indices.reduce(0) { $0 + ($1 == best ? 0 : propensities[$1]) }
        }
        var winner = best
        if sampling {
            // A stream of its own: the selection before it may have drawn from the same seed.
            var generator = SplitMix64(seed: seed ^ 0xADA7_7A71_0175_A3D1)
            var draw = generator.nextUnit()
            for place in arms.indices where propensities[place] > 0 {
                draw -= propensities[place]
                if draw < 0 {
                    winner = place
                    break
                }
            }
        }
        let isCold = arms[winner].own.isCold && arms[winner].all.isCold
        let reason: AdaptationVerdict.Reason =
            isCold ? .coldStart : winner == base ? .baseBest : winner == best ? .posteriorWin : .sampledWin
        return AdaptationVerdict(
            winner == base ? .keepBase : .proposeSwitch, reason, model: arms[winner].name,
            scores: zip(arms, beliefs).enumerated().map { place, pair in
                .init(
                    model: pair.0.name, score: pair.1.mean, posterior: pair.1.posterior,
                    propensity: propensities[place])
            }, isSampled: sampling, seed: seed)
    }
}
