/// A feature that a policy turns on and that this build does not have.
public struct UnavailableFeature: Sendable, Hashable {
    /// The settings that turn it on.
    public var path: PolicyPath
    /// What is missing and what happens instead.
    public var message: String
    /// Whether somebody is unprotected without it.
    public var isSafety: Bool

    /// A missing feature.
    public init(path: PolicyPath, message: String, isSafety: Bool) {
        self.path = path
        self.message = message
        self.isSafety = isSafety
    }
}

extension GlobalSettings {
    /// The features that the file turns on and that this build does not have. `isGiven` says whether the file gives a
    /// value; what only the defaults turn on does not count.
    public static func unavailable(
        in settings: GlobalSettings, isGiven: (PolicyPath) -> Bool
    ) -> [UnavailableFeature] {
        let candidates = routerFeatures(settings) + serviceFeatures(settings) + storeFeatures(settings)
        return (candidates + integrationFeatures(settings) + moduleFeatures(settings)).compactMap { candidate in
            guard candidate.isOn else { return nil }
            let path = PolicyPath((["global"] + candidate.keys).map(PolicyPath.Component.key))
            guard isGiven(path) else { return nil }
            return UnavailableFeature(path: path, message: candidate.message, isSafety: candidate.isSafety)
        }
    }

    private struct Candidate {
        var keys: [String]
        var isOn: Bool
        var message: String
        var isSafety = false
    }

    private static func routerFeatures(_ settings: GlobalSettings) -> [Candidate] {
        let router = settings.router
        return [
            Candidate(
                keys: ["router", "config_source"], isOn: router.configurationSource == .kubernetes,
                message: "policies from Kubernetes resources are not built yet; the file is used")
        ]
    }

    private static func serviceFeatures(_ settings: GlobalSettings) -> [Candidate] {
        let services = settings.services
        let tracing = services.observability.tracing
        let exportsSpans = tracing.isEnabled && tracing.exporter.type == .otlp
        let collector = TraceCollector(tracing.exporter)
        return [
            Candidate(
                keys: ["services", "api"], isOn: true, message: "classification of batches is not built yet"),
            Candidate(
                keys: ["services", "response_api", "store_backend"],
                isOn: services.responseAPI.isEnabled && services.responseAPI.storeBackend == .redis
                    && services.responseAPI.redis.address.isEmpty,
                message: "response_api.redis.address is not set; responses are kept on this machine"),
            Candidate(
                keys: ["services", "response_api", "redis", "tls_enabled"],
                isOn: services.responseAPI.redis.usesTLS,
                message: "TLS to Redis is not built yet; martlet does not start with it"),
            Candidate(
                keys: ["services", "response_api", "redis", "cluster_mode"],
                isOn: services.responseAPI.redis.isCluster,
                message: "Redis clusters are not built yet; martlet does not start with one"),
            Candidate(
                keys: ["services", "response_api", "redis", "config_path"],
                isOn: !services.responseAPI.redis.configurationPath.isEmpty,
                message: "further files are not read; name the settings here"),
            Candidate(
                keys: ["services", "observability", "metrics", "windowed_metrics"],
                isOn: services.observability.metrics.windowedMetrics.isEnabled,
                message: "windowed metrics are not built yet; plain metrics are served"),
            Candidate(
                keys: ["services", "observability", "tracing", "exporter", "endpoint"],
                isOn: exportsSpans && collector?.isMovedFromGRPC == true,
                message:
                    "OTLP over gRPC is not built; spans go to \(collector?.url ?? ""), OTLP over HTTP (a URL as the endpoint says another place)"
            ),
            Candidate(
                keys: ["services", "observability", "tracing", "exporter", "endpoint"],
                isOn: exportsSpans && collector == nil,
                message: "this is no collector's address (HOST:PORT or a URL); spans are not exported"),
            Candidate(
                keys: ["services", "authz", "providers"], isOn: !services.authorization.providers.isEmpty,
                message: "credential providers are not built yet; requests are not checked for credentials",
                isSafety: true),
            Candidate(
                keys: ["services", "router_replay", "store_backend"],
                isOn: services.routerReplay.isEnabled && !services.routerReplay.storeBackend.isBuilt,
                message: "keeping replay records there is not built yet; they are kept on this machine"),
            Candidate(
                keys: ["services", "startup_status"], isOn: true, message: "startup status is not built yet"),
        ]
    }

    private static func storeFeatures(_ settings: GlobalSettings) -> [Candidate] {
        let cache = settings.stores.responseCache
        let memory = settings.stores.memory
        return [
            Candidate(
                keys: ["stores", "response_cache", "backend_type"], isOn: cache.isEnabled && cache.backend != .memory,
                message: "a shared response cache is not built yet; answers are kept in this process"),
            Candidate(
                keys: ["stores", "memory", "backend"], isOn: memory.isEnabled && memory.backend != .sqlite,
                message: "a shared store for memories is not built yet; they are kept on this machine"),
            Candidate(
                keys: ["stores", "memory", "redis_cache"], isOn: memory.isEnabled && memory.redisCache.isEnabled,
                message: "memories need no cache in front of them; it has no effect"),
            Candidate(
                keys: ["stores", "memory", "embedding_model"], isOn: memory.isEnabled && !memory.embeddingModel.isEmpty,
                message: "memories are placed by the model of model_catalog.embeddings; the key has no effect"),
            Candidate(
                keys: ["stores", "vector_store", "backend_type"],
                isOn: settings.stores.vectorStore.map { $0.isEnabled && $0.backend != .memory } ?? false,
                message: "keeping passages there is not built yet; they are kept on this machine"),
            Candidate(
                keys: ["stores", "vector_store", "metadata_store"],
                isOn: settings.stores.vectorStore.map { $0.isEnabled && $0.metadataStore == .postgres } ?? false,
                message: "keeping the list of documents there is not built yet; it is kept on this machine"),
        ]
    }

    private static func integrationFeatures(_ settings: GlobalSettings) -> [Candidate] {
        let integrations = settings.integrations
        return [
            Candidate(
                keys: ["integrations", "tools"], isOn: integrations.tools.isEnabled,
                message: "choice of tools is not built yet; requests keep their tools"),
            Candidate(
                keys: ["integrations", "looper"], isOn: !integrations.looper.endpoint.isEmpty,
                message: "loops over several models are not built yet; the first candidate answers"),
        ]
    }

    private static func moduleFeatures(_ settings: GlobalSettings) -> [Candidate] {
        let modules = settings.modelCatalog.modules
        return [
            Candidate(
                keys: ["model_catalog", "modules", "classifier", "mcp"], isOn: modules.classifiers.mcp.isEnabled,
                message: "classifiers behind MCP are not built yet"),
            Candidate(
                keys: ["model_catalog", "modules", "hallucination_mitigation"],
                isOn: modules.hallucinationMitigation.isEnabled,
                message: "hallucination checks are not built yet; answers are not checked", isSafety: true),
        ]
    }
}
