internal import Foundation
internal import GRDB
internal import Synchronization

/// Replay records in the embedded store.
public final class DurableReplayStore: ReplayStore {
    private let database: StateDatabase
    /// Records between two rounds of forgetting.
    private static let recordsPerSweep = 256
    private let sinceSweep = Mutex(0)
    private let lifetime: Double

    /// A store of records for so many seconds; 0 keeps them until others take their place.
    public init(_ database: StateDatabase, lifetime: Double) {
        self.database = database
        self.lifetime = lifetime
    }

    static func createTables(_ database: Database) throws {
        try database.create(table: "replay") { table in
            table.autoIncrementedPrimaryKey("sequence")
            table.column("id", .text).notNull().unique()
            table.column("timestamp", .double).notNull().indexed()
            for name in ["request_id", "session_id"] { table.column(name, .text).notNull().indexed() }
            for name in ["recipe", "decision", "category", "requested_model", "selected_model", "lifecycle"] {
                table.column(name, .text).notNull()
            }
            for name in ["status", "is_cached", "is_stream", "record_limit"] { table.column(name, .integer).notNull() }
            for name in ["prompt_tokens", "cached_tokens", "cache_write_tokens", "completion_tokens"] {
                table.column(name, .integer)
            }
            for name in ["actual_cost", "baseline_cost"] { table.column(name, .double) }
            table.column("currency", .text).notNull()
            for name in ["document", "signals"] { table.column(name, .text).notNull() }
            table.column("payload", .text)
        }
        try database.create(indexOn: "replay", columns: ["recipe", "decision", "sequence"])
        try database.create(table: "replay_outcomes") { table in
            table.autoIncrementedPrimaryKey("sequence")
            table.column("replay_id", .text).notNull().indexed()
            table.column("document", .text).notNull()
        }
    }

    // MARK: Writing

    public func append(_ records: [ReplayRecord]) async throws(StateError) {
        guard !records.isEmpty else { return }
        let mustSweep = sinceSweep.withLock { count in
            count += records.count
            guard count >= Self.recordsPerSweep else { return false }
            count = 0
            return true
        }
        let lifetime = lifetime
        try await write { database in
            let insert = try database.cachedStatement(sql: Self.insertion)
            for record in records {
                try insert.execute(arguments: Self.arguments(record, id: record.id))
                guard database.changesCount == 0 else { continue }
                let known = try Double.fetchOne(
                    database, sql: "SELECT timestamp FROM replay WHERE id = ?", arguments: [record.id])
                // The same record, written again after a crash.
                if known == record.timestamp { continue }
                // Clients choose request ids: one must not stand in for another's record.
                let other = "\(record.id)~\(String(UInt64.random(in: 0 ... .max), radix: 16))"
                try insert.execute(arguments: Self.arguments(record, id: other))
            }
            guard mustSweep else { return }
            if lifetime > 0, let newest = records.last?.timestamp {
                try Self.remove(database, where: "timestamp < ?", [newest - lifetime])
            }
            try Self.removeBeyondLimits(database)
        }
    }

    public func removeRecords(before moment: Double) async throws(StateError) {
        try await write { database in
            try Self.remove(database, where: "timestamp < ?", [moment])
            try Self.removeBeyondLimits(database)
        }
    }

