internal import Policy

/// A rule tree with names resolved to indices.
indirect enum CompiledRule: Sendable {
    case all([CompiledRule])
    case any([CompiledRule])
    case not(CompiledRule)
    case signal(CompiledLeaf)
    case output(CompiledLeaf)
    /// A name that nothing declares; it is never known. The loader rejects such policies.
    case undeclared(CompiledLeaf)

    /// Compiles a rule; its leaves are appended to `leaves`, where explanations find them.
    init(_ rule: Rule, signals: SignalCatalog, outputs: [String: Int], leaves: inout [Rule.Leaf]) {
        switch rule {
        case .all(let children):
            self = .all(children.map { CompiledRule($0, signals: signals, outputs: outputs, leaves: &leaves) })
        case .any(let children):
            self = .any(children.map { CompiledRule($0, signals: signals, outputs: outputs, leaves: &leaves) })
        case .not(let child):
            self = .not(CompiledRule(child, signals: signals, outputs: outputs, leaves: &leaves))
        case .leaf(let leaf):
            leaves.append(leaf)
            var compiled = CompiledLeaf(
                index: 0, declaration: leaves.count - 1, predicate: leaf.predicate,
                unknownCountsAs: leaf.onUnknown ?? leaf.onError)
            if leaf.type == "projection" {
                guard let index = outputs[leaf.name] else {
                    self = .undeclared(compiled)
                    return
                }
                compiled.index = index
                self = .output(compiled)
            } else {
                let name = leaf.label.map { "\(leaf.name):\($0)" } ?? leaf.name
                guard let index = signals.index(of: SignalKey(leaf.type, name)) else {
                    self = .undeclared(compiled)
                    return
                }
                compiled.index = index
                self = .signal(compiled)
            }
        }
    }

    /// What the rule may come to over the states of all signals and the bands of all scores.
    func evaluate(_ signals: [SignalState], _ outputs: [Possibility]) -> Possibility {
        switch self {
        case .all(let children):
            var conjunction = Conjunction()
            for child in children { conjunction.add(child.evaluate(signals, outputs)) }
            return conjunction.result
        case .any(let children):
            var disjunction = Disjunction()
            for child in children { disjunction.add(child.evaluate(signals, outputs)) }
            return disjunction.result
        case .not(let child): return child.evaluate(signals, outputs).negated
        case .signal(let leaf): return leaf.possibility(of: signals[leaf.index])
        case .output(let leaf): return leaf.settled(outputs[leaf.index])
        case .undeclared: return .unknown
        }
    }

    /// Adds the signals and outputs that this rule reads.
    func collect(signals: inout Set<Int>, outputs: inout Set<Int>) {
        switch self {
        case .all(let children), .any(let children):
            for child in children { child.collect(signals: &signals, outputs: &outputs) }
        case .not(let child): child.collect(signals: &signals, outputs: &outputs)
        case .signal(let leaf): signals.insert(leaf.index)
        case .output(let leaf): outputs.insert(leaf.index)
        case .undeclared: break
        }
    }
}

/// A leaf with its name resolved: what evaluation needs, all of it trivial.
struct CompiledLeaf: Sendable {
    /// The signal or the output.
    var index: Int
    /// Where the declaration stands among the engine's leaves.
    var declaration: Int
    var predicate: NumericPredicate?
    /// What the policy says an unknown counts as.
    var unknownCountsAs: UnknownOutcome?

    /// What the leaf makes of a signal.
    func possibility(of state: SignalState) -> Possibility {
        switch state.kind {
        case .unread:
            var possibility = settled(.unread)
            if predicate != nil { possibility.low = 1 }
            return possibility
        case .unknownStanding, .unknownFailed: return settled(.unknown)
        case .matched, .unmatched:
            let isMatched = state.kind == .matched
            if let predicate {
                let value = state.hasValue ? state.value : isMatched ? state.confidence : 0
                return predicate.holds(for: value) ? .yes(1) : .no
            }
            return isMatched ? .yes(state.confidence) : .no
        }
    }

    /// Applies what the policy says an unknown counts as.
    func settled(_ possibility: Possibility) -> Possibility {
        guard possibility.outcomes.contains(.unknown), let outcome = unknownCountsAs else { return possibility }
        var outcomes = possibility.outcomes
        outcomes.remove(.unknown)
        switch outcome {
        case .noMatch:
            outcomes.insert(.no)
            return Possibility(outcomes: outcomes, low: possibility.low, high: possibility.high)
        case .match:
            let couldHold = outcomes.contains(.yes)
            outcomes.insert(.yes)
            return Possibility(outcomes: outcomes, low: couldHold ? possibility.low : 1, high: 1)
        }
    }
}
