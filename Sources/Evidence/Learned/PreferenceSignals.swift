public import Policy
public import Routing

/// The configuration of a preference signal. Spec config §5.6.
public struct PreferenceSignal: SignalConfiguration {
    public var name = ""
    /// What the preference is; compared with the request like the examples.
    public var description = ""
    public var examples: [String] = []
    /// Least score; 0 leaves it to the module.
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
            Key("threshold", \.threshold, .fraction, "Least score; 0 leaves it to the module."),
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

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        builder.addUnavailable(declarations, of: family, cost: cost)
    }
}
