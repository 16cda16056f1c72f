import GRDB
import Testing

@testable import State

@Suite struct CostLedgerTests {
    /// 2026-03-31T23:59:30Z.
    private static let now: Int64 = 1_775_001_570

    private static func key(
        _ model: String = "m", tenant: String = "t", decision: String = "d", currency: String = "USD"
    ) -> CostKey {
        CostKey(period: 0, recipe: "r", decision: decision, model: model, tenant: tenant, currency: currency)
    }

    private static func sums(_ actual: Double, baseline: Double = 10) -> CostSums {
        var sums = CostSums()
        (sums.requests, sums.promptTokens, sums.completionTokens) = (1, 100, 10)
        (sums.actual, sums.baseline, sums.savings) = (actual, baseline, baseline - actual)
        return sums
    }

    private static func query(
        _ groups: [CostQuery.Group] = [], since: Int64? = nil, until: Int64? = nil,
        filters: [CostQuery.Group: String] = [:]
    ) -> CostQuery {
        var query = CostQuery()
        (query.groups, query.since, query.until, query.filters) = (groups, since, until, filters)
        return query
    }

    private static func fill(_ ledger: CostLedger) {
        ledger.add(key("a"), sums(1), at: now - 7_200)
        ledger.add(key("a", tenant: "u"), sums(2), at: now)
        ledger.add(key("a", tenant: "u"), sums(2), at: now)
        ledger.add(key("b"), sums(4), at: now)
        ledger.add(key("b", currency: "EUR"), sums(8), at: now)
        var excluded = CostSums()
        (excluded.requests, excluded.excluded) = (1, 1)
        ledger.add(key("c", currency: ""), excluded, at: now)
    }

    /// The same questions to a ledger in memory, one over a file, and one that was opened after a kill.
    @Test(arguments: ["memory", "file", "reopened"])
    func answersAreTheSameWhereverItIsKept(place: String) throws {
        let folder = try TemporaryFolder()
        var ledger = place == "memory" ? CostLedger() : CostLedger(try folder.database())
        Self.fill(ledger)
        if place == "reopened" {
            try ledger.write(at: Self.now)
            ledger = CostLedger(try folder.database())
        }
        func ask(_ query: CostQuery) throws -> [String] {
            try ledger.lines(query, at: Self.now).map { line in
                let names = query.groups.map { line.names[$0] ?? "?" }
                return (names + [line.currency, "\(line.sums.requests)", "\(line.sums.actual)"]).joined(separator: " ")
            }
        }
        #expect(try ask(Self.query()) == ["USD 4 9.0", "EUR 1 8.0", " 1 0.0"])
        #expect(
            try ask(Self.query([.model, .tenant]))
                == ["b t EUR 1 8.0", "a u USD 2 4.0", "b t USD 1 4.0", "a t USD 1 1.0", "c t  1 0.0"])
        #expect(try ask(Self.query([.model], filters: [.tenant: "u"])) == ["a USD 2 4.0"])
        #expect(try ask(Self.query(since: Self.now)) == ["USD 3 8.0", "EUR 1 8.0", " 1 0.0"])
        #expect(try ask(Self.query(until: Self.now - 3_600)) == ["USD 1 1.0"])
        #expect(try ask(Self.query(filters: [.model: "'; DROP TABLE costs; --"])) == [])
        let hours = try ask(Self.query([.hour], filters: [.model: "a"]))
        #expect(hours == ["\(Self.now - 3_570) USD 2 4.0", "\(Self.now - 3_570 - 7_200) USD 1 1.0"])
        #expect(try ask(Self.query([.day], filters: [.model: "a"])) == ["\(Self.now + 30 - 86_400) USD 3 5.0"])
        let line = try #require(try ledger.lines(Self.query([.model], filters: [.model: "a"]), at: Self.now).first)
        #expect(line.sums.savings == 25 && line.sums.baseline == 30)
        #expect(line.sums.promptTokens == 300 && line.sums.completionTokens == 30)
        var few = Self.query([.model])
        few.limit = 2
        #expect(try ledger.lines(few, at: Self.now).count == 3, "one more says that there are more")
    }

    @Test func hoursOfOldDaysArePutTogetherAndOldDaysForgotten() throws {
        let folder = try TemporaryFolder()
        let ledger = CostLedger(try folder.database(), retentionDays: 5)
        for hour in 0..<48 { ledger.add(Self.key(), Self.sums(1), at: Self.now - Int64(hour) * 3_600) }
        try ledger.write(at: Self.now)
        let later = Self.now + 3 * 86_400
        ledger.add(Self.key(), Self.sums(5), at: later)
        let days = try ledger.lines(Self.query([.hour]), at: later).map(\.sums.actual)
        #expect(days == [24, 24, 5])
        let gone = try ledger.lines(Self.query([.hour]), at: Self.now + 6 * 86_400).map(\.sums.actual)
        #expect(gone == [5])
    }

    @Test func nothingIsLostOrDoubledWhileTheFileCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        let database = try folder.database()
        let ledger = CostLedger(database)
        ledger.add(Self.key(), Self.sums(1), at: Self.now)
        try database.pool.write { try $0.execute(sql: "ALTER TABLE costs RENAME TO away") }
        #expect(throws: StateError.self) { try ledger.write(at: Self.now) }
        #expect(throws: StateError.self) { try ledger.lines(Self.query(), at: Self.now) }
        ledger.add(Self.key(), Self.sums(1), at: Self.now)
        try database.pool.write { try $0.execute(sql: "ALTER TABLE away RENAME TO costs") }
        #expect(try ledger.lines(Self.query(), at: Self.now).map(\.sums.requests) == [2])
        #expect(ledger.pendingCount == 0)
    }

    @Test func memoryHasABoundAndTheTotalStaysTrue() throws {
        let ledger = CostLedger(maximumLines: 10)
        for number in 0..<1_000 { ledger.add(Self.key(tenant: "t\(number)"), Self.sums(1), at: Self.now) }
        #expect(ledger.pendingCount == 11)
        #expect(try ledger.lines(Self.query(), at: Self.now).map(\.sums.actual) == [1_000])
        #expect(try ledger.lines(Self.query(filters: [.tenant: CostLedger.others]), at: Self.now).count == 1)
        for hour in 0..<100 { ledger.add(Self.key(), Self.sums(1), at: Self.now + Int64(hour) * 3_600) }
        #expect(ledger.pendingCount <= 20)
    }

    @Test func longNamesAreToldApart() throws {
        let ledger = CostLedger()
        let long = String(repeating: "ü", count: 5_000)
        for end in ["a", "b"] { ledger.add(Self.key(tenant: long + end), Self.sums(1), at: Self.now) }
        let names = try ledger.lines(Self.query([.tenant]), at: Self.now).compactMap { $0.names[.tenant] }
        #expect(Set(names).count == 2 && names.allSatisfy { $0.utf8.count < 300 })
    }

    @Test func addingFromManyThreadsLosesNothing() async throws {
        let folder = try TemporaryFolder()
        let ledger = CostLedger(try folder.database())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for number in 0..<200 {
                        ledger.add(Self.key("m\(thread % 3)"), Self.sums(1), at: Self.now)
                        if number % 50 == 0 { try ledger.write(at: Self.now) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ledger.lines(Self.query(), at: Self.now).map(\.sums.requests) == [1_600])
    }
}
