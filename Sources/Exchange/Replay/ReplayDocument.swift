internal import Evidence
internal import Policy
internal import Routing
internal import State
internal import Telemetry
internal import Wire

/// The record of one request. Spec pipeline-api §11.1; `evidence`, `policy`, `attempts` and `unknown_signals` are
/// additions, from which the decision can be computed again.
struct ReplayDocument {
    private let draft: ReplayDraft
    private let ending: ReplayEnding
    private let evaluation: Evaluation
    private let explanation: Explanation
    private let keys: [SignalKey]

    init(_ draft: ReplayDraft, _ ending: ReplayEnding) {
        self.draft = draft
        self.ending = ending
        evaluation = draft.evaluation
        explanation = draft.evaluation.explain()
        keys = draft.evaluation.recipe.engine.signals.entries.map(\.key)
    }

    var record: ReplayRecord {
        var record = ReplayRecord(id: draft.requestID, timestamp: draft.timestamp)
        record.requestID = draft.requestID
        record.sessionID = draft.session
        record.recipe = evaluation.recipe.name
        record.decision = evaluation.decision?.name ?? ""
        record.category = category
        record.signals = keys.indices.filter { evaluation.readings.isMatched($0) }.map { keys[$0].description }
        record.requestedModel = ending.requestedModel
        record.selectedModel = model ?? ""
        record.status = ending.status
        record.lifecycle = lifecycle
        record.isCached = ending.path == .cache
        record.isStream = ending.isStream
        record.promptTokens = ending.usage?.promptTokens
        record.cachedTokens = ending.usage?.cachedTokens
        record.cacheWriteTokens = ending.usage?.cacheWriteTokens
        record.completionTokens = ending.usage?.completionTokens
        record.actualCost = ending.costs?.actual
        record.baselineCost = ending.costs?.baseline?.cost
        record.currency = ending.costs?.currency ?? ""
        record.limit = draft.configuration.maximumRecords
        record.document = document.serialized()
        record.payload = ReplayPayload(draft, ending).json?.serialized() ?? []
        return record
    }

    // MARK: Parts

    private var lifecycle: ReplayRecord.Lifecycle {
        guard ending.isOver else { return .inProgress }
        if ending.clientVanished { return .aborted }
        return ending.errorCode == nil && (200..<400).contains(ending.status) ? .completed : .failed
    }

    /// Who answered; nil where no model did.
    private var model: String? { ending.path == .fastResponse || ending.path == .cache ? nil : ending.selectedModel }

    private var category: String { evaluation.matchedSignals(of: "domain").first ?? "" }

    private var document: JSON {
        let identity = identity
        let all = [identity, routing, signals, JSON.members(("evidence", evidence)), outcome, safety, cache, usage]
        return .object(all.flatMap { $0.object ?? [] })
    }

    private var identity: JSON {
        let root = draft.request.document.root
        return .members(
            ("id", .string(draft.requestID)), ("timestamp", .string(Self.text(draft.timestamp))),
            ("request_id", .string(draft.requestID)),
            ("session_id", draft.session.isEmpty ? nil : .string(draft.session)),
            ("turn_index", .int(draft.request.conversation.messageCount(.assistant))),
            ("previous_response_id", root["previous_response_id"]?.string.map { .string(String($0.prefix(128))) }),
            ("conversation_id", draft.conversationID.map { .string($0) }),
            (
                "policy",
                .members(
                    ("hash", .string(draft.generation.documentHash)), ("generation", .int(draft.generation.number)))
            ))
    }

