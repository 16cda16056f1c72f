/// A set of small indices: which patterns or literals of a policy a text holds.
public struct MatchSet: Sendable, Hashable {
    private var words: [UInt64]

    /// An empty set with room for the indices `0..<capacity`; it grows when a larger one is inserted.
    public init(capacity: Int = 0) {
        words = Array(repeating: 0, count: (max(capacity, 0) + 63) / 64)
    }

    /// Whether the index is in the set.
    @inline(__always)
    public func contains(_ index: Int) -> Bool {
        index >> 6 < words.count && words[index >> 6] & (1 << UInt64(index & 63)) != 0
    }

    /// Whether the sets have no index in common.
    public func isDisjoint(with other: MatchSet) -> Bool {
        for position in 0..<min(words.count, other.words.count) where words[position] & other.words[position] != 0 {
            return false
        }
        return true
    }

    /// Adds an index, 0 or more.
    @inline(__always)
    public mutating func insert(_ index: Int) {
        while index >> 6 >= words.count { words.append(0) }
        words[index >> 6] |= 1 << UInt64(index & 63)
    }

    /// Empties the set and keeps its storage.
    public mutating func removeAll() {
        for index in words.indices { words[index] = 0 }
    }

    /// How many indices are in the set.
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether no index is in the set.
    public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    /// The indices in ascending order.
    public var indices: [Int] {
        var result: [Int] = []
        for (position, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                result.append(position << 6 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return result
    }
}
