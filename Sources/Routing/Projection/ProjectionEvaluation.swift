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
    /// Inputs that were unknown and were counted as their `miss` or `match` value, by score.
    var assumed: [[Int]]
}

extension CompiledProjections {
    /// Evaluates all scores and bands over readings of which some may be missing.
    func evaluate(_ signals: [Reading?]) -> ProjectionState {
        var state = ProjectionState(
            scores: [ScoreRange](repeating: .point(0), count: scores.count),
            outputs: [Possibility](repeating: .no, count: outputNames.count),
            assumed: [[Int]](repeating: [], count: scores.count))
        for index in order {
            var range = ScoreRange.point(0)
            for (position, input) in scores[index].inputs.enumerated() {
                let contribution = value(of: input, signals, state)
                if contribution.isAssumed { state.assumed[index].append(position) }
                range.add(contribution.range, weight: input.declaration.weight)
            }
            state.scores[index] = range
            for mapping in scores[index].mappings { apply(mappings[mapping], range, &state.outputs, signals, index) }
        }
        return state
    }

    private func value(
        of input: CompiledInput, _ signals: [Reading?], _ state: ProjectionState
    ) -> (range: ScoreRange, isAssumed: Bool) {
        switch input.source {
        case .undeclared: return (.point(input.declaration.miss), true)
        case .score(let score): return (state.scores[score], false)
        case .output(let output):
            let possibility = state.outputs[output]
            if possibility.isCertainlyYes { return (ScoreRange(low: possibility.low, high: possibility.high), false) }
            return (ScoreRange(low: 0, high: possibility.canBeYes ? possibility.high : 0), false)
        case .signal(let index):
            return Self.value(of: signals[index], input)
        }
    }

    /// The contribution of a signal by its value source. Spec signals-decisions §6.2.
    static func value(of reading: Reading?, _ input: CompiledInput) -> (range: ScoreRange, isAssumed: Bool) {
        let declaration = input.declaration
        let isMetric = declaration.type == "kb_metric"
        let readsValue = isMetric || declaration.valueSource == .raw || declaration.valueSource == .score
        let readsConfidence = declaration.valueSource == .confidence
        let match = readsConfidence ? 1 : declaration.match
        let miss = readsConfidence ? 0 : declaration.miss
        guard let reading else {
            if readsValue { return (.anything, false) }
            return (ScoreRange(low: min(match, miss), high: max(match, miss)), false)
        }
        if let reason = reading.unknownReason {
            let standard: ScoreInput.UnknownContribution = input.isSafety && !reason.isStanding ? .interval : .miss
            switch declaration.onUnknown ?? standard {
            case .miss: return (.point(readsValue ? 0 : miss), true)
            case .match: return (.point(readsValue ? 0 : match), true)
            case .interval:
                if readsValue { return (.anything, false) }
                return (ScoreRange(low: min(match, miss), high: max(match, miss)), false)
            }
        }
        if readsValue { return (.point(reading.value ?? 0), false) }
        guard reading.isMatched else { return (.point(miss), false) }
        return (.point(readsConfidence ? reading.confidence : match), false)
    }

    /// Spec signals-decisions §6.3: the first band that holds, or with `multi_emit` every one.
    private func apply(
        _ mapping: CompiledMapping, _ range: ScoreRange, _ outputs: inout [Possibility], _ signals: [Reading?],
        _ score: Int
    ) {
        let isFinal = signalsOfScore[score].allSatisfy { signals[$0] != nil }
        var earlierCertain = false
        var earlierPossible = false
        for (offset, output) in mapping.declaration.outputs.enumerated() {
            var possibility = Band.possibility(
                of: output.bounds, over: range, slope: mapping.declaration.slope, isFinal: isFinal)
            if mapping.declaration.method == .thresholdBands {
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
            let edges = [range.low, range.high].map { confidence(of: bounds, at: $0, slope: slope) }
            let peak = peak(of: bounds, slope: slope, within: range)
            return Possibility(outcomes: .yes, low: min(edges[0], edges[1]), high: max(edges[0], edges[1], peak))
        }
        if isDisjoint(bounds, range) { return .no }
        if isFinal { return .unknown }
        return Possibility(outcomes: [.no, .yes, .unknown], low: 0.5, high: 1)
    }

    /// 1/(1+e^(−slope·d)), d the distance to the nearest bound. Spec signals-decisions §6.3.
    static func confidence(of bounds: NumericPredicate, at score: Double, slope: Double) -> Double {
        let distances = [bounds.greaterThan, bounds.greaterOrEqual, bounds.lessThan, bounds.lessOrEqual]
            .compactMap { $0.map { abs(score - $0) } }
        guard let distance = distances.min() else { return 1 }
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
