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

    private static let columns = [
        "id", "timestamp", "request_id", "session_id", "recipe", "decision", "category", "requested_model",
        "selected_model", "status", "lifecycle", "is_cached", "is_stream", "prompt_tokens", "cached_tokens",
        "cache_write_tokens", "completion_tokens", "actual_cost", "baseline_cost", "currency", "record_limit",
        "document", "signals",
    ]

    private func insertion(_ record: ReplayRecord, id: String) -> (sql: String, parameters: [PostgresParameter]) {
        func number(_ value: Int?) -> PostgresParameter { value.map { .integer(Int64($0)) } ?? .null }
        func amount(_ value: Double?) -> PostgresParameter { value.map { .double($0) } ?? .null }
        let places = (1...Self.columns.count + 1).map { "$\($0)" }.joined(separator: ",")
        return (
            """
            INSERT INTO \(table) (\(Self.columns.joined(separator: ", ")), payload) VALUES (\(places)) \
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .bytes(of: id), .double(record.timestamp), .bytes(of: record.requestID), .bytes(of: record.sessionID),
                .bytes(of: record.recipe), .bytes(of: record.decision), .bytes(of: record.category),
                .bytes(of: record.requestedModel), .bytes(of: record.selectedModel),
                .integer(Int64(record.status)), .text(record.lifecycle.rawValue), .integer(record.isCached ? 1 : 0),
                .integer(record.isStream ? 1 : 0), number(record.promptTokens), number(record.cachedTokens),
                number(record.cacheWriteTokens), number(record.completionTokens), amount(record.actualCost),
                amount(record.baselineCost), .text(record.currency), .integer(Int64(record.limit)),
                .bytes(record.document), .text(record.signalsText),
                record.payload.isEmpty ? .null : .bytes(record.payload),
            ]
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
        columns.joined(separator: ", ") + (includesPayload ? ", payload" : ", NULL::bytea")
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
        guard row.count == columns.count + 1, let id = PostgresCell.text(row[0]),
            let timestamp = PostgresCell.double(row[1]), let document = row[21]
        else { return nil }
        func text(_ place: Int) -> String { PostgresCell.text(row[place]) ?? "" }
        func number(_ place: Int) -> Int? { PostgresCell.integer(row[place]).map { Int($0) } }
        var record = ReplayRecord(id: id, timestamp: timestamp)
        (record.requestID, record.sessionID, record.recipe) = (text(2), text(3), text(4))
        (record.decision, record.category, record.requestedModel) = (text(5), text(6), text(7))
        (record.selectedModel, record.status) = (text(8), number(9) ?? 0)
        record.lifecycle = ReplayRecord.Lifecycle(rawValue: text(10)) ?? .failed
        (record.isCached, record.isStream) = (number(11) == 1, number(12) == 1)
        (record.promptTokens, record.cachedTokens) = (number(13), number(14))
        (record.cacheWriteTokens, record.completionTokens) = (number(15), number(16))
        (record.actualCost, record.baselineCost) = (PostgresCell.double(row[17]), PostgresCell.double(row[18]))
        (record.currency, record.limit) = (text(19), number(20) ?? record.limit)
        record.document = document
        record.signals = ReplayRecord.signals(text(22))
        record.payload = row[23] ?? []
        return record
    }
}
