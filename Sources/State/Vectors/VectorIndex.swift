internal import CHNSW
internal import Synchronization

/// Vectors by their direction: the nearest to one, by inner product of the normalised.
///
/// A small index compares with every row of one matrix. A larger one walks a graph (HNSW, Malkov and Yashunin 2016).
/// Once the matrix is full each insertion moves two rows into the graph, so that no insertion pays for a whole
/// build; a search looks in both.
public final class VectorIndex: Sendable {
    /// Why an index did not take a vector or a question.
    public enum Failure: String, Error, Sendable, Hashable {
        /// It does not have the index's number of dimensions.
        case wrongDimensions = "vector_wrong_dimensions"
        /// It is zero, or a part is not finite: it points nowhere.
        case noDirection = "vector_no_direction"
        /// The index holds as many as it may: remove some.
        case full = "vector_index_full"
        /// Memory ran out.
        case outOfMemory = "vector_index_out_of_memory"
    }

    /// What was found.
    public struct Neighbor: Sendable, Hashable {
        public var id: UInt64
        /// The cosine, from −1 to 1.
        public var similarity: Float
    }

    /// How the index is built.
    public struct Shape: Sendable, Hashable {
        /// Up to here every row is compared.
        public var exactCount: Int
        /// Links of a node (M), and candidates while linking (efConstruction).
        public var links: Int
        public var construction: Int

        /// `martlet-benchmarks cache-index` measures them.
        public init(exactCount: Int = 1_000, links: Int = 16, construction: Int = 200) {
            self.exactCount = max(1, exactCount)
            self.links = min(max(2, links), 128)
            self.construction = min(max(8, construction), 4_096)
        }
    }

    private enum Place {
        case row(Int)
        case slot(Int)
    }

    private struct State {
        var places: [UInt64: Place] = [:]
        var matrix: [Float] = []
        var rowIDs: [UInt64] = []
        var graph: VectorGraph?
        var slotIDs: [UInt64] = []
    }

    /// Of every vector.
    public let dimensions: Int
    /// Most vectors it holds.
    public let maximumCount: Int
    private let shape: Shape
    private let state = Mutex(State())

    /// An empty index.
    public init(dimensions: Int, maximumCount: Int, shape: Shape = Shape()) {
        self.dimensions = max(1, dimensions)
        self.maximumCount = max(1, maximumCount)
        self.shape = shape
    }

    /// About how much memory one vector takes, in bytes, with its share of the graph.
    public static func byteCount(dimensions: Int) -> Int { dimensions * 4 + 320 }

    /// How many vectors it holds.
    public var count: Int { state.withLock { $0.places.count } }

    /// About how much memory it has taken, in bytes.
    public var byteCount: Int {
        state.withLock { state in
            state.matrix.capacity * 4 + (state.rowIDs.capacity + state.slotIDs.capacity) * 8
                + state.places.capacity * 32 + (state.graph?.byteCount ?? 0)
        }
    }

    /// Puts a vector in, in place of an older one with the same identity. Throws when the index cannot take it.
    public func insert(_ id: UInt64, _ vector: [Float]) throws(Failure) {
        let unit = try normalized(vector)
        let failure: Failure? = state.withLock { state in
            if let place = state.places[id] {
                take(id, place, &state)
            } else if state.places.count >= maximumCount {
                return .full
            }
            state.places[id] = .row(state.rowIDs.count)
            state.rowIDs.append(id)
            state.matrix.append(contentsOf: unit)
            return moveSome(&state) ? nil : .outOfMemory
        }
        if let failure { throw failure }
    }

    /// Takes a vector out; false where there is none with that identity.
    @discardableResult public func remove(_ id: UInt64) -> Bool {
        state.withLock { state in
            guard let place = state.places[id] else { return false }
            take(id, place, &state)
            return true
        }
    }

    /// The at most `k` nearest, nearest first. `effort` (ef) is how many candidates the graph keeps while it looks:
    /// more finds the nearest more surely and takes longer. Throws when the vector is none of this index.
    public func search(_ vector: [Float], k: Int, effort: Int = 64) throws(Failure) -> [Neighbor] {
        let unit = try normalized(vector)
        guard k > 0 else { return [] }
        let found: [Neighbor]? = state.withLock { state in
            var found = nearestRows(unit, k, state)
            if let graph = state.graph {
                guard let slots = unit.withUnsafeBufferPointer({ graph.search($0, k, effort: effort) }) else {
                    return nil
                }
                found += slots.map { Neighbor(id: state.slotIDs[$0.slot], similarity: $0.similarity) }
            }
            return found
        }
        guard let found else { throw .outOfMemory }
        return Array(found.sorted { ($0.similarity, $1.id) > ($1.similarity, $0.id) }.prefix(k))
    }

