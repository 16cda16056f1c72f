internal import Evidence
internal import Logging
internal import NIOHTTP1
internal import Policy
internal import State
internal import Telemetry
internal import Wire

/// Gives models what is remembered of a user, and remembers what is said. Spec pipeline-api §8.
extension Router {
    /// Adds what is remembered that belongs to the request. Without memories it goes on as it is: the record says why.
    func recall(_ context: RequestContext) -> StageOutcome {
        guard let evaluation = context.evaluation, let index = evaluation.decisionIndex,
            let settings = evaluation.recipe.memories[index], let memories = context.generation.memories
        else { return .next }
        let record = context.record
        let user: String
        switch Self.memoryOwner(evaluation, context, settings) {
        case .failure(let absence):
            record.memory = .off(reason: absence.reason)
            return .next
        case .success(let named): user = named
        }
        let conversation = context.request.conversation
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
            record.memory = .off(reason: reason)
            return .next
        }
        let (now, logger) = (UTCTime.now().unixSeconds, logger)
        return .awaiting(on: record.loop) {
            await memories.recall(conversation, of: user, settings, at: now, logger: logger)
        } then: { [self] result in
            context.request = recalled(result, context.request, record)
            return .next
        }
    }

    /// The request with what was recalled.
    private func recalled(
        _ result: Result<[StoredMemory], MemoryFailure>, _ request: ChatRequest, _ record: RequestRecord
    ) -> ChatRequest {
        do {
            let memories = try result.get()
            record.memory = .recalled(memories.count)
            guard !memories.isEmpty else { return request }
            let augmented = try MemoryText.inject(memories, into: request)
            record.isBodyChanged = true
            return augmented
        } catch {
            let code = (error as? MemoryFailure)?.code ?? "not_injectable"
            record.memory = .failed(code: code)
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
        _ evaluation: Evaluation, _ context: RequestContext, _ settings: MemorySettings
    ) -> Result<String, MemoryAbsence> {
        guard let user = context.caller.identity?.userID else { return .failure(MemoryAbsence(reason: "no_identity")) }
        let wish = context.head.headers.first(name: RoutingHeader.disableMemory)
        if wish.map({ UpstreamHeaders.equal($0, "true") }) ?? false {
            return .failure(MemoryAbsence(reason: "client"))
        }
        if settings.disabledRoutes.contains(evaluation.decision?.name ?? "") {
            return .failure(MemoryAbsence(reason: "route"))
        }
        if let model = context.planned.first?.model.name, settings.disabledModels.contains(model) {
            return .failure(MemoryAbsence(reason: "model"))
        }
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
