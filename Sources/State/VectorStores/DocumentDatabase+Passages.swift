internal import Foundation
internal import GRDB

/// Files in stores, and their passages.
extension DocumentDatabase {
    /// What became of an attempt to attach a file.
    public enum Attaching: Sendable, Hashable {
        case attached
        /// The file is in the store already.
        case exists
        /// As many files as allowed wait to be read.
        case queueFull
    }

    /// Puts a file into a store, to be read. At most `waiting` files of all stores may wait.
    public func attach(_ attachment: StoredAttachment, waiting: Int) async throws(StateError) -> Attaching {
        try await write { database in
            let known = try Row.fetchOne(
                database, sql: "SELECT 1 FROM attachments WHERE store_id = ? AND file_id = ?",
                arguments: [attachment.storeID, attachment.fileID])
            guard known == nil else { return .exists }
            let count = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM attachments WHERE status = 'in_progress'")
            let isFull = (count ?? 0) >= waiting
            try database.execute(
                sql: """
                    INSERT INTO attachments (store_id, file_id, created_at, status, error_code, error_message, \
                    strategy, size, overlap, attributes, usage_bytes, batch_id) VALUES (?,?,?,?,?,?,?,?,?,?,0,?)
                    """,
                arguments: [
                    attachment.storeID, attachment.fileID, attachment.createdAt, isFull ? "failed" : "in_progress",
                    isFull ? "queue_full" : nil,
                    isFull ? "\(waiting) files wait to be read already; attach it again later" : nil,
                    attachment.strategy, attachment.size, attachment.overlap, attachment.attributes,
                    attachment.batchID,
                ])
            return isFull ? .queueFull : .attached
        }
    }

    /// A file of a store.
    public func attachment(store: String, file: String) async throws(StateError) -> StoredAttachment? {
        try await read { database in
            try Row.fetchOne(
                database, sql: "SELECT * FROM attachments WHERE store_id = ? AND file_id = ?", arguments: [store, file]
            ).map(Self.attachment)
        }
    }

    /// The files of a store; nil when the cursor names none.
    public func attachments(
        store: String, status: StoredAttachment.Status?, batch: String?, _ page: ListPage
    ) async throws(StateError) -> (items: [StoredAttachment], hasMore: Bool)? {
        try await list(
            "attachments", condition: "store_id = ? AND (? IS NULL OR status = ?) AND (? IS NULL OR batch_id = ?)",
            arguments: [store, status?.rawValue, status?.rawValue, batch, batch], key: "file_id", page
        ) { row, _ in Self.attachment(row) }
    }

