internal import Foundation
internal import GRDB

/// The memories of all users, in SQLite: each user's are a partition that no query crosses.
public final class MemoryTable: Sendable {
    private let database: any DatabaseWriter

    /// What is asked of a listing.
    public struct Filter: Sendable {
        public var kinds: [StoredMemory.Kind] = []
        /// Those that are kept apart, in place of the others.
        public var isQuarantined = false
        public var limit = 100

        /// Everything that may be given to a model.
        public init() {}
    }

    /// Memories in the embedded store.
    public init(_ database: StateDatabase) { self.database = database.pool }

    /// Memories that end with this process. Throws when SQLite cannot work.
    public init() throws(StateError) {
        do {
            let queue = try DatabaseQueue()
            try queue.write { database in
                try Self.createTables(database)
                try Self.addReleases(database)
            }
            database = queue
        } catch { throw StateError(.unusable, "memories cannot be kept: \(error)") }
    }

    @Sendable static func createTables(_ database: Database) throws {
        try database.create(table: "memories") { table in
            table.column("id", .text).notNull().primaryKey()
            for column in ["user", "kind", "content", "source", "vector_model"] {
                table.column(column, .text).notNull()
            }
            for column in ["importance", "created_at", "updated_at", "last_accessed"] {
                table.column(column, .double).notNull()
            }
            table.column("access_count", .integer).notNull()
            table.column("quarantine", .text)
            table.column("vector", .blob).notNull()
        }
        try database.create(indexOn: "memories", columns: ["user", "updated_at"])
    }

    @Sendable static func addReleases(_ database: Database) throws {
        try database.alter(table: "memories") { table in
            table.add(column: "quarantine_score", .double)
            table.add(column: "release_reason", .text)
            table.add(column: "released_by", .text)
            table.add(column: "released_at", .double)
        }
    }

    // MARK: Reading

