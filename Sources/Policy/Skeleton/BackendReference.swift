/// A server that runs a model. Spec config §3.3.
public struct BackendReference: Sendable {
    /// A kind of service, which decides over the authentication header and the paths.
    public enum Provider: String, Sendable, CaseIterable {
        case openAI = "openai"
        case anthropic
        case azureOpenAI = "azure-openai"
        case bedrock
        case gemini
        case vertexAI = "vertex-ai"
        case miniMax = "minimax"

        /// The header that carries the key.
        public var authenticationHeader: String {
            switch self {
            case .anthropic: return "x-api-key"
            case .azureOpenAI: return "api-key"
            default: return "Authorization"
            }
        }

        /// What stands before the key in the header.
        public var authenticationPrefix: String {
            switch self {
            case .anthropic, .azureOpenAI: return ""
            default: return "Bearer"
            }
        }

        /// The path of chat requests after the base URL's own.
        public var chatPath: String {
            switch self {
            case .anthropic: return "/v1/messages"
            case .miniMax: return "/v1/chat/completions"
            default: return "/chat/completions"
            }
        }
    }

    /// `primary` for the first, `backend-2` for the second and so on, when the file does not say.
    public var name = ""
    /// The address as written.
    public var address = ""
    public var scheme = BackendEndpoint.Scheme.http
    /// Share of the traffic; at least 1.
    public var weight = 1
    /// The backend type as written; see `backendType`.
    public var type = ""
    /// The base URL as written.
    public var baseURL = ""
    public var provider: Provider?
    public var authenticationHeader: String?
    public var authenticationPrefix: String?
    /// Headers that are added to requests; values may be credentials.
    public var extraHeaders: [String: Secret] = [:]
    /// The value of `api-version` for `azure-openai`.
    public var apiVersion = ""
    /// Replaces the base URL's path and the provider's own.
    public var chatPath: String?
    public var apiKey: Secret?
    /// The environment variable that holds the key; `apiKey` wins over it.
    public var apiKeyVariable: String?
    /// Where the backend listens, from `address` or `baseURL`; nil only when the policy has errors.
    public var endpoint: BackendEndpoint?
    public var position = SourcePosition(line: 1, column: 1)
    public var path = PolicyPath()

    /// A backend without address.
    public init() {}

    /// The key into `external_model_ids`: the type, else the provider, else `vllm`.
    public var backendType: String { type.isEmpty ? provider?.rawValue ?? "vllm" : type }

    /// Whether the file says anything about how the service differs from a bare OpenAI-compatible server.
    public var hasProfile: Bool {
        !baseURL.isEmpty || provider != nil || authenticationHeader != nil || authenticationPrefix != nil
            || chatPath != nil || !extraHeaders.isEmpty || !apiVersion.isEmpty
    }

    /// The endpoint that an address and a base URL mean: the base URL with its path where there is one, else the
    /// address without its path. Throws when neither can be used.
    public static func resolved(
        address: String, baseURL: String, scheme: BackendEndpoint.Scheme
    ) throws(BackendEndpoint.Problem) -> BackendEndpoint {
        if !baseURL.isEmpty { return try BackendEndpoint.parse(baseURL, scheme: scheme) }
        var endpoint = try BackendEndpoint.parse(address, scheme: scheme)
        endpoint.pathPrefix = ""
        return endpoint
    }

    /// The declaration of one entry of `backend_refs`.
    public static let schema = Schema<BackendReference>(
        "backend reference", "A server that runs a model.", initial: BackendReference(),
        keys: [
            Key("name", \.name, .string, "The backend's name; `primary`, `backend-2`, … when omitted."),
            Key("endpoint", \.address, .string, "`host`, `host:port` or a URL; IPv6 addresses in brackets."),
            Key(
                "protocol", \.scheme, .enumeration(caseInsensitive: true),
                "The scheme when the endpoint names none."),
            Key("weight", \.weight, .count.map(render: { String($0) }) { max(1, $0) }, "Share of the traffic."),
            Key("type", \.type, .string, "The key into `external_model_ids`; the provider, else `vllm`, when omitted."),
            Key("base_url", \.baseURL, .string, "The service's URL with the path before its own; replaces `endpoint`."),
            Key("provider", \.provider, .enumeration(), "The kind of service: headers and paths follow from it."),
            Key("auth_header", \.authenticationHeader, headerName, "The header that carries the key."),
            Key("auth_prefix", \.authenticationPrefix, .string, "What stands before the key in the header."),
            Key("extra_headers", \.extraHeaders, .map(headerValue), "Headers that are added to requests."),
            Key("api_version", \.apiVersion, .string, "The `api-version` of `azure-openai`."),
            Key(
                "chat_path", \.chatPath, .string.checked { $0.hasPrefix("/") ? nil : "must begin with \"/\"" },
                "The whole path of chat requests."),
            Key("api_key", \.apiKey, .secret, "The key itself; better is `api_key_env`."),
            Key("api_key_env", \.apiKeyVariable, .name, "The environment variable that holds the key."),
        ]
    ).checking { value, node, context in
        for entry in node["extra_headers"]?.entries ?? [] where !HeaderText.isName(entry.key) {
            context.within(.key("extra_headers")) {
                $0.error(.invalidValue, "\"\(entry.key)\" is no header name", at: entry.keyPosition)
            }
        }
        if value.apiKey != nil, value.apiKeyVariable != nil {
            context.warning(.noEffect, "api_key_env has no effect beside api_key", key: "api_key_env", in: node)
        }
        if !value.apiVersion.isEmpty, value.provider != .azureOpenAI {
            context.warning(
                .noEffect, "api_version has an effect only with provider azure-openai", key: "api_version", in: node)
        }
    }

    /// The type of one entry of `backend_refs`.
    public static let valueType = ValueType<BackendReference>.object(schema) { value, node, context in
        value.position = node.position
        value.path = context.path
        if value.name.isEmpty, case .index(let index)? = context.path.components.last {
            value.name = index == 0 ? "primary" : "backend-\(index + 1)"
        }
        value.resolve(node, &context)
    }

    private mutating func resolve(_ node: Node, _ context: inout DecodingContext) {
        // An unreadable endpoint is reported where it is read.
        if address.isEmpty, baseURL.isEmpty {
            if node["endpoint"]?.scalar?.text.isEmpty ?? true, node["base_url"]?.scalar?.text.isEmpty ?? true {
                context.error(.missingKey, "a backend reference needs endpoint or base_url", at: node.position)
            }
            return
        }
        do throws(BackendEndpoint.Problem) {
            endpoint = try Self.resolved(address: address, baseURL: baseURL, scheme: scheme)
            if !address.isEmpty {
                let written = try BackendEndpoint.parse(address, scheme: scheme)
                if !baseURL.isEmpty {
                    context.warning(.noEffect, "endpoint has no effect beside base_url", key: "endpoint", in: node)
                } else if !written.pathPrefix.isEmpty {
                    context.warning(
                        .noEffect, "the path \"\(written.pathPrefix)\" has no effect; write the URL as base_url",
                        key: "endpoint", in: node)
                }
            }
        } catch {
            context.error(.invalidValue, error.message, key: baseURL.isEmpty ? "endpoint" : "base_url", in: node)
        }
    }

    private static let headerName = ValueType<String>.string.checked {
        HeaderText.isName($0) ? nil : "\"\($0)\" is no header name"
    }

    private static let headerValue = ValueType<Secret>.secret.checked {
        HeaderText.isValue($0.reveal()) ? nil : "a header value has no control characters"
    }
}
