internal import NIOHTTP1
internal import Policy
internal import Routing
internal import State
internal import Telemetry
internal import Wire

/// Adapts a choice to what was learned and guards the session that it belongs to. Spec selection-learning §4, §5.
struct LearningStage {
    let policy: Policy
    let memory: RouterMemory
    /// Where sessions are read and changed; the memory's own, or one turn's view of a shared one.
    let sessions: any SessionMemory
    let recipe: RecipeRouter
    let directory: ModelDirectory
    /// Whether a model without a backend can serve, because another gateway has the backends.
    let callsElsewhere: Bool
    let now: Double

    /// Changes the selection of an evaluation and says what was done; nil where the policy wants no learning.
    func apply(
        to evaluation: inout Evaluation, _ request: ChatRequest, _ head: RequestHead, tenant: String?
    ) -> LearningTrace? {
        guard let decision = evaluation.decision, let index = evaluation.decisionIndex,
            let base = evaluation.selection.order.first
        else { return nil }
        let settings = policy.global.router.learning
        let isSessionAware = decision.algorithm?.type == SessionAwareSelection.type
        guard settings.isEnabled || isSessionAware else { return nil }
        let protects = isSessionAware || settings.protection.isEnabled
        let conversation = request.conversation
        let identification = SessionIdentification(
            head, conversation, tenant: tenant ?? "", recipe: recipe.name, settings.protection)
        let turn = turn(request)
        let state = sessions.state(identification.key)
        var trace = LearningTrace(
            base: base.effectiveName, scope: settings.protection.scope.rawValue, phase: turn.phase,
            isLearning: settings.isEnabled && decision.adaptations.mode != .bypass)
        let guarding = recipe.switchGuards[index]
        if settings.isEnabled, settings.adaptation.isEnabled {
            let mode = decision.adaptations.adaptationMode
            let maySample =
                mode == .apply && turn.phase == .userTurn
                && (!protects || identification.status == .named)
                && !(protects && isSteady(state, guarding))
                // What fails is no object of curiosity.
                && !(state.map { isFailing($0.model, decision) } ?? false)
            trace.adaptation = adapt(&evaluation.selection, index, mode, samples: maySample, seed: evaluation.seed)
        }
        guard protects else { return trace }
        if decision.adaptations.protectionMode == .bypass {
            trace.protection = ProtectionVerdict(.bypass, .decisionBypass, model: base.effectiveName)
            return trace
        }
        protect(&evaluation.selection, &trace, index, identification, turn, conversation, guarding)
        return trace
    }

    /// The session that a request belongs to; nil where the policy holds none.
    func sessionKey(
        _ evaluation: Evaluation, _ request: ChatRequest, _ head: RequestHead, tenant: String?
    ) -> SessionKey? {
        let settings = policy.global.router.learning
        guard let decision = evaluation.decision, evaluation.decisionIndex != nil,
            decision.adaptations.protectionMode != .bypass,
            decision.algorithm?.type == SessionAwareSelection.type
                || (settings.isEnabled && settings.protection.isEnabled)
        else { return nil }
        return SessionIdentification(
            head, request.conversation, tenant: tenant ?? "", recipe: recipe.name, settings.protection
        ).key
    }

    // MARK: Turn

    private func turn(_ request: ChatRequest) -> SessionTurn {
        let conversation = request.conversation
        let context = conversation.tokenFloor
        var phase = SessionTurn.Phase.userTurn
        if let id = request.document.root["previous_response_id"], !id.isNull { phase = .providerState }
        if conversation.isActiveToolLoop { phase = .toolLoop }
        return SessionTurn(
            now: now, phase: phase, index: conversation.messageCount(.assistant),
            historyTokens: max(0, context - conversation.currentUserText.utf8.count / 4), contextTokens: context)
    }

    /// Whether a session runs so warm that trying another model would be waste.
    private func isSteady(_ state: SessionState?, _ guarding: SwitchGuard) -> Bool {
        state.map { guarding.economics.warmth($0, at: now) >= 0.65 } ?? false
    }

    /// The model that asked for the tool results with which the conversation ends.
    private func toolOwner(_ state: SessionState?, _ conversation: Conversation) -> String? {
        state?.owner(ofCalls: conversation.turns.reversed().prefix(64).lazy.compactMap(\.toolCallID))
    }

    // MARK: Adaptation

