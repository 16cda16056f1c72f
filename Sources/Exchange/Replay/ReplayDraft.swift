internal import Evidence
internal import NIOHTTP1
internal import Policy
internal import Routing
internal import State
internal import Telemetry
internal import Wire

/// What a request leaves for its replay record while it runs. The record itself is made when the answer is out.
struct ReplayDraft: Sendable {
    let configuration: RouterReplayConfiguration
    let request: ChatRequest
    let identity: CallerIdentity?
    let requestID: String
    /// When it came, in seconds since 1970.
    let timestamp: Double
    /// The name of its session; empty where only how it begins is known.
    let session: String
    let conversationID: String?
    let generation: RouterGeneration
    /// As it stands: learning changes the selection.
    var evaluation: Evaluation
    /// How an answer was found in the cache.
    struct CacheHit: Sendable {
        var isExact: Bool
        var similarity: Double
        /// Seconds since it was kept, and for how many it is.
        var age: Double
        var lifetime: Double
    }

    /// How the answer was found in the cache.
    var cacheHit: CacheHit?
    /// That the request is under way, for those who list records meanwhile.
    var mark: ReplayWriter.Mark?
    private(set) var response: [UInt8] = []
    private(set) var isResponseTruncated = false

    init(
        _ configuration: RouterReplayConfiguration, _ evaluation: Evaluation, _ request: ChatRequest,
        _ head: RequestHead, _ caller: RequestIdentity, _ generation: RouterGeneration
    ) {
        self.configuration = configuration
        self.evaluation = evaluation
        self.request = request
        self.generation = generation
        identity = caller.identity
        requestID = caller.requestID
        timestamp = UTCTime.now().unixSeconds
        let settings = generation.policy.global.router.learning.protection
        let identification = SessionIdentification(
            head, request.conversation, tenant: caller.identity?.userID ?? "", recipe: evaluation.recipe.name, settings)
        session = identification.name ?? ""
        conversationID = head.headers.first(name: settings.identity.headers.conversation).map { String($0.prefix(512)) }
    }

    /// Takes in a part of the answer, as far as answers are kept.
    mutating func observe(_ chunk: UnsafeRawBufferPointer) {
        guard configuration.capturesResponseBody, !isResponseTruncated else { return }
        let room = configuration.maximumBodyBytes - response.count
        response.append(contentsOf: chunk.prefix(max(0, room)))
        if chunk.count > room { isResponseTruncated = true }
    }

    /// Bytes that it holds on to, roughly.
    var byteCount: Int { request.document.bytes.count + response.count + 2_048 }
}

/// How a request ended, as far as its replay record tells.
struct ReplayEnding: Sendable {
    /// False while the request is under way: then the rest is how it stands.
    var isOver = true
    var status: Int
    var path: ResponsePath
    var errorCode: String?
    var clientVanished: Bool
    var isStream: Bool
    var requestedModel: String
    var selectedModel: String?
    var backend: String?
    var attempts: [RequestRecord.AttemptRecord]
    var usage: Usage?
    var costs: CostBreakdown?
    var learning: LearningTrace?
    var cache: String?
    var retrieval: RetrievalTrace?
    var memory: MemoryTrace?
    /// Milliseconds from the first byte of the request.
    var duration: Double
    var firstByte: Double?

    init(_ record: RequestRecord, duration: Double, firstByte: Double?) {
        status = record.status
        path = record.path
        errorCode = record.errorCode
        clientVanished = record.clientVanished
        isStream = record.isStream
        requestedModel = record.requestedModel
        selectedModel = record.selectedModel
        backend = record.backend
        attempts = record.attempts
        usage = record.usage
        costs = record.costs
        learning = record.learning
        cache = record.cache
        retrieval = record.retrieval
        memory = record.memory
        self.duration = duration
        self.firstByte = firstByte
    }

    /// How a request stands that has only been decided.
    init(underWay record: RequestRecord) {
        self.init(record, duration: 0, firstByte: nil)
        isOver = false
    }
}

extension RecipeRouter {
    /// What is recorded of requests to a decision, or to none; nil where nothing is.
    func replay(_ decision: Int?) -> RouterReplayConfiguration? { decision.map { replays[$0] } ?? defaultReplay }
}
