/// One server-sent event.
public struct SSEEvent: Sendable, Hashable {
    /// The event's name; `nil` when the stream gave none.
    public var event: String?
    /// The data lines joined by line feeds, as UTF-8.
    public var data: [UInt8]
    /// The last event id set in the stream so far.
    public var id: String?

    /// Creates an event.
    public init(event: String? = nil, data: [UInt8], id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }

    /// The data as text.
    public var text: String { String(decoding: data, as: UTF8.self) }

    /// Whether this is the `[DONE]` mark that ends OpenAI streams.
    public var isDone: Bool { data.elementsEqual("[DONE]".utf8) }
}

/// Why an event stream cannot be read on.
public struct SSEError: Error, Sendable, Hashable {
    /// The closed set of causes.
    public enum Code: String, Sendable, Hashable {
        /// A line is longer than the limit.
        case lineTooLong = "line_too_long"
        /// The data of one event is longer than the limit.
        case eventTooLarge = "event_too_large"
    }

    /// The cause.
    public var code: Code
    /// The limit that was passed, in bytes.
    public var limit: Int
}

/// Bounds on what an event stream may make its reader hold.
public struct SSELimits: Sendable, Hashable {
    /// Longest line, in bytes without its end.
    public var maxLineBytes: Int
    /// Most data bytes in one event.
    public var maxEventBytes: Int

    /// Limits with the defaults: 4 MiB for a line, 8 MiB for an event.
    public init(maxLineBytes: Int = 4 * 1024 * 1024, maxEventBytes: Int = 8 * 1024 * 1024) {
        self.maxLineBytes = maxLineBytes
        self.maxEventBytes = maxEventBytes
    }
}
