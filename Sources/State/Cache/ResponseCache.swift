internal import Synchronization

/// Answers from earlier requests, in this process: found by the very same request, or by a question that means the
/// same under the very same circumstances. Bounded in entries and bytes.
///
/// Who may share an entry, and what must be equal for it to be an answer at all, is in the keys: a partition for
/// tenant, decision and model, and a fingerprint of everything in the request but the question. Entries of another
/// partition or fingerprint are not filtered out; they are not looked at.
public final class ResponseCache<Value: Sendable>: Sendable {
    /// Which entry leaves a full cache.
    public enum Eviction: String, Sendable, Hashable {
        case fifo, lru, lfu
    }

    /// The identity of a request.
    public struct Key: Sendable, Hashable {
        /// Who shares, for which decision and model.
        public var partition: [UInt8]
        /// Everything in the request.
        public var exact: [UInt8]
        /// Everything but the question.
        public var circumstances: [UInt8]

        /// A key of digests.
        public init(partition: [UInt8], exact: [UInt8], circumstances: [UInt8]) {
            self.partition = partition
            self.exact = exact
            self.circumstances = circumstances
        }
    }

    /// An answer that was found.
    public struct Hit: Sendable {
        public var value: Value
        /// 1 for the very same request.
        public var similarity: Double
        public var isExact: Bool
    }

    /// How full the cache is.
    public struct Size: Sendable, Hashable {
        public var entries = 0
        public var bytes = 0
    }

    private struct Entry {
        var key: Key
        var vector: [Float]
        var value: Value
        var bytes: Int
        var created: Double
        var lifetime: Double
        var touched: UInt64
        var hits: Int
    }

    private struct Group: Hashable {
        var partition: [UInt8]
        var circumstances: [UInt8]
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var exact: [[UInt8]: UInt64] = [:]
        var groups: [Group: [UInt64]] = [:]
        var bytes = 0
        var next: UInt64 = 1
        var clock: UInt64 = 0
    }

    private let state = Mutex(State())
    private let maximumEntries: Int
    private let maximumBytes: Int
    private let eviction: Eviction

    /// An empty cache with its bounds.
    public init(maximumEntries: Int, maximumBytes: Int = 64 << 20, eviction: Eviction = .lru) {
        self.maximumEntries = max(1, maximumEntries)
        self.maximumBytes = maximumBytes
        self.eviction = eviction
    }

    /// The answer to the very same request that is not older than `maximumAge`. Times are in seconds since 1970.
    public func exact(_ key: Key, at now: Double, maximumAge: Double = .infinity) -> Hit? {
        state.withLock { state in
            guard let id = state.exact[Self.exactKey(key)], let entry = state.entries[id] else { return nil }
            guard now - entry.created < entry.lifetime else {
                remove(id, &state)
                return nil
            }
            guard now - entry.created <= maximumAge else { return nil }
            return hit(id, entry, similarity: 1, isExact: true, &state)
        }
    }

    /// The answer to the most similar question under the same circumstances. `similarity` compares vectors; `accepts`
    /// may turn an answer down.
    public func similar(
        _ key: Key, _ vector: [Float], threshold: Double, at now: Double, maximumAge: Double = .infinity,
        similarity: ([Float], [Float]) -> Double, accepts: (Value) -> Bool
    ) -> Hit? {
        let group = Group(partition: key.partition, circumstances: key.circumstances)
        // The vectors are compared outside the lock: they do not change.
        let candidates: [(id: UInt64, vector: [Float], value: Value)] = state.withLock { state in
            (state.groups[group] ?? []).compactMap { id in
                guard let entry = state.entries[id], !entry.vector.isEmpty, now - entry.created < entry.lifetime,
                    now - entry.created <= maximumAge
                else { return nil }
                return (id, entry.vector, entry.value)
            }
        }
        let ranked = candidates.map { ($0, similarity(vector, $0.vector)) }
            .filter { $0.1 >= threshold }.sorted { $0.1 > $1.1 }
        guard let best = ranked.first(where: { accepts($0.0.value) }) else { return nil }
        return state.withLock { state in
            guard let entry = state.entries[best.0.id] else { return nil }
            return hit(best.0.id, entry, similarity: best.1, isExact: false, &state)
        }
    }

    /// Puts an answer in, in place of an older one to the very same request.
    public func insert(
        _ value: Value, bytes: Int, for key: Key, vector: [Float], lifetime: Double, at now: Double
    ) {
        guard lifetime > 0, bytes <= maximumBytes / 4 else { return }
        state.withLock { state in
            if let old = state.exact[Self.exactKey(key)] { remove(old, &state) }
            let size = bytes + vector.count * 4 + 256
            while state.entries.count >= maximumEntries || state.bytes + size > maximumBytes {
                guard let victim = victim(state, now) else { return }
                remove(victim, &state)
            }
            let id = state.next
            state.next += 1
            state.clock += 1
            state.entries[id] = Entry(
                key: key, vector: vector, value: value, bytes: size, created: now, lifetime: lifetime,
                touched: state.clock, hits: 0)
            state.exact[Self.exactKey(key)] = id
            state.groups[Group(partition: key.partition, circumstances: key.circumstances), default: []].append(id)
            state.bytes += size
        }
    }

    /// How full it is.
    public var size: Size { state.withLock { Size(entries: $0.entries.count, bytes: $0.bytes) } }

    // MARK: Entries

    private static func exactKey(_ key: Key) -> [UInt8] { key.partition + key.exact }

    private func hit(
        _ id: UInt64, _ entry: Entry, similarity: Double, isExact: Bool, _ state: inout State
    ) -> Hit {
        state.clock += 1
        state.entries[id]?.touched = state.clock
        state.entries[id]?.hits += 1
        return Hit(value: entry.value, similarity: similarity, isExact: isExact)
    }

    private func remove(_ id: UInt64, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        let exact = Self.exactKey(entry.key)
        if state.exact[exact] == id { state.exact.removeValue(forKey: exact) }
        let group = Group(partition: entry.key.partition, circumstances: entry.key.circumstances)
        state.groups[group]?.removeAll { $0 == id }
        if state.groups[group]?.isEmpty == true { state.groups.removeValue(forKey: group) }
        state.bytes -= entry.bytes
    }

    /// The entry that is to go: one that is over, else by the policy among a sample of sixty-four.
    private func victim(_ state: State, _ now: Double) -> UInt64? {
        var worst: (id: UInt64, rank: (Int, UInt64))?
        for (id, entry) in state.entries.prefix(state.entries.count <= 1_024 ? 1_024 : 64) {
            if now - entry.created >= entry.lifetime { return id }
            let rank: (Int, UInt64)
            switch eviction {
            case .fifo: rank = (0, id)
            case .lru: rank = (0, entry.touched)
            case .lfu: rank = (entry.hits, entry.touched)
            }
            if worst.map({ rank < $0.rank }) ?? true { worst = (id, rank) }
        }
        return worst?.id
    }
}