    private var routing: JSON {
        let decision = evaluation.decision
        let base = ending.learning?.base ?? evaluation.selection.order.first?.effectiveName
        let reference = evaluation.selection.order.first
        return .members(
            ("recipe", .string(evaluation.recipe.name)), ("decision", .string(decision?.name ?? "")),
            ("decision_tier", decision.map { .int($0.tier) }),
            ("decision_priority", decision.map { .int($0.priority) }),
            ("category", category.isEmpty ? nil : .string(category)),
            ("original_model", .string(ending.requestedModel)),
            ("selected_model", model.map { .string($0) }),
            (
                "reasoning_mode",
                model == nil ? nil : .string(reference?.usesReasoning == true ? "on" : "off")
            ),
            ("confidence_score", .number(evaluation.confidence)),
            ("selection_method", .string(evaluation.selection.method)),
            (
                "route_diagnostics",
                .members(
                    ("decision", .string(decision?.name ?? "")),
                    ("selection_method", .string(evaluation.selection.method)),
                    ("selection_reasoning", .string(evaluation.selection.reason)),
                    ("original_model", .string(ending.requestedModel)), ("proposal_model", base.map { .string($0) }),
                    ("selected_model", model.map { .string($0) }),
                    ("decision_reason", winner.map { .string($0.reason) }),
                    ("session_policy_applied", .bool(ending.learning?.protection != nil)),
                    ("session_action", ending.learning?.protection.map { .string($0.action.rawValue) }),
                    ("session_phase", ending.learning.map { .string($0.phase.rawValue) }),
                    ("session_reason", ending.learning?.protection.map { .string($0.reason.rawValue) }),
                    ("memory_backend", ending.memory.map { _ in "sqlite" }),
                    ("memory_status", ending.memory.map { .string($0.status) }),
                    ("memory_reason", ending.memory?.reason.map { .string($0) }),
                    ("memory_fail_open", ending.memory.map { .bool($0.status == "failed") }),
                    ("memory_result_count", ending.memory.map { .int($0.count) }))
            ), ("learning", learning))
    }

    private var winner: Explanation.DecisionTrace? { explanation.decisions.first(where: \.isWinner) }

    private var learning: JSON? {
        guard let learning = ending.learning else { return nil }
        let adaptation = learning.adaptation.map { verdict -> JSON in
            .members(
                ("action", .string(verdict.action.rawValue)), ("reason", .string(verdict.reason.rawValue)),
                (
                    "propensity",
                    JSON.finite(verdict.scores.first { $0.model == verdict.model }?.propensity)
                ))
        }
        let protection = learning.protection.map { verdict -> JSON in
            .members(("action", .string(verdict.action.rawValue)), ("reason", .string(verdict.reason.rawValue)))
        }
        return .members(
            ("base_model", .string(learning.base)), ("adaptation", adaptation), ("protection", protection))
    }

    private var signals: JSON {
        var families: [(String, [String])] = []
        var confidences: [(String, JSON)] = []
        var values: [(String, JSON)] = []
        var unknown: [(String, JSON)] = []
        for (index, key) in keys.enumerated() {
            guard let reading = evaluation.readings[index] else { continue }
            if let value = JSON.finite(reading.value) { values.append((key.description, value)) }
            if let reason = reading.unknownReason { unknown.append((key.description, .string(reason.rawValue))) }
            guard reading.isMatched else { continue }
            confidences.append((key.description, .number(reading.confidence)))
            if let place = families.firstIndex(where: { $0.0 == key.family }) {
                families[place].1.append(key.name)
            } else {
                families.append((key.family, [key.name]))
            }
        }
        let outputs = explanation.outputs.filter { $0.result == .matched }
        confidences += outputs.map { ("projection:\($0.name)", .number($0.confidence)) }
        return .members(
            ("signals", .object(families.map { ($0.0, .strings($0.1)) })),
            ("projections", .strings(outputs.map(\.name))),
            (
                "projection_scores",
                .object(explanation.scores.compactMap { score in score.total.map { (score.name, .number($0)) } })
            ), ("signal_confidences", .object(confidences)), ("signal_values", .object(values)),
            ("unknown_signals", unknown.isEmpty ? nil : .object(unknown)))
    }

    /// Every reading, with the form of the declaration that it was read by.
    private var evidence: JSON {
        let digests = evaluation.recipe.declarationDigests
        return .array(
            keys.indices.compactMap { index in
                guard let reading = evaluation.readings[index] else { return nil }
                return RecordedReading(key: keys[index], reading: reading, declaration: digests[index]).json
            })
    }

