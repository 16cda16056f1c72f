public import Policy
public import Routing

/// The configuration of a reask signal. Spec config §5.5.
public struct ReaskSignal: SignalConfiguration {
    public var name = ""
    public var description = ""
    /// Least similarity of a turn to the current one; 0 is 0.8.
    public var threshold = 0.8
    /// How many earlier turns in a row must be alike.
    public var lookbackTurns = 1

    /// A signal on one turn.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ReaskSignal>(
        "reask signal", "Matches when the user asks again what was asked before.", initial: ReaskSignal(),
        keys: commonKeys + [
            Key("threshold", \.threshold, .fraction.map { $0 == 0 ? 0.8 : $0 }, "Least similarity; 0 is 0.8."),
            Key("lookback_turns", \.lookbackTurns, .integer(1...1_000), "How many turns in a row must be alike."),
        ])
}

/// The reask family: the user repeats a question.
public enum ReaskSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "reask", key: "reasks", schema: ReaskSignal.schema.description,
        decode: { node, context in ReaskSignal.schema.decode(node, &context) })

    /// A share of one encoder pass.
    public static let cost = CostClass.encoder

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        builder.addUnavailable(declarations, of: family, cost: cost)
    }
}
