/// Identities by rank, lowest first: a binary heap that knows where each one stands, so that any may move or leave in
/// logarithmic time.
struct RankedQueue {
    /// Compared part by part.
    struct Rank: Comparable {
        var major: UInt64
        var minor: UInt64

        static func < (left: Rank, right: Rank) -> Bool { (left.major, left.minor) < (right.major, right.minor) }
    }

    private var heap: [(id: UInt64, rank: Rank)] = []
    private var positions: [UInt64: Int] = [:]

    /// The one of the lowest rank.
    var first: (id: UInt64, rank: Rank)? { heap.first }

    /// Puts one in, or gives it another rank.
    mutating func set(_ id: UInt64, _ rank: Rank) {
        if let position = positions[id] {
            heap[position].rank = rank
            settle(position)
        } else {
            positions[id] = heap.count
            heap.append((id, rank))
            settle(heap.count - 1)
        }
    }

    mutating func remove(_ id: UInt64) {
        guard let position = positions.removeValue(forKey: id) else { return }
        let last = heap.removeLast()
        guard position < heap.count else { return }
        heap[position] = last
        positions[last.id] = position
        settle(position)
    }

    private mutating func settle(_ start: Int) {
        var position = start
        while position > 0, heap[position].rank < heap[(position - 1) / 2].rank {
            exchange(position, (position - 1) / 2)
            position = (position - 1) / 2
        }
        while true {
            var lowest = position
            for child in (2 * position + 1)...(2 * position + 2) where child < heap.count {
                if heap[child].rank < heap[lowest].rank { lowest = child }
            }
            guard lowest != position else { return }
            exchange(position, lowest)
            position = lowest
        }
    }

    private mutating func exchange(_ one: Int, _ other: Int) {
        heap.swapAt(one, other)
        positions[heap[one].id] = one
        positions[heap[other].id] = other
    }
}
