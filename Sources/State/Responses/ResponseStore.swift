/// A response of the Responses API that was kept, with what a later turn needs of it.
public struct StoredResponse: Sendable, Hashable {
    public var id: String
    /// Who it belongs to; nobody else can read, delete or continue it.
    public var tenant: String
    /// Seconds since 1970.
    public var createdAt: Double
    public var expiresAt: Double
    /// The response that it continues.
    public var previousID: String?
    public var conversationID: String?
    public var instructions: String?
    /// The input items of this turn alone, the output items, and the object as clients see it, each as JSON.
    public var input: [UInt8]
    public var output: [UInt8]
    public var object: [UInt8]

    /// A response to be kept.
    public init(
        id: String, tenant: String, createdAt: Double, expiresAt: Double, previousID: String? = nil,
        conversationID: String? = nil, instructions: String? = nil, input: [UInt8], output: [UInt8], object: [UInt8]
    ) {
        self.id = id
        self.tenant = tenant
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.previousID = previousID
        self.conversationID = conversationID
        self.instructions = instructions
        self.input = input
        self.output = output
        self.object = object
    }
}

/// Where responses are kept. Every call names the tenant; another tenant's response does not exist. Times are in seconds
/// since 1970. Calls wait without holding a thread and end by the engine's own deadline.
public protocol ResponseStore: Sendable {
    /// Keeps a response. When it returns, the response is there after this process ends, where the store promises that.
    func put(_ response: StoredResponse) async throws(StateError)
    /// A response that has not expired.
    func get(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse?
    /// The newest response of a conversation.
    func latest(conversation: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse?
    /// Removes a response; false when there is none.
    func delete(_ id: String, tenant: String) async throws(StateError) -> Bool
}
