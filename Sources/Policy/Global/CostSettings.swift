/// What the accounting of costs compares with and keeps.
public struct CostSettings: Sendable {
    /// The model that costs are compared with; empty is the dearest one with prices.
    public var baselineModel = ""
    /// Days for which totals are kept.
    public var retentionDays = 90
    /// Whether backends are asked to end streams with their token counts.
    public var asksStreamsForUsage = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "costs", "What the accounting of costs compares with and keeps.", initial: CostSettings()
    ) {
        Key(
            "baseline_model", \.baselineModel, .reference(to: .modelCard),
            "The model that costs are compared with; by default the dearest one with prices in the same currency.")
        Key("retention_days", \.retentionDays, .integer(1...3_650), "Days for which totals are kept.")
        Key(
            "stream_usage", \.asksStreamsForUsage, .boolean,
            "Asks backends to end streams with their token counts, where the client does not; the client sees that event."
        )
    }
}
