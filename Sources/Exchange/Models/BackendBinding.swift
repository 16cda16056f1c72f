internal import Policy
internal import Synchronization
public import Upstream

/// A backend of a model, ready to be called: where it listens, which path, which headers, which model name.
public final class BackendBinding: Sendable {
    public let name: String
    public let target: BackendTarget
    /// The path and query of chat requests.
    public let chatTarget: String
    /// The value of the `host` header.
    let authority: String
    /// The header with the credential, when there is one.
    let credential: (name: String, value: String)?
    let extraHeaders: [(name: String, value: String)]
    /// The model name that this backend knows.
    public let modelID: String
    public let weight: Int
    /// Held out of rotation since its last ejection; for the health gauge.
    let isHeldOut = Atomic<Bool>(false)
    /// Whether the host is a service that reads reasoning fields at the top level of a request.
    let readsTopLevelReasoning: Bool

    /// The key where it goes as a bearer token; empty otherwise.
    var bearerKey: Secret {
        guard let credential, credential.value.hasPrefix("Bearer ") else { return Secret("") }
        return Secret(String(credential.value.dropFirst("Bearer ".count)))
    }

    init?(_ reference: BackendReference, of model: ProviderModel, environment: (String) -> String?) {
        guard let endpoint = reference.endpoint else { return nil }
        name = reference.name
        weight = max(1, reference.weight)
        target = BackendTarget(
            scheme: endpoint.scheme == .https ? .https : .http, host: endpoint.host, port: endpoint.port,
            serverName: endpoint.scheme == .https ? endpoint.host : nil)
        authority =
            endpoint.port == endpoint.scheme.defaultPort
            ? endpoint.urlHost : "\(endpoint.urlHost):\(endpoint.port)"
        var path: String
        if let chatPath = reference.chatPath {
            path = chatPath
        } else if let provider = reference.provider {
            path = endpoint.pathPrefix + provider.chatPath
        } else if reference.baseURL.isEmpty || endpoint.pathPrefix.isEmpty {
            path = "/v1/chat/completions"
        } else {
            path = endpoint.pathPrefix + "/chat/completions"
        }
        if reference.provider == .azureOpenAI, !reference.apiVersion.isEmpty {
            path += (path.contains("?") ? "&" : "?") + "api-version=\(reference.apiVersion)"
        }
        chatTarget = path
        let key = reference.apiKey?.reveal() ?? reference.apiKeyVariable.flatMap(environment) ?? ""
        if key.isEmpty {
            credential = nil
        } else {
            let header = reference.authenticationHeader ?? reference.provider?.authenticationHeader ?? "Authorization"
            let prefix = reference.authenticationPrefix ?? reference.provider?.authenticationPrefix ?? "Bearer"
            credential = (header, prefix.isEmpty ? key : "\(prefix) \(key)")
        }
        extraHeaders = reference.extraHeaders.map { ($0.key, $0.value.reveal()) }.sorted { $0.name < $1.name }
        modelID = model.externalID(backendType: reference.backendType)
        readsTopLevelReasoning = ["api.openai.com", "api.deepseek.com", "openrouter.ai"].contains(endpoint.host)
    }
}
