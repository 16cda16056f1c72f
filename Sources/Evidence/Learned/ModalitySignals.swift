public import Policy
public import Routing

/// The modality family: whether the answer is to be text, an image or both.
public enum ModalitySignals: SignalFamilyMember {
    static let schema = NamedLabelSignal.schema(
        "modality signal", "Matches by whether text, an image or both are wished for.",
        labels: ["AR", "DIFFUSION", "BOTH"], isStrict: true)

    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "modality", key: "modality", schema: schema.description,
        decode: { node, context in schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    public static let tasks: LearnedTasks = LearnedTasks(.modality)

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        let settings = builder.global.modelCatalog.modules.modalityDetector
        guard settings.isEnabled else {
            return builder.addUnavailable(declarations, of: family, cost: cost, isEnabled: false)
        }
        var classifier: LabelledText?
        if settings.method != .keyword,
            let model = builder.resources.models.classifier(.modality, path: settings.classifier.modelPath)
        {
            classifier = LabelledText(model, .modality, &builder)
        }
        if settings.method == .classifier, classifier == nil {
            return builder.addUnavailable(declarations, of: family, cost: cost)
        }
        let group = ModalityGroup(declarations.map(\.name), settings, classifier)
        builder.add(group, as: builder.keys(declarations), cost: classifier == nil ? .free : cost)
    }
}
