/// Replay records in PostgreSQL, which every process with the same table shares.
///
/// Texts that clients may choose are kept as bytes, since a PostgreSQL text cannot hold zeros.
public struct PostgresReplayStore: ReplayStore {
    let pool: PostgresPool
    let table: String
    private let lifetime: Double
    private let migrations: [PostgresPool.Migration]

    /// A store in a table, which is made when it is first used; records are kept for so many seconds, 0 until others take
    /// their place. Throws when the name is none that needs no quotes.
    public init(_ pool: PostgresPool, table: String, lifetime: Double) throws(StateError) {
        guard let table = PostgresPool.tableName(table) else {
            throw StateError(
                .unusable, "the name of a table consists of at most 48 small letters, digits and underscores")
        }
        self.pool = pool
        self.table = table
        self.lifetime = lifetime
        migrations = [
            PostgresPool.Migration(
                "replay in \(table)",
                [
                    """
                    CREATE TABLE \(table) (sequence bigserial PRIMARY KEY, id bytea NOT NULL UNIQUE, \
                    timestamp float8 NOT NULL, request_id bytea NOT NULL, session_id bytea NOT NULL, \
                    recipe bytea NOT NULL, decision bytea NOT NULL, category bytea NOT NULL, \
                    requested_model bytea NOT NULL, selected_model bytea NOT NULL, status bigint NOT NULL, \
                    lifecycle text NOT NULL, is_cached bigint NOT NULL, is_stream bigint NOT NULL, \
                    prompt_tokens bigint, cached_tokens bigint, cache_write_tokens bigint, completion_tokens bigint, \
                    actual_cost float8, baseline_cost float8, currency text NOT NULL, record_limit bigint NOT NULL, \
                    document bytea NOT NULL, signals text NOT NULL, payload bytea)
                    """,
                    "CREATE INDEX ON \(table) (timestamp)", "CREATE INDEX ON \(table) (session_id)",
                    "CREATE INDEX ON \(table) (recipe, decision, sequence)",
                    """
                    CREATE TABLE \(table)_outcomes (sequence bigserial PRIMARY KEY, \
                    replay_id bytea NOT NULL REFERENCES \(table) (id) ON DELETE CASCADE, document bytea NOT NULL)
                    """,
                    "CREATE INDEX ON \(table)_outcomes (replay_id)",
                ])
        ]
    }

    func migrate() async throws(StateError) { try await pool.migrate(migrations) }

    // MARK: Writing

    public func append(_ records: [ReplayRecord]) async throws(StateError) {
        guard !records.isEmpty else { return }
        try await migrate()
        let results = try await pool.transaction(records.map { insertion($0, id: $0.id) }, within: .seconds(30))
        for (record, result) in zip(records, results) where result.changed == 0 {
            let known = try await pool.execute(
                "SELECT timestamp FROM \(table) WHERE id = $1", [.bytes(of: record.id)])
            // The same record, written again after a failure.
            if PostgresCell.double(known.rows.first?.first ?? nil) == record.timestamp { continue }
            // Clients choose request ids: one must not stand in for another's record.
            let other = insertion(record, id: "\(record.id)~\(String(UInt64.random(in: 0 ... .max), radix: 16))")
            _ = try await pool.execute(other.sql, other.parameters)
        }
        guard Int.random(in: 0..<16) == 0, let newest = records.last?.timestamp else { return }
        // What is not forgotten now is the next one's work.
        if lifetime > 0 { try? await removeRecords(before: newest - lifetime) } else { try? await removeBeyondLimits() }
    }

    public func removeRecords(before moment: Double) async throws(StateError) {
        try await migrate()
        _ = try await pool.execute(
            "DELETE FROM \(table) WHERE timestamp < $1", [.double(moment)], within: .seconds(30))
        try await removeBeyondLimits()
    }

    /// Of each decision the newest stay, as many as its newest record allows.
    private func removeBeyondLimits() async throws(StateError) {
        _ = try await pool.execute(
            """
            DELETE FROM \(table) WHERE sequence IN (SELECT sequence FROM (SELECT sequence, \
            row_number() OVER newest AS place, first_value(record_limit) OVER newest AS most FROM \(table) \
            WINDOW newest AS (PARTITION BY recipe, decision ORDER BY sequence DESC)) AS ranked WHERE place > most)
            """, within: .seconds(30))
    }

    public func addOutcome(_ outcome: [UInt8], to id: String) async throws(StateError) -> Bool {
        try await migrate()
        return try await pool.execute(
            """
            INSERT INTO \(table)_outcomes (replay_id, document) SELECT id, $2 FROM \(table) WHERE id = $1
            """, [.bytes(of: id), .bytes(outcome)]
        ).changed == 1
    }

