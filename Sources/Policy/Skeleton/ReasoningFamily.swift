/// How reasoning is switched on for a family of models. Spec config §3.1.
public struct ReasoningFamily: Sendable, Hashable {
    /// Where the parameter goes in a request.
    public enum Kind: String, Sendable, CaseIterable {
        case chatTemplateArguments = "chat_template_kwargs"
        case reasoningEffort = "reasoning_effort"
        case topLevelReasoningEffort = "top_level_reasoning_effort"
    }

    public var kind: Kind
    /// The request key, such as `enable_thinking`.
    public var parameter: String

    /// A family of models.
    public init(kind: Kind = .reasoningEffort, parameter: String = "") {
        self.kind = kind
        self.parameter = parameter
    }

    /// The declaration of one entry of `reasoning_families`.
    public static let schema = Schema<ReasoningFamily>(
        "reasoning family", "How reasoning is switched on for a family of models.", initial: ReasoningFamily(),
        keys: [
            Key("type", \.kind, .enumeration(), "Where the parameter goes in a request.", required: true),
            Key(
                "parameter", \.parameter, .nonEmptyString, "The request key, such as `enable_thinking`.", required: true
            ),
        ]
    ).checking { value, node, context in
        if value.kind == .topLevelReasoningEffort, !value.parameter.isEmpty, value.parameter != "reasoning_effort" {
            context.error(
                .invalidValue, "with type top_level_reasoning_effort the parameter must be \"reasoning_effort\"",
                key: "parameter", in: node, suggestion: "reasoning_effort")
        }
    }
}
