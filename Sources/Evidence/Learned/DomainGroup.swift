internal import Policy
internal import Routing

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The domain signals of a recipe over one classifier. Spec signals-decisions §4.2; unlike there, the probabilities of
/// a signal's labels add up.
final class DomainGroup: SignalGroup {
    /// Share of the greatest entropy up to which one domain is certain enough to stand alone. Spec §2.4.
    private static let lowEntropy = 0.4

    private let classifier: LabelledText
    private let threshold: Double
    /// The labels of each signal, as indices into the classifier's.
    private let labels: [[Int]]
    /// The labels that are no signal's.
    private let undeclared: [Int]

    init(_ signals: [DomainSignal], _ classifier: LabelledText, threshold: Double) {
        self.classifier = classifier
        self.threshold = threshold
        let labels = signals.map { signal in
            let wanted = Set(signal.categories.isEmpty ? [signal.name.lowercased()] : signal.categories)
            return classifier.labels.indices.filter { wanted.contains(classifier.labels[$0].lowercased()) }
        }
        self.labels = labels
        undeclared = classifier.labels.indices.filter { label in !labels.contains { $0.contains(label) } }
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        needs.add(.text(scan.learnedText(DomainSignals.family.type)), .domain, to: classifier.reader)
    }

    func read(_ scan: inout RequestScan) -> [Reading] {
        let source = TextSource.text(scan.learnedText(DomainSignals.family.type))
        let (probabilities, coverage, problem) = classifier.probabilities(scan, source)
        if let problem { return unknownReadings(labels.count, problem) }
        let scores = labels.map { min(1, $0.reduce(0) { $0 + probabilities[$1] }) }
        var best = scores.indices.max { scores[$0] < scores[$1] }
        // A text that is surely of a domain that the policy does not know is not of the likeliest one that it does.
        if let likeliest = best, undeclared.contains(where: { probabilities[$0] > scores[likeliest] }) { best = nil }
        let standsAlone = Self.entropy(probabilities) < Self.lowEntropy
        return scores.indices.map { index in
            let isMatch = scores[index] >= threshold && scores[index] > 0 && (!standsAlone || index == best)
            return isMatch
                ? .matched(confidence: scores[index], value: scores[index], coverage: coverage)
                : .unmatched(value: scores[index], coverage: coverage)
        }
    }

    /// Shannon entropy over its greatest value, 0 to 1.
    static func entropy(_ probabilities: [Double]) -> Double {
        guard probabilities.count > 1 else { return 0 }
        let bits = probabilities.reduce(0) { $0 - ($1 > 0 ? $1 * log2($1) : 0) }
        return bits / log2(Double(probabilities.count))
    }
}
