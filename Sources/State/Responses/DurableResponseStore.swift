internal import Foundation
internal import GRDB

/// Responses in the embedded store. A response that was put is there after this process ends, however it ends.
public struct DurableResponseStore: ResponseStore {
    private let database: StateDatabase
    private let limit: Int

    /// A store of at most `limit` responses; expired ones and those beyond the limit go when it is opened and with every
    /// hundredth response.
    public init(_ database: StateDatabase, limit: Int, at now: Double) throws(StateError) {
        self.database = database
        self.limit = max(1, limit)
        do {
            try database.pool.write {
                try $0.execute(sql: "DELETE FROM responses WHERE expires_at <= ?", arguments: [now])
            }
        } catch { throw StateError(.writeFailed, "responses cannot be written: \(error)") }
    }

    public func put(_ response: StoredResponse) async throws(StateError) {
        let limit = limit
        try await attempt { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO responses (id, tenant, created_at, expires_at, previous_id, conversation_id, \
                    instructions, input, output, object) VALUES (?,?,?,?,?,?,?,?,?,?)
                    """,
                arguments: [
                    Data(response.id.utf8), Data(response.tenant.utf8), response.createdAt, response.expiresAt,
                    response.previousID.map { Data($0.utf8) }, response.conversationID.map { Data($0.utf8) },
                    response.instructions.map { Data($0.utf8) }, Data(response.input), Data(response.output),
                    Data(response.object),
                ])
            guard Int.random(in: 0..<100) == 0 else { return }
            try database.execute(
                sql: """
                    DELETE FROM responses WHERE expires_at <= ? OR id NOT IN \
                    (SELECT id FROM responses ORDER BY created_at DESC LIMIT ?)
                    """, arguments: [response.createdAt, limit])
        }
    }

    public func get(_ id: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse? {
        try await first("id = ? AND tenant = ? AND expires_at > ?", [Data(id.utf8), Data(tenant.utf8), now])
    }

    public func latest(conversation: String, tenant: String, at now: Double) async throws(StateError) -> StoredResponse?
    {
        try await first(
            "tenant = ? AND conversation_id = ? AND expires_at > ? ORDER BY created_at DESC",
            [Data(tenant.utf8), Data(conversation.utf8), now])
    }

    public func delete(_ id: String, tenant: String) async throws(StateError) -> Bool {
        let (key, owner) = (Data(id.utf8), Data(tenant.utf8))
        return try await attempt { database in
            try database.execute(sql: "DELETE FROM responses WHERE id = ? AND tenant = ?", arguments: [key, owner])
            return database.changesCount > 0
        }
    }

    private func first(
        _ condition: String, _ arguments: StatementArguments
    ) async throws(StateError) -> StoredResponse? {
        do {
            return try await database.pool.read { database in
                try Row.fetchOne(
                    database, sql: "SELECT * FROM responses WHERE \(condition) LIMIT 1", arguments: arguments
                ).map(Self.response)
            }
        } catch { throw StateError(.unusable, "responses cannot be read: \(error)") }
    }

    private func attempt<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws(StateError) -> Value {
        do { return try await database.pool.write { try change($0) } } catch {
            throw StateError(.writeFailed, "responses cannot be written: \(error)")
        }
    }

    private static func response(_ row: Row) -> StoredResponse {
        let (input, output, object): (Data, Data, Data) = (row["input"], row["output"], row["object"])
        func text(_ column: String) -> String? {
            (row[column] as Data?).map { String(decoding: $0, as: UTF8.self) }
        }
        return StoredResponse(
            id: text("id") ?? "", tenant: text("tenant") ?? "", createdAt: row["created_at"],
            expiresAt: row["expires_at"], previousID: text("previous_id"), conversationID: text("conversation_id"),
            instructions: text("instructions"), input: Array(input), output: Array(output), object: Array(object))
    }
}