    private func insertion(_ record: ReplayRecord, id: String) -> (sql: String, parameters: [PostgresParameter]) {
        var named = record
        named.id = id
        let places = ReplayRecord.columns.indices.map { "$\($0 + 1)" }.joined(separator: ",")
        return (
            "INSERT INTO \(table) (\(ReplayRecord.columnNames)) VALUES (\(places)) ON CONFLICT (id) DO NOTHING",
            zip(ReplayRecord.columns, named.cells).map { column, cell in
                switch cell {
                case .null: .null
                case .integer(let value): .integer(value)
                case .real(let value): .double(value)
                case .text(let bytes):
                    column.form == .word ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes)
                }
            }
        )
    }

    // MARK: Reading

    public func page(
        _ filter: ReplayFilter, limit: Int, offset: Int, includingPayload: Bool
    ) async throws(StateError) -> ReplayPage {
        try await migrate()
        let (condition, parameters) = Self.condition(filter)
        let total = try await pool.execute("SELECT COUNT(*) FROM \(table) WHERE \(condition)", parameters)
        let rows = try await pool.execute(
            """
            SELECT \(Self.selection(includingPayload)) FROM \(table) WHERE \(condition) ORDER BY sequence DESC \
            LIMIT $\(parameters.count + 1) OFFSET $\(parameters.count + 2)
            """, parameters + [.integer(Int64(limit)), .integer(Int64(offset))], within: .seconds(30)
        ).rows
        return ReplayPage(
            records: rows.compactMap(Self.record),
            total: Int(PostgresCell.integer(total.rows.first?.first ?? nil) ?? 0))
    }

    public func record(_ id: String, includingPayload: Bool) async throws(StateError) -> ReplayRecord? {
        try await migrate()
        return try await pool.execute(
            "SELECT \(Self.selection(includingPayload)) FROM \(table) WHERE id = $1", [.bytes(of: id)]
        ).rows.first.flatMap(Self.record)
    }

    public func outcomes(of ids: [String]) async throws(StateError) -> [String: [[UInt8]]] {
        guard !ids.isEmpty else { return [:] }
        try await migrate()
        let places = ids.indices.map { "$\($0 + 1)" }.joined(separator: ",")
        let rows = try await pool.execute(
            """
            SELECT replay_id, document FROM \(table)_outcomes WHERE replay_id IN (\(places)) ORDER BY sequence
            """, ids.map { .bytes(of: $0) }
        ).rows
        var found: [String: [[UInt8]]] = [:]
        for row in rows where row.count == 2 {
            if let id = PostgresCell.text(row[0]), let document = row[1] { found[id, default: []].append(document) }
        }
        return found
    }

    private static func selection(_ includesPayload: Bool) -> String {
        includesPayload
            ? ReplayRecord.columnNames
            : ReplayRecord.columns.map { $0.name == "payload" ? "NULL::bytea" : $0.name }.joined(separator: ", ")
    }

    static func condition(_ filter: ReplayFilter) -> (sql: String, parameters: [PostgresParameter]) {
        var parts = ["true"]
        var parameters: [PostgresParameter] = []
        func add(_ part: (String) -> String, _ value: PostgresParameter) {
            parameters.append(value)
            parts.append(part("$\(parameters.count)"))
        }
        if let search = filter.search, !search.isEmpty {
            add(
                {
                    "(position(\($0) IN lower(encode(request_id, 'escape'))) > 0 "
                        + "OR position(\($0) IN lower(encode(recipe, 'escape'))) > 0)"
                }, .text(search.lowercased().filter { $0 != "\0" }))
        }
        if let recipe = filter.recipe { add({ "recipe = \($0)" }, .bytes(of: recipe)) }
        if let decision = filter.decision { add({ "decision = \($0)" }, .bytes(of: decision)) }
        if let model = filter.model { add({ "selected_model = \($0)" }, .bytes(of: model)) }
        if let session = filter.sessionID { add({ "session_id = \($0)" }, .bytes(of: session)) }
        if let since = filter.since { add({ "timestamp >= \($0)" }, .double(since)) }
        if let until = filter.until { add({ "timestamp < \($0)" }, .double(until)) }
        switch filter.cacheStatus {
        case .all: break
        case .cached: parts.append("is_cached = 1")
        case .streamed: parts.append("is_stream = 1")
        }
        return (parts.joined(separator: " AND "), parameters)
    }

    private static func record(_ row: [[UInt8]?]) -> ReplayRecord? {
        guard row.count == ReplayRecord.columns.count else { return nil }
        return ReplayRecord(
            zip(ReplayRecord.columns, row).map { column, cell in
                switch column.form {
                case .integer: PostgresCell.integer(cell).map { .integer($0) } ?? .null
                case .real: PostgresCell.double(cell).map { .real($0) } ?? .null
                case .word, .text: cell.map { .text($0) } ?? .null
                }
            })
    }
}
