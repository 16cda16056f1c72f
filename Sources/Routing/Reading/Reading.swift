/// What one signal says about a request.
public struct Reading: Sendable, Hashable {
    /// Whether the signal matched. Unknown is not "no".
    public enum Outcome: Sendable, Hashable {
        case matched
        case unmatched
        case unknown(UnknownReason)
    }

    public var outcome: Outcome
    /// How sure the signal is that it matched, 0 to 1. Families that only know yes and no say 1.
    public var confidence: Double
    /// The number that rule predicates test and `value_source: raw` reads: a count, a density, a score.
    public var value: Double?
    /// The share of the text that was really read, 0 to 1.
    public var coverage: Double
    /// What made it match, such as the keywords found; at most a few short texts, for explanations.
    public var details: [String]

    /// A reading.
    public init(
        _ outcome: Outcome, confidence: Double = 1, value: Double? = nil, coverage: Double = 1, details: [String] = []
    ) {
        self.outcome = outcome
        self.confidence = confidence
        self.value = value
        self.coverage = coverage
        self.details = details
    }

    /// A match.
    public static func matched(
        confidence: Double = 1, value: Double? = nil, coverage: Double = 1, details: [String] = []
    ) -> Reading {
        Reading(.matched, confidence: confidence, value: value, coverage: coverage, details: details)
    }

    /// No match.
    public static func unmatched(value: Double? = nil, coverage: Double = 1) -> Reading {
        Reading(.unmatched, confidence: 0, value: value, coverage: coverage)
    }

    /// Nothing can be said.
    public static func unknown(_ reason: UnknownReason) -> Reading {
        Reading(.unknown(reason), confidence: 0, coverage: 0)
    }

    /// Whether the outcome is a match.
    public var isMatched: Bool { outcome == .matched }

    /// Why nothing can be said, when nothing can.
    public var unknownReason: UnknownReason? {
        if case .unknown(let reason) = outcome { return reason }
        return nil
    }
}

/// Why a signal could not say anything.
public enum UnknownReason: String, Sendable, Hashable, CaseIterable {
    /// The model that the family needs is not on this machine.
    case modelMissing = "model_missing"
    /// The module behind the family is switched off in the policy.
    case disabled = "disabled"
    /// The text is not in a language that the encoder can read.
    case unreadable = "unreadable"
    /// Shed, because the router is overloaded.
    case overloaded = "overloaded"
    case timeout = "timeout"
    case failed = "failed"
    /// The caller gave no identity although the policy needs one.
    case identityMissing = "identity_missing"
    /// There is too little to judge by, such as a text without letters for a language.
    case inconclusive = "inconclusive"

    /// A standing condition that the operator was told of at start, in contrast to a failure of the moment.
    public var isStanding: Bool { self == .modelMissing || self == .disabled }
}

/// What reading a signal costs. Cheaper classes are read first, dearer ones only if they can still matter.
public enum CostClass: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Microseconds on this processor.
    case free
    /// A share of one encoder pass: milliseconds.
    case encoder
    /// A call to another machine: seconds.
    case remote

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
