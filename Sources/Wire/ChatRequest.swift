/// What a chat body must and may hold.
public struct ChatParseOptions: Sendable, Hashable {
    /// Whether a body without `model` is an error.
    public var requireModel: Bool
    /// Whether a body without `messages` may give a single user message as `text`.
    public var acceptText: Bool
    /// Most messages.
    public var maxMessages: Int
    /// Most tool definitions.
    public var maxTools: Int
    /// Most tool calls in all messages together.
    public var maxToolCalls: Int

    /// Options with the defaults of the chat completions endpoint.
    public init(
        requireModel: Bool = true, acceptText: Bool = false, maxMessages: Int = 20_000, maxTools: Int = 4_096,
        maxToolCalls: Int = 65_536
    ) {
        self.requireModel = requireModel
        self.acceptText = acceptText
        self.maxMessages = maxMessages
        self.maxTools = maxTools
        self.maxToolCalls = maxToolCalls
    }

    /// Options for evaluating a request without calling a model: no `model` needed, `text` accepted.
    public static let evaluation = ChatParseOptions(requireModel: false, acceptText: true)
}

/// An OpenAI chat completions request: its exact bytes and the conversation in them.
public struct ChatRequest: Sendable {
    /// The body as it was received, to be edited and forwarded.
    public let document: JSONDocument
    /// What it says.
    public let conversation: Conversation

    /// Parses and checks a body.
    ///
    /// Duplicate members at the top level, and duplicate `role` or `content` in a message, are refused: a backend
    /// could read another value than the router did.
    public static func parse(
        _ bytes: [UInt8], options: ChatParseOptions = ChatParseOptions(), limits: JSONLimits = JSONLimits()
    ) throws(WireError) -> ChatRequest {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: limits) } catch { throw WireError(error) }
        var reader = ChatRequestReader(options: options)
        return ChatRequest(document: document, conversation: try reader.read(document.root))
    }

    /// The first allow-listed inline image of a user message, as a `data:` URI.
    public var firstInlineImageURI: String? {
        guard let range = conversation.firstInlineImage,
            let literal = try? JSONDocument(parsing: Array(document.bytes[range]), limits: JSONLimits(maxBytes: .max))
        else { return nil }
        return literal.root.string
    }
}
