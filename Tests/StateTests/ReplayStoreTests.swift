import Foundation
import Logging
import Testing

@testable import State

/// Records: kept, found, added up, and forgotten when their time is over.
@Suite struct ReplayStoreTests {
    enum Engine: String, CaseIterable, Sendable {
        case sqlite
        case postgres

        func store(lifetime: Double = 0) async throws -> any ReplayStore {
            switch self {
            case .sqlite: DurableReplayStore(try .inMemory(), lifetime: lifetime)
            case .postgres:
                try PostgresReplayStore(
                    try await PostgresServer.shared.get().pool(),
                    table: "replay_\(UInt64.random(in: 0 ... .max))", lifetime: lifetime)
            }
        }
    }

    private static func record(
        _ id: String, at moment: Double = 1_000, decision: String = "code",
        change: (inout ReplayRecord) -> Void = { _ in }
    ) -> ReplayRecord {
        var record = ReplayRecord(id: id, timestamp: moment)
        record.requestID = id
        record.recipe = "default"
        record.decision = decision
        record.selectedModel = "big"
        record.status = 200
        record.signals = ["keyword:proofs", #"keyword:"code", \n größe"#]
        record.document = Array(#"{"a":1}"#.utf8)
        change(&record)
        return record
    }

    private func ids(
        _ store: any ReplayStore, _ change: (inout ReplayFilter) -> Void = { _ in }
    ) async throws -> [String] {
        var filter = ReplayFilter()
        change(&filter)
        return try await store.page(filter, limit: 100, offset: 0, includingPayload: false).records.map(\.id)
    }

    @Test(arguments: Engine.allCases) func aRecordComesBackAsItWas(engine: Engine) async throws {
        let store = try await engine.store()
        let record = Self.record("r1") { record in
            (record.sessionID, record.category, record.requestedModel) = ("s'; DROP TABLE replay; --", "maths", "auto")
            (record.lifecycle, record.isStream, record.isCached) = (.aborted, true, true)
            (record.promptTokens, record.cachedTokens, record.completionTokens) = (10, 4, 2)
            (record.actualCost, record.baselineCost, record.currency) = (0.5, 1.25, "EUR")
            record.payload = Array(#"{"prompt":"größe\u0000 \ud83d\ude00"}"#.utf8)
        }
        try await store.append([record])
        #expect(try await store.record("r1", includingPayload: true) == record)
        var bare = record
        bare.payload = []
        #expect(try await store.record("r1", includingPayload: false) == bare)
        #expect(try await store.record("r2", includingPayload: true) == nil)
    }

    @Test(arguments: Engine.allCases) func filtersFindWhatTheyName(engine: Engine) async throws {
        let store = try await engine.store()
        try await store.append([
            Self.record("req-a", at: 10), Self.record("req-b", at: 20, decision: "rest") { $0.sessionID = "s1" },
            Self.record("req-c", at: 30) {
                ($0.recipe, $0.selectedModel, $0.isCached) = ("other", "small", true)
            },
            Self.record("req-d", at: 40) { $0.isStream = true },
        ])
        #expect(try await ids(store) == ["req-d", "req-c", "req-b", "req-a"])
        #expect(try await ids(store) { $0.decision = "rest" } == ["req-b"])
        #expect(try await ids(store) { $0.sessionID = "s1" } == ["req-b"])
        #expect(try await ids(store) { $0.recipe = "other" } == ["req-c"])
        #expect(try await ids(store) { $0.model = "small" } == ["req-c"])
        #expect(try await ids(store) { $0.search = "Q-A" } == ["req-a"])
        #expect(try await ids(store) { $0.search = "OTHER" } == ["req-c"])
        #expect(try await ids(store) { $0.search = "%" } == [])
        #expect(try await ids(store) { $0.cacheStatus = .cached } == ["req-c"])
        #expect(try await ids(store) { $0.cacheStatus = .streamed } == ["req-d"])
        #expect(try await ids(store) { ($0.since, $0.until) = (20, 40) } == ["req-c", "req-b"])
        let second = try await store.page(ReplayFilter(), limit: 2, offset: 2, includingPayload: false)
        #expect(second.total == 4 && second.records.map(\.id) == ["req-b", "req-a"])
    }

    /// Requests under way are found by the same filters as records in a store.
    @Test func filtersMeanTheSameInMemoryAndInAStore() async throws {
        var generator = SystemRandomNumberGenerator()
        func any<Value>(_ values: [Value]) -> Value { values[Int(generator.next() as UInt64 % UInt64(values.count))] }
        let store = try await Engine.sqlite.store()
        let records = (0..<60).map { number in
            Self.record("Req-\(number)", at: Double(any([10, 20, 30])), decision: any(["", "code", "rest"])) {
                ($0.recipe, $0.selectedModel) = (any(["default", "other"]), any(["", "big", "small"]))
                ($0.sessionID, $0.isCached, $0.isStream) = (any(["", "s1"]), any([true, false]), any([true, false]))
            }
        }
        try await store.append(records)
        for _ in 0..<200 {
            var filter = ReplayFilter()
            filter.search = any([nil, "", "q-1", "OTHER", "%"])
            (filter.recipe, filter.decision) = (any([nil, "other"]), any([nil, "", "code"]))
            (filter.model, filter.sessionID) = (any([nil, "", "big"]), any([nil, "", "s1"]))
            (filter.since, filter.until) = (any([nil, 20]), any([nil, 30]))
            filter.cacheStatus = any(ReplayFilter.CacheStatus.allCases)
            let found = try await store.page(filter, limit: 100, offset: 0, includingPayload: false)
            #expect(found.records.map(\.id) == records.filter(filter.allows).reversed().map(\.id), "\(filter)")
        }
    }

    /// Pages go on from the requests under way to the records of the store, and none is left out.
    @Test func pagesRunFromRequestsUnderWayIntoTheStore() async throws {
        let store = try await Engine.sqlite.store()
        try await store.append((0..<5).map { Self.record("done-\($0)") })
        let writer = ReplayWriter(store, spillPath: nil, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
        var marks = (0..<4).map { number in
            writer.begin {
                Self.record("open-\(number)") {
                    $0.lifecycle = .inProgress; $0.payload = [1]
                }
            }
        }
        var ids: [String] = []
        while true {
            let page = try await writer.page(ReplayFilter(), limit: 2, offset: ids.count, includingPayload: false)
            #expect(page.total == 9 && page.records.allSatisfy { $0.payload.isEmpty })
            if page.records.isEmpty { break }
            ids += page.records.map(\.id)
        }
        #expect(ids == (0..<4).reversed().map { "open-\($0)" } + (0..<5).reversed().map { "done-\($0)" })
        #expect(try await writer.record("open-2", includingPayload: true)?.payload == [1])
        marks.removeAll()
        #expect(try await writer.page(ReplayFilter(), limit: 9, offset: 0, includingPayload: false).total == 5)
        #expect(try await writer.record("open-2", includingPayload: true) == nil)
    }

    @Test(arguments: Engine.allCases) func aClientsRequestIDCannotReplaceAnothersRecord(engine: Engine) async throws {
        let store = try await engine.store()
        try await store.append([Self.record("same", at: 1)])
        try await store.append([Self.record("same", at: 2) { $0.selectedModel = "small" }])
        #expect(try await store.record("same", includingPayload: false)?.selectedModel == "big")
        let all = try await ids(store)
        #expect(all.count == 2 && all[0].hasPrefix("same~"))
        // Written again after a crash, it is the same record.
        try await store.append([Self.record("same", at: 1)])
        #expect(try await ids(store).count == 2)
    }

    @Test(arguments: Engine.allCases) func whatIsOldOrBeyondItsDecisionsLimitGoes(engine: Engine) async throws {
        let store = try await engine.store()
        try await store.append(
            (0..<10).map { number in Self.record("code-\(number)", at: Double(number)) { $0.limit = 3 } })
        try await store.append((0..<4).map { Self.record("rest-\($0)", at: Double($0), decision: "rest") })
        _ = try await store.addOutcome(Array("{}".utf8), to: "code-0")
        try await store.removeRecords(before: 2)
        #expect(try await ids(store) == ["rest-3", "rest-2", "code-9", "code-8", "code-7"])
        #expect(try await store.outcomes(of: ["code-0"]).isEmpty)
    }

    @Test(arguments: Engine.allCases) func recordsBeyondTheirTimeGoWhileOthersCome(engine: Engine) async throws {
        let store = try await engine.store(lifetime: 100)
        try await store.append([Self.record("old", at: 0)])
        // Forgetting happens now and then.
        for round in 0..<300 { try await store.append([Self.record("new-\(round)", at: 200)]) }
        #expect(try await store.record("old", includingPayload: false) == nil)
        #expect(try await store.page(ReplayFilter(), limit: 1, offset: 0, includingPayload: false).total == 300)
    }

    @Test(arguments: Engine.allCases) func sumsLeaveOutWhatIsNotPriced(engine: Engine) async throws {
        let store = try await engine.store()
        try await store.append([
            Self.record("a") {
                ($0.actualCost, $0.baselineCost, $0.currency) = (1, 4, "USD")
                ($0.promptTokens, $0.cachedTokens, $0.completionTokens) = (100, 60, 10)
            },
            Self.record("b") { ($0.actualCost, $0.currency) = (2, "USD") },
            Self.record("c") { ($0.actualCost, $0.baselineCost, $0.currency) = (7, 9, "EUR") },
            Self.record("d", decision: "rest") { ($0.selectedModel, $0.lifecycle) = ("small", .failed) },
        ])
        let sum = try await store.aggregate(ReplayFilter())
        #expect(sum.recordCount == 4 && sum.currency == "USD" && sum.pricedRecords == 2 && sum.excludedRecords == 2)
        #expect(sum.actualCost == 3 && sum.baselineCost == 6)
        #expect(sum.models == [.init(name: "big", count: 3), .init(name: "small", count: 1)])
        #expect(sum.decisions == [.init(name: "code", count: 3), .init(name: "rest", count: 1)])
        #expect(
            sum.signals == [
                .init(name: #"keyword:"code", \n größe"#, count: 4), .init(name: "keyword:proofs", count: 4),
            ])
        #expect(sum.lifecycle == [.init(name: "completed", count: 3), .init(name: "failed", count: 1)])
        #expect(sum.tokens.first == .init(model: "big", prompt: 100, cached: 60, completion: 10))
        var filter = ReplayFilter()
        filter.decision = "nothing"
        #expect(try await store.aggregate(filter) == ReplayAggregate())
    }

    @Test(arguments: Engine.allCases) func outcomesBelongToTheirRecord(engine: Engine) async throws {
        let store = try await engine.store()
        try await store.append([Self.record("a")])
        #expect(try await store.addOutcome(Array(#"{"n":1}"#.utf8), to: "a"))
        #expect(try await store.addOutcome(Array(#"{"n":2}"#.utf8), to: "a"))
        #expect(try await !store.addOutcome(Array("{}".utf8), to: "b"))
        let found = try await store.outcomes(of: ["a", "b"])
        #expect(found == ["a": [Array(#"{"n":1}"#.utf8), Array(#"{"n":2}"#.utf8)]])
    }
}
