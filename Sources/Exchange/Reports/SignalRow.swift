internal import Policy
public import Routing

/// One signal with what it said and what it was asked.
public struct SignalRow: Sendable {
    public var key: SignalKey
    public var result: Explanation.Result
    public var confidence: Double
    /// The number that it saw.
    public var value: Double?
    /// The declared test in words, where there is one, such as `value >= 3`.
    public var test: String?
    /// Why nothing is known.
    public var reason: UnknownReason?
    /// What it found, or why its match does not count.
    public var details: [String]
    /// The share of the text that was read.
    public var coverage: Double
    /// Whether any decision depends on it.
    public var isUsed: Bool
    public var isSafety: Bool

    init(
        _ entry: SignalCatalog.Entry, raw: Reading?, effective: Reading?, declaration: SignalDeclaration?, isUsed: Bool
    ) {
        let reading = effective ?? raw
        key = entry.key
        isSafety = entry.isSafety
        self.isUsed = isUsed
        confidence = reading?.confidence ?? 0
        value = reading?.value
        reason = reading?.unknownReason
        details = reading?.details ?? []
        coverage = reading?.coverage ?? 0
        test = declaration.flatMap { DeclaredTest.text(of: $0.configuration) }
        switch reading?.outcome {
        case nil: result = .skipped
        case .matched: result = .matched
        case .unmatched: result = .unmatched
        case .unknown: result = .unknown
        }
        if raw?.isMatched == true, effective?.isMatched == false {
            details.append("matched, but a partition or composer sets it aside")
        }
    }
}

/// Finds the numeric test in a declaration of any family, by the types that all families share.
enum DeclaredTest {
    /// The test in words, or nil. Looks one level deep for predicates, token bounds and thresholds.
    static func text(of configuration: any Sendable) -> String? {
        var parts: [String] = []
        for child in Mirror(reflecting: configuration).children {
            guard let label = child.label, let value = unwrapped(child.value) else { continue }
            switch value {
            case let predicate as NumericPredicate where predicate.firstBound != nil:
                parts.append("value \(predicate.text)")
            case let tokens as TokenCount where label.hasPrefix("min") && tokens.tokens > 0:
                parts.append(">= \(tokens.tokens) tokens")
            case let tokens as TokenCount where label.hasPrefix("max"): parts.append("<= \(tokens.tokens) tokens")
            case let threshold as Double where label == "threshold" && threshold != 0:
                parts.append("threshold \(threshold.shortText)")
            default: continue
            }
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    private static func unwrapped(_ value: Any) -> Any? {
        let mirror = Mirror(reflecting: value)
        return mirror.displayStyle == .optional ? mirror.children.first?.value : value
    }
}
