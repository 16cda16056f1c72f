public import Policy
public import Routing

/// The configuration of a knowledge base signal. Spec config §5.14.
public struct KnowledgeBaseSignal: SignalConfiguration {
    /// What of a knowledge base is asked for.
    public struct Target: Sendable {
        /// A label or a group of labels.
        public enum Kind: String, Sendable, CaseIterable {
            case label
            case group
        }

        public var kind = Kind.label
        public var value = ""

        /// No target.
        public init() {}

        static let schema = Schema<Target>(
            "kb target", "What of the knowledge base is asked for.", initial: Target(),
            keys: [
                Key(
                    "kind", \.kind, .enumeration(caseInsensitive: true), "A label or a group of labels.", required: true
                ),
                Key("value", \.value, .nonEmptyString, "The label's or the group's name.", required: true),
            ])
    }

    /// When the target counts as matched.
    public enum Match: String, Sendable, CaseIterable {
        /// It is the likest of all.
        case best
        /// It is like enough.
        case threshold
    }

    public var name = ""
    public var description = ""
    public var knowledgeBase = ""
    public var target = Target()
    public var match = Match.threshold

    /// A signal of no knowledge base.
    public init() {}

    /// The declaration.
    public static let schema = Schema<KnowledgeBaseSignal>(
        "kb signal", "Matches by likeness to the labelled examples of a knowledge base.",
        initial: KnowledgeBaseSignal(),
        keys: commonKeys + [
            Key("kb", \.knowledgeBase, .reference(to: .knowledgeBase), "The knowledge base.", required: true),
            Key("target", \.target, .object(Target.schema), "The label or the group.", required: true),
            Key("match", \.match, .enumeration(caseInsensitive: true), "When the target counts as matched."),
        ])
}

/// The kb family: likeness to labelled examples.
public enum KnowledgeBaseSignals: SignalFamilyMember {
    /// The metrics that every knowledge base has.
    static let builtInMetrics = ["best_score", "best_matched_score"]

    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "kb", key: "kb", schema: KnowledgeBaseSignal.schema.description,
        decode: { node, context in KnowledgeBaseSignal.schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.embedding)

    /// Compiles the declarations, and the metrics that score inputs use.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let bases = builder.global.modelCatalog.knowledgeBases
        for (declaration, signal) in builder.configurations(declarations, as: KnowledgeBaseSignal.self)
        where signal.target.kind == .group {
            guard let base = bases.first(where: { $0.name == signal.knowledgeBase }),
                base.groups[signal.target.value] == nil
            else { continue }
            builder.report(
                .danglingReference, "the knowledge base \"\(base.name)\" has no group \"\(signal.target.value)\"",
                in: declaration, key: ["target", "value"],
                suggestion: NearestName.among(base.groups.keys.sorted(), to: signal.target.value))
        }
        let inputs = builder.recipe.projections.scores.flatMap(\.inputs).filter { $0.type == "kb_metric" }
        let declared = builder.configurations(declarations, as: KnowledgeBaseSignal.self)
        for base in bases {
            let signals = declared.filter { $0.configuration.knowledgeBase == base.name }
            let hasMetrics = inputs.contains { $0.knowledgeBase == base.name }
            guard !signals.isEmpty || hasMetrics else { continue }
            let metrics = hasMetrics ? builtInMetrics + base.metrics.map(\.name) : []
            let keys =
                builder.keys(signals.map(\.declaration))
                + metrics.map { (SignalKey("kb_metric", "\(base.name):\($0)"), "\(base.name):\($0)") }
            guard let model = builder.embedder, let manifest = KnowledgeBaseManifest.read(base, builder.resources.file),
                let group = KnowledgeBaseGroup(
                    base, manifest, signals: signals.map(\.configuration), metrics: metrics, model, &builder)
            else {
                for (key, name) in keys {
                    builder.add(key, UnavailableRule(reason: .modelMissing), cost: cost, declaredAs: name)
                }
                continue
            }
            builder.add(group, as: keys, cost: model.cost)
            guard let first = signals.first?.declaration else { continue }
            for label in manifest.labels {
                builder.warnOfUnreadable(
                    label.examples, in: first, key: ["kb"], of: "the label \"\(label.name)\" of \"\(base.name)\"")
            }
        }
    }
}
