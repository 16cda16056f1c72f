internal import Policy

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Scores and bands of one request.
struct ProjectionState: Sendable {
    var scores: [ScoreRange]
    var outputs: [Possibility]
}

extension CompiledProjections {
    /// Evaluates all scores and bands over signals of which some may be unread. `assumed` learns of every input that
    /// was unknown and counted as its `miss` or `match` value: its score and its position.
    func evaluate(_ signals: [SignalState], assumed: ((Int, Int) -> Void)? = nil) -> ProjectionState {
        var state = ProjectionState(
            scores: [ScoreRange](repeating: .point(0), count: scores.count),
            outputs: [Possibility](repeating: .no, count: outputNames.count))
        for index in order {
            var range = ScoreRange.point(0)
            for (position, input) in scores[index].inputs.enumerated() {
                let contribution = value(of: input, signals, state)
                if contribution.isAssumed { assumed?(index, position) }
                range.add(contribution.range, weight: input.weight)
            }
            state.scores[index] = range
            for mapping in scores[index].mappings { apply(mapping, range, &state.outputs, signals) }
        }
        return state
    }

    private func value(
        of input: CompiledInput, _ signals: [SignalState], _ state: ProjectionState
    ) -> (range: ScoreRange, isAssumed: Bool) {
        switch input.source {
        case .undeclared: return (.point(input.miss), true)
        case .score(let score): return (state.scores[score], false)
        case .output(let output):
            let possibility = state.outputs[output]
            if possibility.isCertainlyYes { return (ScoreRange(low: possibility.low, high: possibility.high), false) }
            return (ScoreRange(low: 0, high: possibility.canBeYes ? possibility.high : 0), false)
        case .signal(let index): return Self.value(of: signals[index], input)
        }
    }

    /// The contribution of a signal by its value source. Spec signals-decisions §6.2.
    static func value(of signal: SignalState, _ input: CompiledInput) -> (range: ScoreRange, isAssumed: Bool) {
        let open =
            input.readsValue
            ? ScoreRange.anything
            : ScoreRange(low: min(input.match, input.miss), high: max(input.match, input.miss))
        switch signal.kind {
        case .unread: return (open, false)
        case .unknownStanding, .unknownFailed:
            switch signal.kind == .unknownStanding ? input.onStanding : input.onFailure {
            case .miss: return (.point(input.readsValue ? 0 : input.miss), true)
            case .match: return (.point(input.readsValue ? 0 : input.match), true)
            case .interval: return (open, false)
            }
        case .matched, .unmatched:
            if input.readsValue { return (.point(signal.value), false) }
            guard signal.kind == .matched else { return (.point(input.miss), false) }
            return (.point(input.readsConfidence ? signal.confidence : input.match), false)
        }
    }

    /// Spec signals-decisions §6.3: the first band that holds, or with `multi_emit` every one.
    private func apply(
        _ index: Int, _ range: ScoreRange, _ outputs: inout [Possibility], _ signals: [SignalState]
    ) {
        let mapping = mappings[index]
        let isFinal = signalsOfScore[mapping.score].allSatisfy { signals[$0].kind != .unread }
        var earlierCertain = false
        var earlierPossible = false
        for (offset, bounds) in mapping.bounds.enumerated() {
            var possibility = Band.possibility(of: bounds, over: range, slope: mapping.slope, isFinal: isFinal)
            if mapping.isFirstOnly {
                if earlierCertain {
                    possibility = .no
                } else if earlierPossible, possibility.canBeYes {
                    possibility.outcomes.insert(isFinal ? .unknown : .no)
                    if isFinal { possibility.outcomes.remove(.yes) }
                }
                if possibility.isCertainlyYes { earlierCertain = true }
                if possibility.outcomes != .no { earlierPossible = true }
            }
            outputs[mapping.firstOutput + offset] = possibility
        }
    }
}

/// A band over a score.
enum Band {
    /// Whether a score inside `range` lies in the band. A range that the band does not decide leaves it open while
    /// inputs are unread and unknown once all are (`isFinal`).
    static func possibility(
        of bounds: NumericPredicate, over range: ScoreRange, slope: Double, isFinal: Bool
    ) -> Possibility {
        if range.isPoint {
            guard bounds.holds(for: range.low) else { return .no }
            return .yes(confidence(of: bounds, at: range.low, slope: slope))
        }
        let lowHolds = holdsAtLowEnd(bounds, range.low)
        let highHolds = holdsAtHighEnd(bounds, range.high)
        if lowHolds, highHolds {
            let first = confidence(of: bounds, at: range.low, slope: slope)
            let last = confidence(of: bounds, at: range.high, slope: slope)
            let peak = peak(of: bounds, slope: slope, within: range)
            return Possibility(outcomes: .yes, low: min(first, last), high: max(first, last, peak))
        }
        if isDisjoint(bounds, range) { return .no }
        if isFinal { return .unknown }
        return Possibility(outcomes: [.no, .yes, .unknown], low: 0.5, high: 1)
    }

    /// 1/(1+e^(−slope·d)), d the distance to the nearest bound. Spec signals-decisions §6.3.
    static func confidence(of bounds: NumericPredicate, at score: Double, slope: Double) -> Double {
        var distance = Double.infinity
        if let bound = bounds.greaterThan ?? bounds.greaterOrEqual { distance = min(distance, abs(score - bound)) }
        if let bound = bounds.lessThan ?? bounds.lessOrEqual { distance = min(distance, abs(score - bound)) }
        return 1 / (1 + exp(-slope * distance))
    }

    private static func holdsAtLowEnd(_ bounds: NumericPredicate, _ value: Double) -> Bool {
        if let bound = bounds.greaterThan, !(value > bound) { return false }
        if let bound = bounds.greaterOrEqual, !(value >= bound) { return false }
        return true
    }

    private static func holdsAtHighEnd(_ bounds: NumericPredicate, _ value: Double) -> Bool {
        if let bound = bounds.lessThan, !(value < bound) { return false }
        if let bound = bounds.lessOrEqual, !(value <= bound) { return false }
        return true
    }

    private static func isDisjoint(_ bounds: NumericPredicate, _ range: ScoreRange) -> Bool {
        if let bound = bounds.greaterThan, !(range.high > bound) { return true }
        if let bound = bounds.greaterOrEqual, !(range.high >= bound) { return true }
        if let bound = bounds.lessThan, !(range.low < bound) { return true }
        if let bound = bounds.lessOrEqual, !(range.low <= bound) { return true }
        return false
    }

    /// The confidence in the middle of a closed band, where the distance to both bounds is greatest.
    private static func peak(of bounds: NumericPredicate, slope: Double, within range: ScoreRange) -> Double {
        guard let low = bounds.greaterThan ?? bounds.greaterOrEqual, let high = bounds.lessThan ?? bounds.lessOrEqual
        else { return 0 }
        let middle = (low + high) / 2
        guard range.low < middle, middle < range.high else { return 0 }
        return confidence(of: bounds, at: middle, slope: slope)
    }
}
