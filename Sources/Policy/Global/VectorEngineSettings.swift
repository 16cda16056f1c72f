/// The vector column of an index.
public struct VectorFieldSettings: Sendable {
    /// How two vectors are compared.
    public enum Metric: String, Sendable, CaseIterable {
        case cosine = "COSINE"
        case l2 = "L2"
        case ip = "IP"
    }

    public var name = "embedding"
    public var dimension = 0
    public var metric = Metric.cosine

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "vector_field", "The vector column of an index.", initial: VectorFieldSettings()
    ) {
        Key("name", \.name, .string, "Name of the field.")
        Key("dimension", \.dimension, .count, "Length of the vectors; 0 takes the embedding model's.")
        Key("metric_type", \.metric, .enumeration(caseInsensitive: true), "How two vectors are compared.")
    }
}

/// Parameters of an HNSW index.
public struct GraphIndexParameters: Sendable {
    public var linkCount = 16
    public var constructionBreadth = 200

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "params", "Parameters of an HNSW index.", initial: GraphIndexParameters()
    ) {
        Key("M", \.linkCount, .count, "Links of a node.")
        Key("efConstruction", \.constructionBreadth, .count, "Candidates looked at while building.")
    }
}

/// What a store engine writes to the log.
public struct StoreLoggingSettings: Sendable {
    public var level = "info"
    public var logsQueries = false
    public var countsQueries = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "logging", "What a store engine writes to the log.", initial: StoreLoggingSettings()
    ) {
        Key("level", \.level, .string, "Least severity that is written.")
        Key("enable_query_log", \.logsQueries, .boolean, "Write every query.")
        Key("enable_metrics", \.countsQueries, .boolean, "Count queries.")
    }
}
