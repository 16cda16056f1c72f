#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A small generator with a 64-bit state (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A generator that always gives the same numbers for one seed.
    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    public mutating func nextUnit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A draw from the standard normal distribution (Box and Muller, 1958).
    public mutating func nextNormal() -> Double {
        (-2 * log(1 - nextUnit())).squareRoot() * cos(2 * .pi * nextUnit())
    }

    /// A draw from the gamma distribution with scale 1 (Marsaglia and Tsang: "A simple method for generating gamma
    /// variables", 2000). `shape` is positive.
    mutating func nextGamma(shape: Double) -> Double {
        guard shape >= 1 else { return nextGamma(shape: shape + 1) * pow(1 - nextUnit(), 1 / shape) }
        let d = shape - 1 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let normal = nextNormal()
            let v = pow(1 + c * normal, 3)
            guard v > 0 else { continue }
            if log(1 - nextUnit()) < 0.5 * normal * normal + d - d * v + d * log(v) { return d * v }
        }
    }

    /// A draw from the beta distribution; both parameters are positive.
    public mutating func nextBeta(_ alpha: Double, _ beta: Double) -> Double {
        let first = nextGamma(shape: alpha)
        let second = nextGamma(shape: beta)
        return first + second > 0 ? first / (first + second) : alpha / (alpha + beta)
    }
}
