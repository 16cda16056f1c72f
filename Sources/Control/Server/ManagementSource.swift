public import Evidence
public import Exchange
public import State
public import Wire

/// What the management API shows. The router stands behind it.
public protocol ManagementSource: Sendable {
    /// The generation that serves now.
    var currentGeneration: any ManagedGeneration { get }
    /// How far starting has come.
    var startupStatus: StartupStatus { get }
    /// SHA-256 of the policy file as it stands on disk now, hexadecimal; nil when it cannot be read.
    var configurationFileHash: String? { get }
    /// All metrics in Prometheus' text format.
    func metricsText() -> [UInt8]
    /// The effective configuration as JSON, secrets masked, with the origin of each value.
    func effectiveConfiguration() -> [UInt8]
    /// The models in the shape of OpenAI's `GET /v1/models`.
    func modelListing() -> [UInt8]
    /// What the router remembers: sessions, experience, and requests that outcomes may be told of.
    var memory: RouterMemory { get }
    /// The loaded models behind signals.
    var signalModels: [LoadedModel] { get }
}

extension ManagementSource {
    /// No models.
    public var signalModels: [LoadedModel] { [] }
}

/// A compiled policy, as far as the management API needs it.
public protocol ManagedGeneration: Sendable {
    /// Counts from 1 with every reload.
    var number: Int { get }
    /// SHA-256 of the policy file, hexadecimal.
    var documentHash: String { get }
    /// What it cannot do.
    var readiness: ReadinessReport { get }
    /// Evaluates a conversation; nil when its model name leads to no recipe.
    func report(on conversation: Conversation, seed: UInt64, readingEverything: Bool) async -> EvaluationReport?
    /// Keeps a memory that an operator writes, apart where its text is suspicious; nil where the policy has no memory.
    /// Throws when it cannot be written.
    func remember(_ memory: StoredMemory) async throws(StateError) -> StoredMemory?
    /// Lets a memory that was kept apart be used from now on, in the name of a role; nil where the user has no such
    /// memory. `now` is in seconds since 1970. Throws when it cannot be written.
    func release(
        _ memory: String, of user: String, by role: String, at now: Double
    ) async throws(StateError) -> StoredMemory?
}

extension ManagedGeneration {
    /// No memory.
    public func remember(_ memory: StoredMemory) async throws(StateError) -> StoredMemory? { nil }

    /// No memory.
    public func release(
        _ memory: String, of user: String, by role: String, at now: Double
    ) async throws(StateError) -> StoredMemory? { nil }
}

extension RouterGeneration: ManagedGeneration {
    public var readiness: ReadinessReport { ReadinessReport(self) }

    public func report(on conversation: Conversation, seed: UInt64, readingEverything: Bool) async -> EvaluationReport?
    {
        await evaluate(conversation, identity: nil, seed: seed, readingEverything: readingEverything)
            .map { EvaluationReport($0, of: conversation, policy: policy) }
    }
}

/// How far starting has come. Spec pipeline-api §5.3.
public struct StartupStatus: Sendable, Hashable {
    /// A step of starting.
    public enum Phase: String, Sendable, Hashable {
        case starting
        case loadingModels = "loading_models"
        case ready
        case draining
        case failed
    }

    public var phase: Phase
    /// One sentence for a person.
    public var message: String
    /// Models that are loaded.
    public var readyModels: [String]
    /// Models that are still to be loaded.
    public var pendingModels: [String]
    /// When the phase began, in seconds since 1970.
    public var updatedAt: Double

    /// A status.
    public init(
        phase: Phase, message: String, readyModels: [String] = [], pendingModels: [String] = [], updatedAt: Double
    ) {
        self.phase = phase
        self.message = message
        self.readyModels = readyModels
        self.pendingModels = pendingModels
        self.updatedAt = updatedAt
    }

    /// Whether requests are served.
    public var isReady: Bool { phase == .ready }
}
