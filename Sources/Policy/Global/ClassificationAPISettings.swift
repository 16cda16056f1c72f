/// A band of batch sizes that is counted together.
public struct BatchSizeRange: Sendable {
    public var minimum = 0
    public var maximum: Int = -1
    public var label = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "batch_size_ranges entry", "A band of batch sizes that is counted together.", initial: BatchSizeRange()
    ) {
        Key("min", \.minimum, .count, "Least size.")
        Key("max", \.maximum, .integer(-1...Int.max), "Greatest size; -1 is no bound.")
        Key("label", \.label, .nonEmptyString, "Label in the metrics.", required: true)
    }.checking { value, node, context in
        if value.maximum >= 0, value.maximum < value.minimum {
            context.error(.outOfRange, "max is less than min", key: "max", of: node)
        }
    }
}

/// What is measured about batches.
public struct BatchMetricsSettings: Sendable {
    public var isEnabled = false
    public var sampleRate = 1.0
    public var batchSizeRanges: [BatchSizeRange] = []
    public var durationBuckets: [Double] = []
    public var sizeBuckets: [Double] = []
    public var tracksTasks = false
    public var usesHighResolutionTiming = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "metrics", "What is measured about batches.", initial: BatchMetricsSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Measure.")
        Key("sample_rate", \.sampleRate, .fraction, "Share of batches that is measured.")
        Key("batch_size_ranges", \.batchSizeRanges, .list(.object(BatchSizeRange.schema)), "Bands of batch sizes.")
        Key("duration_buckets", \.durationBuckets, .list(.nonNegative), "Histogram bounds of durations, in seconds.")
        Key("size_buckets", \.sizeBuckets, .list(.nonNegative), "Histogram bounds of sizes.")
        Key("detailed_goroutine_tracking", \.tracksTasks, .boolean, "Measure every concurrent part.")
        Key("high_resolution_timing", \.usesHighResolutionTiming, .boolean, "Measure in nanoseconds.")
    }
}

/// Classification of many texts in one call.
public struct BatchClassificationSettings: Sendable {
    public var maximumBatchSize = 0
    public var concurrencyThreshold = 0
    public var maximumConcurrency = 0
    public var metrics = BatchMetricsSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "batch_classification", "Classification of many texts in one call.", initial: BatchClassificationSettings()
    ) {
        Key("max_batch_size", \.maximumBatchSize, .count, "Most texts in a call; 0 leaves it to the server.")
        Key("concurrency_threshold", \.concurrencyThreshold, .count, "Batch size from which parts run at once.")
        Key("max_concurrency", \.maximumConcurrency, .count, "Most parts at once.")
        Key("metrics", \.metrics, merging: BatchMetricsSettings.schema, "What is measured.")
    }
}

/// The classification API.
public struct ClassificationAPISettings: Sendable {
    public var batchClassification = BatchClassificationSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "api", "The classification API.", initial: ClassificationAPISettings()
    ) {
        Key(
            "batch_classification", \.batchClassification, merging: BatchClassificationSettings.schema,
            "Classification of many texts in one call.")
    }
}
