internal import CHNSW

/// The graph part of a vector index. Not safe for threads: its owner locks.
final class VectorGraph {
    private let handle: OpaquePointer
    let dimensions: Int
    /// Slots that were ever used, and those of them that are free again.
    private var slots = 0
    private var free: [Int] = []

    /// Nil when memory is exhausted.
    init?(dimensions: Int, capacity: Int, links: Int, construction: Int) {
        guard let handle = chnsw_create(dimensions, capacity, links, construction, 100) else { return nil }
        self.handle = handle
        self.dimensions = dimensions
    }

    deinit { chnsw_destroy(handle) }

    var byteCount: Int { chnsw_byte_count(handle) + free.capacity * 8 }
    var count: Int { slots - free.count }
    /// Whether so few slots are in use that the graph should be left.
    var isSparse: Bool { slots > 1_024 && count < slots / 4 }

    /// The slot that took the vector; nil when memory is exhausted, after which the graph is of no use.
    func insert(_ vector: UnsafeBufferPointer<Float>) -> Int? {
        let slot = free.last ?? slots
        guard chnsw_insert(handle, slot, vector.baseAddress) == Int32(CHNSW_OK) else { return nil }
        if slot == slots { slots += 1 } else { free.removeLast() }
        return slot
    }

    func remove(_ slot: Int) {
        if chnsw_remove(handle, slot) == Int32(CHNSW_OK) { free.append(slot) }
    }

    /// Nil when the graph is of no use.
    func search(_ vector: UnsafeBufferPointer<Float>, _ k: Int, effort: Int) -> [(slot: Int, similarity: Float)]? {
        let wanted = min(k, count)
        guard wanted > 0 else { return [] }
        return withUnsafeTemporaryAllocation(of: Int.self, capacity: wanted) { found in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: wanted) { similarities in
                var count = 0
                let status = chnsw_search(
                    handle, vector.baseAddress, wanted, effort, found.baseAddress, similarities.baseAddress, &count)
                guard status == Int32(CHNSW_OK) else { return nil }
                return (0..<count).map { (found[$0], similarities[$0]) }
            }
        }
    }

    func vector(_ slot: Int) -> UnsafeBufferPointer<Float>? {
        chnsw_vector(handle, slot).map { UnsafeBufferPointer(start: $0, count: dimensions) }
    }
}
