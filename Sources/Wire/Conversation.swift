/// The neutral view of a request, whatever wire format it came in, with the facts that signals ask for.
///
/// The facts are computed once, when it is made (spec signals-decisions §1, §3.2, §3.4). It is immutable, and a class
/// so that handing it from room to room costs one reference.
public final class Conversation: Sendable {
    /// The requested model; empty when the format allows it to be missing and it is.
    public let model: String
    /// Whether the client wants an event stream.
    public let stream: Bool
    /// All messages in order.
    public let turns: [Turn]
    /// Tools offered in `tools` and `functions`.
    public let tools: [ToolDefinition]
    /// The request's metadata.
    public let metadata: [String: String]
    /// The end user's id as the client claims it.
    public let user: String?
    /// The bound on output tokens the client asked for.
    public let maxOutputTokens: Int?
    /// What the request weighs.
    public let size: RequestSize
    /// Where the first allow-listed inline image of a user message stands in the body: the JSON string that holds
    /// its `data:` URI, quotes included. Images behind HTTP addresses do not count.
    public let firstInlineImage: Range<Int>?

    /// Text of the last user message that has any; empty when there is none.
    public let currentUserText: String
    /// The non-empty texts of earlier user messages, oldest first.
    public let priorUserTexts: [String]
    /// The non-empty texts of system, developer and assistant messages, in order.
    public let nonUserTexts: [String]
    /// What signals evaluate: ``currentUserText``, or the non-user texts joined by a space when it is empty.
    public let evaluationText: String
    /// Bytes of ``contextText``.
    public let contextByteCount: Int
    /// Whether an assistant message with text precedes.
    public let hasAssistantReply: Bool
    /// Image parts in user messages.
    public let imageCount: Int
    /// Tool calls in assistant messages.
    public let toolCallCount: Int
    /// Whether a tool loop is under way: the last message is a tool result, or the last user message directly
    /// follows one, or there are more calls than results.
    public let isActiveToolLoop: Bool
    private let messageCounts: [Int]

    /// Makes a conversation and computes its facts.
    public init(
        model: String, stream: Bool = false, turns: [Turn], tools: [ToolDefinition] = [],
        metadata: [String: String] = [:], user: String? = nil, maxOutputTokens: Int? = nil,
        size: RequestSize = RequestSize(), firstInlineImage: Range<Int>? = nil
    ) {
        self.model = model
        self.stream = stream
        self.turns = turns
        self.tools = tools
        self.metadata = metadata
        self.user = user
        self.maxOutputTokens = maxOutputTokens
        self.size = size
        self.firstInlineImage = firstInlineImage

        var userTexts: [String] = []
        var nonUserTexts: [String] = []
        var counts = [Int](repeating: 0, count: Role.allCases.count)
        var hasAssistantReply = false
        var imageCount = 0
        var toolCallCount = 0
        var lastUserPosition: Int?
        for (position, turn) in turns.enumerated() {
            counts[turn.role.ordinal] += 1
            switch turn.role {
            case .user:
                if !turn.text.isEmpty { userTexts.append(turn.text) }
                imageCount += turn.imageCount
                lastUserPosition = position
            case .assistant:
                toolCallCount += turn.toolCalls.count
                if !turn.text.isEmpty {
                    hasAssistantReply = true
                    nonUserTexts.append(turn.text)
                }
            case .system, .developer:
                if !turn.text.isEmpty { nonUserTexts.append(turn.text) }
            case .tool, .function, .other: break
            }
        }
        let current = userTexts.popLast() ?? ""
        let parts = nonUserTexts.count + (current.isEmpty ? 0 : 1)
        currentUserText = current
        priorUserTexts = userTexts
        self.nonUserTexts = nonUserTexts
        evaluationText = current.isEmpty ? nonUserTexts.joined(separator: " ") : current
        contextByteCount = nonUserTexts.reduce(current.utf8.count) { $0 + $1.utf8.count } + max(parts - 1, 0)
        self.hasAssistantReply = hasAssistantReply
        self.imageCount = imageCount
        self.toolCallCount = toolCallCount
        let followsToolResult = lastUserPosition.map { $0 > 0 && turns[$0 - 1].role == .tool } ?? false
        isActiveToolLoop =
            turns.last?.role == .tool || followsToolResult || toolCallCount > counts[Role.tool.ordinal]
        messageCounts = counts
    }

    /// The non-user texts and the current user text joined by spaces; earlier user texts are not in it.
    public var contextText: String {
        (currentUserText.isEmpty ? nonUserTexts : nonUserTexts + [currentUserText]).joined(separator: " ")
    }

    /// Messages with this role.
    public func messageCount(_ role: Role) -> Int { messageCounts[role.ordinal] }

    /// Whether there is a developer message.
    public var hasDeveloperMessage: Bool { messageCount(.developer) > 0 }

    /// Messages of the assistant, system and tool roles, plus one if there is any developer message.
    public var nonUserMessageCount: Int {
        messageCount(.assistant) + messageCount(.system) + messageCount(.tool) + (hasDeveloperMessage ? 1 : 0)
    }

    /// Entries of `tools` and `functions`.
    public var toolDefinitionCount: Int { tools.count }

    /// Messages of the tool role.
    public var toolResultCount: Int { messageCount(.tool) }

    /// Tokens the input takes at least, without ``outputReserve``.
    public var tokenFloor: Int { size.tokenFloor }

    /// Tokens the client reserved for the output; zero when it set no bound.
    public var outputReserve: Int { maxOutputTokens ?? 0 }

    /// ``tokenFloor`` plus ``outputReserve``, saturating: the estimate as spec signals-decisions §3.2 defines it.
    public var tokenFloorWithOutputReserve: Int { RequestSize.sum([tokenFloor, outputReserve]) }
}

extension Role {
    fileprivate var ordinal: Int {
        switch self {
        case .system: 0
        case .developer: 1
        case .user: 2
        case .assistant: 3
        case .tool: 4
        case .function: 5
        case .other: 6
        }
    }
}
