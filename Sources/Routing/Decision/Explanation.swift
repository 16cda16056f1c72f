public import Policy

/// Why a decision came out as it did: what every leaf saw, what every score summed, who won and why the others did
/// not. Computed after the fact from the readings; the same readings always give the same explanation.
public struct Explanation: Sendable {
    /// One node of a rule tree with its value.
    public struct Node: Sendable {
        /// `leaf`, `AND`, `OR`, `NOT` or `fallback`.
        public var kind: String
        public var signal: SignalKey?
        public var label: String?
        public var predicate: NumericPredicate?
        public var result: Result
        public var confidence: Double
        /// The number that the leaf saw.
        public var value: Double?
        public var reason: UnknownReason?
        public var children: [Node]
    }

    /// The value of a condition.
    public enum Result: String, Sendable {
        case matched
        case unmatched
        case unknown
        /// Not read, because it could not change the outcome.
        case skipped
    }

    /// One decision with the reason it won or lost.
    public struct DecisionTrace: Sendable {
        public var name: String
        public var result: Result
        public var confidence: Double
        public var priority: Int
        public var tier: Int
        public var isWinner: Bool
        /// One sentence: why it won or lost.
        public var reason: String
        public var root: Node
    }

    /// One score with its summands.
    public struct ScoreTrace: Sendable {
        /// A summand.
        public struct Input: Sendable {
            public var type: String
            public var name: String
            public var weight: Double
            public var value: Double
            /// Unknown, and counted as its `miss` or `match` value.
            public var isAssumed: Bool
        }

        public var name: String
        public var low: Double
        public var high: Double
        public var inputs: [Input]
    }

    /// One band over a score.
    public struct OutputTrace: Sendable {
        public var mapping: String
        public var score: String
        public var name: String
        public var bounds: NumericPredicate
        public var result: Result
        public var confidence: Double
    }

    public var decisions: [DecisionTrace]
    public var scores: [ScoreTrace]
    public var outputs: [OutputTrace]
    public var partitions: [PartitionOutcome]
    /// The readings after gates and partitions, by signal index.
    public var effectiveReadings: [Reading?]
}

extension DecisionEngine {
    /// Explains a finished decision.
    public func explain(_ readings: ReadingTable, winner: Int?) -> Explanation {
        var partitions: [PartitionOutcome] = []
        let effective = contests.apply(to: readings.readings) { partitions.append($0) }
        let states = SignalState.all(effective)
        var assumed: Set<[Int]> = []
        let state = projections.evaluate(states) { assumed.insert([$0, $1]) }
        let results = compiled.map { $0.rule?.evaluate(states, state.outputs) ?? .yes(0) }
        let seen = Seen(readings: effective, states: states, projections: state)
        let traces = compiled.indices.map { index -> Explanation.DecisionTrace in
            let decision = compiled[index]
            let root =
                decision.rule.map { node($0, seen) }
                ?? Explanation.Node(
                    kind: "fallback", signal: nil, label: nil, predicate: nil, result: .matched, confidence: 0,
                    value: nil, reason: nil, children: [])
            return Explanation.DecisionTrace(
                name: decision.name, result: Self.result(results[index]),
                confidence: results[index].canBeYes ? results[index].low : 0, priority: decision.priority,
                tier: decision.tier, isWinner: index == winner,
                reason: reason(index, winner: winner, results: results, root: root), root: root)
        }
        return Explanation(
            decisions: traces, scores: scoreTraces(states, state, assumed), outputs: outputTraces(state),
            partitions: partitions, effectiveReadings: effective)
    }

