public import Policy
public import Routing
internal import Wire

/// The user_feedback family: what the user thinks of the answer before.
public enum UserFeedbackSignals: SignalFamilyMember {
    static let schema = NamedLabelSignal.schema(
        "user feedback signal", "Matches by what the user thinks of the answer before.",
        labels: ["satisfied", "need_clarification", "wrong_answer", "want_different"], isStrict: false)

    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "user_feedback", key: "user_feedbacks", schema: schema.description,
        decode: { node, context in schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.userFeedback)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.feedbackDetector
        let path = builder.global.modelCatalog.system.modelPath(
            reference: settings.modelReference, identifier: settings.modelIdentifier)
        guard settings.isEnabled, let model = builder.resources.models.classifier(.userFeedback, path: path),
            let classifier = LabelledText(model, .userFeedback, &builder)
        else {
            return builder.addUnavailable(declarations, of: family, cost: cost, isEnabled: settings.isEnabled)
        }
        let group = UserFeedbackGroup(
            declarations.map(\.name), classifier, threshold: settings.threshold > 0 ? settings.threshold : 0.5)
        builder.add(group, as: builder.keys(declarations), cost: model.cost)
    }
}

/// The feedback signals of a recipe: a follow-up is read together with the turn that it answers. Spec
/// signals-decisions §4.4; unlike there, a follow-up below the threshold says nothing.
final class UserFeedbackGroup: SignalGroup {
    private let classifier: LabelledText
    private let threshold: Double
    /// The label of each signal; nil never matches.
    private let labels: [Int?]

    init(_ names: [String], _ classifier: LabelledText, threshold: Double) {
        self.classifier = classifier
        self.threshold = threshold
        let known = classifier.labels.map(Self.name(ofLabel:))
        labels = names.map { known.firstIndex(of: $0) }
    }

    /// The signal that a model's label stands for.
    static func name(ofLabel label: String) -> String {
        let lowered = label.lowercased()
        return lowered == "sat" ? "satisfied" : lowered
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        guard let source = scan.feedbackExchange else { return }
        needs.add(source, .userFeedback, to: classifier.reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        guard let source = scan.feedbackExchange else {
            return labels.map { _ in .unmatched() }
        }
        let (probabilities, coverage, problem) = classifier.probabilities(scan, source)
        if let problem { return unknownReadings(labels.count, problem) }
        let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] }
        return labels.map { label in
            guard let label else { return .unmatched(coverage: coverage) }
            let probability = probabilities[label]
            return label == best && probability >= threshold
                ? .matched(confidence: probability, value: probability, coverage: coverage)
                : .unmatched(value: probability, coverage: coverage)
        }
    }
}

extension RequestScan {
    /// The current user text with the question and the answer before it; nil where no answer precedes.
    var feedbackExchange: TextSource? {
        let turns = conversation.turns
        guard let current = turns.lastIndex(where: { $0.role == .user && !$0.text.isEmpty }),
            let answer = turns[..<current].lastIndex(where: { $0.role == .assistant && !$0.text.isEmpty })
        else { return nil }
        let query = turns[..<answer].last { $0.role == .user && !$0.text.isEmpty }
        return .exchange(query: query?.text ?? "", answer: turns[answer].text, followUp: turns[current].text)
    }
}
