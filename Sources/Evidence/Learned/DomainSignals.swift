public import Policy
public import Routing

/// The configuration of a domain signal. Spec config §5.3.
public struct DomainSignal: SignalConfiguration {
    /// A model's rating for a domain; documentation only.
    public struct ModelScore: Sendable {
        public var model = ""
        public var score = 0.0
        public var usesReasoning: Bool?

        /// No rating.
        public init() {}

        static let schema = Schema<ModelScore>(
            "model score", "A model's rating for the domain; read, but without effect on routing.",
            initial: ModelScore(),
            keys: [
                Key("model", \.model, .string, "The model."),
                Key("score", \.score, .number(), "Its rating."),
                Key("use_reasoning", \.usesReasoning, .boolean, "Whether it reasons."),
            ])
    }

    /// The labels that the classifier of domains knows.
    public static let labels = [
        "biology", "business", "chemistry", "computer science", "economics", "engineering", "health", "history",
        "law", "math", "other", "philosophy", "physics", "psychology",
    ]

    public var name = ""
    public var description = ""
    /// The classifier's labels that count as this domain.
    public var categories: [String] = []
    public var modelScores: [ModelScore] = []

    /// A domain without labels.
    public init() {}

    /// The declaration.
    public static let schema = Schema<DomainSignal>(
        "domain signal", "Matches by the subject of the request.", initial: DomainSignal(),
        keys: commonKeys + [
            Key("mmlu_categories", \.categories, .list(.enumeration(labels)), "Labels that count as this domain."),
            Key("model_scores", \.modelScores, .list(.object(ModelScore.schema)), "Ratings of models; without effect."),
        ])
}

/// The domain family: the subject of the request.
public enum DomainSignals: SignalFamilyMember {
    /// The declaration, for the policy loader. Rules may use domains that nothing declares, as long as none is.
    public static let family = SignalFamily(
        type: "domain", key: "domains", schema: DomainSignal.schema.description,
        decode: { node, context in DomainSignal.schema.decode(node, &context) }, canBePartitioned: true,
        checkPartition: { partition, declarations, context in
            guard partition.semantics == .softmaxExclusive else { return }
            for declaration in declarations where partition.members.contains(declaration.name) {
                guard let domain = declaration.configuration as? DomainSignal, domain.categories.isEmpty,
                    !DomainSignal.labels.contains(domain.name)
                else { continue }
                context.error(
                    .invalidValue,
                    "softmax_exclusive needs members that the classifier knows: \"\(domain.name)\" is no label of it "
                        + "and has no mmlu_categories", at: declaration.position,
                    suggestion: NearestName.among(DomainSignal.labels, to: domain.name))
            }
        },
        implicitDeclaration: { name in
            let position = SourcePosition(line: 1, column: 1)
            func scalar(_ text: String) -> Node { Node(.scalar(Node.Scalar(text: text, isPlain: false)), at: position) }
            func entry(_ key: String, _ value: Node) -> Node.Entry {
                Node.Entry(key: key, keyPosition: position, value: value)
            }
            let categories = Node(.sequence([scalar("other")]), at: position)
            return Node(
                .mapping([
                    entry("name", scalar(name)), entry("description", scalar(name)),
                    entry("mmlu_categories", categories),
                ]), at: position)
        })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.domain)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.classifiers.domain
        let path = builder.global.modelCatalog.system.modelPath(
            reference: settings.modelReference, identifier: settings.modelIdentifier)
        let declared = builder.configurations(declarations, as: DomainSignal.self)
        guard settings.isEnabled, let model = builder.resources.models.classifier(.domain, path: path),
            let classifier = LabelledText(model, .domain, &builder)
        else {
            return builder.addUnavailable(declarations, of: family, cost: cost, isEnabled: settings.isEnabled)
        }
        let group = DomainGroup(declared.map(\.configuration), classifier, threshold: settings.threshold)
        builder.add(group, as: builder.keys(declared.map(\.declaration)), cost: model.cost)
    }
}
