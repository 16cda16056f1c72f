/// Where an external model is.
public struct ExternalEndpoint: Sendable {
    /// The protocol of the server.
    public enum Transport: String, Sendable, CaseIterable {
        case unset = ""
        case http
        case https
    }

    public var address = ""
    public var port = 0
    public var transport = Transport.unset
    public var name = ""
    public var usesChatTemplate = false
    public var promptTemplate = ""

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "llm_endpoint", "Where an external model is.", initial: ExternalEndpoint()
    ) {
        Key("address", \.address, .string, "Host name or address.")
        Key("port", \.port, .integer(0...65_535), "TCP port; 0 takes the protocol's.")
        Key("protocol", \.transport, .enumeration(), "The protocol of the server; empty is http.")
        Key("name", \.name, .string, "Name of the endpoint.")
        Key("use_chat_template", \.usesChatTemplate, .boolean, "Wrap the text in a chat template.")
        Key("prompt_template", \.promptTemplate, .string, "Template of the prompt.")
    }
}

/// A model outside the router that helps it. Spec config §11.5.3.
public struct ExternalModel: Sendable {
    public var name = ""
    public var provider = ""
    public var role = ""
    public var endpoint = ExternalEndpoint()
    public var modelName = ""
    public var timeoutSeconds = 0
    public var parserType = ""
    public var threshold = 0.0
    public var accessKey = Secret("")
    public var maximumTokens = 0
    public var temperature = 0.0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "external model",
        "A model outside the router that helps it. Spec config §11.5.3.",
        initial: ExternalModel()
    ) {
        Key("name", \.name, .string, "Name by which classifiers refer to it.")
        Key("llm_provider", \.provider, .string, "Kind of server, such as openai or vllm.")
        Key("model_role", \.role, .string, "Role: the first entry of a role is used.")
        Key("llm_endpoint", \.endpoint, merging: ExternalEndpoint.schema, "Where it is.")
        Key("llm_model_name", \.modelName, .string, "Model name that is sent.")
        Key(
            "llm_timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for an answer; 0 leaves it to the caller."
        )
        Key("parser_type", \.parserType, .string, "How its answer is read, such as json.")
        Key("threshold", \.threshold, .fraction, "Confidence from which its answer counts.")
        Key("access_key", \.accessKey, .secret, "Key that is sent.")
        Key("max_tokens", \.maximumTokens, .count, "Most tokens of its answer; 0 leaves it to the server.")
        Key("temperature", \.temperature, .nonNegative, "Sampling temperature.")
    }.checking { value, node, context in
        if !value.role.isEmpty, !ExternalModel.roles.contains(value.role) {
            context.warning(
                .unknownValue, "no part of the router asks for the role \"\(value.role)\"", key: "model_role", of: node,
                suggestion: NearestName.among(ExternalModel.roles, to: value.role))
        }
    }

    /// The roles that parts of the router ask for.
    public static let roles = [
        "guardrail", "classification", "scoring", "preference", "memory_rewrite", "memory_extraction",
    ]
}