    /// Every file of a store that a model has placed, with its name and attributes.
    public func attributes(
        store: String, embedder: String
    ) async throws(StateError) -> [(file: String, name: String, attributes: String)] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT attachments.file_id, files.name, attachments.attributes FROM attachments \
                    JOIN files ON files.id = attachments.file_id WHERE store_id = ? AND status = 'completed' \
                    AND embedder = ?
                    """, arguments: [store, embedder]
            ).map { ($0["file_id"], $0["name"], $0["attributes"]) }
        }
    }

    /// Changes what filters may ask of a file.
    public func setAttributes(_ attributes: String, store: String, file: String) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE attachments SET attributes = ? WHERE store_id = ? AND file_id = ?",
                arguments: [attributes, store, file])
        }
    }

    /// Takes a file out of a store, with all its passages there; false when it is not in it.
    public func detach(store: String, file: String) async throws(StateError) -> Bool {
        try await write { database in
            try database.execute(
                sql: "DELETE FROM attachments WHERE store_id = ? AND file_id = ?", arguments: [store, file])
            guard database.changesCount > 0 else { return false }
            try database.execute(
                sql: "DELETE FROM passages WHERE store_id = ? AND file_id = ?", arguments: [store, file])
            return true
        }
    }

    /// The files that wait to be read, oldest first, with their tenants and names.
    public func waiting(
        limit: Int
    ) async throws(StateError) -> [(attachment: StoredAttachment, tenant: String, name: String)] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT attachments.*, files.tenant AS tenant, files.name AS name FROM attachments \
                    JOIN files ON files.id = attachments.file_id WHERE status = 'in_progress' \
                    ORDER BY attachments.created_at, attachments.file_id LIMIT ?
                    """, arguments: [limit]
            ).map { (Self.attachment($0), $0["tenant"], $0["name"]) }
        }
    }

    /// Reads again what another model placed; the number of files.
    public func readAgain(unlessEmbeddedBy embedder: String) async throws(StateError) -> Int {
        try await write { database in
            try database.execute(
                sql: "UPDATE attachments SET status = 'in_progress' WHERE status = 'completed' AND embedder != ?",
                arguments: [embedder])
            return database.changesCount
        }
    }

    /// Ends reading with a failure. A file that is no longer waited for stays as it is.
    public func fail(store: String, file: String, code: String, message: String) async throws(StateError) {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE attachments SET status = 'failed', error_code = ?, error_message = ? \
                    WHERE store_id = ? AND file_id = ? AND status = 'in_progress'
                    """, arguments: [code, message, store, file])
        }
    }

    /// Gives up the files of a batch that are not read yet; the number of them.
    public func cancel(store: String, batch: String) async throws(StateError) -> Int {
        try await write { database in
            try database.execute(
                sql: """
                    UPDATE attachments SET status = 'cancelled', error_code = 'cancelled', \
                    error_message = 'the batch was cancelled' \
                    WHERE store_id = ? AND batch_id = ? AND status = 'in_progress'
                    """, arguments: [store, batch])
            return database.changesCount
        }
    }

    /// What became of passages.
    public enum Completion: Sendable, Hashable {
        case completed
        /// The file was detached or given up meanwhile.
        case noLongerWanted
        /// The store would have more passages than allowed.
        case storeFull
    }

    /// Puts all passages of a file in place of those that it had, and ends its reading: all of it or nothing.
    public func complete(
        store: String, file: String, passages: [NewPassage], embedder: String, maximumPassages: Int
    ) async throws(StateError) -> Completion {
        try await write { database in
            let status = try String.fetchOne(
                database, sql: "SELECT status FROM attachments WHERE store_id = ? AND file_id = ?",
                arguments: [store, file])
            guard status == StoredAttachment.Status.inProgress.rawValue else { return .noLongerWanted }
            try database.execute(
                sql: "DELETE FROM passages WHERE store_id = ? AND file_id = ?", arguments: [store, file])
            let others = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM passages WHERE store_id = ?", arguments: [store])
            guard (others ?? 0) + passages.count <= maximumPassages else { return .storeFull }
            let scope = Self.scope(store)
            let statement = try database.makeStatement(
                sql: """
                    INSERT INTO passages (store_id, file_id, position, text, terms, scope, vector) \
                    VALUES (?,?,?,?,?,?,?)
                    """)
            var bytes = 0
            for (position, passage) in passages.enumerated() {
                bytes += passage.text.utf8.count
                let vector = passage.vector.map { vector in vector.withUnsafeBytes { Data($0) } }
                try statement.execute(arguments: [store, file, position, passage.text, passage.terms, scope, vector])
            }
            try database.execute(
                sql: """
                    UPDATE attachments SET status = 'completed', error_code = NULL, error_message = NULL, \
                    usage_bytes = ?, embedder = ? WHERE store_id = ? AND file_id = ?
                    """, arguments: [bytes, embedder, store, file])
            return .completed
        }
    }

    // MARK: Search

    /// The passages of a store that hold any of the terms, best first by the index's own BM25.
    public func passages(holding terms: [String], store: String, limit: Int) async throws(StateError) -> [Int64] {
        guard !terms.isEmpty else { return [] }
        let words = terms.prefix(64).map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: " OR ")
        let pattern = "scope : \"\(Self.scope(store))\" AND terms : (\(words))"
        return try await read { database in
            try Int64.fetchAll(
                database,
                sql: "SELECT rowid FROM passage_words WHERE passage_words MATCH ? ORDER BY rank LIMIT ?",
                arguments: [pattern, limit])
        }
    }

    /// Passages of a store by id; those that are gone are left out.
    public func passages(_ ids: [Int64], store: String) async throws(StateError) -> [StoredPassage] {
        guard !ids.isEmpty else { return [] }
        return try await read { database in
            let marks = databaseQuestionMarks(count: ids.count)
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT id, file_id, position, text FROM passages WHERE store_id = ? AND id IN (\(marks))",
                arguments: [store] + StatementArguments(ids))
            return rows.map {
                StoredPassage(id: $0["id"], fileID: $0["file_id"], position: $0["position"], text: $0["text"])
            }
        }
    }

    /// All passages of a file, in order.
    public func passages(store: String, file: String) async throws(StateError) -> [String] {
        try await read { database in
            try String.fetchAll(
                database, sql: "SELECT text FROM passages WHERE store_id = ? AND file_id = ? ORDER BY position",
                arguments: [store, file])
        }
    }

    /// All vectors of a store.
    public func matrix(store: String) async throws(StateError) -> PassageMatrix {
        try await read { database in
            var matrix = PassageMatrix()
            let rows = try Row.fetchCursor(
                database, sql: "SELECT id, file_id, vector FROM passages WHERE store_id = ? AND vector IS NOT NULL",
                arguments: [store])
            while let row = try rows.next() {
                let data: Data = row["vector"]
                matrix.append(id: row["id"], file: row["file_id"], vector: data)
            }
            return matrix
        }
    }

    /// A store's id as one word of the index.
    private static func scope(_ store: String) -> String {
        String(store.unicodeScalars.filter { $0.properties.isAlphabetic || $0.properties.numericType != nil })
    }

    private static func attachment(_ row: Row) -> StoredAttachment {
        var attachment = StoredAttachment(
            storeID: row["store_id"], fileID: row["file_id"], createdAt: row["created_at"], strategy: row["strategy"],
            size: row["size"], overlap: row["overlap"], attributes: row["attributes"], batchID: row["batch_id"])
        attachment.status = StoredAttachment.Status(rawValue: row["status"]) ?? .failed
        attachment.errorCode = row["error_code"]
        attachment.errorMessage = row["error_message"]
        attachment.usageBytes = row["usage_bytes"]
        return attachment
    }
}
