internal import Glibc
internal import Lexical
internal import Policy
internal import Routing
internal import Wire

/// A compiled structure signal. Spec signals-decisions §3.3.
struct StructureRule: SignalRule {
    /// What is counted. Each case but the last asks the shared walk first and reads the text again only on a hit.
    private enum Source {
        case pattern(Pattern, shared: Int)
        case keywords(KeywordOccurrences, shared: [Int])
        /// The shared indices are those of each sequence's markers.
        case sequences(SequenceMatcher, shared: [[Int]])
        case userBytes
    }

    /// Bytes that counting a pattern may read beyond the first hundred matches: each match can cost a read of the rest
    /// of the text.
    private static let countingBudget = 256 << 20

    private let feature: StructureSignal.FeatureType
    private let source: Source
    private let predicate: NumericPredicate?

    init?(_ signal: StructureSignal, _ declaration: SignalDeclaration, _ builder: inout EvidenceBuilder) {
        feature = signal.feature.type
        predicate = signal.predicate
        let declared = signal.feature.source
        let keepsCase = declared.isCaseSensitive
        func occurrence(_ text: String, _ builder: inout EvidenceBuilder) -> Int {
            builder.literal(text, caseSensitive: keepsCase, boundaries: false)
        }
        switch declared.type {
        case .regex:
            guard
                let pattern = builder.compilePattern(
                    declared.pattern, caseInsensitive: !keepsCase, in: declaration,
                    key: ["feature", "source", "pattern"])
            else { return nil }
            source = .pattern(pattern, shared: builder.pattern(declared.pattern, caseInsensitive: !keepsCase))
        case .keywordSet:
            var shared: [Int] = []
            for keyword in declared.keywords { shared.append(occurrence(keyword, &builder)) }
            source = .keywords(
                KeywordOccurrences(keywords: declared.keywords, caseSensitive: keepsCase), shared: shared)
        case .sequence:
            var shared: [[Int]] = []
            for sequence in declared.sequences {
                var markers: [Int] = []
                for marker in sequence { markers.append(occurrence(marker, &builder)) }
                shared.append(markers)
            }
            source = .sequences(
                SequenceMatcher(sequences: declared.sequences, caseSensitive: keepsCase), shared: shared)
        case .textBytes:
            source = .userBytes
        }
    }

    /// The value is the count, the density or, for `exists` and `sequence`, 0 or 1.
    func read(_ scan: inout RequestScan) -> Reading {
        let value = value(&scan)
        guard let predicate else {
            return value > 0 ? .matched(value: value) : .unmatched(value: value)
        }
        guard predicate.holds(for: value) else { return .unmatched(value: value) }
        return .matched(confidence: confidence(value, predicate), value: value)
    }

    /// max(½, 1 / (1 + e^(−4·distance to the first bound))).
    private func confidence(_ value: Double, _ predicate: NumericPredicate) -> Double {
        guard let bound = predicate.firstBound else { return 1 }
        return max(0.5, 1 / (1 + exp(-4 * abs(value - bound))))
    }

    private func value(_ scan: inout RequestScan) -> Double {
        switch feature {
        case .exists, .sequence: return occurs(&scan) ? 1 : 0
        case .count: return Double(count(&scan))
        case .density:
            let occurrences = count(&scan)
            guard occurrences > 0, scan.textUnits > 0 else { return 0 }
            return Double(occurrences) / Double(scan.textUnits)
        }
    }

    private func occurs(_ scan: inout RequestScan) -> Bool {
        if case .pattern(_, let shared) = source { return scan.patternMatches.contains(shared) }
        return count(&scan) > 0
    }

    private func count(_ scan: inout RequestScan) -> Int {
        switch source {
        case .pattern(let pattern, let shared):
            guard scan.patternMatches.contains(shared) else { return 0 }
            let affordable = Self.countingBudget / max(scan.text.utf8.count, 1)
            return pattern.count(in: scan.text, maximum: min(max(affordable, 100), 10_000))
        case .keywords(let occurrences, let shared):
            let found = scan.literalMatches
            return shared.contains(where: found.contains) ? occurrences.count(in: scan.text) : 0
        case .sequences(let matcher, let shared):
            let found = scan.literalMatches
            let isPossible = shared.contains { $0.allSatisfy(found.contains) }
            return isPossible && matcher.matches(scan.text) ? 1 : 0
        case .userBytes:
            return scan.conversation.currentUserText.utf8.count
        }
    }
}
