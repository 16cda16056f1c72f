internal import GRDB

extension DatabaseMigrator {
    /// The tables of limits and costs.
    mutating func registerAccounting() {
        registerMigration("limits and costs") { database in
            try database.create(table: "limit_counts", options: .withoutRowID) { table in
                for column in ["rule", "user", "model", "unit"] { table.column(column, .text).notNull() }
                table.primaryKey(["rule", "user", "model", "unit"])
                for column in ["period_start", "period_end", "requests", "tokens"] {
                    table.column(column, .integer).notNull()
                }
                table.column("cost", .double).notNull()
            }
            try database.create(table: "costs", options: .withoutRowID) { table in
                table.column("period", .integer).notNull()
                for column in ["recipe", "decision", "model", "tenant", "currency"] {
                    table.column(column, .text).notNull()
                }
                table.primaryKey(["period", "recipe", "decision", "model", "tenant", "currency"])
                for column in CostSums.counts { table.column(column, .integer).notNull() }
                for column in CostSums.amounts { table.column(column, .double).notNull() }
            }
        }
    }
}
