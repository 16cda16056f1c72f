public import Policy

/// A model that may serve a request.
public struct Candidate: Sendable, Hashable {
    public var reference: ModelReference
    /// What is known of the model when the choice is made.
    public var facts: CandidateFacts
    /// Why it may not be used after all, such as too small a context window; nil when it may.
    public var exclusion: String?
    /// Its last calls failed: others come first, and it stands in for them.
    public var isFailing = false

    /// A candidate for a decision's model reference.
    public init(_ reference: ModelReference, facts: CandidateFacts = CandidateFacts(), exclusion: String? = nil) {
        self.reference = reference
        self.facts = facts
        self.exclusion = exclusion
    }
}

/// What is known of a model when a choice is made. Nil is unknown, and unknown is never the same as zero.
public struct CandidateFacts: Sendable, Hashable {
    /// The card's prior from 0 to 1.
    public var quality: Double?
    public var pricing: Pricing?
    /// In tokens.
    public var contextWindow: Int?
    public var billionsOfParameters: Double?
    /// Seconds to the first token, and seconds for each token after it.
    public var timeToFirstToken: LatencyProfile?
    public var timePerOutputToken: LatencyProfile?
    /// Requests that it serves now.
    public var inFlight = 0
    /// The similarity of the request to the model's description, 0 to 1 on the encoder's calibrated scale.
    public var descriptionSimilarity: Double?
    /// What was learned from outcomes, for the decision and pooled with wider levels.
    public var experience = ExperienceFacts()

    /// Nothing known.
    public init() {}
}

/// The distribution of a latency as its percentiles.
public struct LatencyProfile: Sendable, Hashable {
    /// Samples that it is made of.
    public let count: Int
    /// Seconds at each percentile from 0 to 100; one value where there are too few samples.
    private let values: [Double]

    /// A profile of samples in the order in which they came, in seconds. Fewer than three give their moving average
    /// (weight 0.3 for the newest) at every percentile. Spec selection-learning §8.
    public init?(_ samples: some Collection<Double>) {
        guard let first = samples.first else { return nil }
        count = samples.count
        guard samples.count >= 3 else {
            values = [samples.dropFirst().reduce(first) { 0.7 * $0 + 0.3 * $1 }]
            return
        }
        let sorted = samples.sorted()
        values = (0...100).map { percentile in
            let place = Double(percentile) / 100 * Double(sorted.count - 1)
            let lower = Int(place)
            let upper = min(lower + 1, sorted.count - 1)
            return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
        }
    }

    /// Seconds at a percentile from 0 to 100, by linear interpolation between samples.
    public func percentile(_ percentile: Int) -> Double {
        values.count == 1 ? values[0] : values[min(max(percentile, 0), 100)]
    }
}

/// What outcomes have taught about a model.
public struct ExperienceFacts: Sendable, Hashable {
    /// Weighted successes and failures of the model in the decision, decayed with time.
    public var wins = 0.0
    public var losses = 0.0
    /// The same over all decisions.
    public var allWins = 0.0
    public var allLosses = 0.0
    /// The Elo rating and the comparisons behind it; nil before the first.
    public var rating: Double?
    public var comparisons = 0.0
    /// The mean and variance of the caller's own judgements, 0 to 1, and their number; zero is none.
    public var userMean = 0.0
    public var userVariance = 0.0
    public var userCount = 0.0

    /// Nothing learned.
    public init() {}
}
