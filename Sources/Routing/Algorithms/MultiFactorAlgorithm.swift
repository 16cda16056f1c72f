public import Policy

/// Shares of the factors; they are brought to a sum of 1, and negative ones count as 0.
public struct MultiFactorWeights: Sendable {
    public var quality = 0.25
    public var latency = 0.25
    public var cost = 0.25
    public var load = 0.25

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "weights",
        "Shares of the factors; they are brought to a sum of 1, and negative ones count as 0.",
        initial: MultiFactorWeights()
    ) {
        Key("quality", \.quality, .number(), "Share of the card's quality.")
        Key("latency", \.latency, .number(), "Share of measured latency.")
        Key("cost", \.cost, .number(), "Share of the price.")
        Key("load", \.load, .number(), "Share of requests in flight.")
    }
}

/// Ceilings that a candidate must keep; 0 is no ceiling.
public struct MultiFactorCeilings: Sendable {
    public var maximumTPOTMilliseconds = 0.0
    public var maximumTTFTMilliseconds = 0.0
    public var maximumCostPerMillion = 0.0
    public var maximumInFlight = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "slo", "Ceilings that a candidate must keep; 0 is no ceiling.", initial: MultiFactorCeilings()
    ) {
        Key("max_tpot_ms", \.maximumTPOTMilliseconds, .nonNegative, "Milliseconds per output token.")
        Key("max_ttft_ms", \.maximumTTFTMilliseconds, .nonNegative, "Milliseconds to the first token.")
        Key("max_cost_per_1m", \.maximumCostPerMillion, .nonNegative, "Price of a million tokens.")
        Key("max_inflight", \.maximumInFlight, .count, "Requests in flight.")
    }
}

/// Choice by quality, latency, cost and load. Spec config §8.5.
public struct MultiFactorConfiguration: Sendable {
    /// What is chosen when no candidate keeps the ceilings.
    public enum Fallback: String, Sendable, CaseIterable {
        case cheapest
        case first
        case fail
    }

    public var weights: MultiFactorWeights?
    public var ceilings = MultiFactorCeilings()
    public var latencyPercentile = 95
    public var fallback = Fallback.cheapest

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "multi_factor", "Choice by quality, latency, cost and load. Spec config §8.5.",
        initial: MultiFactorConfiguration()
    ) {
        Key("weights", \.weights, .object(MultiFactorWeights.schema), "Shares of the factors; equal when absent.")
        Key("slo", \.ceilings, merging: MultiFactorCeilings.schema, "Ceilings that a candidate must keep.")
        Key("latency_percentile", \.latencyPercentile, .integer(1...100), "Percentile of the latencies.")
        Key("on_no_candidates", \.fallback, .enumeration(), "What is chosen when no candidate keeps the ceilings.")
    }
}

/// Choice by quality, latency, cost and load. Spec config §8.5.
public enum MultiFactorAlgorithm {
    /// The configuration.
    public typealias Configuration = MultiFactorConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("multi_factor", Configuration.schema)
}
