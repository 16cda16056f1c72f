internal import Synchronization

/// Requests that are under way: listed before the records that stores hold, and kept nowhere.
extension ReplayWriter {
    /// That a request is under way; it ends with the last reference.
    public final class Mark: Sendable {
        private let requests: RequestsInProgress
        private let number: UInt64

        fileprivate init(_ requests: RequestsInProgress, _ number: UInt64) {
            self.requests = requests
            self.number = number
        }

        deinit { requests.remove(number) }
    }

    /// A request begins; `make` says what is known of it and is called when somebody asks.
    public func begin(_ make: @escaping @Sendable () -> ReplayRecord) -> Mark {
        Mark(inProgress, inProgress.add(make))
    }

    /// Some of the records that are meant, requests under way first, newest first.
    public func page(
        _ filter: ReplayFilter, limit: Int, offset: Int, includingPayload: Bool
    ) async throws(StateError) -> ReplayPage {
        let open = inProgress.records(filter, includingPayload: includingPayload)
        let shown = open.dropFirst(offset).prefix(limit)
        var page = try await store.page(
            filter, limit: limit - shown.count, offset: max(0, offset - open.count), includingPayload: includingPayload)
        // One that has ended meanwhile is in the store.
        let ended = Set(page.records.map(\.id))
        page.records = shown.filter { !ended.contains($0.id) } + page.records
        page.total += open.count
        return page
    }

    /// One record, of a request under way too; nil when there is none.
    public func record(_ id: String, includingPayload: Bool) async throws(StateError) -> ReplayRecord? {
        if let kept = try await store.record(id, includingPayload: includingPayload) { return kept }
        return inProgress.records(ReplayFilter(), includingPayload: includingPayload).first { $0.id == id }
    }
}

/// The requests under way, by number in the order of their coming.
final class RequestsInProgress: Sendable {
    private struct State {
        var next: UInt64 = 0
        var makers: [UInt64: @Sendable () -> ReplayRecord] = [:]
    }

    private let state = Mutex(State())

    func add(_ make: @escaping @Sendable () -> ReplayRecord) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.makers[state.next] = make
            return state.next
        }
    }

    func remove(_ number: UInt64) {
        // What the maker holds is given back outside of the lock.
        _ = state.withLock { $0.makers.removeValue(forKey: number) }
    }

    /// The records that are meant, newest first.
    func records(_ filter: ReplayFilter, includingPayload: Bool) -> [ReplayRecord] {
        let makers = state.withLock { $0.makers }
        return makers.sorted { $0.key > $1.key }.map { $0.value() }.filter(filter.allows).map { record in
            var record = record
            if !includingPayload { record.payload = [] }
            return record
        }
    }
}
