public import Logging
internal import Synchronization

/// Bounded connections to a PostgreSQL server, for anything that keeps records there.
public final class PostgresPool: Sendable {
    /// A change of the database's form. Its name is written down when it is done; one that was released is never edited.
    public struct Migration: Sendable {
        public var name: String
        public var statements: [String]

        /// A change of so many statements.
        public init(_ name: String, _ statements: [String]) {
            self.name = name
            self.statements = statements
        }
    }

    private let pool: EnginePool<PostgresConnection>
    private let endpoint: PostgresEndpoint
    private let finished = Mutex<Set<String>>([])

    /// A pool; it connects when it is first used.
    public init(_ endpoint: PostgresEndpoint, logger: Logger) {
        self.endpoint = endpoint
        var limits = EngineLimits()
        limits.connections = endpoint.connections
        limits.retries = min(endpoint.retries, 10)
        limits.connectTimeout = endpoint.connectTimeout
        pool = EnginePool(name: endpoint.name, limits: limits, logger: logger) {
            (deadline: EngineDeadline) throws(StateError) in
            try PostgresConnection(endpoint, until: deadline)
        }
    }

    /// Why the server could not be used the last time; nil while it answers.
    public var failure: StateError? { pool.failure }

    /// One statement with its parameters (`$1`…), prepared on each connection. It may be done twice when the server went
    /// away meanwhile, so it is one that can be.
    public func execute(
        _ sql: String, _ parameters: [PostgresParameter] = [], within limit: Duration? = nil
    ) async throws(StateError) -> PostgresResult {
        try await pool.perform(within: limit ?? endpoint.timeout) {
            (connection: PostgresConnection, deadline: EngineDeadline) throws(StateError) in
            try connection.execute(sql, parameters, until: deadline)
        }
    }

    /// Several statements in one transaction.
    public func transaction(
        _ statements: [(sql: String, parameters: [PostgresParameter])], within limit: Duration? = nil
    ) async throws(StateError) -> [PostgresResult] {
        try await pool.perform(within: limit ?? endpoint.timeout) {
            (connection: PostgresConnection, deadline: EngineDeadline) throws(StateError) in
            try connection.transaction(until: deadline) { () throws(StateError) in
                var results: [PostgresResult] = []
                for statement in statements {
                    results.append(try connection.execute(statement.sql, statement.parameters, until: deadline))
                }
                return results
            }
        }
    }

    /// Brings the database to this build's form, where that is not known to be done. Several processes may do it at once:
    /// one does, the others wait.
    public func migrate(_ migrations: [Migration]) async throws(StateError) {
        let missing = finished.withLock { finished in migrations.filter { !finished.contains($0.name) } }
        guard !missing.isEmpty else { return }
        try await pool.perform(within: endpoint.timeout) {
            (connection: PostgresConnection, deadline: EngineDeadline) throws(StateError) in
            try connection.transaction(until: deadline) { () throws(StateError) in
                for statement in Self.preparation { _ = try connection.execute(statement, until: deadline) }
                for migration in missing {
                    let isNew =
                        try connection.execute(
                            "INSERT INTO martlet_migrations (name) VALUES ($1) ON CONFLICT DO NOTHING",
                            [.text(migration.name)], until: deadline
                        ).changed == 1
                    guard isNew else { continue }
                    for statement in migration.statements { _ = try connection.execute(statement, until: deadline) }
                }
            }
        }
        finished.withLock { $0.formUnion(missing.map(\.name)) }
    }

    /// The lock ends with the transaction.
    private static let preparation = [
        "SELECT pg_advisory_xact_lock(7310592210)",
        "CREATE TABLE IF NOT EXISTS martlet_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())",
    ]

    /// A table's name, if it is one that needs no quotes: letters, digits and underscores, at most 48 of them.
    public static func tableName(_ text: String) -> String? {
        let isName = text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        guard isName, let first = text.utf8.first, !(48...57).contains(first), text.utf8.count <= 48 else { return nil }
        return text
    }

    /// Ends the connections.
    public func close() { pool.close() }
}
