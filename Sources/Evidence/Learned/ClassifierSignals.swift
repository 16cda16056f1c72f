public import Policy
public import Routing

/// The configuration of a classifier of one's own. Spec config §5.18.
public struct ClassifierSignal: SignalConfiguration {
    /// What classifies.
    public enum Kind: String, Sendable, CaseIterable {
        case local
        /// A language model that is asked for a label.
        case languageModel = "llm"
    }

    public var name = ""
    public var description = ""
    public var kind = Kind.local
    public var labels: [String] = []
    /// The folder of a local model.
    public var modelPath = ""
    public var usesCPU = false
    /// The external model that is asked.
    public var model = ""
    public var instructions = ""

    /// A classifier without labels.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ClassifierSignal>(
        "classifier", "Gives a score to each of its labels; rules test the score of one.", initial: ClassifierSignal(),
        keys: commonKeys + [
            Key("type", \.kind, .enumeration(), "What classifies.", required: true),
            Key("labels", \.labels, .list(.name), "The labels; a local classifier has two.", required: true),
            Key("model_path", \.modelPath, .nonEmptyString, "The folder of a local model."),
            Key("use_cpu", \.usesCPU, .boolean, "Whether a local model stays off the accelerator."),
            Key("model", \.model, .reference(to: .externalModel), "The external model that is asked."),
            Key("instructions", \.instructions, .nonEmptyString, "What the external model is told."),
        ]
    ).checking { value, node, context in
        context.declareUniqueIgnoringCase(value.name, of: "classifier", in: node)
        if value.name.contains(":") {
            context.error(.invalidValue, "a classifier's name must not contain \":\"", key: "name", in: node)
        }
        value.checkLabels(node, &context)
        guard node["type"] != nil else { return }
        value.checkKind(node, &context)
    }

    private func checkLabels(_ node: Node, _ context: inout DecodingContext) {
        guard let elements = node["labels"]?.elements else { return }
        if elements.isEmpty {
            return context.error(.missingKey, "a classifier needs labels", key: "labels", in: node)
        }
        if kind == .local, elements.count != 2 {
            context.error(
                .invalidValue, "a local classifier has exactly two labels, found \(elements.count)", key: "labels",
                in: node)
        }
        context.within(.key("labels")) { context in
            var seen: Set<String> = []
            for (index, element) in elements.enumerated() {
                guard let label = element.scalar?.text else { continue }
                context.within(.index(index)) { context in
                    if label.contains(":") {
                        context.error(.invalidValue, "a label must not contain \":\"", at: element.position)
                    }
                    if !seen.insert(label).inserted {
                        context.error(.duplicateName, "the label \"\(label)\" stands twice", at: element.position)
                    }
                }
            }
        }
    }

    private func checkKind(_ node: Node, _ context: inout DecodingContext) {
        let (needed, forbidden) =
            switch kind {
            case .local: (["model_path"], ["model", "instructions"])
            case .languageModel: (["model", "instructions"], ["model_path"])
            }
        for key in needed where node[key] == nil {
            context.error(.missingKey, "a classifier of type \(kind.rawValue) needs \(key)", at: node.position)
        }
        for key in forbidden where node[key] != nil {
            context.error(.conflict, "\(key) does not go with the type \(kind.rawValue)", key: key, in: node)
        }
        if kind == .languageModel, usesCPU {
            context.error(.conflict, "use_cpu does not go with the type llm", key: "use_cpu", in: node)
        }
        if kind == .local { checkLocal(node, &context) }
    }

    /// A recipe has at most one local classifier, and all recipes have the same one.
    private func checkLocal(_ node: Node, _ context: inout DecodingContext) {
        let inRecipe = ReferenceKind("local classifier", isGlobal: false)
        if !context.declare(inRecipe, "any") {
            context.error(.conflict, "a recipe can have one local classifier", key: "type", in: node)
        }
        let anywhere = ReferenceKind("local classifier of any recipe", isGlobal: true)
        let identity = ([modelPath, String(usesCPU)] + labels).joined(separator: "\u{0}")
        if !context.names(anywhere).isEmpty, !context.isDeclared(anywhere, identity) {
            context.error(
                .conflict,
                "local classifiers of all recipes share one model: model_path, labels and use_cpu must agree",
                key: "model_path", in: node)
        }
        context.declare(anywhere, identity)
    }
}