    public func addOutcome(_ outcome: [UInt8], to id: String) async throws(StateError) -> Bool {
        let text = String(decoding: outcome, as: UTF8.self)
        return try await write { database in
            guard
                try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM replay WHERE id = ?)", arguments: [id])
                    ?? false
            else { return false }
            try database.execute(
                sql: "INSERT INTO replay_outcomes (replay_id, document) VALUES (?, ?)", arguments: [id, text])
            return true
        }
    }

    private static let insertion = """
        INSERT INTO replay (\(ReplayRecord.columnNames)) \
        VALUES (\(ReplayRecord.columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (id) DO NOTHING
        """

    private static func arguments(_ record: ReplayRecord, id: String) -> StatementArguments {
        var named = record
        named.id = id
        return StatementArguments(
            named.cells.map { cell -> (any DatabaseValueConvertible)? in
                switch cell {
                case .null: nil
                case .integer(let value): value
                case .real(let value): value
                case .text(let bytes): String(decoding: bytes, as: UTF8.self)
                }
            })
    }

    private static func remove(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws {
        try database.execute(
            sql: "DELETE FROM replay_outcomes WHERE replay_id IN (SELECT id FROM replay WHERE \(condition))",
            arguments: arguments)
        try database.execute(sql: "DELETE FROM replay WHERE \(condition)", arguments: arguments)
    }

    /// Of each decision the newest stay, as many as its newest record allows.
    private static func removeBeyondLimits(_ database: Database) throws {
        let decisions = try Row.fetchAll(
            database, sql: "SELECT recipe, decision, COUNT(*) AS count FROM replay GROUP BY recipe, decision")
        for row in decisions {
            let (recipe, decision): (String, String) = (row["recipe"], row["decision"])
            let limit = try Int.fetchOne(
                database,
                sql: """
                    SELECT record_limit FROM replay WHERE recipe = ? AND decision = ? ORDER BY sequence DESC LIMIT 1
                    """, arguments: [recipe, decision])
            guard let limit, limit < row["count"] else { continue }
            let oldest = try Int64.fetchOne(
                database,
                sql: """
                    SELECT sequence FROM replay WHERE recipe = ? AND decision = ? \
                    ORDER BY sequence DESC LIMIT 1 OFFSET ?
                    """, arguments: [recipe, decision, max(0, limit - 1)])
            guard let oldest else { continue }
            try remove(
                database, where: "recipe = ? AND decision = ? AND sequence < ?", [recipe, decision, oldest])
        }
    }

    // MARK: Reading

    public func page(
        _ filter: ReplayFilter, limit: Int, offset: Int, includingPayload: Bool
    ) async throws(StateError) -> ReplayPage {
        let (condition, arguments) = Self.condition(filter)
        return try await read { database in
            let total = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM replay WHERE \(condition)", arguments: arguments)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Self.selection(includingPayload)) FROM replay WHERE \(condition) \
                    ORDER BY sequence DESC LIMIT ? OFFSET ?
                    """, arguments: arguments + [limit, offset])
            return ReplayPage(records: rows.map(Self.record), total: total ?? 0)
        }
    }

    public func record(_ id: String, includingPayload: Bool) async throws(StateError) -> ReplayRecord? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT \(Self.selection(includingPayload)) FROM replay WHERE id = ?", arguments: [id]
            ).map(Self.record)
        }
    }

    public func outcomes(of ids: [String]) async throws(StateError) -> [String: [[UInt8]]] {
        guard !ids.isEmpty else { return [:] }
        return try await read { database in
            let marks = ids.map { _ in "?" }.joined(separator: ",")
            var found: [String: [[UInt8]]] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT replay_id, document FROM replay_outcomes WHERE replay_id IN (\(marks)) ORDER BY sequence
                    """, arguments: StatementArguments(ids))
            while let row = try rows.next() {
                let (id, document): (String, String) = (row["replay_id"], row["document"])
                found[id, default: []].append(Array(document.utf8))
            }
            return found
        }
    }

    private static func selection(_ includesPayload: Bool) -> String {
        includesPayload
            ? ReplayRecord.columnNames
            : ReplayRecord.columns.map { $0.name == "payload" ? "NULL AS payload" : $0.name }.joined(separator: ", ")
    }

    static func condition(_ filter: ReplayFilter) -> (sql: String, arguments: StatementArguments) {
        var parts = ["1"]
        var arguments = StatementArguments()
        func add(_ part: String, _ values: (any DatabaseValueConvertible)...) {
            parts.append(part)
            arguments += StatementArguments(values.map { $0 as any DatabaseValueConvertible })
        }
        if let search = filter.search, !search.isEmpty {
            add("(instr(lower(request_id), lower(?)) > 0 OR instr(lower(recipe), lower(?)) > 0)", search, search)
        }
        if let recipe = filter.recipe { add("recipe = ?", recipe) }
        if let decision = filter.decision { add("decision = ?", decision) }
        if let model = filter.model { add("selected_model = ?", model) }
        if let session = filter.sessionID { add("session_id = ?", session) }
        if let since = filter.since { add("timestamp >= ?", since) }
        if let until = filter.until { add("timestamp < ?", until) }
        switch filter.cacheStatus {
        case .all: break
        case .cached: parts.append("is_cached")
        case .streamed: parts.append("is_stream")
        }
        return (parts.joined(separator: " AND "), arguments)
    }

    private static func record(_ row: Row) -> ReplayRecord {
        ReplayRecord(
            ReplayRecord.columns.map { column in
                switch column.form {
                case .integer: (row[column.name] as Int64?).map { .integer($0) } ?? .null
                case .real: (row[column.name] as Double?).map { .real($0) } ?? .null
                case .word, .text: (row[column.name] as String?).map { .text(Array($0.utf8)) } ?? .null
                }
            })
    }

    // MARK: The file

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await database.pool.read(body) } catch {
            throw StateError(.unusable, "replay records cannot be read: \(error)")
        }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await database.pool.write(body) } catch {
            throw StateError(.writeFailed, "replay records cannot be written: \(error)")
        }
    }
}
