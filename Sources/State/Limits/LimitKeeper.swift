internal import GRDB
public import Logging
internal import Policy

/// Keeps the counts of long units in the embedded store, so that a restart is no new budget. What the last moments
/// before a kill counted may be lost.
public struct LimitKeeper: Sendable {
    private let windows: LimitWindows
    private let database: StateDatabase
    private let logger: Logger

    /// A keeper; what the file holds of units that still run is put into the windows. `now` is in seconds since 1970.
    /// Throws when the file cannot be read.
    public init(_ windows: LimitWindows, database: StateDatabase, logger: Logger, at now: Int64) throws(StateError) {
        self.windows = windows
        self.database = database
        self.logger = logger
        do {
            let kept = try database.pool.write { database in
                try database.execute(sql: "DELETE FROM limit_counts WHERE period_end <= ?", arguments: [now])
                return try Row.fetchAll(database, sql: "SELECT * FROM limit_counts").compactMap(Self.kept)
            }
            windows.restore(kept, at: now)
        } catch {
            throw StateError(.unusable, "limits cannot be read from \(database.path): \(error)")
        }
    }

    /// Writes what has changed. False when the file cannot be written, which the log says; it is tried again then.
    @discardableResult
    public func write() -> Bool {
        let changes = windows.takeChanges()
        guard !changes.isEmpty else { return true }
        do {
            try database.pool.write { database in
                let insert = try database.cachedStatement(
                    sql: """
                        INSERT OR REPLACE INTO limit_counts (rule, user, model, unit, period_start, period_end, \
                        requests, tokens, cost) VALUES (?,?,?,?,?,?,?,?,?)
                        """)
                for change in changes {
                    try insert.execute(arguments: [
                        change.key.rule, change.key.user, change.key.model, change.key.unit.rawValue,
                        change.period.lowerBound, change.period.upperBound, change.counts.requests,
                        change.counts.tokens, change.counts.cost,
                    ])
                }
            }
            return true
        } catch {
            logger.error("limit_write_failed", metadata: ["reason": "\(error)", "counts": "\(changes.count)"])
            windows.putBack(changes)
            return false
        }
    }

    private static func kept(_ row: Row) -> LimitWindows.Kept? {
        let (start, end): (Int64, Int64) = (row["period_start"], row["period_end"])
        guard let unit = RateLimitRule.Unit(rawValue: row["unit"]), start < end else { return nil }
        var counts = LimitWindows.Counts()
        (counts.requests, counts.tokens, counts.cost) = (row["requests"], row["tokens"], row["cost"])
        return .init(
            key: LimitKey(rule: row["rule"], user: row["user"], model: row["model"], unit: unit),
            period: start..<end, counts: counts)
    }
}