    /// All memories of a user that may be given to a model. Throws when they cannot be read.
    public func usable(of user: String) async throws(StateError) -> [StoredMemory] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM memories WHERE user = ? AND quarantine IS NULL", arguments: [user]
            ).compactMap(Self.memory)
        }
    }

    /// A user's memories, newest first, and how many there are. Throws when they cannot be read.
    public func list(
        of user: String, _ filter: Filter
    ) async throws(StateError) -> (memories: [StoredMemory], total: Int) {
        var condition = "user = ? AND quarantine IS \(filter.isQuarantined ? "NOT " : "")NULL"
        var arguments: StatementArguments = [user]
        if !filter.kinds.isEmpty {
            condition += " AND kind IN (\(filter.kinds.map { _ in "?" }.joined(separator: ",")))"
            arguments += StatementArguments(filter.kinds.map(\.rawValue))
        }
        let (found, given, limit) = (condition, arguments, filter.limit)
        return try await read { database in
            let memories = try Row.fetchAll(
                database, sql: "SELECT * FROM memories WHERE \(found) ORDER BY updated_at DESC, id LIMIT \(limit)",
                arguments: given
            ).compactMap(Self.memory)
            let total = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM memories WHERE \(found)", arguments: given)
            return (memories, total ?? 0)
        }
    }

    /// What is kept apart, of all users, newest first, and how much that is: for those who look after all of them. Throws
    /// when it cannot be read.
    public func quarantined(
        limit: Int, offset: Int
    ) async throws(StateError) -> (memories: [StoredMemory], total: Int) {
        try await read { database in
            let memories = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM memories WHERE quarantine IS NOT NULL ORDER BY updated_at DESC, id LIMIT ? OFFSET ?
                    """, arguments: [limit, offset]
            ).compactMap(Self.memory)
            let total = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM memories WHERE quarantine IS NOT NULL")
            return (memories, total ?? 0)
        }
    }

    /// One memory of a user. Throws when it cannot be read.
    public func get(_ id: String, of user: String) async throws(StateError) -> StoredMemory? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM memories WHERE user = ? AND id = ?", arguments: [user, id]
            ).flatMap(Self.memory)
        }
    }

    // MARK: Writing

    /// Keeps a memory. One that says nearly the same as an older one of its kind takes that one's place; what has faded,
    /// and what is weakest beyond the bound, is forgotten. Returns it as it was kept. Throws when it cannot be written.
    @discardableResult
    public func keep(_ memory: StoredMemory, aging: MemoryAging) async throws(StateError) -> StoredMemory {
        try await write { database in
            let now = memory.updatedAt
            let others = try Row.fetchAll(
                database, sql: "SELECT * FROM memories WHERE user = ? AND id <> ?", arguments: [memory.user, memory.id]
            ).compactMap(Self.memory)
            let (merged, replaced) = MemoryConsolidation.merge(memory, into: others)
            var remaining = others.filter { !replaced.contains($0.id) }
            let faded = remaining.filter { aging.retention(of: $0, at: now) < aging.threshold }
            remaining.removeAll { memory in faded.contains { $0.id == memory.id } }
            remaining.sort { aging.retention(of: $0, at: now) < aging.retention(of: $1, at: now) }
            let excess = remaining.prefix(max(0, remaining.count + 1 - aging.maximumPerUser))
            for id in replaced + faded.map(\.id) + excess.map(\.id) {
                try database.execute(
                    sql: "DELETE FROM memories WHERE user = ? AND id = ?", arguments: [memory.user, id])
            }
            try Self.insert(merged, database)
            return merged
        }
    }

    /// Puts a memory that was kept apart in use; false when it is not kept apart any more. Throws when it cannot be
    /// written.
    public func release(_ memory: StoredMemory) async throws(StateError) -> Bool {
        try await write { database in
            let isHeld =
                try Bool.fetchOne(
                    database,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM memories WHERE user = ? AND id = ? AND quarantine IS NOT NULL)
                        """, arguments: [memory.user, memory.id]) ?? false
            if isHeld { try Self.insert(memory, database) }
            return isHeld
        }
    }

    /// Notes that memories were given to a model. Throws when it cannot be written.
    public func noteUse(of ids: [String], by user: String, at now: Double) async throws(StateError) {
        try await write { database in
            for id in ids {
                try database.execute(
                    sql: """
                        UPDATE memories SET access_count = access_count + 1, last_accessed = ? \
                        WHERE user = ? AND id = ?
                        """, arguments: [now, user, id])
            }
        }
    }

    /// Forgets one memory; false when the user has no such one. Throws when it cannot be written.
    public func delete(_ id: String, of user: String) async throws(StateError) -> Bool {
        try await write { database in
            try database.execute(sql: "DELETE FROM memories WHERE user = ? AND id = ?", arguments: [user, id])
            return database.changesCount > 0
        }
    }

    /// Forgets a user's memories, all or of one kind, those that are kept apart too. Returns how many. Throws when it
    /// cannot be written.
    public func deleteAll(of user: String, kind: StoredMemory.Kind? = nil) async throws(StateError) -> Int {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM memories WHERE user = ? AND (? IS NULL OR kind = ?)",
                arguments: [user, kind?.rawValue, kind?.rawValue])
            return database.changesCount
        }
    }

    // MARK: Rows

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await database.read(body) } catch {
            throw StateError(.unusable, "memories cannot be read: \(error)")
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await database.write(body) } catch {
            throw StateError(.writeFailed, "memories cannot be written: \(error)")
        }
    }

    private static func insert(_ memory: StoredMemory, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO memories (id, user, kind, content, source, importance, access_count, created_at, \
                updated_at, last_accessed, quarantine, vector, vector_model, quarantine_score, release_reason, \
                released_by, released_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                """,
            arguments: [
                memory.id, memory.user, memory.kind.rawValue, memory.content, memory.source.rawValue,
                memory.importance, memory.accessCount, memory.createdAt, memory.updatedAt, memory.lastAccessed,
                memory.quarantine, bytes(memory.vector), memory.vectorModel, memory.quarantineScore,
                memory.release?.reason, memory.release?.role, memory.release?.time,
            ])
    }

    @Sendable private static func memory(_ row: Row) -> StoredMemory? {
        guard let kind = StoredMemory.Kind(rawValue: row["kind"]),
            let source = StoredMemory.Source(rawValue: row["source"])
        else { return nil }
        var memory = StoredMemory(
            id: row["id"], user: row["user"], kind: kind, content: row["content"], source: source,
            importance: row["importance"], at: row["created_at"], quarantine: row["quarantine"],
            vector: vector(row["vector"]), vectorModel: row["vector_model"])
        memory.quarantineScore = row["quarantine_score"]
        if let reason: String = row["release_reason"], let role: String = row["released_by"],
            let time: Double = row["released_at"]
        {
            memory.release = StoredMemory.Release(reason: reason, role: role, time: time)
        }
        memory.accessCount = row["access_count"]
        memory.updatedAt = row["updated_at"]
        memory.lastAccessed = row["last_accessed"]
        return memory
    }

    /// Each number as four bytes, least significant first.
    private static func bytes(_ vector: [Float]) -> Data {
        vector.reduce(into: Data(capacity: vector.count * 4)) { data, number in
            withUnsafeBytes(of: number.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
    }

    private static func vector(_ data: Data) -> [Float] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { index in
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
            }
        }
    }
}
