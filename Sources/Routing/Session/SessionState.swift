/// What names a session or a conversation within a tenant: 128 bits of a digest, so that keys of hostile length cost
/// nothing to keep.
public struct SessionKey: Sendable, Hashable {
    public let high: UInt64
    public let low: UInt64

    /// A key from a digest.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

/// What is remembered of a session between its turns.
public struct SessionState: Sendable, Hashable {
    /// The model that served the last turn.
    public var model: String
    /// The decision that named it.
    public var decision: String
    /// Seconds since 1970 of the last turn.
    public var lastSeen: Double
    public var turns = 0
    public var switches = 0
    /// Input tokens of the last answer, and how many of them its backend found in its cache; reported ones only.
    public var promptTokens = 0
    public var cachedTokens = 0
    /// Answers whose backend reported cached tokens.
    public var cacheReports = 0
    /// Tool calls whose results may still come, newest last.
    public var openCalls: [OpenToolCall] = []

    /// A session after its first turn.
    public init(model: String, decision: String, lastSeen: Double) {
        self.model = model
        self.decision = decision
        self.lastSeen = lastSeen
    }
}

/// A tool call and the model that asked for it.
public struct OpenToolCall: Sendable, Hashable {
    /// A digest of the call's id.
    public var id: UInt64
    public var model: String

    /// A call by its id.
    public init(id: String, model: String) {
        self.id = Self.digest(id)
        self.model = model
    }

    /// A call by its digest.
    public init(digest: UInt64, model: String) {
        id = digest
        self.model = model
    }

    /// FNV-1a; a collision within a session's few calls is as likely as none.
    public static func digest(_ id: String) -> UInt64 {
        id.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}

extension SessionState {
    /// Most calls that are remembered of a session.
    static let maximumOpenCalls = 32

    /// Remembers calls that a model asked for.
    public mutating func open(_ calls: [String], by model: String) {
        openCalls += calls.map { OpenToolCall(id: $0, model: model) }
        if openCalls.count > Self.maximumOpenCalls { openCalls.removeFirst(openCalls.count - Self.maximumOpenCalls) }
    }

    /// The model that asked for one of these calls.
    public func owner(ofCalls ids: some Sequence<String>) -> String? {
        guard !openCalls.isEmpty else { return nil }
        for id in ids {
            let digest = OpenToolCall.digest(id)
            if let call = openCalls.last(where: { $0.id == digest }) { return call.model }
        }
        return nil
    }
}

/// What a turn shows of the session that it belongs to.
public struct SessionTurn: Sendable, Hashable {
    /// The phases of a session, as they are told to clients.
    public enum Phase: String, Sendable, CaseIterable {
        case userTurn = "user_turn"
        case providerState = "provider_state"
        case toolLoop = "tool_loop"
    }

    /// Seconds since 1970.
    public var now: Double
    public var phase: Phase
    /// Assistant messages before this one.
    public var index: Int
    /// Tokens of the conversation before this turn, and of all of the request.
    public var historyTokens: Int
    public var contextTokens: Int

    /// A turn.
    public init(now: Double, phase: Phase = .userTurn, index: Int = 0, historyTokens: Int = 0, contextTokens: Int = 0) {
        self.now = now
        self.phase = phase
        self.index = index
        self.historyTokens = historyTokens
        self.contextTokens = contextTokens
    }
}
