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

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        builder.addUnavailable(
            declarations, of: family, cost: cost,
            isEnabled: builder.global.modelCatalog.modules.modalityDetector.isEnabled)
    }
}
