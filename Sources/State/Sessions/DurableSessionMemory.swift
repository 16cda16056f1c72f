internal import Dispatch
internal import Foundation
internal import GRDB
public import Logging
public import Routing
internal import Synchronization

/// Sessions in memory that are written behind to the embedded store, so that a restart keeps tool loops with their
/// models. Reading never touches the file: it is read once, at the start.
///
/// A change is on its way to the file at once; many changes of one moment are one transaction. While the file cannot be
/// written, sessions go on in memory, the log says so, and it is tried again every second.
public final class DurableSessionMemory: SessionMemory {
    private struct Pending {
        /// Nil is a session to be forgotten.
        var changes: [SessionKey: SessionState?] = [:]
        var isScheduled = false
        /// Transactions so far; every hundredth forgets what is too old.
        var writes = 0
    }

    private let memory: BoundedSessionMemory
    private let database: StateDatabase
    private let logger: Logger
    private let pending = Mutex(Pending())
    private let queue = DispatchQueue(label: "martlet.sessions", qos: .utility)
    /// Changes that may wait while the file cannot be written; beyond them new sessions are kept in memory alone.
    private static let maximumPending = 100_000
    /// Seconds after which a session is not worth keeping.
    public static let lifetime = 86_400.0

    /// Sessions over a file; those of the last day are read. `now` is in seconds since 1970. Throws when the file cannot
    /// be read.
    public init(limit: Int = 1_000_000, database: StateDatabase, logger: Logger, now: Double) throws(StateError) {
        memory = BoundedSessionMemory(limit: limit)
        self.database = database
        self.logger = logger
        do {
            try database.pool.write { database in
                try database.execute(
                    sql: "DELETE FROM sessions WHERE last_seen < ?", arguments: [now - Self.lifetime])
            }
            try database.pool.read { database in
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT * FROM sessions ORDER BY last_seen DESC LIMIT ?", arguments: [limit])
                while let row = try rows.next() {
                    guard let (key, state) = Self.session(row) else { continue }
                    memory.update(key) { $0 = state }
                }
            }
        } catch {
            throw StateError(.unusable, "sessions cannot be read from \(database.path): \(error)")
        }
    }

    public var count: Int { memory.count }

    public func state(_ key: SessionKey) -> SessionState? { memory.state(key) }

    @discardableResult
    public func update<Result: Sendable>(
        _ key: SessionKey, _ change: (inout SessionState?) -> Result
    ) -> Result {
        memory.update(key) { state in
            let before = state
            let result = change(&state)
            // Under the session's lock, so that the file sees changes in their order.
            if state != before { keep(key, state) }
            return result
        }
    }

    private func keep(_ key: SessionKey, _ state: SessionState?) {
        let mustSchedule = pending.withLock { pending in
            guard pending.changes.count < Self.maximumPending || pending.changes[key] != nil else { return false }
            pending.changes[key] = .some(state)
            defer { pending.isScheduled = true }
            return !pending.isScheduled
        }
        if mustSchedule { queue.async { [self] in write() } }
    }

    /// Waits until all changes so far are in the file.
    public func flush() { queue.sync { write() } }

    private func write() {
        let (changes, forgets) = pending.withLock { pending in
            pending.isScheduled = false
            pending.writes += 1
            defer { pending.changes = [:] }
            return (pending.changes, pending.writes % 100 == 0)
        }
        guard !changes.isEmpty else { return }
        do {
            try database.pool.write { database in
                let insert = try database.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO sessions (key, model, decision, last_seen, turns, switches, \
                        prompt_tokens, cached_tokens, cache_reports, open_calls) VALUES (?,?,?,?,?,?,?,?,?,?)
                        """)
                let delete = try database.cachedStatement(sql: "DELETE FROM sessions WHERE key = ?")
                for (key, state) in changes {
                    guard let state else {
                        try delete.execute(arguments: [Self.bytes(key)])
                        continue
                    }
                    try insert.execute(arguments: [
                        Self.bytes(key), state.model, state.decision, state.lastSeen, state.turns, state.switches,
                        state.promptTokens, state.cachedTokens, state.cacheReports, Self.bytes(state.openCalls),
                    ])
                }
                guard forgets, let newest = changes.values.lazy.compactMap({ $0?.lastSeen }).max() else { return }
                try database.execute(
                    sql: "DELETE FROM sessions WHERE last_seen < ?", arguments: [newest - Self.lifetime])
            }
        } catch {
            logger.error("session_write_failed", metadata: ["reason": "\(error)", "sessions": "\(changes.count)"])
            putBack(changes)
        }
    }

    /// What could not be written waits for the next attempt, unless the session has changed meanwhile.
    private func putBack(_ changes: [SessionKey: SessionState?]) {
        let mustSchedule = pending.withLock { pending in
            pending.changes.merge(changes) { newer, _ in newer }
            defer { pending.isScheduled = true }
            return !pending.isScheduled
        }
        if mustSchedule { queue.asyncAfter(deadline: .now() + 1) { [self] in write() } }
    }

    // MARK: Rows

    private static func bytes(_ key: SessionKey) -> Data { bytes([key.high, key.low]) }

    private static func bytes(_ numbers: [UInt64]) -> Data {
        numbers.reduce(into: Data()) { data, number in
            withUnsafeBytes(of: number.bigEndian) { data.append(contentsOf: $0) }
        }
    }

    /// Each call as its digest, the length of its model's name and the name.
    private static func bytes(_ calls: [OpenToolCall]) -> Data {
        calls.reduce(into: Data()) { data, call in
            let name = Array(call.model.utf8.prefix(255))
            data.append(bytes([call.id]))
            data.append(UInt8(name.count))
            data.append(contentsOf: name)
        }
    }

    private static func calls(_ data: Data) -> [OpenToolCall] {
        var rest = data[...]
        var calls: [OpenToolCall] = []
        while rest.count >= 9 {
            let digest = rest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let count = Int(rest[rest.startIndex + 8])
            rest = rest.dropFirst(9)
            guard rest.count >= count else { break }
            calls.append(OpenToolCall(digest: digest, model: String(decoding: rest.prefix(count), as: UTF8.self)))
            rest = rest.dropFirst(count)
        }
        return calls
    }

    private static func session(_ row: Row) -> (SessionKey, SessionState)? {
        let key: Data = row["key"]
        guard key.count == 16 else { return nil }
        func number(_ bytes: Data) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        var state = SessionState(model: row["model"], decision: row["decision"], lastSeen: row["last_seen"])
        state.turns = row["turns"]
        state.switches = row["switches"]
        state.promptTokens = row["prompt_tokens"]
        state.cachedTokens = row["cached_tokens"]
        state.cacheReports = row["cache_reports"]
        state.openCalls = calls(row["open_calls"])
        return (SessionKey(high: number(key.prefix(8)), low: number(key.suffix(8))), state)
    }
}
