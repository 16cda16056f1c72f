extension PostgresReplayStore {
    public func aggregate(_ filter: ReplayFilter) async throws(StateError) -> ReplayAggregate {
        try await migrate()
        let (condition, parameters) = Self.condition(filter)
        let most = Duration.seconds(30)
        func rows(_ sql: String) async throws(StateError) -> [[[UInt8]?]] {
            try await pool.execute(sql, parameters, within: most).rows
        }
        func counts(_ column: String) async throws(StateError) -> [ReplayAggregate.Count] {
            try await rows(
                """
                SELECT \(column), COUNT(*) FROM \(table) WHERE \(condition) AND \(column) <> '' GROUP BY 1 \
                ORDER BY 2 DESC, 1 LIMIT 100
                """
            ).compactMap(Self.count)
        }
        var sum = ReplayAggregate()
        sum.recordCount = Int(
            PostgresCell.integer(
                try await rows("SELECT COUNT(*) FROM \(table) WHERE \(condition)").first?.first ?? nil) ?? 0)
        sum.lifecycle = try await counts("lifecycle")
        sum.models = try await counts("selected_model")
        sum.decisions = try await counts("decision")
        sum.recipes = try await counts("recipe")
        let costs = try await rows(
            """
            SELECT currency, COUNT(*), SUM(actual_cost), SUM(COALESCE(baseline_cost, actual_cost)) FROM \(table) \
            WHERE \(condition) AND actual_cost IS NOT NULL GROUP BY currency ORDER BY 2 DESC LIMIT 1
            """)
        if let row = costs.first, row.count == 4 {
            sum.currency = PostgresCell.text(row[0]) ?? ""
            sum.pricedRecords = Int(PostgresCell.integer(row[1]) ?? 0)
            sum.actualCost = PostgresCell.double(row[2]) ?? 0
            sum.baselineCost = PostgresCell.double(row[3]) ?? 0
        }
        sum.excludedRecords = sum.recordCount - sum.pricedRecords
        sum.tokens = try await rows(
            """
            SELECT selected_model, COALESCE(SUM(prompt_tokens), 0)::bigint, COALESCE(SUM(cached_tokens), 0)::bigint, \
            COALESCE(SUM(completion_tokens), 0)::bigint FROM \(table) WHERE \(condition) AND selected_model <> '' \
            GROUP BY 1 ORDER BY COALESCE(SUM(prompt_tokens), 0) + COALESCE(SUM(completion_tokens), 0) DESC, 1 LIMIT 100
            """
        ).compactMap { row in
            guard row.count == 4, let model = PostgresCell.text(row[0]) else { return nil }
            func number(_ place: Int) -> Int { Int(PostgresCell.integer(row[place]) ?? 0) }
            return ReplayAggregate.Tokens(
                model: model, prompt: number(1), cached: number(2), completion: number(3))
        }
        sum.signals = try await rows(
            """
            SELECT signal, COUNT(*) FROM \(table), jsonb_array_elements_text(signals::jsonb) AS signal \
            WHERE \(condition) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
            """
        ).compactMap(Self.count)
        return sum
    }

    private static func count(_ row: [[UInt8]?]) -> ReplayAggregate.Count? {
        guard row.count == 2, let name = PostgresCell.text(row[0]), let count = PostgresCell.integer(row[1]) else {
            return nil
        }
        return ReplayAggregate.Count(name: name, count: Int(count))
    }
}
