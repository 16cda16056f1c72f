/// A loop over models that a decision declares. Spec config §7.5.
public struct CandidateIteration: Sendable {
    /// What the loop runs over.
    public enum Source: String, Sendable, CaseIterable {
        /// The decision's own model references.
        case decisionCandidates = "decision.candidates"
        /// The iteration's own `models`.
        case models
    }

    /// What the loop gives.
    public struct Output: Sendable, Hashable {
        public var type = "model"
        public var value = ""

        /// An output without value.
        public init() {}
    }

    public var variable = ""
    public var source = Source.decisionCandidates
    public var models: [ModelReference] = []
    public var outputs: [Output] = []

    /// An iteration over the decision's candidates.
    public init() {}

    /// The declaration of one entry of `candidateIterations`.
    public static let schema = Schema<CandidateIteration>(
        "candidate iteration", "A loop over models.", initial: CandidateIteration(),
        keys: [
            Key("variable", \.variable, .nonEmptyString, "The name of the loop variable.", required: true),
            Key("source", \.source, .enumeration(), "What the loop runs over.", required: true),
            Key("models", \.models, .list(.object(ModelReference.uncheckedSchema)), "The models of source `models`."),
            Key("outputs", \.outputs, .list(.object(outputSchema)), "What the loop gives."),
        ]
    ).checking { value, node, context in
        if value.source == .models, value.models.isEmpty {
            context.error(.missingKey, "source models needs at least one entry in models", key: "source", in: node)
        }
        for (index, output) in (node["outputs"]?.elements ?? []).enumerated() {
            guard let text = output["value"]?.scalar?.text, text != value.variable, !value.variable.isEmpty else {
                continue
            }
            context.within(.key("outputs")) {
                $0.within(.index(index)) {
                    $0.error(
                        .invalidValue, "the value must be the variable \"\(value.variable)\"", key: "value", in: output,
                        suggestion: value.variable)
                }
            }
        }
    }

    private static let outputSchema = Schema<Output>(
        "iteration output", "What the loop gives.", initial: Output(),
        keys: [
            Key("type", \.type, .enumeration(["model"]), "Always `model`.", required: true),
            Key("value", \.value, .string, "The loop variable.", required: true),
        ])
}
