public import Policy

/// Choice by a helper model that is asked. Spec config §8.6.
public struct PromptConfiguration: Sendable {
    public var model = ""
    public var instructions = ""
    public var timeoutSeconds = 0

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "prompt", "Choice by a helper model that is asked. Spec config §8.6.", initial: PromptConfiguration()
    ) {
        Key("model", \.model, .reference(to: .modelCard), "Model that is asked.", required: true)
        Key("instructions", \.instructions, .nonEmptyString, "What it is told about the candidates.", required: true)
        Key("timeout_seconds", \.timeoutSeconds, .count, "Seconds to wait for its answer; 0 is 5.")
    }
}

/// Choice by a helper model that is asked. Spec config §8.6.
public enum PromptAlgorithm {
    /// The configuration.
    public typealias Configuration = PromptConfiguration

    /// The declaration of the algorithm.
    public static let family = AlgorithmFamily.declared(
        "prompt", Configuration.schema, isBlockRequired: true, checkDecision: check)

    private static func check(
        _ decision: Decision, _ use: AlgorithmUse, _ policy: Policy, _ context: inout DecodingContext
    ) {
        let position = use.position
        if !["", "fallback"].contains(use.onError) {
            context.error(
                .unknownValue, "on_error of prompt must be empty or fallback, found \"\(use.onError)\"", at: position)
        }
        let references = decision.modelReferences
        if references.count < 2 {
            context.error(.conflict, "prompt needs at least two modelRefs to choose from", at: position)
        }
        if Set(references.map(\.model)).count != references.count
            || Set(references.map(\.effectiveName)).count != references.count
        {
            context.error(.conflict, "prompt needs modelRefs with different models and names", at: position)
        }
        if policy.global.integrations.looper.endpoint.isEmpty {
            context.error(.conflict, "prompt needs global.integrations.looper.endpoint", at: position)
        }
        guard let configuration = use.configuration as? PromptConfiguration, !configuration.model.isEmpty else {
            return
        }
        checkHelper(configuration.model, policy, position, &context)
    }

    private static func checkHelper(
        _ model: String, _ policy: Policy, _ position: SourcePosition, _ context: inout DecodingContext
    ) {
        let routed = policy.global.router.autoModelAliases + policy.entrypoints.flatMap(\.modelNames)
        if routed.contains(model) {
            context.error(.conflict, "\"\(model)\" is a routed name; prompt needs a concrete model", at: position)
        }
        if let card = policy.modelCards.first(where: { $0.name == model }),
            !["", "text", "ar", "both", "multimodal"].contains(card.modality)
        {
            context.error(
                .conflict, "\"\(model)\" does not answer in text: its modality is \(card.modality)", at: position)
        }
        guard let provider = policy.providers.models.first(where: { $0.name == model }) else {
            context.error(.conflict, "\"\(model)\" has no entry in providers.models", at: position)
            return
        }
        if provider.format == .anthropic {
            context.error(.conflict, "\"\(model)\" speaks the Anthropic format; prompt needs OpenAI's", at: position)
        }
        if provider.backends.isEmpty {
            context.error(.conflict, "\"\(model)\" has no backend_refs", at: position)
        }
    }
}
