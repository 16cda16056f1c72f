/// Figures over sliding windows of time.
public struct WindowedMetricsSettings: Sendable {
    public var isEnabled = false
    public var timeWindows: [Duration] = [.seconds(60), .seconds(300), .seconds(900), .seconds(3600), .seconds(86400)]
    public var updateInterval: Duration = .seconds(10)
    public var countsModels = false
    public var estimatesQueueDepth = false
    public var maximumModels = 100

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "windowed_metrics", "Figures over sliding windows of time.", initial: WindowedMetricsSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Keep windows.")
        Key("time_windows", \.timeWindows, .list(.duration), "Lengths of the windows.")
        Key("update_interval", \.updateInterval, .duration, "Time between two updates.")
        Key("model_metrics", \.countsModels, .boolean, "Keep them per model.")
        Key("queue_depth_estimation", \.estimatesQueueDepth, .boolean, "Estimate queues at backends.")
        Key("max_models", \.maximumModels, .count, "Most models with windows of their own.")
    }
}

/// Metrics.
public struct MetricsSettings: Sendable {
    public var isEnabled = true
    public var windowedMetrics = WindowedMetricsSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "metrics", "Metrics.", initial: MetricsSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Serve metrics.")
        Key(
            "windowed_metrics", \.windowedMetrics, merging: WindowedMetricsSettings.schema,
            "Figures over sliding windows.")
    }
}

/// Where spans go.
public struct TraceExporterSettings: Sendable {
    /// The protocol of the exporter.
    public enum Exporter: String, Sendable, CaseIterable {
        case otlp
        case stdout
    }

    public var type = Exporter.otlp
    public var endpoint = "vllm-sr-jaeger:4317"
    public var isInsecure = true

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "exporter", "Where spans go.", initial: TraceExporterSettings()
    ) {
        Key(
            "type", \.type, .enumeration(),
            "Where spans go: otlp to a collector, over HTTP with protobuf bodies; stdout as JSON lines.")
        Key(
            "endpoint", \.endpoint, .string,
            "The collector: HOST:PORT, where 4317 (gRPC) stands for 4318; or a URL, by default with the path /v1/traces."
        )
        Key("insecure", \.isInsecure, .boolean, "Connect without TLS; a URL says so itself.")
    }
}

/// Which requests are traced.
public struct TraceSamplingSettings: Sendable {
    /// How requests are chosen.
    public enum Sampling: String, Sendable, CaseIterable {
        case alwaysOn = "always_on"
        case alwaysOff = "always_off"
        case probabilistic
        case traceidratio
        case traceIdRatio = "trace_id_ratio"
    }

    public var type = Sampling.alwaysOn
    public var rate = 1.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "sampling", "Which requests are traced.", initial: TraceSamplingSettings()
    ) {
        Key("type", \.type, .enumeration(), "How requests are chosen; the last two are other names of probabilistic.")
        Key("rate", \.rate, .fraction, "Share of requests when probabilistic.")
    }
}

/// What spans say about this process.
public struct TraceResourceSettings: Sendable {
    public var serviceName = "vllm-sr"
    public var serviceVersion = "v0.3.0"
    public var deploymentEnvironment = "development"

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "resource", "What spans say about this process.", initial: TraceResourceSettings()
    ) {
        Key("service_name", \.serviceName, .string, "Name of the service.")
        Key("service_version", \.serviceVersion, .string, "Version of the service.")
        Key("deployment_environment", \.deploymentEnvironment, .string, "Environment such as production.")
    }
}

/// Traces.
public struct TracingSettings: Sendable {
    /// The tracing system.
    public enum Provider: String, Sendable, CaseIterable {
        case opentelemetry
    }

    public var isEnabled = true
    public var provider = Provider.opentelemetry
    public var exporter = TraceExporterSettings()
    public var sampling = TraceSamplingSettings()
    public var resource = TraceResourceSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "tracing", "Traces.", initial: TracingSettings()
    ) {
        Key("enabled", \.isEnabled, .boolean, "Trace requests.")
        Key("provider", \.provider, .enumeration(caseInsensitive: true), "The tracing system.")
        Key("exporter", \.exporter, merging: TraceExporterSettings.schema, "Where spans go.")
        Key("sampling", \.sampling, merging: TraceSamplingSettings.schema, "Which requests are traced.")
        Key("resource", \.resource, merging: TraceResourceSettings.schema, "What spans say about this process.")
    }
}

/// Metrics and traces.
public struct ObservabilitySettings: Sendable {
    public var metrics = MetricsSettings()
    public var tracing = TracingSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "observability", "Metrics and traces.", initial: ObservabilitySettings()
    ) {
        Key("metrics", \.metrics, merging: MetricsSettings.schema, "Metrics.")
        Key("tracing", \.tracing, merging: TracingSettings.schema, "Traces.")
    }
}
