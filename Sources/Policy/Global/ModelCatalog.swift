/// The learned parts of the router. Spec config §11.5.5.
public struct ModelModules: Sendable {
    public var promptCompression = PromptCompressionSettings()
    public var promptGuard = PromptGuardSettings()
    public var classifiers = ClassifierModules()
    public var complexity = ComplexityModule()
    public var hallucinationMitigation = HallucinationMitigation()
    public var feedbackDetector = FeedbackDetectorSettings()
    public var modalityDetector = ModalityDetectorSettings()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "modules", "The learned parts of the router. Spec config §11.5.5.", initial: ModelModules()
    ) {
        Key(
            "prompt_compression", \.promptCompression, merging: PromptCompressionSettings.schema,
            "Shortening of long texts.")
        Key("prompt_guard", \.promptGuard, merging: PromptGuardSettings.schema, "Detection of attacks on the prompt.")
        Key("classifier", \.classifiers, merging: ClassifierModules.schema, "The classifiers behind signals.")
        Key("complexity", \.complexity, merging: ComplexityModule.schema, "The measure of complexity.")
        Key(
            "hallucination_mitigation", \.hallucinationMitigation, merging: HallucinationMitigation.schema,
            "Checks of answers against their context.")
        Key(
            "feedback_detector", \.feedbackDetector, merging: FeedbackDetectorSettings.schema,
            "The detector of feedback.")
        Key(
            "modality_detector", \.modalityDetector, merging: ModalityDetectorSettings.schema,
            "Detection of requests for images.")
    }

    /// Every module's `model_ref` and `model_id`, with the keys that lead to it.
    var modelUses: [(keys: [String], reference: String, identifier: String)] {
        let hallucination = hallucinationMitigation
        return [
            (["prompt_guard"], promptGuard.modelReference, promptGuard.modelIdentifier),
            (["classifier", "domain"], classifiers.domain.modelReference, classifiers.domain.modelIdentifier),
            (["classifier", "pii"], classifiers.pii.modelReference, classifiers.pii.modelIdentifier),
            (
                ["hallucination_mitigation", "fact_check"], hallucination.factCheck.modelReference,
                hallucination.factCheck.modelIdentifier
            ),
            (
                ["hallucination_mitigation", "detector"], hallucination.detector.modelReference,
                hallucination.detector.modelIdentifier
            ),
            (
                ["hallucination_mitigation", "explainer"], hallucination.explainer.modelReference,
                hallucination.explainer.modelIdentifier
            ),
            (["feedback_detector"], feedbackDetector.modelReference, feedbackDetector.modelIdentifier),
        ]
    }
}

/// The models that the router itself uses. Spec config §11.5.
public struct ModelCatalog: Sendable {
    public var embeddings = EmbeddingsCatalog()
    public var system = SystemModels()
    public var external: [ExternalModel] = []
    public var knowledgeBases: [KnowledgeBase] = KnowledgeBase.builtIn
    public var modules = ModelModules()

    /// The defaults.
    public init() {}

    /// The declaration.
    public static let schema = Schema(
        "model_catalog", "The models that the router itself uses. Spec config §11.5.", initial: ModelCatalog()
    ) {
        Key("embeddings", \.embeddings, merging: EmbeddingsCatalog.schema, "The models that embed.")
        Key("system", \.system, merging: SystemModels.schema, "The model of each built-in capability.")
        Key("external", \.external, .list(.object(ExternalModel.schema)), "Models outside the router.")
        Key(
            "kbs", \.knowledgeBases, .list(.object(KnowledgeBase.schema)),
            "Knowledge bases; a list given here replaces the built-in ones.")
        Key("modules", \.modules, merging: ModelModules.schema, "The learned parts of the router.")
        Key<ModelCatalog>.removed("classifiers", instead: "use global.model_catalog.kbs and kb signals")
    }.checking { value, node, context in
        context.rejectDuplicates(value.external.map(\.name), "external model", under: "external", of: node)
        context.rejectDuplicates(value.knowledgeBases.map(\.name), "knowledge base", under: "kbs", of: node)
        for use in value.modules.modelUses where use.identifier.isEmpty && value.system[use.reference] == "" {
            context.error(
                .danglingReference,
                "modules.\(use.keys.joined(separator: ".")) uses \(use.reference), which system leaves empty: "
                    + "clear model_ref and model_id too", key: "system", of: node)
        }
        let guardSettings = value.modules.promptGuard
        if guardSettings.isEnabled, guardSettings.remoteProtocol != .unset {
            let entry = value.external.first { $0.role == "guardrail" }
            if entry == nil || entry?.endpoint.address.isEmpty == true || entry?.modelName.isEmpty == true {
                context.inside("modules", of: node) { modules, context in
                    context.inside("prompt_guard", of: modules) {
                        $1.error(
                            .missingKey,
                            "a remote guard needs an entry of external with model_role guardrail, an address and a model name",
                            key: "protocol", of: $0)
                    }
                }
            }
        }
    }
}
