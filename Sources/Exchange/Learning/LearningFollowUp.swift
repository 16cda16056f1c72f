internal import NIOCore
internal import Policy
internal import Routing
internal import State
internal import Telemetry
internal import Wire

/// What a finished request teaches: the session's state, the models' experience and latencies.
struct LearningFollowUp {
    let memory: RouterMemory
    let record: RequestRecord
    let trace: LearningTrace?
    let evaluation: Evaluation?
    let now: Double

    /// Takes in the end of a request. `model` is the one that was asked last, `wasAnswered` whether it answered at all.
    func finish(
        model: CallableModel, answeredAs name: String, wasAnswered: Bool, toolCalls: [String], at end: NIODeadline
    ) {
        let isSuccess = wasAnswered && (200..<300).contains(record.status) && record.errorCode == nil
        let isFailure = !record.clientVanished && (!wasAnswered || record.status == 429 || record.status >= 500)
        if isSuccess { measure(model, at: end) }
        if isSuccess || isFailure { model.observed.ended(isFailure: isFailure, at: now) }
        if let session = trace?.session {
            remember(session, name, isSuccess: isSuccess, toolCalls: toolCalls)
        }
        guard let evaluation, let decision = evaluation.decision else { return }
        let routed = RoutedRequest(
            recipe: evaluation.recipe.name, decision: decision.name, tier: decision.tier, model: name,
            user: record.user)
        // Remembered since the decision; again only when another model stood in.
        if trace != nil, name != evaluation.selection.order.first?.effectiveName {
            memory.routed.add(routed, id: record.requestID)
        }
        guard let trace, trace.isLearning else { return }
        learn(routed.experienceKeys(for: name), model, isSuccess: isSuccess, isFailure: isFailure, at: end)
        judgePreviousTurn(trace, evaluation)
    }

    private func measure(_ model: CallableModel, at end: NIODeadline) {
        guard record.isStream, let first = record.firstByte else { return }
        let backend = record.backend.map { model.observed.backend($0) }
        for meter in [model.observed.timeToFirstToken, backend?.timeToFirstToken] {
            meter?.record(Self.seconds(first - record.start), at: now)
        }
        guard let tokens = record.usage?.completionTokens, tokens > 1 else { return }
        for meter in [model.observed.timePerOutputToken, backend?.timePerOutputToken] {
            meter?.record(Self.seconds(end - first) / Double(tokens - 1), at: now)
        }
    }

    /// A turn that failed leaves the session where it was.
    private func remember(_ session: HeldSession, _ name: String, isSuccess: Bool, toolCalls: [String]) {
        guard isSuccess else { return session.giveBack(to: memory) }
        let (now, usage) = (now, record.usage)
        let turn = memory.changeSession(session.key) { state -> Int in
            var next = state ?? SessionState(model: name, decision: "", lastSeen: now)
            if let before = session.before, before.model != name { next.switches += 1 }
            if next.model == session.model || state == nil { next.model = name }
            next.turns += 1
            next.lastSeen = now
            if let usage {
                next.promptTokens = usage.promptTokens
                next.cachedTokens = min(usage.cachedTokens, usage.promptTokens)
                if usage.cachedTokens > 0 { next.cacheReports += 1 }
            }
            next.open(toolCalls, by: name)
            state = next
            return next.turns
        }
        if let recipe = evaluation?.recipe.name { memory.finish(turn: turn, recipe) }
    }

    private func learn(
        _ keys: [ExperienceKey], _ model: CallableModel, isSuccess: Bool, isFailure: Bool, at end: NIODeadline
    ) {
        if isFailure {
            memory.experience.update(keys) { $0.record(.failed, score: 1, at: now) }
        } else if isSuccess {
            let latency = Self.seconds(end - record.start)
            let hits = record.usage.flatMap { usage in
                usage.promptTokens > 0 ? Double(usage.cachedTokens) / Double(usage.promptTokens) : nil
            }
            let inputCost = record.usage.flatMap { usage in model.pricing?.inputMultiplier(of: usage) }
            memory.experience.update(keys) {
                $0.measure(latency: latency, cacheHits: hits, inputCost: inputCost, at: now)
            }
        }
    }

    /// What a user's reaction says of the turn before: words of praise or complaint, or the same question again.
    private func judgePreviousTurn(_ trace: LearningTrace, _ evaluation: Evaluation) {
        guard let before = trace.session?.before, before.turns > 0 else { return }
        let feedback = evaluation.matchedSignals(of: "user_feedback").map { $0.lowercased() }
        let verdict: (OutcomeVerdict, Double)?
        if feedback.contains(where: { $0.contains("wrong") || $0.contains("different") }) {
            verdict = (.underpowered, 0.5)
        } else if feedback.contains(where: { $0.contains("satisf") && !$0.contains("dissatisf") }) {
            verdict = (.goodFit, 0.5)
        } else if !evaluation.matchedSignals(of: "reask").isEmpty {
            verdict = (.underpowered, 0.25)
        } else {
            verdict = nil
        }
        guard let (verdict, score) = verdict else { return }
        let place = ExperienceKey.Place.decision(recipe: evaluation.recipe.name, name: before.decision)
        memory.experience.update([
            ExperienceKey(place, model: before.model), ExperienceKey(.everywhere, model: before.model),
        ]) { $0.record(verdict, score: score, at: now) }
        if let user = record.user {
            memory.experience.judge(
                user: user, model: before.model, rating: verdict == .goodFit ? 1 : 0, at: now)
        }
    }

    private static func seconds(_ amount: TimeAmount) -> Double { Double(amount.nanoseconds) / 1e9 }
}

extension Pricing {
    /// What the input really cost against what it would have at the dearest of its rates, 0 to 1; nil when it is free.
    /// Spec selection-learning §9.
    func inputMultiplier(of usage: Usage) -> Double? {
        let dearest = max(promptPerMillion, cachedInputPerMillion, cacheWritePerMillion ?? 0)
        guard usage.promptTokens > 0, dearest > 0 else { return nil }
        var input = usage
        input.completionTokens = 0
        return min(1, cost(of: input) * 1_000_000 / (Double(usage.promptTokens) * dearest))
    }
}
