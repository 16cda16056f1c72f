/// Estimates tokens from bytes, with a ratio learned from what providers report (spec signals-decisions §3.2).
public struct TokenEstimator: Sendable, Hashable {
    /// Observations before the learned ratio is used.
    public static let requiredSamples = 10
    /// Bytes per token assumed before that.
    public static let defaultRatio = 4.0

    /// Observations learned so far.
    public private(set) var samples = 0
    /// Slow mean of the observed bytes per token; 0 before the first observation.
    public private(set) var meanRatio = 0.0
    /// Ratio that falls fast and rises slowly, so that estimates err on the high side.
    public private(set) var conservativeRatio = 0.0

    public init() {}

    /// Bytes per token that `estimate` uses now.
    public var ratio: Double { samples >= Self.requiredSamples ? conservativeRatio : Self.defaultRatio }

    /// Learns from one reply's usage: mean = .995 · mean + .005 · r; conservative moves by .90 of the way down or .10
    /// of the way up. Observations outside 0.1 to 100 bytes per token are no tokenizer's and are ignored.
    public mutating func learn(bytes: Int, promptTokens: Int) {
        guard bytes > 0, promptTokens > 0 else { return }
        let observed = Double(bytes) / Double(promptTokens)
        guard (0.1...100).contains(observed) else { return }
        if samples == 0 {
            meanRatio = observed
            conservativeRatio = observed
        } else {
            meanRatio = 0.995 * meanRatio + 0.005 * observed
            let step = observed < conservativeRatio ? 0.90 : 0.10
            conservativeRatio += step * (observed - conservativeRatio)
        }
        if samples < Int.max { samples += 1 }
    }

    /// Tokens of a text of so many bytes: ⌈bytes / ratio⌉, at least 1.
    public func estimate(bytes: Int) -> Int {
        let tokens = (Double(max(bytes, 0)) / ratio).rounded(.up)
        return tokens < Double(Int.max) ? max(1, Int(tokens)) : Int.max
    }
}
