public import Policy
import Yams

/// An Envoy bootstrap for a policy: its listeners, a cluster and a route for each model, and Martlet asked in between.
///
/// Requests that Martlet does not answer in time go to the default model: Envoy is told to fail open.
public struct EnvoyBootstrap {
    /// What the policy does not say.
    public struct Options: Sendable {
        /// Where Martlet listens for external processing.
        public var extProcHost = "127.0.0.1"
        public var extProcPort = 50_051
        /// Envoy's administration listener, on loopback.
        public var adminPort = 9_901
        /// How long Envoy waits for an answer; Martlet's own deadline must be shorter.
        public var messageTimeoutMilliseconds = 1_000
        /// Whether requests go to the default model when Martlet does not answer; otherwise they fail.
        public var failsOpen = true

        /// The defaults.
        public init() {}
    }

    private typealias Node = Yams.Node

    private let policy: Policy
    private let options: Options

    /// A bootstrap for a policy.
    public init(_ policy: Policy, options: Options = Options()) {
        self.policy = policy
        self.options = options
    }

    /// The bootstrap, as YAML.
    ///
    /// - Throws: when it cannot be written, which Yams decides.
    public func yaml() throws -> String {
        try Yams.serialize(node: bootstrap, indent: 2, width: -1)
    }

    /// Models that have an endpoint, in the policy's order; the default one's route is the last.
    private var models: [ProviderModel] { policy.providers.models.filter { !endpoints(of: $0).isEmpty } }

    private var fallback: ProviderModel? {
        models.first { $0.name == policy.providers.defaults.defaultModel } ?? models.first
    }

    private func endpoints(of model: ProviderModel) -> [(endpoint: BackendEndpoint, weight: Int)] {
        model.backends.compactMap { backend in backend.endpoint.map { ($0, max(1, backend.weight)) } }
    }

    private var bootstrap: Node {
        [
            "admin": ["address": Self.address("127.0.0.1", options.adminPort)],
            "static_resources": [
                "listeners": .sequence(.init(listeners)), "clusters": .sequence(.init(clusters)),
            ],
        ]
    }

    // MARK: Listeners

    private var listeners: [Node] {
        let given = policy.listeners.filter { !$0.name.hasPrefix("grpc") }
        guard !given.isEmpty else { return [listener("http", "127.0.0.1", 8_801)] }
        return given.map { listener($0.name, $0.address, $0.port) }
    }

    private func listener(_ name: String, _ host: String, _ port: Int) -> Node {
        [
            "name": Self.text(name), "address": Self.address(host, port),
            // A whole request body is buffered before it is decided.
            "per_connection_buffer_limit_bytes": 20_971_520,
            "filter_chains": [["filters": [connectionManager]]],
        ]
    }

