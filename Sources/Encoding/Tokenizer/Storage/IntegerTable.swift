/// An immutable map from 64-bit keys to 64-bit values: open addressing with linear probing.
///
/// The key `UInt64.max` cannot be stored.
struct IntegerTable: Sendable {
    private static let free = UInt64.max

    private let slots: FrozenBuffer<UInt64>
    private let mask: Int

    /// Builds the table; of equal keys the last one given wins.
    init(_ pairs: some Collection<(key: UInt64, value: UInt64)>) {
        var capacity = 4
        while capacity < pairs.count * 2 { capacity *= 2 }
        let mask = capacity - 1
        var slots = [UInt64](repeating: Self.free, count: capacity * 2)
        slots.withUnsafeMutableBufferPointer { slots in
            for pair in pairs where pair.key != Self.free {
                var slot = Self.home(of: pair.key, mask)
                while slots[slot * 2] != Self.free, slots[slot * 2] != pair.key { slot = (slot + 1) & mask }
                slots[slot * 2] = pair.key
                slots[slot * 2 + 1] = pair.value
            }
        }
        self.mask = mask
        self.slots = FrozenBuffer(slots)
    }

    /// The value of a key, or `nil`.
    @inline(__always)
    subscript(key: UInt64) -> UInt64? {
        let slots = slots.elements
        var slot = Self.home(of: key, mask)
        while true {
            let found = slots[slot * 2]
            if found == key { return slots[slot * 2 + 1] }
            if found == Self.free { return nil }
            slot = (slot + 1) & mask
        }
    }

    @inline(__always)
    private static func home(of key: UInt64, _ mask: Int) -> Int {
        let mixed = (key ^ key >> 32) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 32) & mask
    }
}
