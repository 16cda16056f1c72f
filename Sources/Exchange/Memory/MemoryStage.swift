internal import Evidence
internal import Logging
internal import NIOHTTP1
internal import Policy
internal import State
internal import Telemetry
internal import Wire

/// Gives models what is remembered of a user, and remembers what is said. Spec pipeline-api §8.
extension Router {
    /// Goes on with the request and what is remembered that belongs to it. Without memories it goes on as it is: the
    /// record says why.
    func recalling(
        _ evaluation: Evaluation, _ planned: PlannedModel, _ request: ChatRequest, _ head: RequestHead,
        _ caller: RequestIdentity, _ generation: RouterGeneration, _ record: RequestRecord,
        then next: @escaping (ChatRequest) throws(ExchangeError) -> ExchangeStart
    ) throws(ExchangeError) -> ExchangeStart {
        guard let index = evaluation.decisionIndex, let settings = evaluation.recipe.memories[index],
            let memories = generation.memories
        else { return try next(request) }
        let user: String
        switch Self.memoryOwner(evaluation, planned, head, caller, settings) {
        case .failure(let absence):
            record.memory = "off: \(absence.reason)"
            return try next(request)
        case .success(let named): user = named
        }
        let conversation = request.conversation
        if settings.stores, !conversation.isActiveToolLoop {
            let suspicion = evaluation.matchedSignals(of: "jailbreak").isEmpty ? nil : "jailbreak_signal"
            let logger = logger
            record.memories = MemoryRecorder { answer in
                memories.keep(
                    MemoryExtraction.chunks(of: conversation, answer: answer.content), of: user, suspicion: suspicion,
                    aging: settings.aging, at: UTCTime.now().unixSeconds, logger: logger)
            }
        }
        if let reason = Self.reasonToForget(evaluation, conversation, settings) {
            record.memory = "off: \(reason)"
            return try next(request)
        }
        let query = String(conversation.currentUserText.prefix(Memories.longestQuery))
        let (now, logger) = (UTCTime.now().unixSeconds, logger)
        return .awaiting(on: record.loop) {
            await memories.recall(query, of: user, settings, at: now, logger: logger)
        } then: { [self] result in
            do throws(ExchangeError) { return try next(recalled(result, request, record)) } catch {
                return refuse(error, caller, generation, record)
            }
        }
    }

    /// The request with what was recalled.
    private func recalled(
        _ result: Result<[StoredMemory], MemoryFailure>, _ request: ChatRequest, _ record: RequestRecord
    ) -> ChatRequest {
        do {
            let memories = try result.get()
            record.memory = "\(memories.count) recalled"
            guard !memories.isEmpty else { return request }
            let augmented = try MemoryText.inject(memories, into: request)
            record.isBodyChanged = true
            return augmented
        } catch {
            let code = (error as? MemoryFailure)?.code ?? "not_injectable"
            record.memory = "failed: \(code)"
            logger.warning(
                "memory_retrieval_failed", metadata: ["request_id": "\(record.requestID)", "reason": "\(error)"])
            return request
        }
    }

    private struct MemoryAbsence: Error {
        var reason: String
    }

    /// Whose memories a request may see: only those of the user whom a trusted proxy names.
    private static func memoryOwner(
        _ evaluation: Evaluation, _ planned: PlannedModel, _ head: RequestHead, _ caller: RequestIdentity,
        _ settings: MemorySettings
    ) -> Result<String, MemoryAbsence> {
        guard let user = caller.identity?.userID else { return .failure(MemoryAbsence(reason: "no_identity")) }
        if head.headers.first(name: RoutingHeader.disableMemory).map({ UpstreamHeaders.equal($0, "true") }) ?? false {
            return .failure(MemoryAbsence(reason: "client"))
        }
        if settings.disabledRoutes.contains(evaluation.decision?.name ?? "") {
            return .failure(MemoryAbsence(reason: "route"))
        }
        if settings.disabledModels.contains(planned.model.name) { return .failure(MemoryAbsence(reason: "model")) }
        return .success(user)
    }

    /// Why nothing is recalled for a request; nil where it is.
    private static func reasonToForget(
        _ evaluation: Evaluation, _ conversation: Conversation, _ settings: MemorySettings
    ) -> String? {
        let text = conversation.currentUserText
        if settings.limit == 0 { return "limit" }
        if text.isEmpty { return "no_text" }
        if !conversation.tools.isEmpty { return "tools" }
        if MemoryExtraction.isGreeting(text) { return "greeting" }
        let needsFacts = evaluation.matchedSignals(of: "fact_check").contains("needs_fact_check")
        return needsFacts && !speaksOfSelf(text) ? "facts" : nil
    }

    private static func speaksOfSelf(_ text: String) -> Bool {
        let words: Set<Substring> = ["i", "me", "my", "mine", "myself", "we", "us", "our", "ours"]
        return text.lowercased().split { !$0.isLetter }.contains { words.contains($0) }
    }
}
