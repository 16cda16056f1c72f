internal import Evidence
internal import Policy
internal import Routing
public import State
internal import Wire

/// Decides recorded requests anew by another policy, without calling a model that answers.
///
/// A request whose text was kept whole is read and decided as if it came now. Of others only what was read then is known:
/// readings of signals that are declared as they were count, all others are unread, and where they could change the
/// outcome the request is undecided. Models are chosen as on a fresh start, with the draws that the request had.
public struct WhatIf: Sendable {
    private let generation: RouterGeneration

    /// Decides by a generation.
    public init(_ generation: RouterGeneration) { self.generation = generation }

    /// What the policy would do with one recorded request.
    public func decide(_ record: ReplayRecord) async -> WhatIfOutcome {
        let request = RecordedRequest(record)
        if let chat = request.chat { return await decide(request, chat) }
        return decideFromReadings(request)
    }

    private func decide(_ request: RecordedRequest, _ chat: ChatRequest) async -> WhatIfOutcome {
        guard
            let evaluation = await generation.evaluate(
                chat.conversation, identity: request.identity, seed: request.seed, readingEverything: false)
        else { return WhatIfOutcome(request, .text, undecided: .notRouted) }
        let unread = evaluation.readings.unknownIndices.map {
            evaluation.recipe.engine.signals.entries[$0].key.description
        }
        return outcome(
            request, .text, evaluation.recipe, evaluation.readings, evaluation.decisionIndex, evaluation.selection,
            unread: unread)
    }

    private func decideFromReadings(_ request: RecordedRequest) -> WhatIfOutcome {
        guard case .route(let index) = generation.directory.resolve(request.requestedModel) else {
            return WhatIfOutcome(request, .readings, undecided: .notRouted)
        }
        let recipe = generation.recipes[index]
        var readings = ReadingTable(count: recipe.engine.signals.count)
        for signal in recipe.engine.signals.entries.indices {
            if let known = reading(of: signal, in: recipe, request) { readings[signal] = known }
        }
        let winner: Int?
        switch recipe.engine.progress(readings) {
        case .decided(let decided, _): winner = decided
        case .undecided(let wanted):
            guard wanted.isEmpty else { return WhatIfOutcome(request, .readings, undecided: .unread) }
            winner = recipe.engine.conclude(readings).winner
        }
        let conversation = Conversation(model: request.requestedModel, turns: [])
        let selection = recipe.select(
            winner, for: EvidenceRequest(conversation: conversation, identity: request.identity),
            category: "", placing: nil, seed: request.seed)
        return outcome(request, .readings, recipe, readings, winner, selection, unread: [])
    }

    /// What was read of a signal then; nil where it was not, or is declared otherwise now.
    private func reading(of index: Int, in recipe: RecipeRouter, _ request: RecordedRequest) -> Reading? {
        guard let recorded = request.readings[recipe.engine.signals.entries[index].key],
            recorded.declaration == recipe.declarationDigests[index]
        else { return nil }
        return recorded.reading
    }

    private func outcome(
        _ request: RecordedRequest, _ basis: WhatIfOutcome.Basis, _ recipe: RecipeRouter, _ readings: ReadingTable,
        _ winner: Int?, _ selection: Selection, unread: [String]
    ) -> WhatIfOutcome {
        var outcome = WhatIfOutcome(request, basis)
        outcome.newDecision = winner.map { recipe.engine.decisions[$0].name } ?? ""
        outcome.isNewlyRefused = winner.map { recipe.plugins[$0].contains { $0.answer != nil } } ?? false
        let model = outcome.isNewlyRefused ? nil : selection.order.first
        outcome.newModel = model?.effectiveName ?? ""
        outcome.isChosenByState = winner.map { recipe.choosesByState($0) } ?? false
        let entries = recipe.engine.signals.entries
        outcome.newGuards = Set(
            entries.indices.filter { readings.isMatched($0) && ["jailbreak", "pii"].contains(entries[$0].key.family) }
                .map { entries[$0].key.family })
        outcome.unread = unread
        // What moved the request then would move it now, as long as the decision's model is the same.
        let isMoved = outcome.newModel == request.model && !request.servedBy.isEmpty
        let served = isMoved ? ModelReference(model: request.servedBy) : model
        price(&outcome, request, served.flatMap { generation.directory.planned($0)?.model })
        return outcome
    }

    /// The cost with the new model's prices for the same tokens. A prefix that another model had cached is not cached.
    private func price(_ outcome: inout WhatIfOutcome, _ request: RecordedRequest, _ model: CallableModel?) {
        // What no model answers, neither then nor now, costs nothing on both sides.
        guard !request.isCached, !(request.isRefused && outcome.isNewlyRefused) else {
            outcome.isFree = true
            return
        }
        if outcome.isNewlyRefused {
            (outcome.newCost, outcome.newCurrency) = (0, request.currency)
        } else if let pricing = model?.pricing, var usage = request.usage {
            if model?.name != request.servedBy { usage.cachedTokens = 0 }
            (outcome.newCost, outcome.newCurrency) = (pricing.cost(of: usage), pricing.currency)
        }
        // What a refused request would have cost nobody knows.
        outcome.oldCost = request.isRefused ? nil : request.cost
        outcome.oldCurrency = request.currency
    }
}

extension RecipeRouter {
    /// Whether a decision's model is chosen by what the router has seen before, so that it depends on more than the
    /// request.
    fileprivate func choosesByState(_ winner: Int) -> Bool {
        let decision = engine.decisions[winner]
        guard decision.modelReferences.count > 1, let type = decision.algorithm?.type else { return false }
        return !["static", "weighted", "router_dc"].contains(type)
    }
}

/// What another policy would do with a recorded request, beside what was done.
public struct WhatIfOutcome: Sendable {
    /// What was decided from.
    public enum Basis: String, Sendable, Hashable {
        /// The whole text.
        case text
        /// What was read of it then.
        case readings
    }

    /// Why a request could not be decided.
    public enum Undecided: String, Sendable, Hashable, CaseIterable {
        /// The text was not kept and signals that matter were not read, or are declared otherwise now.
        case unread
        /// The policy does not route the model name that was asked for.
        case notRouted = "not_routed"
    }

    public let id: String
    public let basis: Basis
    public var undecided: Undecided?
    public let oldDecision: String
    public internal(set) var newDecision = ""
    public let oldModel: String
    public internal(set) var newModel = ""
    /// Whether the policy answered, or answers, in place of a model.
    public let wasRefused: Bool
    public internal(set) var isNewlyRefused = false
    /// The families of guards that matched.
    public let oldGuards: Set<String>
    public internal(set) var newGuards: Set<String> = []
    /// Nil where nothing is known.
    public internal(set) var oldCost: Double?
    public internal(set) var newCost: Double?
    /// Whether no model answers it, neither then nor now.
    var isFree = false
    var oldCurrency = ""
    var newCurrency = ""
    /// Whether the model depends on more than the request, such as latencies.
    public internal(set) var isChosenByState = false
    /// Signals that could say nothing now.
    public internal(set) var unread: [String] = []

    init(_ request: RecordedRequest, _ basis: Basis, undecided: Undecided? = nil) {
        id = request.id
        self.basis = basis
        self.undecided = undecided
        oldDecision = request.decision
        oldModel = request.model
        wasRefused = request.isRefused
        oldGuards = request.guards
    }
}