    /// The leaves that made a decision match, as `family:name` texts: all of an AND, the best of an OR.
    public func matchedRules(of decision: Int, _ readings: ReadingTable) -> [String] {
        guard let rule = compiled[decision].rule else { return [] }
        let effective = SignalState.all(contests.apply(to: readings.readings))
        let outputs = projections.evaluate(effective).outputs
        var names: [String] = []
        func visit(_ rule: CompiledRule) {
            guard rule.evaluate(effective, outputs).isCertainlyYes else { return }
            switch rule {
            case .all(let children): children.forEach(visit)
            case .any(let children):
                let best = children.filter { $0.evaluate(effective, outputs).isCertainlyYes }
                    .max { $0.evaluate(effective, outputs).low < $1.evaluate(effective, outputs).low }
                if let best { visit(best) }
            case .not: break
            case .signal(let compiled), .output(let compiled), .undeclared(let compiled):
                let leaf = leaves[compiled.declaration]
                names.append("\(leaf.type):\(leaf.name)" + (leaf.label.map { ":\($0)" } ?? ""))
            }
        }
        visit(rule)
        return names
    }

    private static func result(_ possibility: Possibility) -> Explanation.Result {
        switch possibility.outcomes {
        case .yes: return .matched
        case .no: return .unmatched
        case .unknown: return .unknown
        default: return .skipped
        }
    }

    /// What an explanation looks at.
    private struct Seen {
        var readings: [Reading?]
        var states: [SignalState]
        var projections: ProjectionState
    }

    private func node(_ rule: CompiledRule, _ seen: Seen) -> Explanation.Node {
        let possibility = rule.evaluate(seen.states, seen.projections.outputs)
        var node = Explanation.Node(
            kind: "leaf", signal: nil, label: nil, predicate: nil, result: Self.result(possibility),
            confidence: possibility.canBeYes ? possibility.low : 0, value: nil, reason: nil, children: [])
        switch rule {
        case .all(let children):
            node.kind = "AND"
            node.children = children.map { self.node($0, seen) }
        case .any(let children):
            node.kind = "OR"
            node.children = children.map { self.node($0, seen) }
        case .not(let child):
            node.kind = "NOT"
            node.children = [self.node(child, seen)]
        case .signal(let compiled):
            describe(compiled, in: &node)
            node.value = seen.readings[compiled.index]?.value
            node.reason = seen.readings[compiled.index]?.unknownReason
        case .output(let compiled):
            describe(compiled, in: &node)
            let range = seen.projections.scores[projections.mappings[projections.mappingOfOutput[compiled.index]].score]
            node.value = range.isPoint ? range.low : nil
        case .undeclared(let compiled): describe(compiled, in: &node)
        }
        return node
    }

    private func describe(_ compiled: CompiledLeaf, in node: inout Explanation.Node) {
        let leaf = leaves[compiled.declaration]
        node.signal = SignalKey(leaf.type, leaf.name)
        node.label = leaf.label
        node.predicate = leaf.predicate
    }

    private func reason(
        _ index: Int, winner: Int?, results: [Possibility], root: Explanation.Node
    ) -> String {
        let decision = compiled[index]
        if index == winner {
            let rivals = results.indices.filter { $0 != index && results[$0].isCertainlyYes }.count
            let tiered = decision.tier > 0 ? "tier \(decision.tier), " : ""
            if rivals == 0 { return "won: the only decision that matches" }
            return "won over \(rivals) other matching: first by \(tiered)"
                + (strategy == .confidence ? "confidence, then priority" : "priority \(decision.priority)")
        }
        switch Self.result(results[index]) {
        case .matched:
            guard let winner else { return "matches" }
            return "lost to \(compiled[winner].name): " + comparison(winner, index, results)
        case .unmatched: return "does not match: " + Self.failures(root, wanting: true)
        case .unknown: return "cannot be told: " + Self.failures(root, wanting: true)
        case .skipped: return "not decided: it could not have won any more"
        }
    }