    private func adapt(
        _ selection: inout Selection, _ index: Int, _ mode: Adaptations.Mode, samples: Bool, seed: UInt64
    ) -> AdaptationVerdict {
        let base = selection.order[0].effectiveName
        if mode == .bypass { return AdaptationVerdict(.bypass, .decisionBypass, model: base) }
        let decision = recipe.engine.decisions[index]
        let set =
            decision.adaptations.adaptation.candidateSet ?? policy.global.router.learning.adaptation.candidateSet
        // What selection left out cannot serve the request.
        let order = selection.order
        let members = recipe.pool.arms(of: index, in: set).filter { member in
            (callsElsewhere || member.model?.backends.isEmpty == false)
                && (member.name == base || member.model?.observed.isFailing(at: now) != true)
                && (set != .decision || order.count == decision.modelReferences.count
                    || order.contains { $0.effectiveName == member.name })
        }
        guard let place = members.firstIndex(where: { $0.name == base }) else {
            return AdaptationVerdict(.keepBase, .candidateSetEmpty, model: base)
        }
        let arms = arms(members)
        var verdict = RoutingSampling(set).choose(arms, base: place, sampling: samples, seed: seed)
        if mode == .observe {
            verdict.action = .observe
            verdict.reason = .observeOnly
            verdict.model = base
            return verdict
        }
        if verdict.model != base, let winner = members.first(where: { $0.name == verdict.model }) {
            selection.order.removeAll { $0.effectiveName == verdict.model }
            selection.order.insert(winner.reference, at: 0)
            selection.utilities = []
        }
        // One unit for what protection compares: the selector's, or where it has none, believed success.
        if selection.utilities.isEmpty {
            selection.utilities = selection.order.map { reference in
                verdict.scores.first { $0.model == reference.effectiveName }?.score ?? 0
            }
        }
        return verdict
    }

    private func arms(_ members: [CandidatePool.Member]) -> [RoutingSampling.Arm] {
        members.map { member in
            RoutingSampling.Arm(
                name: member.name, quality: member.facts.quality, price: member.price,
                own: member.own.experience(at: now), tier: member.tier.experience(at: now),
                all: member.all.experience(at: now))
        }
    }

    // MARK: Protection

    private func protect(
        _ selection: inout Selection, _ trace: inout LearningTrace, _ index: Int,
        _ identification: SessionIdentification, _ turn: SessionTurn, _ conversation: Conversation,
        _ guarding: SwitchGuard
    ) {
        let proposal = selection
        let decision = recipe.engine.decisions[index]
        let mode = decision.adaptations.protectionMode
        let isNamed = identification.status == .named
        // Deciding and remembering are one step: a concurrent turn of the session sees the one or the other.
        let (verdict, before) = sessions.update(identification.key) {
            state -> (ProtectionVerdict, SessionState?) in
            let known = state.flatMap { isCallable($0.model) ? $0 : nil }
            var question = SwitchGuard.Question(
                proposal: proposal, decision: decision.name, state: known, turn: turn,
                toolOwner: toolOwner(state, conversation).flatMap { isCallable($0) ? $0 : nil })
            question.remainingTurns = known.flatMap { memory.remainingTurns(recipe.name, after: $0.turns) }
            question.isCurrentFailing = known.map { isFailing($0.model, decision) } ?? false
            var verdict = guarding.decide(question)
            if !isNamed, verdict.reason != .toolOrProtocolState {
                verdict = ProtectionVerdict(
                    .suppressSampling, .missingIdentity, model: proposal.order[0].effectiveName)
            } else if mode == .observe {
                verdict.action = .observe
                verdict.reason = .observeOnly
                verdict.model = proposal.order[0].effectiveName
            }
            let before = known
            var next = known ?? SessionState(model: verdict.model, decision: decision.name, lastSeen: now)
            next.model = verdict.model
            next.decision = decision.name
            next.lastSeen = now
            state = next
            return (verdict, before)
        }
        trace.protection = verdict
        trace.session = HeldSession(key: identification.key, model: verdict.model, before: before)
        if verdict.model != selection.order[0].effectiveName {
            let known = selection.order.first { $0.effectiveName == verdict.model }
            selection.order.removeAll { $0.effectiveName == verdict.model }
            selection.order.insert(known ?? ModelReference(model: verdict.model), at: 0)
        }
        // A tool result or provider state means nothing to another model, so none stands in.
        if trace.forbidsStandIn { selection.order = [selection.order[0]] }
        selection.utilities = []
    }

    private func isCallable(_ name: String) -> Bool {
        guard let planned = directory.planned(ModelReference(model: name)) else { return false }
        return callsElsewhere || !planned.model.backends.isEmpty
    }

    /// Whether recent calls failed, or outcomes say that the model is too weak for the decision.
    private func isFailing(_ name: String, _ decision: Decision) -> Bool {
        if directory.planned(ModelReference(model: name))?.model.observed.isFailing(at: now) == true { return true }
        let record = memory.experience.experience(
            ExperienceKey(.decision(recipe: recipe.name, name: decision.name), model: name), at: now)
        return record.underpowered >= 2 && record.underpowered > record.good
    }
}