/// The classifier family: classifiers of one's own.
public enum ClassifierSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "classifier", key: "classifiers", schema: ClassifierSignal.schema.description,
        decode: { node, context in ClassifierSignal.schema.decode(node, &context) },
        checkLeaf: { leaf, declarations, context in
            guard let declaration = declarations.first(where: { $0.name == leaf.name }),
                let classifier = declaration.configuration as? ClassifierSignal
            else { return }
            check(leaf, of: classifier, &context)
        },
        isScoreInput: false, hasLabels: true)

    /// A share of one encoder pass; a language model is remote.
    public static let cost = CostClass.encoder

    /// Compiles the declarations: a signal for each label, known as `name:label`.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: ClassifierSignal.self) {
            if signal.kind == .languageModel { checkModel(signal, declaration, &builder) }
            let remote = signal.kind == .languageModel
            guard let model = model(signal, builder), let classifier = LabelledText(model, .labels, &builder) else {
                for label in signal.labels {
                    builder.add(
                        SignalKey(family.type, "\(declaration.name):\(label)"), UnavailableRule(reason: .modelMissing),
                        cost: remote ? .remote : cost, declaredAs: declaration.name)
                }
                continue
            }
            for label in signal.labels {
                let rule = LabelRule(
                    classifier: classifier, label: classifier.labels.firstIndex(of: label), family: family.type)
                builder.add(
                    SignalKey(family.type, "\(declaration.name):\(label)"), rule, cost: model.cost,
                    declaredAs: declaration.name)
            }
        }
    }

    private static func model(_ signal: ClassifierSignal, _ builder: EvidenceBuilder) -> (any TextReader)? {
        switch signal.kind {
        case .local: return builder.resources.models.localClassifier(path: signal.modelPath, labels: signal.labels)
        case .languageModel:
            let external = builder.global.modelCatalog.external.first { $0.name == signal.model }
            return external.flatMap {
                builder.resources.models.languageModel(
                    $0, labels: signal.labels, instructions: signal.instructions)
            }
        }
    }

    private static func check(_ leaf: Rule.Leaf, of classifier: ClassifierSignal, _ context: inout DecodingContext) {
        if let label = leaf.label {
            if !classifier.labels.contains(label) {
                let known = classifier.labels.joined(separator: ", ")
                context.error(
                    .danglingReference, "the classifier \"\(classifier.name)\" has no label \"\(label)\" (\(known))",
                    at: leaf.position, suggestion: NearestName.among(classifier.labels, to: label))
            }
        } else {
            context.error(.missingKey, "a classifier condition needs a label", at: leaf.position)
        }
        guard let predicate = leaf.predicate else {
            return context.error(.missingKey, "a classifier condition needs a predicate", at: leaf.position)
        }
        guard classifier.kind == .local else { return }
        let isLowerBound = predicate == NumericPredicate(greaterOrEqual: predicate.greaterOrEqual)
        if !isLowerBound || (predicate.greaterOrEqual ?? 0) < 0.5 {
            context.error(
                .invalidValue, "a local classifier's predicate is gte with 0.5 or more", at: leaf.position)
        }
    }

    private static func checkModel(
        _ signal: ClassifierSignal, _ declaration: SignalDeclaration, _ builder: inout EvidenceBuilder
    ) {
        guard let model = builder.global.modelCatalog.external.first(where: { $0.name == signal.model }) else { return }
        let problem: String? =
            if model.role != "classification" {
                "has the role \"\(model.role)\", not classification"
            } else if model.modelName.isEmpty {
                "needs llm_model_name"
            } else if model.endpoint.address.isEmpty {
                "needs llm_endpoint.address"
            } else if !(1...65_535).contains(model.endpoint.port) {
                "needs llm_endpoint.port from 1 to 65535"
            } else {
                nil
            }
        guard let problem else { return }
        builder.report(
            .conflict, "the external model \"\(signal.model)\" \(problem)", in: declaration, key: ["model"])
    }
}
