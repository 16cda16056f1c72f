internal import GRDB

/// The embedded store: one SQLite file. What a transaction has committed survives the end of this process, however it
/// comes; the last moments before a power failure may be lost.
public final class StateDatabase: Sendable {
    let pool: any DatabaseWriter
    /// Where the file lies; `:memory:` where there is none.
    public let path: String

    /// Opens or makes the file and brings it to this build's form. Throws when the file cannot be used.
    public init(path: String) throws(StateError) {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.label = "martlet-state"
            configuration.busyMode = .timeout(5)
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL")
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            try Self.migrator.migrate(pool)
            self.pool = pool
        } catch {
            throw StateError(.unusable, "\(path) cannot be used: \(error)")
        }
    }

    /// A store without a file: it ends with this process.
    public static func inMemory() throws(StateError) -> StateDatabase {
        do {
            let queue = try DatabaseQueue()
            try migrator.migrate(queue)
            return StateDatabase(queue, path: ":memory:")
        } catch {
            throw StateError(.unusable, "a store in memory cannot be made: \(error)")
        }
    }

    /// Opens a file that another process may be writing, to read it. Throws when there is none or it has another form.
    public static func reading(path: String) throws(StateError) -> StateDatabase {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            guard try queue.read({ try migrator.hasCompletedMigrations($0) }) else {
                throw StateError(.unusable, "it was written by another version; start `martlet serve` on it once")
            }
            return StateDatabase(queue, path: path)
        } catch {
            throw StateError(.unusable, "\(path) cannot be read: \(error)")
        }
    }

    private init(_ writer: any DatabaseWriter, path: String) {
        pool = writer
        self.path = path
    }

    /// Every change of the file's form, in order. One that was released is never edited.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("sessions and experience") { database in
            try database.create(table: "sessions", options: .withoutRowID) { table in
                table.column("key", .blob).notNull().primaryKey()
                table.column("model", .text).notNull()
                table.column("decision", .text).notNull()
                table.column("last_seen", .double).notNull().indexed()
                table.column("turns", .integer).notNull()
                table.column("switches", .integer).notNull()
                table.column("prompt_tokens", .integer).notNull()
                table.column("cached_tokens", .integer).notNull()
                table.column("cache_reports", .integer).notNull()
                table.column("open_calls", .blob).notNull()
            }
            try database.create(table: "experience", options: .withoutRowID) { table in
                table.column("place", .text).notNull()
                table.column("recipe", .text).notNull()
                table.column("name", .text).notNull()
                table.column("model", .text).notNull()
                table.primaryKey(["place", "recipe", "name", "model"])
                for column in ["good", "underpowered", "overprovisioned", "failed", "comparisons", "updated"] {
                    table.column(column, .double).notNull()
                }
                for column in ["latency", "cache_hits", "input_cost", "rating"] { table.column(column, .double) }
            }
        }
        migrator.registerMigration("responses") { database in
            try database.create(table: "responses", options: .withoutRowID) { table in
                table.column("id", .text).notNull().primaryKey()
                table.column("tenant", .text).notNull()
                table.column("created_at", .double).notNull()
                table.column("expires_at", .double).notNull().indexed()
                table.column("previous_id", .text)
                table.column("conversation_id", .text)
                table.column("instructions", .text)
                table.column("input", .blob).notNull()
                table.column("output", .blob).notNull()
                table.column("object", .blob).notNull()
            }
            try database.create(
                indexOn: "responses", columns: ["tenant", "conversation_id", "created_at"])
        }
        migrator.registerMigration("judgements") { database in
            try database.create(table: "judgements", options: .withoutRowID) { table in
                table.column("user", .integer).notNull()
                table.column("model", .text).notNull()
                table.primaryKey(["user", "model"])
                for column in ["sum", "squares", "weight", "updated"] { table.column(column, .double).notNull() }
            }
        }
        migrator.registerMigration("replay", migrate: DurableReplayStore.createTables)
        migrator.registerAccounting()
        migrator.registerMigration("memories", migrate: MemoryTable.createTables)
        DocumentTables.register(&migrator)
        // A text of SQLite ends at its first zero for its readers; a client's text may hold one.
        migrator.registerMigration("responses with texts as bytes") { database in
            let texts = ["id", "tenant", "previous_id", "conversation_id", "instructions"]
            for text in texts {
                try database.execute(sql: "UPDATE responses SET \(text) = CAST(\(text) AS BLOB)")
            }
        }
        migrator.registerMigration("memories with releases", migrate: MemoryTable.addReleases)
        return migrator
    }

    /// Closes the file after everything under way is done.
    public func close() { try? pool.close() }
}
