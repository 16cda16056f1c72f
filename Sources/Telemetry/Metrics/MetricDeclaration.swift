/// The Prometheus type of a metric.
public enum MetricKind: String, Sendable, Hashable, CaseIterable {
    /// A value that only grows; its name ends in `_total`.
    case counter
    /// A value that goes up and down.
    case gauge
    /// Observations counted in buckets, with their sum.
    case histogram
}

/// What is known about a metric before it is ever used: its name, type, help text, labels and buckets.
public struct MetricDeclaration: Sendable, Hashable {
    /// The metric name, `snake_case`, in base units (`_seconds`), counters ending in `_total`.
    public let name: String
    /// The Prometheus type.
    public let kind: MetricKind
    /// One sentence for the `HELP` line.
    public let help: String
    /// Label names in the order they are rendered.
    public let labels: [String]
    /// Upper bounds of a histogram's buckets, without `+Inf`; `nil` means ``defaultBuckets``.
    public let buckets: [Double]?

    /// Declares a metric.
    public init(name: String, kind: MetricKind, help: String, labels: [String] = [], buckets: [Double]? = nil) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.buckets = buckets
    }

    /// The Prometheus client libraries' default bounds, in seconds, 5 ms to 10 s.
    public static let defaultBuckets: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// ``defaultBuckets`` extended downwards to 50 µs, for work that takes microseconds.
    public static let fineLatencyBuckets: [Double] =
        [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5] + defaultBuckets
}
