/// Joins neighbouring symbols in the order in which the merges were learned.
struct PairMerger: Sendable {
    /// A merge of two tokens into one; the place in the list is its rank.
    struct Merge {
        var left: Int32
        var right: Int32
        var result: Int32
    }

    /// A token of the word that is being merged, in a doubly linked list; -1 ends it.
    struct Symbol: BitwiseCopyable {
        var id: Int32
        /// In bytes; 0 once it was joined to the symbol before.
        var length: Int32
        var previous: Int32
        var next: Int32
    }

    private let ranks: IntegerTable
    private let results: FrozenBuffer<Int32>

    /// Up to this many symbols the best pair is found by looking at all of them.
    private static let scanLimit = 24

    init(_ merges: [Merge]) {
        ranks = IntegerTable(
            merges.enumerated().map { (key: Self.key($0.element.left, $0.element.right), value: UInt64($0.offset)) })
        results = FrozenBuffer(merges.map(\.result))
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private static let none = UInt32.max

    @inline(__always)
    private func rank(_ left: Int32, _ right: Int32) -> UInt32 {
        ranks[Self.key(left, right)].map { UInt32(truncatingIfNeeded: $0) } ?? Self.none
    }

    /// Merges the first `count` symbols; the first one stays the head of the list.
    func merge(_ symbols: UnsafeMutableBufferPointer<Symbol>, count: Int) {
        guard count > 1 else { return }
        if count <= Self.scanLimit { scan(symbols, count) } else { queue(symbols, count) }
    }

    private func scan(_ symbols: UnsafeMutableBufferPointer<Symbol>, _ count: Int) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { pairs in
            for index in 0..<count - 1 { pairs[index] = rank(symbols[index].id, symbols[index + 1].id) }
            pairs[count - 1] = Self.none
            while true {
                var best = Self.none
                var position = 0
                for index in 0..<count where pairs[index] < best {
                    best = pairs[index]
                    position = index
                }
                guard best != Self.none else { return }
                pairs[Int(symbols[position].next)] = Self.none
                join(symbols, position, results.elements[Int(best)])
                let symbol = symbols[position]
                pairs[position] = symbol.next >= 0 ? rank(symbol.id, symbols[Int(symbol.next)].id) : Self.none
                if symbol.previous >= 0 {
                    pairs[Int(symbol.previous)] = rank(symbols[Int(symbol.previous)].id, symbol.id)
                }
            }
        }
    }

    @inline(__always)
    private func join(_ symbols: UnsafeMutableBufferPointer<Symbol>, _ position: Int, _ result: Int32) {
        let right = Int(symbols[position].next)
        symbols[position].id = result
        symbols[position].length += symbols[right].length
        symbols[position].next = symbols[right].next
        symbols[right].length = 0
        if symbols[right].next >= 0 { symbols[Int(symbols[right].next)].previous = Int32(truncatingIfNeeded: position) }
    }

    private func queue(_ symbols: UnsafeMutableBufferPointer<Symbol>, _ count: Int) {
        var queue = MergeQueue(capacity: count)
        for index in 0..<count - 1 {
            let rank = rank(symbols[index].id, symbols[index + 1].id)
            if rank != Self.none { queue.append(rank: rank, position: index) }
        }
        queue.order()
        while let (rank, position) = queue.pop() {
            let symbol = symbols[position]
            guard symbol.length > 0, symbol.next >= 0 else { continue }
            let result = results.elements[Int(rank)]
            // An entry is stale once one of its two symbols has changed.
            let current = self.rank(symbol.id, symbols[Int(symbol.next)].id)
            guard current != Self.none, results.elements[Int(current)] == result else { continue }
            join(symbols, position, result)
            let joined = symbols[position]
            if joined.previous >= 0 {
                let left = Int(joined.previous)
                let rank = self.rank(symbols[left].id, joined.id)
                if rank != Self.none { queue.push(rank: rank, position: left) }
            }
            if joined.next >= 0 {
                let rank = self.rank(joined.id, symbols[Int(joined.next)].id)
                if rank != Self.none { queue.push(rank: rank, position: position) }
            }
        }
    }
}

/// A binary heap of merges: the lowest rank first, and of equal ranks the leftmost.
private struct MergeQueue {
    private var entries: [UInt64] = []

    init(capacity: Int) { entries.reserveCapacity(capacity) }

    mutating func append(rank: UInt32, position: Int) {
        entries.append(UInt64(rank) << 32 | UInt64(position))
    }

    /// Makes a heap of what was appended.
    mutating func order() {
        entries.withUnsafeMutableBufferPointer { entries in
            for index in stride(from: entries.count / 2 - 1, through: 0, by: -1) { Self.sink(entries, index) }
        }
    }

    mutating func push(rank: UInt32, position: Int) {
        append(rank: rank, position: position)
        entries.withUnsafeMutableBufferPointer { entries in
            var index = entries.count - 1
            let entry = entries[index]
            while index > 0 {
                let parent = (index - 1) / 2
                guard entry < entries[parent] else { break }
                entries[index] = entries[parent]
                index = parent
            }
            entries[index] = entry
        }
    }

    mutating func pop() -> (rank: UInt32, position: Int)? {
        guard let top = entries.first, let last = entries.popLast() else { return nil }
        if !entries.isEmpty {
            entries[0] = last
            entries.withUnsafeMutableBufferPointer { Self.sink($0, 0) }
        }
        return (UInt32(truncatingIfNeeded: top >> 32), Int(top & 0xFFFF_FFFF))
    }

    @inline(__always)
    private static func sink(_ entries: UnsafeMutableBufferPointer<UInt64>, _ start: Int) {
        var index = start
        let entry = entries[index]
        while true {
            var child = index * 2 + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[index] = entries[child]
            index = child
        }
        entries[index] = entry
    }
}
