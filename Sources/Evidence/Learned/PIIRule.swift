internal import Lexical
internal import Policy
internal import Routing

/// One signal of personal data: formats by validated rules, names and places by a model. Spec signals-decisions §4.10.
///
/// Unlike there, an omitted threshold is the module's, a failure is not an all-clear, and places and organisations are
/// personal data only beside a person or an identifier of one: the capital of France is not.
struct PIIRule: SignalRule {
    private static let scanner = PersonalDataScanner()
    /// Kinds that say nothing about anybody by themselves.
    private static let dependentKinds: Set<String> = [
        "LOCATION", "GPE", "ORGANIZATION", "DATE_TIME", "ZIP_CODE", "TITLE",
    ]

    private let threshold: Double
    private let allowed: Set<String>
    private let includesHistory: Bool
    private let reader: Int

    init(_ signal: PIISignal, moduleThreshold: Double, reader: Int) {
        let given = signal.threshold ?? 0
        threshold = given > 0 ? given : moduleThreshold
        allowed = Set(signal.allowedTypes.map(\.rawValue))
        includesHistory = signal.includesHistory
        self.reader = reader
    }

    func collect(_ scan: inout RequestScan, into needs: inout EvidenceNeeds) {
        for text in scan.guardedTexts(PIISignals.family.type, includingHistory: includesHistory) {
            needs.add(.text(text), .personalData, to: reader)
        }
    }

    func read(_ scan: inout RequestScan) -> Reading {
        var kinds: [String: Double] = [:]
        var coverage = 1.0
        var problem: UnknownReason?
        func note(_ kind: String, _ confidence: Double) {
            guard confidence >= threshold, !isAllowed(kind) else { return }
            kinds[kind] = max(kinds[kind] ?? 0, confidence)
        }
        for text in scan.guardedTexts(PIISignals.family.type, includingHistory: includesHistory) {
            for finding in Self.scanner.findings(in: text) {
                note(finding.kind.rawValue, finding.confidence)
            }
            guard let found = scan.findings(reader, .text(text), .personalData) else {
                problem = problem ?? .failed
                continue
            }
            problem = problem ?? found.problem
            if found.problem == nil { coverage = min(coverage, found.coverage) }
            for entity in found.entities { note(entity.kind, entity.confidence) }
        }
        if kinds.keys.allSatisfy(Self.dependentKinds.contains) { kinds = [:] }
        if let best = kinds.values.max() {
            let names = kinds.keys.sorted { (kinds[$0] ?? 0, $1) > (kinds[$1] ?? 0, $0) }
            return .matched(confidence: best, value: best, coverage: coverage, details: names)
        }
        return problem.map(Reading.unknown) ?? .unmatched(value: 0, coverage: coverage)
    }

    /// Policies call places `GPE`; the model also finds those that are no political entity.
    private func isAllowed(_ kind: String) -> Bool {
        allowed.contains(kind) || (kind == "LOCATION" && allowed.contains("GPE"))
    }
}
