public import Policy
public import Routing

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

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        builder.addUnavailable(
            declarations, of: family, cost: cost,
            isEnabled: builder.global.modelCatalog.modules.feedbackDetector.isEnabled)
    }
}
