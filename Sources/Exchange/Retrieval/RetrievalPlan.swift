internal import Policy
internal import Routing

/// What a decision's `rag` plugin does for a request. Spec pipeline-api §6.9.
struct RetrievalPlan: Sendable {
    let source: any PassageSource
    let count: Int
    let threshold: Double
    let maximumLength: Int
    let injection: RetrievalConfiguration.Injection
    let failureAction: RetrievalConfiguration.FailureAction
    /// Seconds that results are kept; nil where they are not.
    let cacheSeconds: Int?
    let minimumConfidence: Double?
    /// What tells the plan from every other, in this policy and others.
    private let identity: [String]

    /// How long retrieval may take whatever its sources allow themselves.
    private static let patience = Duration.seconds(120)

    /// The plan of a decision; nil where retrieval is off or its backend is not in this build.
    init?(_ plugins: [PluginUse], identity: [String]) {
        guard
            let configuration = plugins.first(where: { $0.type == "rag" })?.configuration as? RetrievalConfiguration,
            configuration.isEnabled, let chosen = configuration.source, let source = PassageSources.make(chosen)
        else { return nil }
        self.source = source
        count = configuration.resultCount ?? 5
        threshold = configuration.similarityThreshold ?? 0.7
        maximumLength = configuration.maximumContextLength ?? 10_000
        injection = configuration.injection
        failureAction = configuration.failureAction
        cacheSeconds = configuration.cachesResults ? configuration.cacheSeconds ?? 3_600 : nil
        minimumConfidence = configuration.minimumConfidenceThreshold
        self.identity = identity
    }

    /// Whether the request is sure enough to need facts, where the policy asks for that. Without a reading it is not.
    func applies(to evaluation: Evaluation) -> Bool {
        guard let minimumConfidence else { return true }
        let entries = evaluation.recipe.engine.signals.entries
        return entries.indices.contains { index in
            guard entries[index].key.family == "fact_check", let reading = evaluation.readings[index] else {
                return false
            }
            return reading.isMatched && reading.confidence >= minimumConfidence
        }
    }

    /// What retrieval brought.
    struct Outcome: Sendable {
        var passages: [RetrievedPassage] = []
        var problem: RetrievalError?
        var isCached = false
    }

    /// Retrieves by a deadline. Never throws: what a failure means is for the caller.
    func outcome(
        of question: RetrievalQuestion, _ resources: RetrievalResources, until deadline: ContinuousClock.Instant?
    ) async -> Outcome {
        // Everything that can change what is found, and whose it is.
        let key =
            cacheSeconds == nil
            ? []
            : SHA256.digest(
                ofParts: identity + [
                    question.tenant, question.text, "\(count)", "\(threshold)", "\(source.revision(resources))",
                ])
        if cacheSeconds != nil, let kept = resources.results.get(key) { return Outcome(passages: kept, isCached: true) }
        let limit = ContinuousClock.now + Self.patience
        let found = await Self.within(deadline.map { min($0, limit) } ?? limit) { () async throws(RetrievalError) in
            try await source.passages(question, resources)
        }
        switch found {
        case .failure(let error): return Outcome(problem: error)
        case .success(let all):
            // A service without scores has chosen by itself.
            let passages = Array(all.filter { ($0.score ?? 1) >= threshold && !$0.text.isEmpty }.prefix(count))
            if let cacheSeconds { resources.results.put(passages, for: key, seconds: cacheSeconds) }
            return Outcome(passages: passages)
        }
    }

    /// The result of work, or that it took too long; then the work is cancelled.
    private static func within(
        _ deadline: ContinuousClock.Instant,
        _ work: @escaping @Sendable () async throws(RetrievalError) -> [RetrievedPassage]
    ) async -> Result<[RetrievedPassage], RetrievalError> {
        await withTaskGroup(of: Result<[RetrievedPassage], RetrievalError>.self) { group in
            group.addTask {
                do throws(RetrievalError) { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await Task.sleep(until: deadline, clock: .continuous)
                return .failure(RetrievalError(.timeout, "retrieval took too long"))
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? .failure(RetrievalError(.failed, "retrieval did not run"))
        }
    }
}

/// The sources of this build.
enum PassageSources {
    /// A source, or nil where this build has none.
    static func make(_ source: RetrievalSource) -> (any PassageSource)? {
        guard missing(source) == nil else { return nil }
        switch source {
        case .vectorstore(let settings): return LocalPassages(settings)
        case .openai(let settings): return FileSearchPassages(settings)
        case .externalAPI(let settings): return ExternalPassages(settings)
        case .hybrid(let settings): return CombinedPassages(settings)
        case .milvus, .qdrant, .mcp: return nil
        }
    }

    /// Why a source is not in this build; nil where it is.
    static func missing(_ source: RetrievalSource) -> String? {
        switch source {
        case .milvus: return "retrieval from Milvus is not built yet"
        case .qdrant: return "retrieval from Qdrant is not built yet"
        case .mcp: return "retrieval by MCP tools is not built yet"
        case .openai(let settings):
            return settings.workflow == .toolBased
                ? "workflow_mode tool_based is not built yet; use direct_search" : nil
        case .externalAPI(let settings):
            if ExternalPassages.Format(rawValue: settings.requestFormat) == nil {
                return
                    "the request_format \(settings.requestFormat) is not built yet; use custom with a request_template"
            }
            return nil
        case .vectorstore(let settings):
            return settings.vectorStoreID.isEmpty ? "vectorstore needs a vector_store_id" : nil
        case .hybrid(let settings):
            guard let (primary, fallback) = CombinedPassages.sources(settings) else {
                return "the backends of hybrid cannot be read, or one of them is hybrid"
            }
            return missing(primary) ?? fallback.flatMap(missing)
        }
    }
}
