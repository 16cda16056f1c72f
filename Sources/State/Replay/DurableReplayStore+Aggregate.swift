internal import GRDB

extension DurableReplayStore {
    public func aggregate(_ filter: ReplayFilter) async throws(StateError) -> ReplayAggregate {
        let (condition, arguments) = Self.condition(filter)
        return try await read { database in
            func counts(_ column: String, limit: Int = 100) throws -> [ReplayAggregate.Count] {
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT \(column) AS name, COUNT(*) AS count FROM replay \
                        WHERE \(condition) AND \(column) <> '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT \(limit)
                        """, arguments: arguments
                ).map { ReplayAggregate.Count(name: $0["name"], count: $0["count"]) }
            }
            var sum = ReplayAggregate()
            sum.recordCount =
                try Int.fetchOne(
                    database, sql: "SELECT COUNT(*) FROM replay WHERE \(condition)", arguments: arguments) ?? 0
            sum.lifecycle = try counts("lifecycle")
            sum.models = try counts("selected_model")
            sum.decisions = try counts("decision")
            sum.recipes = try counts("recipe")
            let costs = try Row.fetchAll(
                database,
                sql: """
                    SELECT currency, COUNT(*) AS count, SUM(actual_cost) AS actual, \
                    SUM(COALESCE(baseline_cost, actual_cost)) AS baseline FROM replay \
                    WHERE \(condition) AND actual_cost IS NOT NULL GROUP BY currency ORDER BY 2 DESC LIMIT 1
                    """, arguments: arguments)
            if let row = costs.first {
                sum.currency = row["currency"]
                sum.actualCost = row["actual"]
                sum.baselineCost = row["baseline"]
                sum.pricedRecords = row["count"]
            }
            sum.excludedRecords = sum.recordCount - sum.pricedRecords
            sum.tokens = try Row.fetchAll(
                database,
                sql: """
                    SELECT selected_model AS model, TOTAL(prompt_tokens) AS prompt, TOTAL(cached_tokens) AS cached, \
                    TOTAL(completion_tokens) AS completion FROM replay WHERE \(condition) AND selected_model <> '' \
                    GROUP BY 1 ORDER BY prompt + completion DESC, 1 LIMIT 100
                    """, arguments: arguments
            ).map {
                ReplayAggregate.Tokens(
                    model: $0["model"], prompt: $0["prompt"], cached: $0["cached"], completion: $0["completion"])
            }
            sum.signals = try Row.fetchAll(
                database,
                sql: """
                    SELECT signal.value AS name, COUNT(*) AS count FROM replay, json_each(replay.signals) AS signal \
                    WHERE \(condition) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 100
                    """, arguments: arguments
            ).map { ReplayAggregate.Count(name: $0["name"], count: $0["count"]) }
            return sum
        }
    }
}
