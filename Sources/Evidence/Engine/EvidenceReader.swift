internal import Policy
public import Routing

/// Reads the signals of one request. What several signals need, such as the walk over the text, is done once, when the
/// first of them asks.
public struct EvidenceReader: Sendable {
    private let signals: CompiledSignals
    private var scan: RequestScan
    /// By family; nil is not read.
    private var nanoseconds: [Int64?]
    private let requestReader: Int?
    private let choosers: [Int?]

    init(
        _ signals: CompiledSignals, _ request: EvidenceRequest, placedBy requestReader: Int? = nil,
        chosenBy choosers: [Int?] = []
    ) {
        self.requestReader = requestReader
        self.choosers = choosers
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

    /// What placing the request in meaning needs; nothing when a signal has asked already or nothing can place it.
    public mutating func placingNeeds() -> EvidenceNeeds {
        var needs = EvidenceNeeds()
        guard let requestReader else { return needs }
        let source = placedText
        if scan.findings(requestReader, source, .embedding) == nil { needs.add(source, .embedding, to: requestReader) }
        return needs
    }

    /// Where the request lies in meaning; nil when it was not asked for or could not be said.
    public mutating func placing() -> [Float]? {
        guard let requestReader, let found = scan.findings(requestReader, placedText, .embedding),
            found.problem == nil, !found.embedding.isEmpty
        else { return nil }
        return found.embedding
    }

    /// What asking for a choice among a decision's candidates needs; nothing where nobody is asked.
    public func choosingNeeds(_ decision: Int) -> EvidenceNeeds {
        var needs = EvidenceNeeds()
        if choosers.indices.contains(decision), let reader = choosers[decision] {
            needs.add(.text(scan.text), .labels, to: reader)
        }
        return needs
    }

    /// Who was chosen, as the place among the candidates; else why nobody was.
    public func chosen(_ decision: Int) -> (place: Int?, problem: String?) {
        guard choosers.indices.contains(decision), let reader = choosers[decision],
            let found = scan.findings(reader, .text(scan.text), .labels)
        else { return (nil, "nobody was asked") }
        if let problem = found.problem { return (nil, "the choice is unknown: \(problem.rawValue)") }
        let probabilities = found.probabilities[.labels] ?? []
        return (probabilities.firstIndex { $0 > 0.5 }, "the answer names no candidate")
    }

    /// The text that embedding signals read too, so that one run of the encoder serves both.
    private var placedText: TextSource {
        mutating get { .text(scan.learnedText(EmbeddingSignals.family.type)) }
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
