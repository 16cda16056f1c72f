/// What a relayed response said, as far as the router needs it.
public struct ResponseSummary: Sendable, Hashable {
    /// Whether the response was an event stream.
    public var isEventStream: Bool
    /// Tokens as the backend reports them.
    public var usage: Usage?
    /// The last finish reason given for a choice.
    public var finishReason: String?
    /// The model the backend names.
    public var model: String?
    /// Data events before `[DONE]`; zero for a JSON body.
    public var chunkCount = 0
    /// The ids of the tool calls that the model asks for, in order.
    public var toolCallIDs: [String] = []
    /// Most ids that are kept.
    static let maximumToolCalls = 64
    /// Whether `[DONE]` came.
    public var sawDone = false
    /// Whether a finish reason came.
    public var sawFinish = false
    /// Whether an error object or error event came.
    public var sawError = false
    /// Whether something was too long to be looked at: the body, or an event of the stream.
    public var isTruncated = false
    /// Whether a JSON body was whole and valid; false for streams and for bodies that were too long.
    public var isValidBody = false
    /// Bytes seen.
    public var byteCount = 0

    init(isEventStream: Bool) {
        self.isEventStream = isEventStream
    }

    /// Whether the answer is known to be whole: for a stream, a finish reason and `[DONE]` came and no error; for a
    /// body, it is valid JSON without an error.
    public var isComplete: Bool {
        !sawError && (isEventStream ? sawFinish && sawDone : isValidBody)
    }
}
