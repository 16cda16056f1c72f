internal import Foundation
internal import GRDB

/// Files, vector stores and passages in the embedded store. What a call has written survives the end of this process.
/// Whoever asks names the tenant; what belongs to another is not there.
public struct DocumentDatabase: Sendable {
    let writer: any DatabaseWriter

    /// The tables of a state file, or of one in memory.
    public init(_ database: StateDatabase) {
        writer = database.pool
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await writer.read(body) } catch {
            throw StateError(.unusable, "documents cannot be read: \(error)")
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await writer.write(body) } catch {
            throw StateError(.writeFailed, "documents cannot be written: \(error)")
        }
    }

    // MARK: Files

    /// Keeps a file's entry.
    public func add(_ file: StoredFile) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO files (id, tenant, name, purpose, bytes, created_at, expires_at) VALUES (?,?,?,?,?,?,?)
                    """,
                arguments: [
                    file.id, file.tenant, file.name, file.purpose, file.byteCount, file.createdAt, file.expiresAt,
                ])
        }
    }

    /// A file of a tenant.
    public func file(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredFile? {
        try await read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM files WHERE id = ? AND tenant = ? AND (expires_at IS NULL OR expires_at > ?)",
                arguments: [id, tenant, now]
            ).map(Self.file)
        }
    }

    /// A tenant's files; nil when the cursor names none.
    public func files(
        tenant: String, purpose: String?, _ page: ListPage, at now: Double
    ) async throws(StateError) -> (items: [StoredFile], hasMore: Bool)? {
        try await list(
            "files", condition: "tenant = ? AND (expires_at IS NULL OR expires_at > ?) AND (? IS NULL OR purpose = ?)",
            arguments: [tenant, now, purpose, purpose], key: "id", page
        ) { row, _ in Self.file(row) }
    }

    /// Bytes of all files of a tenant.
    public func fileBytes(tenant: String) async throws(StateError) -> Int {
        try await read { database in
            try Int.fetchOne(
                database, sql: "SELECT COALESCE(SUM(bytes), 0) FROM files WHERE tenant = ?", arguments: [tenant]) ?? 0
        }
    }

    /// Forgets a file and its passages in every store; false when there is none.
    public func deleteFile(_ id: String, tenant: String) async throws(StateError) -> Bool {
        try await write { database in
            try database.execute(sql: "DELETE FROM files WHERE id = ? AND tenant = ?", arguments: [id, tenant])
            guard database.changesCount > 0 else { return false }
            try database.execute(sql: "DELETE FROM attachments WHERE file_id = ?", arguments: [id])
            try database.execute(sql: "DELETE FROM passages WHERE file_id = ?", arguments: [id])
            return true
        }
    }

    /// The ids of all files, whosoever they are.
    public func allFileIDs() async throws(StateError) -> Set<String> {
        try await read { database in try String.fetchSet(database, sql: "SELECT id FROM files") }
    }

    /// Files whose time has come.
    public func expiredFiles(at now: Double) async throws(StateError) -> [StoredFile] {
        try await read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM files WHERE expires_at <= ? LIMIT 100", arguments: [now]
            ).map(Self.file)
        }
    }

    // MARK: Stores

    /// Keeps a store.
    public func add(_ store: StoredVectorStore) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO vector_stores (id, tenant, name, created_at, last_active_at, expires_after_days, \
                    metadata) VALUES (?,?,?,?,?,?,?)
                    """,
                arguments: [
                    store.id, store.tenant, store.name, store.createdAt, store.lastActiveAt, store.expiresAfterDays,
                    store.metadata,
                ])
        }
    }

    /// A store of a tenant.
    public func store(_ id: String, tenant: String) async throws(StateError) -> StoredVectorStore? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM vector_stores WHERE id = ? AND tenant = ?", arguments: [id, tenant]
            ).map { try Self.store($0, database) }
        }
    }

    /// A tenant's stores; nil when the cursor names none.
    public func stores(
        tenant: String, _ page: ListPage
    ) async throws(StateError) -> (items: [StoredVectorStore], hasMore: Bool)? {
        try await list("vector_stores", condition: "tenant = ?", arguments: [tenant], key: "id", page, Self.store)
    }

    /// Changes what a store is called, carries, and when it expires.
    public func update(_ store: StoredVectorStore) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE vector_stores SET name = ?, expires_after_days = ?, metadata = ?, last_active_at = ? \
                    WHERE id = ? AND tenant = ?
                    """,
                arguments: [
                    store.name, store.expiresAfterDays, store.metadata, store.lastActiveAt, store.id, store.tenant,
                ])
        }
    }

    /// A store was used.
    public func touch(_ id: String, at now: Double) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE vector_stores SET last_active_at = ? WHERE id = ? AND last_active_at < ?",
                arguments: [now, id, now])
        }
    }

    /// Forgets a store with its passages; false when there is none.
    public func deleteStore(_ id: String, tenant: String) async throws(StateError) -> Bool {
        try await write { database in
            try database.execute(sql: "DELETE FROM vector_stores WHERE id = ? AND tenant = ?", arguments: [id, tenant])
            guard database.changesCount > 0 else { return false }
            try database.execute(sql: "DELETE FROM passages WHERE store_id = ?", arguments: [id])
            try database.execute(sql: "DELETE FROM attachments WHERE store_id = ?", arguments: [id])
            return true
        }
    }

    /// Frees the passages of stores whose time has come; their entries stay and say so.
    public func clearExpiredStores(at now: Double) async throws(StateError) -> [String] {
        try await write { database in
            let ids = try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM vector_stores WHERE expires_after_days IS NOT NULL \
                    AND last_active_at + expires_after_days * 86400.0 <= ? \
                    AND EXISTS (SELECT 1 FROM attachments WHERE store_id = vector_stores.id) LIMIT 100
                    """, arguments: [now])
            for id in ids {
                try database.execute(sql: "DELETE FROM passages WHERE store_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM attachments WHERE store_id = ?", arguments: [id])
            }
            return ids
        }
    }

    // MARK: Lists

    /// Rows in order of creation and, among those of one moment, of id.
    func list<Item: Sendable>(
        _ table: String, condition: String, arguments: StatementArguments, key: String, _ page: ListPage,
        _ make: @escaping @Sendable (Row, Database) throws -> Item
    ) async throws(StateError) -> (items: [Item], hasMore: Bool)? {
        try await read { database in
            var sql = "SELECT * FROM \(table) WHERE \(condition)"
            var all = arguments
            for (cursor, isAfter) in [(page.after, true), (page.before, false)] {
                guard let cursor else { continue }
                let known = try Row.fetchOne(
                    database, sql: "SELECT created_at FROM \(table) WHERE \(condition) AND \(key) = ?",
                    arguments: arguments + [cursor])
                guard let known, let created = known["created_at"] as Double? else { return nil }
                sql += " AND (created_at, \(key)) \(page.isAscending == isAfter ? ">" : "<") (?, ?)"
                all += [created, cursor]
            }
            // What stands before a cursor is what is next to it.
            let isReversed = page.before != nil && page.after == nil
            let isAscending = page.isAscending != isReversed
            let direction = isAscending ? "ASC" : "DESC"
            sql += " ORDER BY created_at \(direction), \(key) \(direction) LIMIT ?"
            var rows = try Row.fetchAll(database, sql: sql, arguments: all + [page.limit + 1])
            let hasMore = rows.count > page.limit
            if hasMore { rows.removeLast() }
            if isReversed { rows.reverse() }
            return (try rows.map { try make($0, database) }, hasMore)
        }
    }

    private static func file(_ row: Row) -> StoredFile {
        StoredFile(
            id: row["id"], tenant: row["tenant"], name: row["name"], purpose: row["purpose"], byteCount: row["bytes"],
            createdAt: row["created_at"], expiresAt: row["expires_at"])
    }

    @Sendable private static func store(_ row: Row, _ database: Database) throws -> StoredVectorStore {
        var store = StoredVectorStore(
            id: row["id"], tenant: row["tenant"], name: row["name"], createdAt: row["created_at"],
            expiresAfterDays: row["expires_after_days"], metadata: row["metadata"])
        store.lastActiveAt = row["last_active_at"]
        let groups = try Row.fetchAll(
            database,
            sql:
                "SELECT status, COUNT(*) AS n, SUM(usage_bytes) AS bytes FROM attachments WHERE store_id = ? GROUP BY status",
            arguments: [store.id])
        for group in groups {
            let count: Int = group["n"]
            store.usageBytes += (group["bytes"] as Int?) ?? 0
            switch StoredAttachment.Status(rawValue: group["status"]) {
            case .inProgress?: store.fileCounts.inProgress = count
            case .completed?: store.fileCounts.completed = count
            case .failed?: store.fileCounts.failed = count
            case .cancelled?: store.fileCounts.cancelled = count
            case nil: break
            }
        }
        return store
    }
}
