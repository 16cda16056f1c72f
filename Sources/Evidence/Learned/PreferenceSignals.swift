public import Policy
public import Routing

/// The configuration of a preference signal. Spec config §5.6.
public struct PreferenceSignal: SignalConfiguration {
    public var name = ""
    /// What the preference is; compared with the request like the examples.
    public var description = ""
    public var examples: [String] = []
    /// Least score; with 0 the likest preference counts however little it is like the request.
    public var threshold = 0.0

    /// A preference without examples.
    public init() {}

    /// The declaration.
    public static let schema = Schema<PreferenceSignal>(
        "preference signal", "Matches by the kind of answer that the user likes.", initial: PreferenceSignal(),
        keys: [
            Key("name", \.name, .name, "Name by which rules refer to it.", required: true),
            Key("description", \.description, .string, "What the preference is; compared with the request."),
            Key("examples", \.examples, .list(.nonEmptyString), "Requests that show the preference."),
            Key("threshold", \.threshold, .fraction, "Least score; with 0 the likest always counts."),
        ])
}

/// The preference family: the kind of answer that the user likes.
public enum PreferenceSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "preference", key: "preferences", schema: PreferenceSignal.schema.description,
        decode: { node, context in PreferenceSignal.schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.embedding)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let declared = builder.configurations(declarations, as: PreferenceSignal.self)
        let settings = builder.global.modelCatalog.modules.classifiers.preference
        if !settings.usesContrastive {
            return compileRemote(declared, &builder)
        }
        guard let model = builder.embedder,
            let group = PreferenceGroup(declared.map(\.configuration), settings, model, &builder)
        else {
            return builder.addUnavailable(declarations, of: family, cost: cost)
        }
        builder.add(group, as: builder.keys(declared.map(\.declaration)), cost: model.cost)
        for (declaration, signal) in declared {
            builder.warnOfUnreadable([signal.description].filter { !$0.isEmpty }, in: declaration, key: ["description"])
            builder.warnOfUnreadable(signal.examples, in: declaration, key: ["examples"])
        }
    }

    /// A language model names the preference.
    private static func compileRemote(
        _ declared: [(declaration: SignalDeclaration, configuration: PreferenceSignal)],
        _ builder: inout EvidenceBuilder
    ) {
        let preferences = declared.map { ($0.configuration.name, $0.configuration.description) }
        guard let external = builder.global.modelCatalog.external.first(where: { $0.role == "preference" }),
            let model = builder.resources.models.preferenceModel(external, preferences: preferences),
            let classifier = LabelledText(model, .labels, &builder)
        else {
            return builder.addUnavailable(declared.map(\.declaration), of: family, cost: .remote)
        }
        for (declaration, signal) in declared {
            let label = classifier.labels.firstIndex(of: signal.name)
            builder.add(
                declaration, LabelRule(classifier: classifier, label: label, family: family.type), cost: model.cost)
        }
    }
}

/// A label that a model chooses for the text: matched when it is the likeliest.
struct LabelRule: SignalRule {
    var classifier: LabelledText
    /// Nil never matches.
    var label: Int?
    var family: String

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(family)), classifier.task, to: classifier.reader)
    }

    func read(_ scan: inout RequestScan) -> Reading {
        let (probabilities, coverage, problem) = classifier.probabilities(scan, .text(scan.learnedText(family)))
        if let problem { return .unknown(problem) }
        guard let label else { return .unmatched(coverage: coverage) }
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
        let probability = probabilities[label]
        return label == best && probability > 0
            ? .matched(confidence: probability, value: probability, coverage: coverage)
            : .unmatched(value: probability, coverage: coverage)
    }
}