    private func comparison(_ winner: Int, _ loser: Int, _ results: [Possibility]) -> String {
        let (a, b) = (compiled[winner], compiled[loser])
        func tier(_ tier: Int) -> String { tier == 0 ? "no tier" : "tier \(tier)" }
        if a.tier != b.tier, a.tier > 0 || b.tier > 0 { return "\(tier(a.tier)) comes before \(tier(b.tier))" }
        let confidenceFirst = a.tier > 0 || strategy == .confidence
        if !confidenceFirst, a.priority != b.priority { return "priority \(a.priority) over \(b.priority)" }
        if results[winner].low != results[loser].low {
            return "confidence \(results[winner].low.fourPlaces) over \(results[loser].low.fourPlaces)"
        }
        if a.priority != b.priority { return "priority \(a.priority) over \(b.priority)" }
        return "by name, all else being equal"
    }

    /// The leaves that keep a tree from matching, the first few.
    private static func failures(_ root: Explanation.Node, wanting: Bool) -> String {
        var texts: [String] = []
        func visit(_ node: Explanation.Node, wanting: Bool) {
            let asWanted = wanting ? node.result == .matched : node.result == .unmatched
            if asWanted { return }
            switch node.kind {
            case "NOT": node.children.forEach { visit($0, wanting: !wanting) }
            case "leaf":
                let name = (node.signal?.description ?? "") + (node.label.map { ":\($0)" } ?? "")
                switch node.result {
                case .unknown: texts.append("\(name) is unknown" + (node.reason.map { " (\($0.rawValue))" } ?? ""))
                case .skipped: texts.append("\(name) was not read")
                default: texts.append(wanting ? "\(name) did not match" : "\(name) matched")
                }
            default: node.children.forEach { visit($0, wanting: wanting) }
            }
        }
        visit(root, wanting: wanting)
        if texts.isEmpty { return "its rule does not hold" }
        return texts.prefix(4).joined(separator: ", ") + (texts.count > 4 ? ", …" : "")
    }

    private func scoreTraces(
        _ states: [SignalState], _ state: ProjectionState, _ assumed: Set<[Int]>
    ) -> [Explanation.ScoreTrace] {
        projections.scores.indices.map { index in
            let score = projections.scores[index]
            let inputs = zip(score.inputs, score.declarations).enumerated().map { position, pair in
                let (input, declaration) = pair
                let value: Double
                switch input.source {
                case .signal(let signal): value = CompiledProjections.value(of: states[signal], input).range.low
                case .score(let score): value = state.scores[score].low
                case .output(let output): value = state.outputs[output].isCertainlyYes ? state.outputs[output].low : 0
                case .undeclared: value = 0
                }
                return Explanation.ScoreTrace.Input(
                    type: declaration.type,
                    name: declaration.type == "kb_metric"
                        ? "\(declaration.knowledgeBase):\(declaration.metric)" : declaration.name,
                    weight: declaration.weight, value: value, isAssumed: assumed.contains([index, position]))
            }
            return Explanation.ScoreTrace(
                name: projections.scores[index].name, low: state.scores[index].low, high: state.scores[index].high,
                inputs: inputs)
        }
    }

    private func outputTraces(_ state: ProjectionState) -> [Explanation.OutputTrace] {
        projections.mappings.flatMap { mapping in
            mapping.declaration.outputs.enumerated().map { offset, output in
                let possibility = state.outputs[mapping.firstOutput + offset]
                return Explanation.OutputTrace(
                    mapping: mapping.declaration.name, score: mapping.declaration.source, name: output.name,
                    bounds: output.bounds, result: Self.result(possibility),
                    confidence: possibility.canBeYes ? possibility.low : 0)
            }
        }
    }
}

extension Double {
    /// Four decimal places, as headers and explanations show confidences.
    public var fourPlaces: String {
        guard isFinite, abs(self) < 1e12 else { return String(self) }
        let scaled = (self * 10_000).rounded()
        let whole = Int(abs(scaled)) / 10_000
        let fraction = String(Int(abs(scaled)) % 10_000)
        let sign = scaled < 0 ? "-" : ""
        return "\(sign)\(whole)." + String(repeating: "0", count: 4 - fraction.count) + fraction
    }
}
