/// Finds personal data that has a form: numbers, addresses of the net, dates, keys.
///
/// Names, places and street addresses have no form; they are a model's work. One pass over the bytes finds the places
/// where something may begin, and a rule checks each of them within a fixed window, so time is linear in the text,
/// whatever it holds.
public struct PersonalDataScanner: Sendable {
    /// A scanner of all kinds.
    public init() {}

    /// What the text holds, in order and without overlaps. Of two findings that overlap, the surer one stays, then the
    /// longer one.
    public func findings(in text: String) -> [PersonalDataFinding] {
        text.withUTF8Bytes { bytes in
            var scan = PersonalDataScan(bytes)
            scan.run()
            return Self.withoutOverlaps(scan.findings)
        }
    }

    /// A finding that overlaps a better one is dropped; one left to right pass with a stack of the kept ones.
    static func withoutOverlaps(_ findings: [PersonalDataFinding]) -> [PersonalDataFinding] {
        var kept: [PersonalDataFinding] = []
        kept.reserveCapacity(findings.count)
        for finding in findings.sorted(by: {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }) {
            var isBetter = true
            while let last = kept.last, last.range.upperBound > finding.range.lowerBound {
                let mine = (finding.confidence, finding.range.count)
                guard mine > (last.confidence, last.range.count) else {
                    isBetter = false
                    break
                }
                kept.removeLast()
            }
            if isBetter { kept.append(finding) }
        }
        return kept
    }
}
