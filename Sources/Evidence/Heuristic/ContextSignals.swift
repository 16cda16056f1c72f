public import Policy
public import Routing

/// The configuration of a context signal: a range of request lengths in tokens. Spec config §5.8.
public struct ContextSignal: SignalConfiguration {
    public var name = ""
    public var description = ""
    /// Least tokens; nil is no bound.
    public var minimum: TokenCount?
    /// Most tokens; nil is no bound.
    public var maximum: TokenCount?

    /// A signal without bounds.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ContextSignal>(
        "context signal", "Matches by the length of the request in tokens.", initial: ContextSignal(),
        keys: commonKeys + [
            Key("min_tokens", \.minimum, .tokenCount, "Least tokens, such as `32K`; no bound when omitted."),
            Key("max_tokens", \.maximum, .tokenCount, "Most tokens, such as `1.5M`; no bound when omitted."),
        ]
    ).checking { value, node, context in
        if let least = value.minimum, let most = value.maximum, least.tokens > most.tokens {
            context.error(
                .outOfRange, "max_tokens \(most.tokens) is below min_tokens \(least.tokens)", key: "max_tokens",
                in: node)
        } else if value.maximum?.tokens == 0 {
            context.warning(
                .noEffect, "no request has 0 tokens; leave max_tokens out for no upper bound", key: "max_tokens",
                in: node)
        }
    }
}

/// The context family: the length of the request.
public enum ContextSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "context", key: "context", schema: ContextSignal.schema.description,
        decode: { node, context in ContextSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: ContextSignal.self) {
            let rule = ContextRule(minimum: signal.minimum?.tokens ?? 0, maximum: signal.maximum?.tokens ?? .max)
            builder.add(declaration, rule, cost: cost)
        }
    }
}

/// A compiled context signal; both bounds are part of the range. The value is the number of tokens.
struct ContextRule: SignalRule {
    var minimum: Int
    var maximum: Int

    func read(_ scan: inout RequestScan) -> Reading {
        let tokens = scan.requestTokens
        let value = Double(tokens)
        return tokens >= minimum && tokens <= maximum ? .matched(value: value) : .unmatched(value: value)
    }
}
