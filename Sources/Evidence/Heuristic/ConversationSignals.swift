public import Policy
public import Routing
internal import Wire

/// The configuration of a conversation signal. Spec config §5.15.
public struct ConversationSignal: SignalConfiguration {
    /// What is made of the source.
    public enum FeatureType: String, Sendable, CaseIterable {
        case count
        case exists
    }

    /// What is counted.
    public enum SourceType: String, Sendable, CaseIterable {
        case message
        case toolDefinition = "tool_definition"
        case assistantToolCall = "assistant_tool_call"
        /// Results of tools.
        case assistantToolCycle = "assistant_tool_cycle"
        case activeToolLoop = "active_tool_loop"
        case imageContent = "image_content"
    }

    /// Whose messages are counted.
    public enum MessageRole: String, Sendable, CaseIterable {
        case all = ""
        case user
        case assistant
        case system
        case developer
        case tool
        case nonUser = "non_user"
    }

    /// Where a feature comes from.
    public struct Source: Sendable {
        public var type = SourceType.message
        public var role = MessageRole.all

        /// All messages.
        public init() {}

        static let schema = Schema<Source>(
            "conversation source", "What is counted.", initial: Source(),
            keys: [
                Key("type", \.type, .enumeration(caseInsensitive: true), "What is counted.", required: true),
                Key("role", \.role, .enumeration(caseInsensitive: true), "Whose messages; all when omitted."),
            ]
        ).checking { value, node, context in
            if value.type != .message, value.role != .all {
                context.error(.conflict, "role goes only with the source message", key: "role", in: node)
            }
        }
    }

    /// What is measured.
    public struct Feature: Sendable {
        public var type = FeatureType.count
        public var source = Source()

        /// The number of messages.
        public init() {}

        static let schema = Schema<Feature>(
            "conversation feature", "What is measured.", initial: Feature(),
            keys: [
                Key("type", \.type, .enumeration(caseInsensitive: true), "What is made of the source.", required: true),
                Key("source", \.source, .object(Source.schema), "What is counted.", required: true),
            ])
    }

    public var name = ""
    public var description = ""
    public var feature = Feature()
    /// The test on the count; nil is above 0.
    public var predicate: NumericPredicate?

    /// A signal on the number of messages.
    public init() {}

    /// The declaration.
    public static let schema = Schema<ConversationSignal>(
        "conversation signal", "Matches by the shape of the conversation: turns, tools, images.",
        initial: ConversationSignal(),
        keys: commonKeys + [
            Key("feature", \.feature, .object(Feature.schema), "What is measured.", required: true),
            Key(
                "predicate", \.predicate, .object(NumericPredicate.schema),
                "The test on the count; above 0 when omitted."),
        ]
    ).checking { value, node, context in
        if value.feature.type == .exists, node["feature"]?["type"] != nil, node["predicate"] != nil {
            context.error(.conflict, "the feature exists takes no predicate", key: "predicate", in: node)
        }
    }
}

/// The conversation family: turns, tools and images.
public enum ConversationSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "conversation", key: "conversation", schema: ConversationSignal.schema.description,
        decode: { node, context in ConversationSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: ConversationSignal.self) {
            let rule = ConversationRule(source: signal.feature.source, predicate: signal.predicate)
            builder.add(declaration, rule, cost: cost)
        }
    }
}

/// A compiled conversation signal. The value is the count. Spec signals-decisions §3.4.
struct ConversationRule: SignalRule {
    var source: ConversationSignal.Source
    var predicate: NumericPredicate?

    func read(_ scan: inout RequestScan) -> Reading {
        let value = Double(count(scan.conversation))
        let isMatched = predicate?.holds(for: value) ?? (value > 0)
        return isMatched ? .matched(value: value) : .unmatched(value: value)
    }

    private func count(_ conversation: Conversation) -> Int {
        switch source.type {
        case .toolDefinition: conversation.toolDefinitionCount
        case .assistantToolCall: conversation.toolCallCount
        case .assistantToolCycle: conversation.toolResultCount
        case .activeToolLoop: conversation.isActiveToolLoop ? 1 : 0
        case .imageContent: conversation.imageCount
        case .message: messages(conversation)
        }
    }

    private func messages(_ conversation: Conversation) -> Int {
        switch source.role {
        case .all: conversation.turns.count
        case .user: conversation.messageCount(.user)
        case .assistant: conversation.messageCount(.assistant)
        case .system: conversation.messageCount(.system)
        case .developer: conversation.messageCount(.developer)
        case .tool: conversation.messageCount(.tool)
        case .nonUser: conversation.turns.count - conversation.messageCount(.user)
        }
    }
}
