/// A set of byte strings with a value each, walked byte by byte. The edges are one hash table, so that building it
/// takes one pass and no sorting.
struct ByteTrie: Sendable {
    /// The node at which every walk starts.
    static let root: Int32 = 0

    /// Packed edges: parent and byte in the upper half, child in the lower; 0 is free, as no edge leads to the root.
    private let edges: FrozenBuffer<UInt64>
    private let values: FrozenBuffer<Int32>
    private let mask: Int

    /// Grows a trie.
    struct Builder {
        fileprivate var edges = [UInt64](repeating: 0, count: 64)
        fileprivate var values: [Int32] = [-1]

        init(expectingNodes count: Int = 0) {
            var capacity = 64
            while capacity < count * 2 { capacity *= 2 }
            edges = [UInt64](repeating: 0, count: capacity)
            values.reserveCapacity(count)
        }

        /// Adds a string; of equal strings the last one added wins. Beyond 2²⁴ nodes strings are left out.
        mutating func add(_ string: some Collection<UInt8>, value: Int32) {
            let length = string.count
            guard values.count + length < 1 << 24 else { return }
            while (values.count + length) * 2 > edges.count { grow() }
            var node: UInt64 = UInt64(ByteTrie.root)
            var count = UInt64(values.count)
            edges.withUnsafeMutableBufferPointer { edges in
                let mask = edges.count - 1
                for byte in string {
                    let key = node << 8 | UInt64(byte)
                    var slot = ByteTrie.home(of: key, mask)
                    while edges[slot] != 0, edges[slot] >> 32 != key { slot = (slot + 1) & mask }
                    if edges[slot] == 0 {
                        edges[slot] = key << 32 | count
                        count += 1
                    }
                    node = edges[slot] & 0xFFFF_FFFF
                }
            }
            while values.count < Int(count) { values.append(-1) }
            values[Int(node)] = value
        }

        private mutating func grow() {
            var larger = [UInt64](repeating: 0, count: edges.count * 2)
            let mask = larger.count - 1
            for edge in edges where edge != 0 {
                var slot = ByteTrie.home(of: edge >> 32, mask)
                while larger[slot] != 0 { slot = (slot + 1) & mask }
                larger[slot] = edge
            }
            edges = larger
        }
    }

    init(_ builder: consuming Builder) {
        mask = builder.edges.count - 1
        edges = FrozenBuffer(builder.edges)
        values = FrozenBuffer(builder.values)
    }

    /// The node that a byte leads to, or -1.
    @inline(__always)
    func child(of node: Int32, _ byte: UInt8) -> Int32 {
        let key = UInt64(UInt32(bitPattern: node) << 8 | UInt32(byte))
        let edges = edges.elements
        var slot = Self.home(of: key, mask)
        while true {
            let edge = edges[slot]
            if edge >> 32 == key, edge != 0 { return Int32(truncatingIfNeeded: edge) }
            if edge == 0 { return -1 }
            slot = (slot + 1) & mask
        }
    }

    /// The value of the string that ends at a node, or -1.
    @inline(__always)
    func value(at node: Int32) -> Int32 { values.elements[Int(node)] }

    @inline(__always)
    fileprivate static func home(of key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }
}