    private var connectionManager: Node {
        [
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": [
                "@type": Self.type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
                "stat_prefix": "http", "stream_idle_timeout": "1200s",
                // Taken away before any filter or route sees them: only the router may say these.
                "early_header_mutation_extensions": [
                    [
                        "name": "envoy.http.early_header_mutation.header_mutation",
                        "typed_config": [
                            "@type": Self.type("http.early_header_mutation.header_mutation.v3.HeaderMutation"),
                            "mutations": .sequence(.init(Self.forgeable.map { ["remove": Self.text($0)] })),
                        ],
                    ]
                ],
                "route_config": [
                    "name": "models",
                    "virtual_hosts": [["name": "models", "domains": ["*"], "routes": .sequence(.init(routes))]],
                ],
                "http_filters": [
                    externalProcessing,
                    [
                        "name": "envoy.filters.http.router",
                        "typed_config": ["@type": Self.type("filters.http.router.v3.Router")],
                    ],
                ],
            ],
        ]
    }

    /// Headers that only the router, or an authentication behind this point, may set.
    private static let forgeable = [
        "x-selected-model", "x-vsr-selected-model", "x-vsr-selected-recipe", "x-vsr-internal-auth",
        "x-vsr-looper-request", "x-vsr-looper-secret", "x-vsr-looper-decision", "x-vsr-looper-iteration",
        "x-vsr-fusion-depth", "x-authz-user-id", "x-authz-user-groups", "x-authz-team-id", "x-authz-tenant-id",
    ]

    private var externalProcessing: Node {
        [
            "name": "envoy.filters.http.ext_proc",
            "typed_config": [
                "@type": Self.type("filters.http.ext_proc.v3.ExternalProcessor"),
                "grpc_service": ["envoy_grpc": ["cluster_name": "martlet"]],
                "failure_mode_allow": Self.flag(options.failsOpen), "allow_mode_override": Self.flag(true),
                "message_timeout": Self.text("\(Double(options.messageTimeoutMilliseconds) / 1_000)s"),
                "processing_mode": [
                    "request_header_mode": "SEND", "response_header_mode": "SEND", "request_body_mode": "BUFFERED",
                    "response_body_mode": "STREAMED",
                ],
                "metadata_options": ["receiving_namespaces": ["untyped": ["martlet"]]],
            ],
        ]
    }

    private var routes: [Node] {
        var routes = models.map { model in
            route(
                to: model,
                match: [
                    "prefix": "/",
                    "headers": [
                        ["name": "x-selected-model", "string_match": ["exact": Self.text(model.name)]]
                    ],
                ])
        }
        if let fallback { routes.append(route(to: fallback, match: ["prefix": "/"])) }
        return routes
    }

    private func route(to model: ProviderModel, match: Node) -> Node {
        var action: [(Node, Node)] = [("cluster", Self.text(Self.clusterName(model))), ("timeout", "0s")]
        if endpoints(of: model).contains(where: { $0.endpoint.scheme == .https }) {
            action.append(("auto_host_rewrite", Self.flag(true)))
        }
        if let reliability = model.reliability, reliability.retryCount > 0 {
            action.append(
                (
                    "retry_policy",
                    [
                        "retry_on": Self.text(reliability.retryOn), "num_retries": Self.number(reliability.retryCount),
                    ]
                ))
        }
        return ["match": match, "route": .mapping(.init(action))]
    }

    // MARK: Clusters

    private var clusters: [Node] {
        let asked: Node = [
            "name": "martlet", "type": "STRICT_DNS", "connect_timeout": "0.25s",
            "typed_extension_protocol_options": [
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": [
                    "@type": Self.type("upstreams.http.v3.HttpProtocolOptions"),
                    "explicit_http_config": ["http2_protocol_options": [:]],
                ]
            ],
            "load_assignment": Self.assignment(
                "martlet", [Self.endpoint(options.extProcHost, options.extProcPort, weight: 1)]),
        ]
        return [asked] + models.map(cluster)
    }

    private func cluster(_ model: ProviderModel) -> Node {
        let endpoints = endpoints(of: model)
        let name = Self.clusterName(model)
        var fields: [(Node, Node)] = [
            ("name", Self.text(name)), ("type", "STRICT_DNS"), ("connect_timeout", "5s"),
            ("lb_policy", model.reliability?.loadBalancing == .leastRequest ? "LEAST_REQUEST" : "ROUND_ROBIN"),
            (
                "load_assignment",
                Self.assignment(
                    name, endpoints.map { Self.endpoint($0.endpoint.host, $0.endpoint.port, weight: $0.weight) })
            ),
        ]
        if let first = endpoints.first?.endpoint, first.scheme == .https {
            fields.append(
                (
                    "transport_socket",
                    [
                        "name": "envoy.transport_sockets.tls",
                        "typed_config": [
                            "@type": Self.type("transport_sockets.tls.v3.UpstreamTlsContext"),
                            "sni": Self.text(first.host),
                            "common_tls_context": [
                                "validation_context": [
                                    "trusted_ca": ["filename": "/etc/ssl/certs/ca-certificates.crt"],
                                    "match_typed_subject_alt_names": [
                                        ["san_type": "DNS", "matcher": ["exact": Self.text(first.host)]]
                                    ],
                                ]
                            ],
                        ],
                    ]
                ))
        }
        if let reliability = model.reliability { fields += Self.health(reliability) }
        return .mapping(.init(fields))
    }

    /// Outlier detection and active checks, where the policy asks for them.
    private static func health(_ reliability: Reliability) -> [(Node, Node)] {
        var fields: [(Node, Node)] = []
        if reliability.consecutiveFailures > 0 {
            var detection: [(Node, Node)] = [("consecutive_5xx", number(reliability.consecutiveFailures))]
            if let time = reliability.baseEjectionTime { detection.append(("base_ejection_time", seconds(time))) }
            if reliability.maximumEjectionPercent > 0 {
                detection.append(("max_ejection_percent", number(reliability.maximumEjectionPercent)))
            }
            fields.append(("outlier_detection", .mapping(.init(detection))))
        }
        if !reliability.healthCheckPath.isEmpty {
            fields.append(
                (
                    "health_checks",
                    [
                        [
                            "timeout": seconds(reliability.healthCheckTimeout ?? .seconds(2)),
                            "interval": seconds(reliability.healthCheckInterval ?? .seconds(10)),
                            "unhealthy_threshold": 3, "healthy_threshold": 1,
                            "http_health_check": ["path": text(reliability.healthCheckPath)],
                        ]
                    ]
                ))
        }
        return fields
    }

    // MARK: Pieces

    private static func clusterName(_ model: ProviderModel) -> String { "model_\(model.name)" }

    private static func assignment(_ name: String, _ endpoints: [Node]) -> Node {
        ["cluster_name": text(name), "endpoints": [["lb_endpoints": .sequence(.init(endpoints))]]]
    }

    private static func endpoint(_ host: String, _ port: Int, weight: Int) -> Node {
        ["endpoint": ["address": address(host, port)], "load_balancing_weight": number(weight)]
    }

    private static func address(_ host: String, _ port: Int) -> Node {
        ["socket_address": ["address": text(host), "port_value": number(port)]]
    }

    private static func type(_ name: String) -> Node { text("type.googleapis.com/envoy.extensions.\(name)") }

    /// A text, in quotes, so that no name is taken for a number or a flag.
    private static func text(_ value: String) -> Node { .scalar(.init(value, Tag(.str), .doubleQuoted)) }
    private static func number(_ value: Int) -> Node { .scalar(.init(String(value), Tag(.int))) }
    private static func flag(_ value: Bool) -> Node { .scalar(.init(String(value), Tag(.bool))) }

    private static func seconds(_ duration: Duration) -> Node {
        let (seconds, attoseconds) = duration.components
        return text("\(Double(seconds) + Double(attoseconds) / 1e18)s")
    }
}
