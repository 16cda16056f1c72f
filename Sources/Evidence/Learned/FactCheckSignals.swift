public import Policy
public import Routing

/// The fact_check family: whether an answer needs facts that should be verified.
public enum FactCheckSignals: SignalFamilyMember {
    static let schema = NamedLabelSignal.schema(
        "fact check signal", "Matches requests that do or do not ask for facts.",
        labels: ["needs_fact_check", "no_fact_check_needed"], isStrict: false)

    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "fact_check", key: "fact_check", schema: schema.description,
        decode: { node, context in schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.factCheck)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.hallucinationMitigation.factCheck
        let path = builder.global.modelCatalog.system.modelPath(
            reference: settings.modelReference, identifier: settings.modelIdentifier)
        guard let model = builder.resources.models.classifier(.factCheck, path: path),
            let classifier = LabelledText(model, .factCheck, &builder), classifier.labels.count == 2
        else {
            return builder.addUnavailable(declarations, of: family, cost: cost)
        }
        let group = FactCheckGroup(
            declarations.map { asksForNeed($0.name) }, classifier,
            threshold: settings.threshold > 0 ? settings.threshold : 0.7)
        builder.add(group, as: builder.keys(declarations), cost: model.cost)
    }

    /// Whether a signal of this name matches requests that need a check, or those that do not; nil for other names.
    private static func asksForNeed(_ name: String) -> Bool? {
        switch name {
        case "needs_fact_check": true
        case "no_fact_check_needed": false
        default: nil
        }
    }
}

/// The fact check signals of a recipe. Spec signals-decisions §4.3: below the threshold, no check is needed.
final class FactCheckGroup: SignalGroup {
    private let asksForNeed: [Bool?]
    private let classifier: LabelledText
    private let threshold: Double
    private let positive: Int

    /// `asksForNeed` says of each signal whether it matches requests that need a check, or those that do not; nil
    /// never matches.
    init(_ asksForNeed: [Bool?], _ classifier: LabelledText, threshold: Double) {
        self.asksForNeed = asksForNeed
        self.classifier = classifier
        self.threshold = threshold
        positive = classifier.labels.firstIndex { $0.uppercased() == "FACT_CHECK_NEEDED" } ?? 1
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(FactCheckSignals.family.type)), .factCheck, to: classifier.reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let source = TextSource.text(scan.learnedText(FactCheckSignals.family.type))
        let (probabilities, coverage, problem) = classifier.probabilities(scan, source)
        if let problem { return unknownReadings(asksForNeed.count, problem) }
        let need = probabilities[positive]
        return asksForNeed.map { asks in
            guard let asks else { return .unmatched(coverage: coverage) }
            let value = asks ? need : 1 - need
            return (need >= threshold) == asks
                ? .matched(confidence: value, value: value, coverage: coverage)
                : .unmatched(value: value, coverage: coverage)
        }
    }
}
