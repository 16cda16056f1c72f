/// What the router offers beside routing. Spec config §11.2.
public struct ServiceSettings: Sendable {
    public var classificationAPI = ClassificationAPISettings()
    public var responseAPI = ResponseAPISettings()
    public var observability = ObservabilitySettings()
    public var authorization = AuthorizationSettings()
    public var rateLimit = RateLimitSettings()
    public var costs = CostSettings()
    public var routerReplay = RouterReplaySettings()
    public var startupStatus = StartupStatusSettings()
    public var managementAPI = ManagementAPISettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "services", "What the router offers beside routing. Spec config §11.2.", initial: ServiceSettings()
    ) {
        Key("api", \.classificationAPI, merging: ClassificationAPISettings.schema, "The classification API.")
        Key("response_api", \.responseAPI, merging: ResponseAPISettings.schema, "The OpenAI Responses API.")
        Key("observability", \.observability, merging: ObservabilitySettings.schema, "Metrics and traces.")
        Key(
            "authz", \.authorization, merging: AuthorizationSettings.schema,
            "Who a request comes from and which credentials it carries.")
        Key("ratelimit", \.rateLimit, merging: RateLimitSettings.schema, "Bounds on requests and tokens.")
        Key(
            "costs", \.costs, merging: CostSettings.schema,
            "What the accounting of costs compares with and keeps.")
        Key(
            "router_replay", \.routerReplay, merging: RouterReplaySettings.schema,
            "Records from which decisions can be recomputed.")
        Key(
            "startup_status", \.startupStatus, merging: StartupStatusSettings.schema,
            "Where progress of the start is published.")
        Key("management_api", \.managementAPI, merging: ManagementAPISettings.schema, "The management API.")
    }
}