    private var outcome: JSON {
        guard ending.isOver else {
            return .members(("lifecycle_state", .string(lifecycle.rawValue)), ("streaming", .bool(ending.isStream)))
        }
        let reason =
            ending.clientVanished ? "client_disconnected" : ending.errorCode ?? (ending.path == .error ? "error" : nil)
        return .members(
            ("response_status", .int(ending.status)), ("response_path", .string(ending.path.rawValue)),
            ("lifecycle_state", .string(lifecycle.rawValue)),
            ("ended_at", .string(Self.text(draft.timestamp + ending.duration / 1_000))),
            ("duration_ms", .number(ending.duration)), ("first_byte_ms", ending.firstByte.map { .number($0) }),
            ("terminal_reason", .string(reason ?? lifecycle.rawValue)),
            ("from_cache", .bool(ending.path == .cache)), ("streaming", .bool(ending.isStream)),
            ("backend", ending.backend.map { .string($0) }),
            (
                "attempts",
                ending.attempts.isEmpty
                    ? nil
                    : .array(
                        ending.attempts.map {
                            .members(
                                ("model", .string($0.model)), ("backend", .string($0.backend)),
                                ("outcome", .string($0.outcome)))
                        })
            ))
    }

    private var safety: JSON {
        func guarded(_ family: String) -> (isOn: Bool, matched: Int?) {
            let places = keys.indices.filter { keys[$0].family == family }
            let best = places.filter { evaluation.readings.isMatched($0) }
                .max { confidence($0) < confidence($1) }
            return (!places.isEmpty, best)
        }
        let (jailbreak, pii) = (guarded("jailbreak"), guarded("pii"))
        let isRefused = ending.path == .fastResponse
        return .members(
            ("guardrails_enabled", .bool(jailbreak.isOn || pii.isOn)), ("jailbreak_enabled", .bool(jailbreak.isOn)),
            ("pii_enabled", .bool(pii.isOn)), ("jailbreak_detected", .bool(jailbreak.matched != nil)),
            ("jailbreak_type", jailbreak.matched.map { .string(keys[$0].name) }),
            ("jailbreak_confidence", jailbreak.matched.map { .number(confidence($0)) }),
            ("pii_detected", .bool(pii.matched != nil)), ("pii_blocked", .bool(pii.matched != nil && isRefused)))
    }

    private func confidence(_ index: Int) -> Double { evaluation.readings[index]?.confidence ?? 0 }

    private var cache: JSON {
        .members(
            ("cache_state", ending.cache.map { .string($0) }),
            ("cache_hit_kind", draft.cacheHit.map { .string($0.isExact ? "exact" : "semantic") }),
            ("cache_source", draft.cacheHit.map { _ in "memory" }),
            ("cache_similarity", draft.cacheHit.map { .number($0.similarity) }),
            ("cache_entry_age_seconds", draft.cacheHit.flatMap { JSON.finite($0.age) }),
            ("cache_ttl_seconds", draft.cacheHit.flatMap { JSON.finite($0.lifetime) }),
            ("rag_enabled", ending.retrieval.map { _ in .bool(true) }),
            ("rag_backend", ending.retrieval.map { .string($0.backend) }),
            ("rag_context_length", ending.retrieval.map { .int($0.contextLength) }),
            ("rag_similarity_score", ending.retrieval?.bestScore.map { .number($0) }),
            ("rag_problem", ending.retrieval?.problem.map { .string($0) }),
            ("context_token_count", .int(draft.request.conversation.tokenFloor)))
    }

    private var usage: JSON {
        .members(
            ("prompt_tokens", ending.usage.map { .int($0.promptTokens) }),
            ("cached_prompt_tokens", ending.usage.map { .int($0.cachedTokens) }),
            ("cache_write_tokens", ending.usage.map { .int($0.cacheWriteTokens) }),
            ("completion_tokens", ending.usage.map { .int($0.completionTokens) }),
            ("total_tokens", ending.usage.map { .int($0.totalTokens) }),
            ("actual_cost", JSON.finite(ending.costs?.actual)),
            ("baseline_cost", JSON.finite(ending.costs?.baseline?.cost)),
            ("cost_savings", JSON.finite(ending.costs?.savings)),
            ("currency", ending.costs.map { .string($0.currency) }),
            ("baseline_model", (ending.costs?.baseline?.model).map { .string($0) }))
    }

    private static func text(_ seconds: Double) -> String {
        UTCTime(nanosecondsSinceEpoch: UInt64(max(0, seconds) * 1_000_000_000)).rfc3339
    }
}
