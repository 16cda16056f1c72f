internal import State
internal import Synchronization

/// The vectors of the stores that are searched, up to a number of bytes; those that were not searched for longest go
/// first.
final class MatrixCache: Sendable {
    private struct Entry {
        var matrix: PassageMatrix
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var revisions: [String: Int] = [:]
        /// Counted by stores whose own count was forgotten.
        var base = 0
        var uses: UInt64 = 0
        var bytes = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    func revision(_ store: String) -> Int { state.withLock { $0.base + ($0.revisions[store] ?? 0) } }

    /// The store's vectors have changed.
    func forget(_ store: String) {
        state.withLock { state in
            state.revisions[store, default: 0] += 1
            if state.revisions.count > 10_000 {
                state.base += (state.revisions.values.max() ?? 0) + 1
                state.revisions.removeAll()
            }
            if let entry = state.entries.removeValue(forKey: store) { state.bytes -= entry.matrix.byteCount }
        }
    }

    /// Any store's vectors may have changed.
    func forgetAll() {
        state.withLock { state in
            state.base += 1
            state.entries.removeAll()
            state.bytes = 0
        }
    }

    /// The vectors of a store as they stand now, kept where there is room.
    func matrix(
        _ store: String, _ load: () async throws(StateError) -> PassageMatrix
    ) async throws(StateError)
        -> PassageMatrix
    {
        let known = state.withLock { state -> PassageMatrix? in
            state.uses += 1
            state.entries[store]?.lastUse = state.uses
            return state.entries[store]?.matrix
        }
        if let known { return known }
        let revision = revision(store)
        let matrix = try await load()
        state.withLock { state in
            // What was read before a change is good for this search alone.
            guard matrix.byteCount <= limit, state.base + (state.revisions[store] ?? 0) == revision,
                state.entries[store] == nil
            else { return }
            while state.bytes + matrix.byteCount > limit,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.bytes -= oldest.value.matrix.byteCount
                state.entries[oldest.key] = nil
            }
            state.entries[store] = Entry(matrix: matrix, lastUse: state.uses)
            state.bytes += matrix.byteCount
        }
        return matrix
    }
}
