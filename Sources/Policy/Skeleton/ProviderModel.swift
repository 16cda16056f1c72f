/// What stands behind one model card: backends, prices and how to speak to it. Spec config §3.2.
public struct ProviderModel: Sendable {
    /// The wire format of a backend.
    public enum Format: String, Sendable, CaseIterable {
        case openAI = "openai"
        case anthropic
    }

    /// The model card's name.
    public var name = ""
    public var reasoningFamily: String?
    /// The identifier that is sent upstream in place of the name; without effect when `externalModelIDs` has any.
    public var providerModelID = ""
    /// Identifiers by backend type.
    public var externalModelIDs: [String: String] = [:]
    public var format = Format.openAI
    public var pricing: Pricing?
    public var reliability: Reliability?
    public var backends: [BackendReference] = []

    /// A model without backends.
    public init() {}

    /// The identifier for a backend of the given type: the map's entry, else the provider's, else the name.
    public func externalID(backendType: String) -> String {
        if !externalModelIDs.isEmpty { return externalModelIDs[backendType] ?? name }
        return providerModelID.isEmpty ? name : providerModelID
    }

    /// The declaration of one entry of `providers.models`.
    public static let schema = Schema<ProviderModel>(
        "provider model", "What stands behind one model card.", initial: ProviderModel(),
        keys: [
            Key("name", \.name, .reference(to: .modelCard), "The model card's name.", required: true),
            Key(
                "reasoning_family", \.reasoningFamily, .reference(to: .reasoningFamily),
                "How reasoning is switched on; a key of `providers.defaults.reasoning_families`."),
            Key(
                "provider_model_id", \.providerModelID, .string,
                "The identifier that is sent upstream in place of the name."),
            Key(
                "external_model_ids", \.externalModelIDs, .map(.string),
                "Identifiers by backend type; they replace `provider_model_id`."),
            Key("api_format", \.format, .enumeration(), "The wire format of the backends."),
            Key("pricing", \.pricing, .object(Pricing.schema), "What tokens cost."),
            Key("reliability", \.reliability, .object(Reliability.schema), "Retries, ejection and health checks."),
            Key("backend_refs", \.backends, .list(BackendReference.valueType), "The servers that run the model."),
        ] + removedKeys
    ).checking { value, node, context in
        if !value.name.isEmpty, let position = node["name"]?.position {
            context.within(.key("name")) { $0.declareUnique(providerEntry, value.name, at: position) }
        }
        if !value.externalModelIDs.isEmpty, !value.providerModelID.isEmpty {
            context.warning(
                .noEffect, "provider_model_id has no effect beside external_model_ids", key: "provider_model_id",
                in: node)
        }
        let others = [
            "reasoning_family", "provider_model_id", "api_format", "external_model_ids", "pricing", "reliability",
        ]
        let backends = node["backend_refs"]?.elements ?? []
        if backends.isEmpty, !others.contains(where: { node[$0].map { !$0.isNull } ?? false }) {
            context.error(
                .missingKey, "the model needs backend_refs, or one of \(others.joined(separator: ", "))",
                at: node.position)
        }
    }

    /// The type of one entry of `providers.models`.
    public static let valueType = ValueType<ProviderModel>.object(schema)

    private static let providerEntry = ReferenceKind("entry of providers.models", isGlobal: true)

    private static var removedKeys: [Key<ProviderModel>] {
        let targets = "write the model's targets as backend_refs"
        let card = "describe the model under routing.modelCards"
        return ["access", "endpoints"].map { .removed($0, instead: targets) }
            + [.removed("access_key", instead: "write api_key or api_key_env in backend_refs")]
            + [
                "param_size", "context_window_size", "description", "capabilities", "loras", "quality_score",
                "modality", "tags",
            ].map { .removed($0, instead: card) }
    }
}
