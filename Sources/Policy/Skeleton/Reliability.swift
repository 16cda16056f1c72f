/// How the data plane treats a model's backends: retries, ejection and health checks. Spec config §3.2.
public struct Reliability: Sendable, Hashable {
    /// How a backend is picked.
    public enum LoadBalancing: String, Sendable, CaseIterable {
        case roundRobin = "round_robin"
        case leastRequest = "least_request"
    }

    public var loadBalancing: LoadBalancing?
    public var retryCount = 0
    /// A comma-separated list of conditions.
    public var retryOn = ""
    /// Failures in a row before a backend is ejected; 0 never ejects.
    public var consecutiveFailures = 0
    public var baseEjectionTime: Duration?
    public var maximumEjectionPercent = 0
    public var healthCheckPath = ""
    public var healthCheckInterval: Duration?
    public var healthCheckTimeout: Duration?

    /// No retries, no ejection, no health checks.
    public init() {}

    /// The declaration of `reliability`.
    public static let schema = Schema<Reliability>(
        "reliability", "Retries, ejection and health checks of a model's backends.", initial: Reliability(),
        keys: [
            Key("lb_policy", \.loadBalancing, .enumeration(), "How a backend is picked."),
            Key("retry_count", \.retryCount, .integer(0...5), "How often a failed request is tried again."),
            Key("retry_on", \.retryOn, .string, "Conditions of a retry, such as `connect-failure,refused-stream`."),
            Key("consecutive_5xx", \.consecutiveFailures, .count, "Failures in a row before a backend is ejected."),
            Key("base_ejection_time", \.baseEjectionTime, .duration, "How long a backend stays ejected at first."),
            Key(
                "max_ejection_percent", \.maximumEjectionPercent, .integer(0...100),
                "The largest share of backends that may be ejected."),
            Key(
                "health_check_path", \.healthCheckPath,
                .string.checked { $0.hasPrefix("/") ? nil : "must begin with \"/\"" },
                "The path of active health checks."),
            Key("health_check_interval", \.healthCheckInterval, .duration, "Time between two health checks."),
            Key("health_check_timeout", \.healthCheckTimeout, .duration, "How long one health check may take."),
        ]
    ).checking { value, node, context in
        if value.retryCount > 0, value.retryOn.allSatisfy(\.isWhitespace) {
            context.error(
                .missingKey, "retry_count needs retry_on, such as connect-failure,refused-stream", key: "retry_count",
                in: node)
        }
        if value.healthCheckPath.isEmpty, value.healthCheckInterval != nil || value.healthCheckTimeout != nil {
            context.warning(.noEffect, "health checks need health_check_path", at: node.position)
        }
    }
}
