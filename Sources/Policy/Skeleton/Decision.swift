/// A route: when it applies, which models may serve it and what happens on the way. Spec config §7.
public struct Decision: Sendable {
    public var name = ""
    public var description = ""
    /// Higher wins.
    public var priority = 0
    /// Lower wins as soon as any matching decision has a tier; 0 is no tier.
    public var tier = 0
    /// The condition; nil always holds, with confidence 0.
    public var rules: Rule?
    public var modelReferences: [ModelReference] = []
    /// How one of several models is chosen; nil is `static`.
    public var algorithm: AlgorithmUse?
    public var plugins: [PluginUse] = []
    public var adaptations = Adaptations()
    /// Free text for the model on the shape of the answer.
    public var outputContract = ""
    public var outputContractSpecification: OutputContract?
    public var candidateIterations: [CandidateIteration] = []
    public var emits: [Emission] = []
    public var annotations: [String: AnyValue] = [:]
    public var position = SourcePosition(line: 1, column: 1)
    public var path = PolicyPath()

    /// An empty decision that always matches.
    public init() {}
}

/// A candidate model of a decision. Spec config §7.2.
public struct ModelReference: Sendable, Hashable {
    public var model = ""
    public var loraName: String?
    /// Share of the traffic in weighted choice; 0 is unset.
    public var weight = 0.0
    public var usesReasoning = false
    public var reasoningDescription = ""
    public var reasoningEffort: String?

    /// A reference to a model.
    public init(model: String = "", weight: Double = 0, usesReasoning: Bool = false, reasoningEffort: String? = nil) {
        self.model = model
        self.weight = weight
        self.usesReasoning = usesReasoning
        self.reasoningEffort = reasoningEffort
    }

    /// The name that is sent to the backend: the adapter's where there is one.
    public var effectiveName: String { loraName ?? model }

    /// The declaration of one entry of `modelRefs`.
    public static let schema = Schema<ModelReference>(
        "model reference", "A candidate model.", initial: ModelReference(),
        keys: [
            Key(
                "model", \.model, .reference(to: .model, ifAny: .modelCard), "A model card or an adapter.",
                required: true)
        ] + otherKeys
    ).checking { value, node, context in
        guard let adapter = value.loraName, let position = node["lora_name"]?.position else { return }
        context.within(.key("lora_name")) {
            $0.refer(to: .adapter(of: value.model), adapter, at: position, ifAny: .modelCard)
        }
    }

    /// The same where names need not be declared.
    static let uncheckedSchema = Schema<ModelReference>(
        "iterated model", "A model of a candidate iteration.", initial: ModelReference(),
        keys: [Key("model", \.model, .nonEmptyString, "A model.", required: true)] + otherKeys)

    private static var otherKeys: [Key<ModelReference>] {
        [
            Key("lora_name", \.loraName, .nonEmptyString, "One of the card's adapters."),
            Key("weight", \.weight, .nonNegative, "Share in weighted choice."),
            Key("use_reasoning", \.usesReasoning, .boolean, "Switches reasoning on."),
            Key("reasoning_description", \.reasoningDescription, .string, "Why reasoning helps here."),
            Key("reasoning_effort", \.reasoningEffort, .string, "How much reasoning, such as `low` or `high`."),
        ]
    }
}

/// The algorithm of a decision, its configuration typed by the algorithm that declared it.
public struct AlgorithmUse: Sendable {
    public var type: String
    /// `fallback` or empty: what happens when the algorithm fails.
    public var onError: String
    public var configuration: (any Sendable)?
    public var position: SourcePosition
    public var path: PolicyPath

    /// A use of an algorithm.
    public init(
        type: String, onError: String = "", configuration: (any Sendable)? = nil,
        position: SourcePosition = SourcePosition(line: 1, column: 1), path: PolicyPath = PolicyPath()
    ) {
        self.type = type
        self.onError = onError
        self.configuration = configuration
        self.position = position
        self.path = path
    }
}

/// A plugin of a decision, its configuration typed by the plugin that declared it.
public struct PluginUse: Sendable {
    public var type: String
    public var configuration: any Sendable
    public var position: SourcePosition
    public var path: PolicyPath

    /// A use of a plugin.
    public init(
        type: String, configuration: any Sendable, position: SourcePosition = SourcePosition(line: 1, column: 1),
        path: PolicyPath = PolicyPath()
    ) {
        self.type = type
        self.configuration = configuration
        self.position = position
        self.path = path
    }
}
