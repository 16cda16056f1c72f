public import Routing

/// Reads the signals of one request. What several signals need, such as the walk over the text, is done once, when the
/// first of them asks.
public struct EvidenceReader: Sendable {
    private let signals: CompiledSignals
    private var scan: RequestScan
    /// By family; nil is not read.
    private var nanoseconds: [Int64?]

    init(_ signals: CompiledSignals, _ request: EvidenceRequest) {
        self.signals = signals
        scan = RequestScan(request, signals.matchers)
        nanoseconds = Array(repeating: nil, count: signals.families.count)
    }

    /// What reading these signals needs of models; hand what they find to `supply` before reading.
    public mutating func needs(of indices: [Int]) -> EvidenceNeeds {
        var needs = EvidenceNeeds()
        for index in indices where signals.rules.indices.contains(index) {
            signals.rules[index].collect(&scan, into: &needs)
        }
        return needs
    }

    /// Takes what models found out.
    public mutating func supply(_ facts: EvidenceFacts) { scan.supply(facts) }

    /// Time that each model took, from asking to its answer, by its name.
    public var readerNanoseconds: [(reader: String, nanoseconds: Int64)] { scan.facts.nanoseconds }

    /// Reads signals by their indices in the engine's catalogue. Indices outside it are left out.
    public mutating func read(_ indices: [Int]) -> [(Int, Reading)] {
        let clock = ContinuousClock()
        var result: [(Int, Reading)] = []
        result.reserveCapacity(indices.count)
        var family: Int?
        var start = clock.now
        for index in indices where signals.rules.indices.contains(index) {
            let next = signals.familyOfSignal[index]
            if next != family {
                let now = clock.now
                if let family { charge(family, now - start) }
                (family, start) = (next, now)
            }
            result.append((index, signals.rules[index].read(&scan)))
        }
        if let family { charge(family, clock.now - start) }
        return result
    }

    /// Time spent so far by each family that was read. What families share counts for the one that asked first.
    public var familyNanoseconds: [(family: String, nanoseconds: Int64)] {
        zip(signals.families, nanoseconds).compactMap { family, time in time.map { (family, $0) } }
    }

    private mutating func charge(_ family: Int, _ duration: Duration) {
        nanoseconds[family, default: 0] += duration.nanosecondCount
    }
}

extension [Int64?] {
    fileprivate subscript(index: Int, default value: Int64) -> Int64 {
        get { self[index] ?? value }
        set { self[index] = newValue }
    }
}
