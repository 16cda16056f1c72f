public import Lexical
public import Wire

/// What signals may read of one request.
public struct EvidenceRequest: Sendable {
    public var conversation: Conversation
    /// Who asks, as a trusted place says; nil is anonymous.
    public var identity: CallerIdentity?
    /// Bytes per token as learned from providers so far.
    public var tokenEstimator: TokenEstimator

    /// A request from its conversation, its caller and the token estimate to use.
    public init(
        conversation: Conversation, identity: CallerIdentity? = nil, tokenEstimator: TokenEstimator = TokenEstimator()
    ) {
        self.conversation = conversation
        self.identity = identity
        self.tokenEstimator = tokenEstimator
    }
}

/// Who asks. It comes from a trusted place, never from the request's body.
public struct CallerIdentity: Sendable, Hashable {
    /// The user's identifier; empty is anonymous.
    public var userID: String
    /// The user's groups.
    public var groups: [String]

    /// An identity from a user and groups.
    public init(userID: String, groups: [String] = []) {
        self.userID = userID
        self.groups = groups
    }
}

/// What signals need beside the policy.
public struct EvidenceResources: Sendable {
    /// The bytes of the language identifier's model; nil where it is not installed.
    public var languageModel: [UInt8]?
    /// Where the models behind learned signals come from.
    public var models: any EvidenceModels
    /// The bytes of a file that a policy names by a relative path, such as a knowledge base; nil where there is none.
    public var file: @Sendable (String) -> [UInt8]?

    /// Resources; without a language model the language signals are unknown, and so are learned signals without models.
    public init(
        languageModel: [UInt8]? = nil, models: any EvidenceModels = NoModels(),
        file: @escaping @Sendable (String) -> [UInt8]? = { _ in nil }
    ) {
        self.languageModel = languageModel
        self.models = models
        self.file = file
    }
}
