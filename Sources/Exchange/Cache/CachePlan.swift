internal import Evidence
internal import Lexical
internal import NIOHTTP1
internal import Policy
internal import State
internal import Wire

/// What the response cache may do for one request: under which keys it looks, and whether and how long it keeps the
/// answer. Spec pipeline-api §7, with its holes closed: everything that can change an answer is in the keys.
struct CachePlan {
    /// Why a request has none.
    enum Absence: String, Error {
        /// The scope needs a user, team or tenant, and no trusted proxy names one.
        case noIdentity = "no_identity"
        /// The decision adds what is the user's own.
        case personalized
        /// The client asked for neither.
        case bypassed
    }

    let cache: ResponseCache<CachedAnswer>
    let key: ResponseCache<CachedAnswer>.Key
    let controls: CacheControls
    /// Where the question lies in meaning; empty where only the very same request may hit.
    let vector: [Float]
    let threshold: Double
    let question: QuestionGuard
    let lifetime: Double
    let now: Double

    /// Members of a request that do not change its answer.
    private static let indifferent: Set<String> = ["stream", "stream_options", "user", "metadata", "store"]

    init(
        _ configuration: ResponseCacheConfiguration, _ evaluation: Evaluation, _ request: ChatRequest,
        _ head: RequestHead, _ caller: RequestIdentity, _ generation: RouterGeneration, model: String, now: Double
    ) throws(Absence) {
        controls = CacheControls(head, configuration.effectiveRequestControls)
        guard !controls.skipsLookup || !controls.skipsStore else { throw .bypassed }
        let decision = evaluation.decision
        guard
            decision?.isPersonal != true
                || (configuration.personalization.mode == .exact && configuration.mode == .exact)
        else { throw .personalized }
        guard let owner = Self.owner(configuration.scope, head, caller, generation) else { throw .noIdentity }
        let store = generation.policy.global.stores.responseCache
        cache = generation.memory.responses.cache(
            .init(
                maximumEntries: store.maximumEntries,
                eviction: ResponseCache<CachedAnswer>.Eviction(rawValue: store.eviction.rawValue) ?? .lru))
        let revision = configuration.revision
        let partition = SHA256.digest(ofParts: [
            evaluation.recipe.name, decision?.name ?? "", request.conversation.model, model, owner,
            // Another policy may shape the request in another way.
            generation.documentHash, revision.cacheEpoch, revision.modelRevision, revision.promptRevision,
            revision.policyRevision,
        ])
        let root = request.document.root
        let asked = Self.lastQuestion(root)
        let isSemantic = configuration.mode != .exact && asked != nil && request.conversation.imageCount == 0
        vector = isSemantic ? evaluation.placing ?? [] : []
        func digest(_ replacing: (Range<Int>) -> String? = { _ in nil }) -> [UInt8] {
            SHA256.digest(CanonicalJSON.bytes(of: root, leavingOut: Self.indifferent, replacing: replacing))
        }
        key = .init(
            partition: partition, exact: digest(),
            // Looked at only where a question may be another one.
            circumstances: vector.isEmpty ? [] : digest { $0 == asked ? "" : nil })
        threshold = configuration.effectiveSimilarityThreshold
        question = QuestionGuard(request.conversation.currentUserText)
        var lifetime = Double(configuration.ttlSeconds ?? store.ttlSeconds)
        if let wanted = controls.lifetime { lifetime = min(lifetime, wanted) }
        for emission in decision?.emits ?? [] {
            if emission.retention.drop == true { lifetime = 0 }
            if let turns = emission.retention.ttlTurns, lifetime > 0 { lifetime = Double(turns) * 60 }
        }
        self.lifetime = lifetime
        self.now = now
    }

    /// Whether the answer is to be kept.
    var stores: Bool { !controls.skipsStore && lifetime > 0 }

    /// An answer to the very same request, else to a question that means the same and differs in no number, negation,
    /// opposite or name.
    func lookUp(_ similarity: ([Float], [Float]) -> Double) -> ResponseCache<CachedAnswer>.Hit? {
        guard !controls.skipsLookup else { return nil }
        if let hit = cache.exact(key, at: now, maximumAge: controls.maximumAge) { return hit }
        if !vector.isEmpty {
            let hit = cache.similar(
                key, vector, threshold: threshold, at: now, maximumAge: controls.maximumAge, similarity: similarity
            ) { $0.question.allows(question) }
            if let hit { return hit }
        }
        return nil
    }

    /// Keeps a complete answer.
    func store(_ answer: StoredAnswer) {
        let cached = CachedAnswer(answer: answer, question: question)
        cache.insert(cached, bytes: cached.byteCount, for: key, vector: vector, lifetime: lifetime, at: now)
    }

    // MARK: Identity

    /// Who shares entries, by the word of a trusted proxy; nil where it names nobody.
    private static func owner(
        _ scope: ResponseCacheConfiguration.Scope, _ head: RequestHead, _ caller: RequestIdentity,
        _ generation: RouterGeneration
    ) -> String? {
        func stated(_ name: String) -> String? {
            guard generation.trusts(head) else { return nil }
            let values = head.headers[name]
            return values.count == 1 && values[0].isEmpty == false ? values[0] : nil
        }
        switch scope {
        case .global: return "global"
        case .user: return caller.identity.map { "user:\($0.userID)" }
        case .team:
            return (stated("x-authz-team-id") ?? caller.identity?.groups.first).map { "team:\($0)" }
        case .tenant: return stated("x-authz-tenant-id").map { "tenant:\($0)" }
        }
    }

    /// Where the text of the last message stands, when that is a user's and nothing but text.
    private static func lastQuestion(_ root: JSONValue) -> Range<Int>? {
        guard let messages = root["messages"], messages.count > 0, let last = messages[messages.count - 1],
            last["role"]?.string == "user", let content = last["content"]
        else { return nil }
        if content.kind == .string { return content.sourceRange }
        guard content.kind == .array, content.count == 1, let part = content[0], part["type"]?.string == "text",
            let text = part["text"], text.kind == .string
        else { return nil }
        return text.sourceRange
    }
}

extension Decision {
    /// Whether it adds to requests what is the user's own.
    fileprivate var isPersonal: Bool {
        plugins.contains { use in
            switch use.configuration {
            case let retrieval as RetrievalConfiguration: retrieval.isEnabled
            case let memory as MemoryConfiguration: memory.isEnabled == true
            default: false
            }
        }
    }
}
