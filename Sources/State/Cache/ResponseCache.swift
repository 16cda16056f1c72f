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
        /// When it was kept, in seconds since 1970, and for how many seconds.
        public var created: Double
        public var lifetime: Double
    }

    /// How full the cache is.
    public struct Size: Sendable, Hashable {
        public var entries = 0
        public var bytes = 0
    }

    private struct Entry {
        var key: Key
        var group: Group
        var value: Value
        var bytes: Int
        var created: Double
        var lifetime: Double
        var hits: UInt64
    }

    private struct Group: Hashable {
        var partition: [UInt8]
        var circumstances: [UInt8]
        /// Vectors of another length are of another encoder; none means that only the very same request hits.
        var dimensions: Int
    }

    /// The entries of a group that have a vector.
    private struct Members {
        var index: VectorIndex
        var count = 0
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var exact: [[UInt8]: UInt64] = [:]
        var groups: [Group: Members] = [:]
        /// Which entry leaves next, and which is over next.
        var leaving = RankedQueue()
        var expiring = RankedQueue()
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

    /// The answer to the most similar question under the same circumstances. `similarity` compares vectors and rises
    /// with their cosine; `accepts` may turn an answer down. At most the 256 nearest are looked at.
    public func similar(
        _ key: Key, _ vector: [Float], threshold: Double, at now: Double, maximumAge: Double = .infinity,
        similarity: ([Float], [Float]) -> Double, accepts: (Value) -> Bool
    ) -> Hit? {
        let group = Group(
            partition: key.partition, circumstances: key.circumstances, dimensions: vector.count)
        guard let index = state.withLock({ $0.groups[group]?.index }) else { return nil }
        for k in [8, 64, 256] {
            guard let neighbors = try? index.search(vector, k: k, effort: max(64, k)) else { return nil }
            var isOver = neighbors.count < k
            var best: (id: UInt64, similarity: Double)?
            for neighbor in neighbors {
                guard let stored = index.vector(neighbor.id) else { continue }
                let alike = similarity(vector, stored)
                guard alike >= threshold else {
                    isOver = true
                    break
                }
                let value: Value? = state.withLock { state in
                    guard let entry = state.entries[neighbor.id], now - entry.created < entry.lifetime,
                        now - entry.created <= maximumAge
                    else { return nil }
                    return entry.value
                }
                if let value, alike > best?.similarity ?? -.infinity, accepts(value) { best = (neighbor.id, alike) }
            }
            if let best {
                return state.withLock { state in
                    guard let entry = state.entries[best.id] else { return nil }
                    return hit(best.id, entry, similarity: best.similarity, isExact: false, &state)
                }
            }
            if isOver { return nil }
        }
        return nil
    }

    /// Puts an answer in, in place of an older one to the very same request. A vector without direction is left out:
    /// then only the very same request hits.
    public func insert(
        _ value: Value, bytes: Int, for key: Key, vector: [Float], lifetime: Double, at now: Double
    ) {
        guard lifetime > 0, bytes <= maximumBytes / 4 else { return }
        let group = Group(
            partition: key.partition, circumstances: key.circumstances, dimensions: vector.count)
        let placed: (id: UInt64, index: VectorIndex?)? = state.withLock { state in
            if let old = state.exact[Self.exactKey(key)] { remove(old, &state) }
            let size = bytes + 512 + (vector.isEmpty ? 0 : VectorIndex.byteCount(dimensions: vector.count))
            while state.entries.count >= maximumEntries || state.bytes + size > maximumBytes {
                guard let victim = victim(state, now) else { return nil }
                remove(victim, &state)
            }
            let id = state.next
            state.next += 1
            state.clock += 1
            state.entries[id] = Entry(
                key: key, group: group, value: value, bytes: size, created: now, lifetime: lifetime, hits: 0)
            state.exact[Self.exactKey(key)] = id
            state.leaving.set(id, .init(major: 0, minor: state.clock))
            state.expiring.set(id, .init(major: max(0, now + lifetime).bitPattern, minor: id))
            state.bytes += size
            guard !vector.isEmpty else { return (id, nil) }
            var members =
                state.groups[group]
                ?? Members(index: VectorIndex(dimensions: vector.count, maximumCount: maximumEntries + 1_024))
            members.count += 1
            state.groups[group] = members
            return (id, members.index)
        }
        // Linking a vector takes milliseconds in a large group. The very same request need not wait for that.
        guard let placed, let index = placed.index else { return }
        do throws(VectorIndex.Failure) { try index.insert(placed.id, vector) } catch { return }
        if state.withLock({ $0.entries[placed.id] == nil }) { index.remove(placed.id) }
    }

    /// How full it is.
    public var size: Size { state.withLock { Size(entries: $0.entries.count, bytes: $0.bytes) } }

    // MARK: Entries

    private static func exactKey(_ key: Key) -> [UInt8] { key.partition + key.exact }

    private func hit(
        _ id: UInt64, _ entry: Entry, similarity: Double, isExact: Bool, _ state: inout State
    ) -> Hit {
        state.clock += 1
        let hits = entry.hits + 1
        state.entries[id]?.hits = hits
        switch eviction {
        case .fifo: break
        case .lru: state.leaving.set(id, .init(major: 0, minor: state.clock))
        case .lfu: state.leaving.set(id, .init(major: hits, minor: state.clock))
        }
        return Hit(
            value: entry.value, similarity: similarity, isExact: isExact, created: entry.created,
            lifetime: entry.lifetime)
    }

    private func remove(_ id: UInt64, _ state: inout State) {
        guard let entry = state.entries.removeValue(forKey: id) else { return }
        let exact = Self.exactKey(entry.key)
        if state.exact[exact] == id { state.exact.removeValue(forKey: exact) }
        state.leaving.remove(id)
        state.expiring.remove(id)
        state.bytes -= entry.bytes
        guard let members = state.groups[entry.group] else { return }
        if members.count <= 1 {
            state.groups.removeValue(forKey: entry.group)
        } else {
            state.groups[entry.group]?.count -= 1
            members.index.remove(id)
        }
    }

    /// The entry that is to go: one that is over, else by the policy.
    private func victim(_ state: State, _ now: Double) -> UInt64? {
        if let next = state.expiring.first, Double(bitPattern: next.rank.major) <= now { return next.id }
        return state.leaving.first?.id
    }
}
