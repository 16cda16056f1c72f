public import Policy

/// Records from which decisions can be recomputed. Spec config §9.3.
public struct RouterReplayConfiguration: Sendable {
    public var isEnabledByFile: Bool?
    public var maximumRecords = 10000
    public var capturesRequestBody = true
    public var capturesResponseBody = true
    public var maximumBodyBytes = 4096
    public var maximumToolTraceBytes = 0
    public var maximumToolTraceSteps = 100
    public var redactsPersonalData = false

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "router_replay",
        "Records from which decisions can be recomputed. Spec config §9.3.",
        initial: RouterReplayConfiguration()
    ) {
        Key("enabled", \.isEnabledByFile, .boolean, "Keep records; global.services.router_replay.enabled when absent.")
        Key("max_records", \.maximumRecords, .count, "Most records kept.")
        Key("capture_request_body", \.capturesRequestBody, .boolean, "Keep the request's body.")
        Key("capture_response_body", \.capturesResponseBody, .boolean, "Keep the answer's body.")
        Key("max_body_bytes", \.maximumBodyBytes, .count, "Most bytes of a body.")
        Key("max_tool_trace_bytes", \.maximumToolTraceBytes, .count, "Most bytes of a tool trace; 0 is no bound.")
        Key(
            "max_tool_trace_steps", \.maximumToolTraceSteps, .count,
            "Most steps of a tool trace, the oldest going first; 0 is no bound.")
        Key(
            "redact_personal_data", \.redactsPersonalData, .boolean,
            "Replace personal data that has a form (cards, e-mail, phones, keys…) by its kind in kept texts. Martlet's own."
        )
    }

    /// The declaration of the plugin.
    static let family = PluginFamily.declared("router_replay", schema)

    /// What is recorded of requests to a decision with these plugins; nil where nothing is.
    static func effective(_ plugins: [PluginUse], isOnGlobally: Bool) -> RouterReplayConfiguration? {
        let given = plugins.first { $0.type == "router_replay" }?.configuration as? RouterReplayConfiguration
        guard given?.isEnabledByFile ?? isOnGlobally else { return nil }
        return given ?? RouterReplayConfiguration()
    }
}
