internal import GRDB
internal import Synchronization

/// What requests cost, by hour, recipe, decision, model, tenant and currency. Lines are added up in memory and written
/// behind to the embedded store, where there is one; what the last moments before a kill added may be lost.
public final class CostLedger: Sendable {
    private struct State {
        /// What the file does not have; all there is where there is no file.
        var lines: [CostKey: CostSums] = [:]
        /// When old lines were last put together.
        var tidied: Int64 = 0
    }

    private let state = Mutex(State())
    let database: StateDatabase?
    private let retentionDays: Int
    private let maximumLines: Int
    /// The tenant of requests whose own would be a line too many.
    public static let others = "(others)"
    private static let longestName = 200

    /// An empty ledger without a file, or the one that a file holds. Lines are kept for a number of days.
    public init(_ database: StateDatabase? = nil, retentionDays: Int = 90, maximumLines: Int = 50_000) {
        self.database = database
        self.retentionDays = max(1, retentionDays)
        self.maximumLines = max(1, maximumLines)
    }

    /// Lines in memory.
    public var pendingCount: Int { state.withLock { $0.lines.count } }

    /// Adds a request at a time in seconds since 1970; the period of the key is set to its hour.
    public func add(_ key: CostKey, _ sums: CostSums, at now: Int64) {
        var key = key
        key.period = now - now % 3_600
        key.tenant = Self.bounded(key.tenant)
        state.withLock { state in
            if state.lines[key] == nil, state.lines.count >= maximumLines { makeRoom(for: &key, &state, at: now) }
            state.lines[key, default: CostSums()].add(sums)
        }
    }

    /// Without a file, lines grow too many: what is too old goes, then tenants are put together, at last the oldest hour.
    private func makeRoom(for key: inout CostKey, _ state: inout State, at now: Int64) {
        let oldest = now - Int64(retentionDays) * 86_400
        state.lines = state.lines.filter { $0.key.period >= oldest }
        guard state.lines.count >= maximumLines else { return }
        key.tenant = Self.others
        guard state.lines[key] == nil, state.lines.count >= 2 * maximumLines,
            let first = state.lines.keys.lazy.map(\.period).min()
        else { return }
        state.lines = state.lines.filter { $0.key.period > first }
    }

    /// A name of a length that an index can bear; one that is cut is told apart by its digest.
    private static func bounded(_ name: String) -> String {
        guard name.utf8.count > longestName else { return name }
        let digest = name.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(name.prefix(longestName / 4)) + "…" + String(digest, radix: 16)
    }

    // MARK: File

    /// Writes what was added. Throws when the file cannot be written; nothing is lost then.
    public func write(at now: Int64) throws(StateError) {
        guard let database else { return }
        let (lines, mustTidy) = state.withLock { state in
            defer { state.lines = [:] }
            let isDue = now - state.tidied >= 3_600
            if isDue { state.tidied = now }
            return (state.lines, isDue)
        }
        guard !lines.isEmpty || mustTidy else { return }
        do {
            try database.pool.write { database in
                try Self.insert(lines, database)
                if mustTidy { try tidy(database, at: now) }
            }
        } catch {
            state.withLock { state in
                for (key, sums) in lines { state.lines[key, default: CostSums()].add(sums) }
                if mustTidy { state.tidied = 0 }
            }
            throw StateError(.writeFailed, "costs cannot be written: \(error)")
        }
    }

    private static let keyColumns = ["period", "recipe", "decision", "model", "tenant", "currency"]
    private static let sumColumns = CostSums.counts + CostSums.amounts
    private static let addition =
        " ON CONFLICT DO UPDATE SET " + sumColumns.map { "\($0) = \($0) + excluded.\($0)" }.joined(separator: ", ")

    private static func insert(_ lines: [CostKey: CostSums], _ database: Database) throws {
        let columns = keyColumns + sumColumns
        let places = Array(repeating: "?", count: columns.count).joined(separator: ",")
        let insert = try database.cachedStatement(
            sql: "INSERT INTO costs (\(columns.joined(separator: ","))) VALUES (\(places))" + addition)
        for (key, sums) in lines {
            let names: StatementArguments = [
                key.period, key.recipe, key.decision, key.model, key.tenant, key.currency,
            ]
            try insert.execute(
                arguments: names + StatementArguments(sums.numbers) + StatementArguments(sums.money))
        }
    }

    /// Forgets what is too old, and puts hours that are two days old together to days.
    private func tidy(_ database: Database, at now: Int64) throws {
        let oldest = now - Int64(retentionDays) * 86_400
        try database.execute(sql: "DELETE FROM costs WHERE period < ?", arguments: [oldest])
        let names = Self.keyColumns.dropFirst().joined(separator: ",")
        let sums = Self.sumColumns.map { "SUM(\($0))" }.joined(separator: ",")
        let old = "period < ? AND period % 86400 <> 0"
        let limit = now - now % 86_400 - 86_400
        try database.execute(
            sql: """
                INSERT INTO costs (period,\(names),\(Self.sumColumns.joined(separator: ","))) \
                SELECT period - period % 86400,\(names),\(sums) FROM costs WHERE \(old) \
                GROUP BY period - period % 86400,\(names)
                """ + Self.addition, arguments: [limit])
        try database.execute(sql: "DELETE FROM costs WHERE \(old)", arguments: [limit])
    }

    // MARK: Answers

    /// The lines that a query means, dearest first, one more than its limit when there are more. Throws when the file
    /// cannot be used.
    public func lines(_ query: CostQuery, at now: Int64) throws(StateError) -> [CostLine] {
        guard let database else {
            return CostReport(query).lines(of: state.withLock { $0.lines })
        }
        try write(at: now)
        do {
            return try database.pool.read { try CostReport(query).lines(in: $0) }
        } catch {
            throw StateError(.unusable, "costs cannot be read: \(error)")
        }
    }
}
