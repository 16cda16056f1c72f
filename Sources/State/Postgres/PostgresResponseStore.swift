/// Responses in PostgreSQL, which every process with the same table shares. A response that was put is committed.
///
/// Texts are kept as bytes: a client's text may hold zeros, which a PostgreSQL text cannot.
public struct PostgresResponseStore: ResponseStore {
    private let pool: PostgresPool
    private let migrations: [PostgresPool.Migration]
    private let table: String
    private static let columns =
        "id, tenant, created_at, expires_at, previous_id, conversation_id, instructions, input, output, object"

    /// A store in a table, which is made when it is first used. Throws when the name is none that needs no quotes.
    public init(_ pool: PostgresPool, table: String) throws(StateError) {
        guard let table = PostgresPool.tableName(table) else {
            throw StateError(
                .unusable, "the name of a table consists of at most 48 small letters, digits and underscores")
        }
        self.pool = pool
        self.table = table
        migrations = [
            PostgresPool.Migration(
                "responses in \(table)",
                [
                    """
                    CREATE TABLE \(table) (tenant bytea NOT NULL, id bytea NOT NULL, created_at float8 NOT NULL, \
                    expires_at float8 NOT NULL, previous_id bytea, conversation_id bytea, instructions bytea, \
                    input bytea NOT NULL, output bytea NOT NULL, object bytea NOT NULL, PRIMARY KEY (tenant, id))
                    """,
                    "CREATE INDEX ON \(table) (tenant, sha256(conversation_id), created_at)",
                    "CREATE INDEX ON \(table) (expires_at)",
                ])
        ]
    }

    public func put(_ response: StoredResponse) async throws(StateError) {
        try await pool.migrate(migrations)
        _ = try await pool.execute(
            """
            INSERT INTO \(table) (\(Self.columns)) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) \
            ON CONFLICT (tenant, id) DO UPDATE SET created_at = $3, expires_at = $4, previous_id = $5, \
            conversation_id = $6, instructions = $7, input = $8, output = $9, object = $10
            """,
            [
                .bytes(of: response.id), .bytes(of: response.tenant), .double(response.createdAt),
                .double(response.expiresAt), .bytes(of: response.previousID), .bytes(of: response.conversationID),
                .bytes(of: response.instructions), .bytes(response.input), .bytes(response.output),
                .bytes(response.object),
            ])
        guard Int.random(in: 0..<100) == 0 else { return }
        // In portions, so that no response waits for a long deletion; a failure is the next one's work.
        _ = try? await pool.execute(
            "DELETE FROM \(table) WHERE ctid IN (SELECT ctid FROM \(table) WHERE expires_at <= $1 LIMIT 1000)",
            [.double(response.createdAt)])
    }

    public func get(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse? {
        try await first(
            "id = $1 AND tenant = $2 AND expires_at > $3", [.bytes(of: id), .bytes(of: tenant), .double(now)])
    }

    public func latest(
        conversation: String, tenant: String, at now: Double
    ) async throws(StateError) -> StoredResponse? {
        try await first(
            """
            tenant = $1 AND sha256(conversation_id) = sha256($2) AND conversation_id = $2 AND expires_at > $3 \
            ORDER BY created_at DESC
            """, [.bytes(of: tenant), .bytes(of: conversation), .double(now)])
    }

    public func delete(_ id: String, tenant: String) async throws(StateError) -> Bool {
        try await pool.migrate(migrations)
        return try await pool.execute(
            "DELETE FROM \(table) WHERE id = $1 AND tenant = $2", [.bytes(of: id), .bytes(of: tenant)]
        ).changed > 0
    }

    private func first(
        _ condition: String, _ parameters: [PostgresParameter]
    ) async throws(StateError) -> StoredResponse? {
        try await pool.migrate(migrations)
        let result = try await pool.execute(
            "SELECT \(Self.columns) FROM \(table) WHERE \(condition) LIMIT 1", parameters)
        guard let row = result.rows.first, row.count == 10, let id = PostgresCell.text(row[0]),
            let tenant = PostgresCell.text(row[1]), let createdAt = PostgresCell.double(row[2]),
            let expiresAt = PostgresCell.double(row[3]), let input = row[7], let output = row[8], let object = row[9]
        else { return nil }
        return StoredResponse(
            id: id, tenant: tenant, createdAt: createdAt, expiresAt: expiresAt,
            previousID: PostgresCell.text(row[4]), conversationID: PostgresCell.text(row[5]),
            instructions: PostgresCell.text(row[6]), input: input, output: output, object: object)
    }
}
