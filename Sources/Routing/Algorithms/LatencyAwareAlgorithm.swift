public import Policy

/// Choice by measured latency. Spec config §8.4.
public struct LatencyAwareConfiguration: Sendable {
    public var tpotPercentile = 0
    public var ttftPercentile = 0
    public var summary = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "latency_aware", "Choice by measured latency. Spec config §8.4.", initial: LatencyAwareConfiguration()
    ) {
        Key(
            "tpot_percentile", \.tpotPercentile, .integer(0...100),
            "Percentile of the time per output token that is compared; 0 is unset.")
        Key(
            "ttft_percentile", \.ttftPercentile, .integer(0...100),
            "Percentile of the time to the first token that is compared; 0 is unset.")
        Key("description", \.summary, .string, "Free text.")
    }.checking { value, node, context in
        if value.tpotPercentile == 0, value.ttftPercentile == 0 {
            context.error(.missingKey, "latency_aware needs tpot_percentile or ttft_percentile", at: node.position)
        } else if value.tpotPercentile == 0 || value.ttftPercentile == 0 {
            context.warning(
                .noEffect, "only one percentile is set: the other latency does not count", at: node.position)
        }
    }
}

/// Choice by measured latency. Spec config §8.4.
public enum LatencyAwareAlgorithm {
    /// The configuration.
    public typealias Configuration = LatencyAwareConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("latency_aware", Configuration.schema, isBlockRequired: true)
}
