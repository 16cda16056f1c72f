/// The physical side of the models: defaults and what stands behind each model card. Spec config §3.
public struct Providers: Sendable {
    public var defaults = ProviderDefaults()
    public var models: [ProviderModel] = []

    /// No providers.
    public init() {}

    /// The declaration of `providers`.
    public static let schema = Schema<Providers>(
        "providers", "The physical side of the models.", initial: Providers(),
        keys: [
            Key("defaults", \.defaults, merging: ProviderDefaults.schema, "What holds for all models."),
            Key("models", \.models, .list(ProviderModel.valueType), "What stands behind each model card."),
            .removed("model_targets", instead: migration),
            .removed("backends", instead: migration),
            .removed("auth_profiles", instead: migration),
            .removed("default_model", instead: "write it under providers.defaults"),
            .removed("reasoning_families", instead: "write it under providers.defaults"),
            .removed("default_reasoning_effort", instead: "write it under providers.defaults"),
        ])

    private static let migration = "write each model's targets as providers.models[].backend_refs"
}

/// What holds for all models. Spec config §3.1.
public struct ProviderDefaults: Sendable {
    /// The model when no decision matches or a decision names none; empty when the policy does not say.
    public var defaultModel = ""
    /// The effort when a model reference switches reasoning on without saying how much.
    public var defaultReasoningEffort = ""
    public var reasoningFamilies: [String: ReasoningFamily] = [:]

    /// No defaults.
    public init() {}

    /// The declaration of `providers.defaults`.
    public static let schema = Schema<ProviderDefaults>(
        "provider defaults", "What holds for all models.", initial: ProviderDefaults(),
        keys: [
            Key(
                "default_model", \.defaultModel, .reference(to: .model),
                "The model when no decision matches or a decision names no model."),
            Key(
                "default_reasoning_effort", \.defaultReasoningEffort, .string,
                "The effort when a model reference switches reasoning on without `reasoning_effort`."),
            Key(
                "reasoning_families", \.reasoningFamilies, .map(.object(ReasoningFamily.schema)),
                "How reasoning is switched on, by name of the model family."),
        ]
    ).checking { _, node, context in
        guard let families = node["reasoning_families"] else { return }
        context.within(.key("reasoning_families")) { context in
            for entry in families.entries ?? [] {
                if entry.key.allSatisfy(\.isWhitespace) {
                    context.error(.invalidValue, "a reasoning family needs a name", at: entry.keyPosition)
                }
                context.declare(.reasoningFamily, entry.key)
            }
        }
    }
}
