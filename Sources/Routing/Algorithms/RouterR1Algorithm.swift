public import Policy

/// Choice by a routing service on another machine; not known to vLLM Semantic Router's loader.
public struct RouterR1Configuration: Sendable {
    public var address = ""
    public var port = 0
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "router_r1", "Choice by a routing service on another machine.", initial: RouterR1Configuration()
    ) {
        Key("address", \.address, .nonEmptyString, "Host name or address of the service.", required: true)
        Key("port", \.port, .integer(0...65_535), "TCP port; 0 is 80.")
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for its answer; 0 is 30.")
    }
}

/// Choice by a routing service on another machine: `POST /route {query, candidates}` answers `{selected_model}`.
public enum RouterR1Algorithm {
    /// The configuration.
    public typealias Configuration = RouterR1Configuration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared("router_r1", Configuration.schema, isBlockRequired: true)
}
