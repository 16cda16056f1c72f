/// Who speaks in a turn.
public enum Role: String, Sendable, Hashable, CaseIterable {
    case system, developer, user, assistant, tool, function
    /// A role this library does not know; its turn is kept and counted.
    case other
}

/// A call to a tool that the assistant asked for.
public struct ToolCall: Sendable, Hashable {
    /// The call's id, empty when not given.
    public var id: String
    /// Name of the tool.
    public var name: String
    /// Arguments as the model wrote them, usually JSON text.
    public var arguments: String

    /// Creates a call.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// A tool that the request offers.
public struct ToolDefinition: Sendable, Hashable {
    /// Name of the tool, empty when not given.
    public var name: String
    /// What the tool does, empty when not given.
    public var description: String

    /// Creates a definition.
    public init(name: String, description: String = "") {
        self.name = name
        self.description = description
    }
}

/// One message of a conversation.
public struct Turn: Sendable, Hashable {
    /// Who speaks.
    public var role: Role
    /// The text; several text parts are joined by one space (spec signals-decisions §1).
    public var text: String
    /// Calls the assistant asked for.
    public var toolCalls: [ToolCall]
    /// The call that a tool's turn answers.
    public var toolCallID: String?
    /// Image parts in this turn.
    public var imageCount: Int
    /// Position in the request's own list of messages.
    public var sourceIndex: Int

    /// Creates a turn.
    public init(
        role: Role, text: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil, imageCount: Int = 0,
        sourceIndex: Int
    ) {
        self.role = role
        self.text = text
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
        self.imageCount = imageCount
        self.sourceIndex = sourceIndex
    }
}
