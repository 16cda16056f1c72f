internal import GRDB

/// Adds up the lines of the accounts that a query means.
struct CostReport {
    private let query: CostQuery

    init(_ query: CostQuery) { self.query = query }

    /// From lines in memory.
    func lines(of all: [CostKey: CostSums]) -> [CostLine] {
        var found: [[String]: CostSums] = [:]
        for (key, sums) in all where matches(key) {
            found[[key.currency] + query.groups.map { Self.name($0, of: key) }, default: CostSums()].add(sums)
        }
        let lines = found.map { names, sums in
            CostLine(
                names: Dictionary(zip(query.groups, names.dropFirst()), uniquingKeysWith: { first, _ in first }),
                currency: names[0], sums: sums)
        }
        let sorted = lines.sorted { left, right in
            (right.sums.actual, right.sums.requests) < (left.sums.actual, left.sums.requests)
        }
        return Array(sorted.prefix(query.limit + 1))
    }

    private func matches(_ key: CostKey) -> Bool {
        if let since = query.since, key.period < since - since % 3_600 { return false }
        if let until = query.until, key.period >= until { return false }
        return query.filters.allSatisfy { group, name in Self.column(group) == nil || Self.name(group, of: key) == name
        }
    }

    private static func name(_ group: CostQuery.Group, of key: CostKey) -> String {
        switch group {
        case .recipe: key.recipe
        case .decision: key.decision
        case .model: key.model
        case .tenant: key.tenant
        case .hour: String(key.period)
        case .day: String(key.period - key.period % 86_400)
        }
    }

    /// From the file.
    func lines(in database: Database) throws -> [CostLine] {
        var conditions = ["1"]
        var arguments = StatementArguments()
        func require(_ condition: String, _ value: some DatabaseValueConvertible) {
            conditions.append(condition)
            arguments += [value]
        }
        if let since = query.since { require("period >= ?", since - since % 3_600) }
        if let until = query.until { require("period < ?", until) }
        for (group, name) in query.filters {
            if let column = Self.column(group) { require("\(column) = ?", name) }
        }
        let groups = query.groups.map { Self.column($0) ?? ($0 == .day ? "period - period % 86400" : "period") }
        let sums = (CostSums.counts + CostSums.amounts).map { "SUM(\($0))" }
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \((["currency"] + groups + sums).joined(separator: ",")) FROM costs \
                WHERE \(conditions.joined(separator: " AND ")) GROUP BY \((["currency"] + groups).joined(separator: ",")) \
                ORDER BY SUM(actual) DESC, SUM(requests) DESC LIMIT \(query.limit + 1)
                """, arguments: arguments)
        return rows.map { row in
            var names: [CostQuery.Group: String] = [:]
            for (index, group) in query.groups.enumerated() {
                names[group] = group == .hour || group == .day ? String(row[index + 1] as Int64) : row[index + 1]
            }
            let first = 1 + groups.count
            let counted = CostSums.counts.indices.map { row[first + $0] as Int }
            let money = CostSums.amounts.indices.map { row[first + counted.count + $0] as Double }
            return CostLine(names: names, currency: row[0], sums: CostSums(numbers: counted, money: money))
        }
    }

    /// The column that holds a group's names as they are.
    private static func column(_ group: CostQuery.Group) -> String? {
        switch group {
        case .recipe, .decision, .model, .tenant: group.rawValue
        case .hour, .day: nil
        }
    }
}
