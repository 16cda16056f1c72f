internal import GRDB

/// The tables of files and vector stores.
enum DocumentTables {
    static func register(_ migrator: inout DatabaseMigrator) {
        migrator.registerMigration("files and vector stores") { database in
            try database.create(table: "files", options: .withoutRowID) { table in
                table.column("id", .text).notNull().primaryKey()
                table.column("tenant", .text).notNull().indexed()
                table.column("name", .text).notNull()
                table.column("purpose", .text).notNull()
                table.column("bytes", .integer).notNull()
                table.column("created_at", .double).notNull()
                table.column("expires_at", .double).indexed()
            }
            try database.create(table: "vector_stores", options: .withoutRowID) { table in
                table.column("id", .text).notNull().primaryKey()
                table.column("tenant", .text).notNull().indexed()
                table.column("name", .text).notNull()
                table.column("created_at", .double).notNull()
                table.column("last_active_at", .double).notNull()
                table.column("expires_after_days", .integer)
                table.column("metadata", .text).notNull()
            }
            try database.create(table: "attachments", options: .withoutRowID) { table in
                table.column("store_id", .text).notNull()
                table.column("file_id", .text).notNull().indexed()
                table.primaryKey(["store_id", "file_id"])
                table.column("created_at", .double).notNull()
                table.column("status", .text).notNull().indexed()
                table.column("error_code", .text)
                table.column("error_message", .text)
                table.column("strategy", .text).notNull()
                table.column("size", .integer).notNull()
                table.column("overlap", .integer).notNull()
                table.column("attributes", .text).notNull()
                table.column("usage_bytes", .integer).notNull()
                table.column("batch_id", .text)
                // The model that placed the passages: vectors of two models do not compare.
                table.column("embedder", .text).notNull().defaults(to: "")
            }
            try database.create(table: "passages") { table in
                table.primaryKey("id", .integer)
                table.column("store_id", .text).notNull()
                table.column("file_id", .text).notNull()
                table.column("position", .integer).notNull()
                table.column("text", .text).notNull()
                table.column("terms", .text).notNull()
                // The store's id as one word, by which the index of words is partitioned.
                table.column("scope", .text).notNull()
                table.column("vector", .blob)
            }
            try database.create(indexOn: "passages", columns: ["store_id", "file_id"])
            try database.create(virtualTable: "passage_words", using: FTS5()) { table in
                table.synchronize(withTable: "passages")
                table.tokenizer = .unicode61(diacritics: .keep)
                table.column("scope")
                table.column("terms")
            }
        }
    }
}
