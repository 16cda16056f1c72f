/// The SplitMix64 generator (Steele, Lea, Flood 2014): small, seeded, the same on every platform.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// A uniform number in 0 ..< 1.
    mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The generator's finaliser: a bijection that spreads every input bit.
    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The 64-bit FNV-1a hash with a final mix.
struct RollingHash {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    init(seed: UInt64 = 0) { state ^= SplitMix64.mix(seed) }

    mutating func combine(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }

    mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte) }
    }

    var value: UInt64 { SplitMix64.mix(state) }
}
