internal import GRDB
public import Logging
internal import Routing

/// Keeps learned state in the embedded store.
public struct ExperienceKeeper: Sendable {
    private let store: ExperienceStore
    private let database: StateDatabase
    private let logger: Logger

    /// A keeper; what the file holds is put into the store. Throws when the file cannot be read.
    public init(_ store: ExperienceStore, database: StateDatabase, logger: Logger) throws(StateError) {
        self.store = store
        self.database = database
        self.logger = logger
        do {
            let records = try database.pool.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM experience").compactMap(Self.record)
            }
            store.restore(records)
            store.restore(
                try database.pool.read { database in
                    try Row.fetchAll(database, sql: "SELECT * FROM judgements ORDER BY updated").map(Self.judgement)
                })
        } catch {
            throw StateError(.unusable, "learned state cannot be read from \(database.path): \(error)")
        }
    }

    /// Writes changes every few seconds until the task is cancelled, and once more then.
    public func run(every interval: Duration = .seconds(2)) async {
        var written = store.changes
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            let changes = store.changes
            if changes != written, write() { written = changes }
        }
        write()
    }

    /// Writes everything, in one transaction. False when the file cannot be written, which the log says.
    @discardableResult
    public func write() -> Bool {
        let records = store.all()
        let judgements = store.allJudgements
        do {
            try database.pool.write { database in
                try database.execute(sql: "DELETE FROM experience")
                let insert = try database.cachedStatement(
                    sql: """
                        INSERT INTO experience (place, recipe, name, model, good, underpowered, overprovisioned, failed, \
                        comparisons, updated, latency, cache_hits, input_cost, rating) \
                        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)
                        """)
                for (key, value) in records {
                    let (place, recipe, name) = key.place.columns
                    try insert.execute(arguments: [
                        place, recipe, name, key.model, value.good, value.underpowered, value.overprovisioned,
                        value.failed, value.comparisons, value.updated, value.latency, value.cacheHits,
                        value.inputCost, value.rating,
                    ])
                }
                try database.execute(sql: "DELETE FROM judgements")
                let judge = try database.cachedStatement(
                    sql: "INSERT INTO judgements (user, model, sum, squares, weight, updated) VALUES (?,?,?,?,?,?)")
                for (key, value) in judgements {
                    try judge.execute(arguments: [
                        Int64(bitPattern: key.user), key.model, value.sum, value.squares, value.weight, value.updated,
                    ])
                }
            }
            return true
        } catch {
            logger.error("experience_write_failed", metadata: ["reason": "\(error)"])
            return false
        }
    }

    private static func judgement(_ row: Row) -> (JudgementKey, Judgement) {
        let user: Int64 = row["user"]
        return (
            JudgementKey(user: UInt64(bitPattern: user), model: row["model"]),
            Judgement(sum: row["sum"], squares: row["squares"], weight: row["weight"], updated: row["updated"])
        )
    }

    private static func record(_ row: Row) -> (key: ExperienceKey, value: Experience)? {
        guard let place = ExperienceKey.Place(row["place"], recipe: row["recipe"], name: row["name"]) else {
            return nil
        }
        var value = Experience()
        value.good = row["good"]
        value.underpowered = row["underpowered"]
        value.overprovisioned = row["overprovisioned"]
        value.failed = row["failed"]
        value.comparisons = row["comparisons"]
        value.updated = row["updated"]
        value.latency = row["latency"]
        value.cacheHits = row["cache_hits"]
        value.inputCost = row["input_cost"]
        value.rating = row["rating"]
        return (ExperienceKey(place, model: row["model"]), value)
    }
}

extension ExperienceKey.Place {
    /// The place as words, for files and listings.
    public var columns: (place: String, recipe: String, name: String) {
        switch self {
        case .decision(let recipe, let name): ("decision", recipe, name)
        case .tier(let recipe, let tier): ("tier", recipe, "\(tier)")
        case .everywhere: ("everywhere", "", "")
        }
    }

    /// A place from its words; nil for others.
    public init?(_ place: String, recipe: String, name: String) {
        switch place {
        case "decision": self = .decision(recipe: recipe, name: name)
        case "tier":
            guard let tier = Int(name) else { return nil }
            self = .tier(recipe: recipe, tier)
        case "everywhere": self = .everywhere
        default: return nil
        }
    }
}
