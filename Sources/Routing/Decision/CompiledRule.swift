internal import Policy

/// A rule tree with names resolved to indices.
indirect enum CompiledRule: Sendable {
    case all([CompiledRule])
    case any([CompiledRule])
    case not(CompiledRule)
    case signal(index: Int, leaf: Rule.Leaf)
    case output(index: Int, leaf: Rule.Leaf)
    /// A name that nothing declares; it never holds and never fails. The loader rejects such policies.
    case undeclared(Rule.Leaf)

    init(_ rule: Rule, signals: SignalCatalog, outputs: [String: Int]) {
        switch rule {
        case .all(let children):
            self = .all(children.map { CompiledRule($0, signals: signals, outputs: outputs) })
        case .any(let children):
            self = .any(children.map { CompiledRule($0, signals: signals, outputs: outputs) })
        case .not(let child):
            self = .not(CompiledRule(child, signals: signals, outputs: outputs))
        case .leaf(let leaf):
            if leaf.type == "projection" {
                self = outputs[leaf.name].map { .output(index: $0, leaf: leaf) } ?? .undeclared(leaf)
            } else {
                let name = leaf.label.map { "\(leaf.name):\($0)" } ?? leaf.name
                let index = signals.index(of: SignalKey(leaf.type, name))
                self = index.map { .signal(index: $0, leaf: leaf) } ?? .undeclared(leaf)
            }
        }
    }

    func evaluate(_ signals: [Reading?], _ outputs: [Possibility]) -> Possibility {
        switch self {
        case .all(let children): return .all(children.map { $0.evaluate(signals, outputs) })
        case .any(let children): return .any(children.map { $0.evaluate(signals, outputs) })
        case .not(let child): return child.evaluate(signals, outputs).negated
        case .signal(let index, let leaf): return Self.possibility(of: signals[index], leaf)
        case .output(let index, let leaf): return Self.settled(outputs[index], leaf)
        case .undeclared: return .unknown
        }
    }

    /// What a leaf makes of a signal's reading.
    static func possibility(of reading: Reading?, _ leaf: Rule.Leaf) -> Possibility {
        guard let reading else {
            var possibility = settled(.unread, leaf)
            if leaf.predicate != nil { possibility.low = 1 }
            return possibility
        }
        if reading.unknownReason != nil { return settled(.unknown, leaf) }
        if let predicate = leaf.predicate {
            let value = reading.value ?? (reading.isMatched ? reading.confidence : 0)
            return predicate.holds(for: value) ? .yes(1) : .no
        }
        return reading.isMatched ? .yes(reading.confidence) : .no
    }

    /// Applies what the policy says an unknown counts as.
    private static func settled(_ possibility: Possibility, _ leaf: Rule.Leaf) -> Possibility {
        guard possibility.outcomes.contains(.unknown), let outcome = leaf.onUnknown ?? leaf.onError else {
            return possibility
        }
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

    /// Adds the signals and outputs that this rule reads.
    func collect(signals: inout Set<Int>, outputs: inout Set<Int>) {
        switch self {
        case .all(let children), .any(let children):
            for child in children { child.collect(signals: &signals, outputs: &outputs) }
        case .not(let child): child.collect(signals: &signals, outputs: &outputs)
        case .signal(let index, _): signals.insert(index)
        case .output(let index, _): outputs.insert(index)
        case .undeclared: break
        }
    }
}
