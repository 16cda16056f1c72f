public import Policy

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A rule that must hold for a signal to count, such as the composer of a complexity signal.
public struct SignalGate: Sendable {
    /// The signals that the rule gates.
    public var signals: [SignalKey]
    public var rule: Rule

    /// A gate before signals.
    public init(signals: [SignalKey], rule: Rule) {
        self.signals = signals
        self.rule = rule
    }
}

/// What a partition made of its members; for explanations.
public struct PartitionOutcome: Sendable, Hashable {
    /// A matched member.
    public struct Contender: Sendable, Hashable {
        public var name: String
        public var rawScore: Double
        /// Its share under softmax.
        public var normalizedScore: Double?
    }

    public var name: String
    public var contenders: [Contender]
    public var winner: String?
    /// The winner's lead over the second, in shares or raw.
    public var margin: Double
    public var isDefault: Bool
}

/// Gates and partitions of a recipe: they turn readings into effective readings.
struct Contests: Sendable {
    private struct Gate {
        var signals: [Int]
        var rule: CompiledRule
        var inputs: Set<Int>
    }

    private struct CompiledPartition {
        var declaration: Partition
        var members: [Int]
        var defaultMember: Int?
    }

    private var gates: [Gate] = []
    private var partitions: [CompiledPartition] = []
    /// For each signal, the other signals that decide what it counts as.
    private(set) var dependencies: [Int: Set<Int>] = [:]

    init(gates: [SignalGate], partitions: [Partition], signals: SignalCatalog, leaves: inout [Rule.Leaf]) {
        for gate in gates {
            let rule = CompiledRule(gate.rule, signals: signals, outputs: [:], leaves: &leaves)
            var inputs: Set<Int> = []
            var outputs: Set<Int> = []
            rule.collect(signals: &inputs, outputs: &outputs)
            let gated = gate.signals.compactMap(signals.index(of:))
            self.gates.append(Gate(signals: gated, rule: rule, inputs: inputs))
            for index in gated { dependencies[index, default: []].formUnion(inputs) }
        }
        for partition in partitions {
            let members = partition.members.compactMap { signals.index(of: SignalKey(partition.family, $0)) }
            guard members.count > 1 else { continue }
            let defaultMember = signals.index(of: SignalKey(partition.family, partition.defaultMember))
            self.partitions.append(
                CompiledPartition(declaration: partition, members: members, defaultMember: defaultMember))
            for index in members { dependencies[index, default: []].formUnion(members) }
        }
    }

    var isEmpty: Bool { gates.isEmpty && partitions.isEmpty }

    /// The readings as rules and scores see them. A signal whose gate or rivals are unread counts as unread.
    func apply(to readings: [Reading?], outcomes: ((PartitionOutcome) -> Void)? = nil) -> [Reading?] {
        guard !isEmpty else { return readings }
        var result = readings
        let states = gates.isEmpty ? [] : SignalState.all(readings)
        for gate in gates {
            let possibility = gate.rule.evaluate(states, [])
            for index in gate.signals {
                guard let reading = readings[index], reading.isMatched else { continue }
                if possibility.isCertainlyYes { continue }
                if possibility.outcomes == .no {
                    result[index] = Reading(
                        .unmatched, confidence: 0, value: reading.value, coverage: reading.coverage)
                } else if possibility.outcomes == .unknown {
                    result[index] = .unknown(.inconclusive)
                } else {
                    result[index] = nil
                }
            }
        }
        for partition in partitions {
            if partition.members.contains(where: { result[$0] == nil }) {
                for member in partition.members { result[member] = nil }
                continue
            }
            let outcome = Self.resolve(partition, &result)
            if let outcome { outcomes?(outcome) }
        }
        return result
    }

    /// Spec signals-decisions §6.1. Unlike there, the default winner carries no confidence: it is a fallback.
    private static func resolve(_ partition: CompiledPartition, _ readings: inout [Reading?]) -> PartitionOutcome? {
        let name = partition.declaration.name
        let names = Dictionary(
            zip(partition.members, partition.declaration.members), uniquingKeysWith: { first, _ in first })
        let contenders = partition.members.filter { readings[$0]?.isMatched == true }
        guard !contenders.isEmpty else {
            let isDecided = partition.members.allSatisfy { readings[$0]?.outcome == .unmatched }
            guard isDecided, let index = partition.defaultMember, let reading = readings[index] else { return nil }
            readings[index] = .matched(
                confidence: 0, value: reading.value, coverage: reading.coverage, details: ["partition default"])
            return PartitionOutcome(
                name: name, contenders: [], winner: partition.declaration.defaultMember, margin: 0, isDefault: true)
        }
        func score(_ index: Int) -> Double { readings[index]?.confidence ?? 0 }
        guard contenders.count > 1, var winner = contenders.first else {
            return PartitionOutcome(
                name: name, contenders: contenders.map { .init(name: names[$0] ?? "", rawScore: score($0)) },
                winner: contenders.first.flatMap { names[$0] }, margin: contenders.first.map(score) ?? 0,
                isDefault: false)
        }
        for index in contenders.dropFirst() where score(index) > score(winner) { winner = index }
        let scores = contenders.map(score)
        var shares: [Double]?
        if partition.declaration.semantics == .softmaxExclusive {
            let temperature = partition.declaration.temperature > 0 ? partition.declaration.temperature : 1
            let greatest = scores.max() ?? 0
            let weights = scores.map { exp(($0 - greatest) / temperature) }
            let total = weights.reduce(0, +)
            shares = weights.map { $0 / total }
        }
        let graded = shares ?? scores
        let ranked = graded.sorted(by: >)
        let outcome = PartitionOutcome(
            name: name,
            contenders: contenders.enumerated().map {
                .init(name: names[$1] ?? "", rawScore: scores[$0], normalizedScore: shares?[$0])
            }, winner: names[winner], margin: ranked[0] - ranked[1], isDefault: false)
        for (position, index) in contenders.enumerated() {
            if index == winner {
                readings[index]?.confidence = graded[position]
            } else if let value = readings[index]?.value {
                readings[index] = .unmatched(value: value)
            } else {
                readings[index] = .unmatched()
            }
        }
        return outcome
    }
}
