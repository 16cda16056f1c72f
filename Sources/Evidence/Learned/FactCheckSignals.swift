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

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        builder.addUnavailable(declarations, of: family, cost: cost)
    }
}