    /// The vector with an identity, normalised.
    public func vector(_ id: UInt64) -> [Float]? {
        state.withLock { state -> [Float]? in
            switch state.places[id] {
            case .row(let row): return Array(state.matrix[row * dimensions..<(row + 1) * dimensions])
            case .slot(let slot): return state.graph?.vector(slot).map { Array($0) }
            case nil: return nil
            }
        }
    }

    // MARK: Rows

    private func normalized(_ vector: [Float]) throws(Failure) -> [Float] {
        guard vector.count == dimensions else { throw .wrongDimensions }
        var square: Float = 0
        vector.withUnsafeBufferPointer { chnsw_inner_products($0.baseAddress, 1, dimensions, $0.baseAddress, &square) }
        guard square.isFinite, square > 0 else { throw .noDirection }
        guard abs(square - 1) > 1e-6 else { return vector }
        let scale = 1 / square.squareRoot()
        guard scale.isFinite else { throw .noDirection }
        return vector.map { $0 * scale }
    }

    private func nearestRows(_ unit: [Float], _ k: Int, _ state: State) -> [Neighbor] {
        let rows = state.rowIDs.count
        guard rows > 0 else { return [] }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: rows) { products in
            state.matrix.withUnsafeBufferPointer {
                chnsw_inner_products($0.baseAddress, rows, dimensions, unit, products.baseAddress)
            }
            var best: [Neighbor] = []
            best.reserveCapacity(min(k, rows) + 1)
            for row in 0..<rows {
                let similarity = products[row]
                if best.count == k, similarity <= best[k - 1].similarity { continue }
                let at = best.firstIndex { $0.similarity < similarity } ?? best.count
                best.insert(Neighbor(id: state.rowIDs[row], similarity: similarity), at: at)
                if best.count > k { best.removeLast() }
            }
            return best
        }
    }

    /// Takes one vector out of where it is. The last row fills the gap of a row.
    private func take(_ id: UInt64, _ place: Place, _ state: inout State) {
        state.places.removeValue(forKey: id)
        switch place {
        case .row(let row):
            let last = state.rowIDs.count - 1
            if row != last {
                for part in 0..<dimensions {
                    state.matrix[row * dimensions + part] = state.matrix[last * dimensions + part]
                }
                state.rowIDs[row] = state.rowIDs[last]
                state.places[state.rowIDs[row]] = .row(row)
            }
            state.rowIDs.removeLast()
            state.matrix.removeLast(dimensions)
        case .slot(let slot):
            state.graph?.remove(slot)
            if state.graph?.isSparse == true { leaveGraph(&state) }
        }
    }

    /// Moves two rows into the graph once the matrix was full. False when memory is exhausted: rows stay where they are.
    private func moveSome(_ state: inout State) -> Bool {
        guard state.graph != nil || state.rowIDs.count > shape.exactCount else { return true }
        if state.graph == nil {
            state.graph = VectorGraph(
                dimensions: dimensions, capacity: min(maximumCount, 2 * shape.exactCount), links: shape.links,
                construction: shape.construction)
        }
        guard let graph = state.graph else { return false }
        for _ in 0..<2 {
            guard let id = state.rowIDs.last, let place = state.places[id], case .row(let row) = place else { break }
            let slot = state.matrix.withUnsafeBufferPointer {
                graph.insert(UnsafeBufferPointer(rebasing: $0[row * dimensions..<(row + 1) * dimensions]))
            }
            guard let slot else { return false }
            take(id, place, &state)
            state.places[id] = .slot(slot)
            if slot == state.slotIDs.count { state.slotIDs.append(id) } else { state.slotIDs[slot] = id }
        }
        return true
    }

    /// Brings what is left of a graph back into the matrix, so that an index that shrank gives its memory back.
    private func leaveGraph(_ state: inout State) {
        guard let graph = state.graph else { return }
        for (id, place) in state.places {
            guard case .slot(let slot) = place, let vector = graph.vector(slot) else { continue }
            state.places[id] = .row(state.rowIDs.count)
            state.rowIDs.append(id)
            state.matrix.append(contentsOf: vector)
        }
        state.graph = nil
        state.slotIDs = []
    }
}
