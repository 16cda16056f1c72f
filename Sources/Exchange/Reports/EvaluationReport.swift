public import Policy
public import Routing
public import Wire

/// An evaluation as people and machines read it: the answer of the evaluation API, of the intent API, and of
/// `martlet explain`.
public struct EvaluationReport: Sendable {
    /// What was asked.
    public struct Request: Sendable, Hashable {
        /// The text that was judged: the last user message.
        public var text: String
        /// The model name as requested; empty when the body had none.
        public var model: String
        /// The estimate of the input tokens.
        public var tokens: Int
        public var turns: Int
        public var tools: Int

        /// The facts of a request.
        public init(text: String, model: String = "", tokens: Int = 0, turns: Int = 1, tools: Int = 0) {
            self.text = text
            self.model = model
            self.tokens = tokens
            self.turns = turns
            self.tools = tools
        }

        /// The facts of a conversation.
        public init(_ conversation: Conversation) {
            self.init(
                text: conversation.currentUserText.isEmpty
                    ? conversation.evaluationText : conversation.currentUserText,
                model: conversation.model, tokens: conversation.tokenFloor, turns: conversation.turns.count,
                tools: conversation.toolDefinitionCount)
        }
    }

    /// What the evaluation cost.
    public struct Cost: Sendable, Hashable {
        /// Nanoseconds that reading the signals took.
        public var evidence: Int64
        /// Nanoseconds that deciding took.
        public var decision: Int64
        /// Nanoseconds by signal family.
        public var families: [String: Int64]
        /// Nanoseconds from asking each model to its answer, which all families that asked it share.
        public var models: [String: Int64]

        /// A cost.
        public init(
            evidence: Int64 = 0, decision: Int64 = 0, families: [String: Int64] = [:], models: [String: Int64] = [:]
        ) {
            self.evidence = evidence
            self.decision = decision
            self.families = families
            self.models = models
        }
    }

    public let request: Request
    /// The recipe that decided, with its declarations.
    public let recipe: Recipe
    public let explanation: Explanation
    /// Every signal of the recipe with what it said, in declared order.
    public let signals: [SignalRow]
    /// The decision that won; nil when none matches.
    public let decision: Decision?
    public let confidence: Double
    public let selection: Selection
    public let cost: Cost
    /// The rule leaves that made the winner match, as `family:name`.
    public let matchedRules: [String]

    /// The report of an evaluation; `policy` is the one that it was made with.
    public init(_ evaluation: Evaluation, of conversation: Conversation, policy: Policy) {
        let recipe = policy.recipes.first { $0.name == evaluation.recipe.name } ?? Recipe()
        self.init(
            request: Request(conversation), recipe: recipe, engine: evaluation.recipe.engine,
            readings: evaluation.readings, winner: evaluation.decisionIndex, confidence: evaluation.confidence,
            selection: evaluation.selection,
            cost: Cost(
                evidence: evaluation.evidenceNanoseconds, decision: evaluation.decisionNanoseconds,
                families: Dictionary(
                    evaluation.familyNanoseconds.map { ($0.family, $0.nanoseconds) }, uniquingKeysWith: +),
                models: Dictionary(
                    evaluation.readerNanoseconds.map { ($0.reader, $0.nanoseconds) }, uniquingKeysWith: +)))
    }

    /// The report of a finished decision.
    package init(
        request: Request, recipe: Recipe, engine: DecisionEngine, readings: ReadingTable, winner: Int?,
        confidence: Double, selection: Selection, cost: Cost
    ) {
        let explanation = engine.explain(readings, winner: winner)
        self.request = request
        self.recipe = recipe
        self.explanation = explanation
        self.confidence = confidence
        self.selection = selection
        self.cost = cost
        decision = winner.map { engine.decisions[$0] }
        matchedRules = winner.map { engine.matchedRules(of: $0, readings) } ?? []
        let used = engine.usedSignals
        signals = engine.signals.entries.indices.map { index in
            SignalRow(
                engine.signals.entries[index], raw: readings[index], effective: explanation.effectiveReadings[index],
                declaration: recipe.signals.first { $0.declares(engine.signals.entries[index].key) },
                isUsed: used.contains(index))
        }
    }

    /// The name of the model that serves first; nil when there is none.
    public var selectedModel: String? { selection.order.first?.effectiveName }

    /// The algorithm of the winner; `static` when it names none.
    public var algorithm: String { decision?.algorithm?.type ?? "static" }

    /// The names of bands that hold.
    public var matchedProjections: [String] {
        explanation.outputs.filter { $0.result == .matched }.map(\.name)
    }

    /// Everything that matched, by group.
    var matched: GroupedNames {
        var names = GroupedNames()
        for row in signals where row.result == .matched { names.add(row.key.family, row.key.name) }
        for name in matchedProjections { names.add("projection", name) }
        return names
    }

    /// Everything that certainly did not match, by group.
    var unmatched: GroupedNames {
        var names = GroupedNames()
        for row in signals where row.result == .unmatched { names.add(row.key.family, row.key.name) }
        for output in explanation.outputs where output.result == .unmatched { names.add("projection", output.name) }
        return names
    }

    /// Everything that the winner's rule names, by group.
    var used: GroupedNames {
        var names = GroupedNames()
        for leaf in decision?.rules?.leaves ?? [] {
            names.add(leaf.type, leaf.label.map { "\(leaf.name):\($0)" } ?? leaf.name)
        }
        return names
    }

    /// Everything of which nothing is known, with the reason; `not_read` where it could not change the outcome.
    var unknown: [(name: String, reason: String)] {
        signals.compactMap { row in
            switch row.result {
            case .unknown: (row.key.description, row.reason?.rawValue ?? "inconclusive")
            case .skipped: (row.key.description, "not_read")
            case .matched, .unmatched: nil
            }
        }
    }
}

extension SignalDeclaration {
    /// Whether a signal of the catalogue comes from this declaration; families like complexity make several.
    func declares(_ key: SignalKey) -> Bool {
        family == key.family && (key.name == name || key.name.hasPrefix(name + ":"))
    }
}
