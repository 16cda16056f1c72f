#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The candidate with the best record against the others. Spec selection-learning §1.6; Elo, "The Rating of
/// Chessplayers", 1978.
///
/// The utility is the expected score against the other candidates. Ratings come from outcomes; before the first, the
/// card's quality stands for one.
public struct EloSelection: SelectionAlgorithm {
    public static let type = "elo"

    /// The algorithm has no settings.
    public init() {}

    public func select(_ candidates: [Candidate], _ context: SelectionContext) -> Selection {
        let ratings = candidates.map { Elo.rating($0.facts) }
        let utilities = ratings.indices.map { place -> Double in
            guard ratings.count > 1 else { return 1 }
            let others = ratings.indices.filter { $0 != place }
            return others.reduce(0) { $0 + Elo.expected(ratings[place], against: ratings[$1]) } / Double(others.count)
        }
        let comparisons = candidates.map(\.facts.experience.comparisons).max() ?? 0
        return .ranked(
            candidates, utilities, confidence: 1 / (1 + exp(-0.2 * (comparisons - 5))), method: Self.type,
            reason: "best rating of \(candidates.count) candidates")
    }
}

/// The arithmetic of Elo ratings.
public enum Elo {
    /// The rating of a model that nothing is known of.
    public static let initial = 1500.0
    /// The most that one comparison moves a rating.
    public static let step = 32.0

    /// A model's rating: learned, else 1000 to 2000 by the card's quality, else the initial one.
    public static func rating(_ facts: CandidateFacts) -> Double {
        facts.experience.rating ?? facts.quality.map { 1000 + 1000 * $0 } ?? initial
    }

    /// The expected score of one rating against another.
    public static func expected(_ rating: Double, against other: Double) -> Double {
        1 / (1 + pow(10, (other - rating) / 400))
    }

    /// Both ratings after a comparison; `score` is 1 when the first won, 0.5 for a tie.
    public static func update(_ first: Double, _ second: Double, score: Double) -> (first: Double, second: Double) {
        let change = step * (score - expected(first, against: second))
        return (bounded(first + change), bounded(second - change))
    }

    /// A rating after a judgement of one model alone, which moves it by a tenth of a comparison.
    public static func update(_ rating: Double, isGood: Bool) -> Double {
        bounded(rating + (isGood ? 0.1 : -0.1) * step)
    }

    private static func bounded(_ rating: Double) -> Double { min(max(rating, 100), 3000) }
}
