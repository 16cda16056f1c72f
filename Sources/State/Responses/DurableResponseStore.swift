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
        try attempt { try $0.execute(sql: "DELETE FROM responses WHERE expires_at <= ?", arguments: [now]) }
    }

    public func put(_ response: StoredResponse) throws(StateError) {
        try attempt { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO responses (id, tenant, created_at, expires_at, previous_id, conversation_id, \
                    instructions, input, output, object) VALUES (?,?,?,?,?,?,?,?,?,?)
                    """,
                arguments: [
                    response.id, response.tenant, response.createdAt, response.expiresAt, response.previousID,
                    response.conversationID, response.instructions, Data(response.input), Data(response.output),
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

    public func get(_ id: String, tenant: String, at now: Double) throws(StateError) -> StoredResponse? {
        try first("id = ? AND tenant = ? AND expires_at > ?", [id, tenant, now])
    }

    public func latest(conversation: String, tenant: String, at now: Double) throws(StateError) -> StoredResponse? {
        try first(
            "tenant = ? AND conversation_id = ? AND expires_at > ? ORDER BY created_at DESC",
            [tenant, conversation, now])
    }

    public func delete(_ id: String, tenant: String) throws(StateError) -> Bool {
        var isGone = false
        try attempt { database in
            try database.execute(sql: "DELETE FROM responses WHERE id = ? AND tenant = ?", arguments: [id, tenant])
            isGone = database.changesCount > 0
        }
        return isGone
    }

    private func first(_ condition: String, _ arguments: StatementArguments) throws(StateError) -> StoredResponse? {
        do {
            return try database.pool.read { database in
                try Row.fetchOne(
                    database, sql: "SELECT * FROM responses WHERE \(condition) LIMIT 1", arguments: arguments
                ).map(Self.response)
            }
        } catch { throw StateError(.unusable, "responses cannot be read: \(error)") }
    }

    private func attempt(_ change: (Database) throws -> Void) throws(StateError) {
        do { try database.pool.write { try change($0) } } catch {
            throw StateError(.writeFailed, "responses cannot be written: \(error)")
        }
    }

    private static func response(_ row: Row) -> StoredResponse {
        let (input, output, object): (Data, Data, Data) = (row["input"], row["output"], row["object"])
        return StoredResponse(
            id: row["id"], tenant: row["tenant"], createdAt: row["created_at"], expiresAt: row["expires_at"],
            previousID: row["previous_id"], conversationID: row["conversation_id"], instructions: row["instructions"],
            input: Array(input), output: Array(output), object: Array(object))
    }
}
