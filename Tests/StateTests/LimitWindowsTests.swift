import Foundation
import GRDB
import Logging
import Policy
import Synchronization
import Testing

@testable import State

@Suite struct LimitWindowsTests {
    /// 2026-03-31T23:59:30Z.
    private static let now: Int64 = 1_775_001_570

    private static func limit(
        _ rule: String = "r", user: String = "u", unit: RateLimitRule.Unit = .minute, requests: Int? = nil,
        tokens: Int? = nil, cost: Double? = nil
    ) -> Limit {
        Limit(LimitKey(rule: rule, user: user, unit: unit), requests: requests, tokens: tokens, cost: cost)
    }

    private func admit(
        _ windows: LimitWindows, _ limits: [Limit], _ estimate: LimitCharge = LimitCharge(), at now: Int64 = now
    ) -> LimitTicket? {
        if case .admitted(let ticket, _) = windows.admit(limits, estimate: estimate, at: now) { ticket } else { nil }
    }

    @Test func unitsAreTheClocks() {
        typealias Unit = RateLimitRule.Unit
        let now = Self.now
        #expect(Unit.second.period(containing: now) == now..<(now + 1))
        #expect(Unit.minute.period(containing: now) == (now - 30)..<(now + 30))
        #expect(Unit.hour.period(containing: now) == (now - 3_570)..<(now + 30))
        #expect(Unit.day.period(containing: now) == (now + 30 - 86_400)..<(now + 30))
        #expect(Unit.month.period(containing: now) == (now + 30 - 31 * 86_400)..<(now + 30))
        // February of a leap year, and December.
        #expect(Unit.month.period(containing: 1_709_164_800).count == 29 * 86_400)
        #expect(Unit.month.period(containing: 1_797_206_400) == 1_796_083_200..<1_798_761_600)
        #expect(Unit.minute.period(containing: -1) == -60..<0)
    }

    @Test func aRefusalSaysWhenTheUnitEnds() throws {
        let windows = LimitWindows()
        #expect(admit(windows, [Self.limit(requests: 1)]) != nil)
        guard case .refused(let standing) = windows.admit([Self.limit(requests: 1)], estimate: .init(), at: Self.now)
        else { throw Unexpected() }
        #expect(
            standing
                == LimitStanding(rule: "r", quantity: .requests, limit: 1, remaining: 0, reset: Self.now + 30))
        #expect(admit(windows, [Self.limit(requests: 1)], at: Self.now + 29) == nil)
        #expect(admit(windows, [Self.limit(requests: 1)], at: Self.now + 30) != nil)
    }

    @Test func whatOneLimitRefusesNoOtherCounts() {
        let windows = LimitWindows()
        let (wide, narrow) = (Self.limit("wide", requests: 2), Self.limit("narrow", requests: 1))
        #expect(admit(windows, [wide, narrow]) != nil)
        for _ in 0..<5 { #expect(admit(windows, [wide, narrow]) == nil) }
        #expect(admit(windows, [wide]) != nil)
        #expect(admit(windows, [wide]) == nil)
    }

    @Test func usersHaveTheirOwnCounts() {
        let windows = LimitWindows()
        #expect(admit(windows, [Self.limit(user: "a", requests: 1)]) != nil)
        #expect(admit(windows, [Self.limit(user: "b", requests: 1)]) != nil)
        #expect(admit(windows, [Self.limit(user: "a", requests: 1)]) == nil)
    }

    @Test func tokensAreChargedAfterwardsAndSetAsideUntilThen() throws {
        let windows = LimitWindows()
        let limit = Self.limit(tokens: 100)
        let first = try #require(admit(windows, [limit], .init(tokens: 60)))
        #expect(admit(windows, [limit], .init(tokens: 60)) == nil, "both do not fit")
        windows.settle(first, .init(tokens: 30), at: Self.now)
        let second = try #require(admit(windows, [limit], .init(tokens: 60)))
        // The answer was longer than was left: the next request waits.
        windows.settle(second, .init(tokens: 500), at: Self.now)
        #expect(admit(windows, [limit], .init(tokens: 0)) == nil)
        #expect(admit(windows, [limit], .init(tokens: 1), at: Self.now + 30) != nil)
    }

    @Test func aRequestThatIsLargerThanTheLimitPassesAlone() throws {
        let windows = LimitWindows()
        let limit = Self.limit(tokens: 100)
        #expect(admit(windows, [limit], .init(tokens: 1_000)) != nil)
        #expect(admit(windows, [limit], .init(tokens: 1)) == nil)
        let charged = LimitWindows()
        charged.settle(try #require(admit(charged, [limit], .init(tokens: 1))), .init(tokens: 1), at: Self.now)
        #expect(admit(charged, [limit], .init(tokens: 1_000)) == nil)
    }

    /// A long answer belongs to the unit in which it ends; it is no way around the limit.
    @Test func anAnswerIsChargedToTheUnitThatRuns() throws {
        let windows = LimitWindows()
        let limit = Self.limit(tokens: 100)
        let ticket = try #require(admit(windows, [limit], .init(tokens: 90)))
        windows.settle(ticket, .init(tokens: 100), at: Self.now + 60)
        #expect(admit(windows, [limit], .init(tokens: 1), at: Self.now + 61) == nil)
        #expect(admit(windows, [limit], .init(tokens: 1), at: Self.now + 91) != nil)
    }

    @Test func moneyIsCountedInItsCurrency() throws {
        let windows = LimitWindows()
        let limit = Self.limit(unit: .month, cost: 1)
        func spend(_ cost: Double, _ currency: String) -> Bool {
            guard let ticket = admit(windows, [limit]) else { return false }
            windows.settle(ticket, .init(tokens: 1, cost: cost, currency: currency), at: Self.now)
            return true
        }
        #expect(spend(50, "EUR"))
        #expect(spend(0.9, "USD"))
        #expect(admit(windows, [limit], .init(tokens: 1, cost: 0.2, currency: "USD")) == nil)
        #expect(spend(0.1, "USD"))
        #expect(!spend(0, "USD"))
        #expect(admit(windows, [limit], at: Self.now + 30) != nil, "a new month")
    }

    @Test func withdrawingUndoesTheCount() throws {
        let windows = LimitWindows()
        let limit = Self.limit(requests: 1, tokens: 10)
        let ticket = try #require(admit(windows, [limit], .init(tokens: 10)))
        windows.withdraw(ticket)
        #expect(admit(windows, [limit], .init(tokens: 10)) != nil)
    }

    @Test func aClockThatIsSetBackDoesNotBeginTheUnitAnew() {
        let windows = LimitWindows()
        let limit = Self.limit(unit: .hour, requests: 1)
        #expect(admit(windows, [limit], at: 7_200) != nil)
        #expect(admit(windows, [limit], at: 7_190) == nil)
        #expect(admit(windows, [limit], at: 3_600) != nil, "but one that was wrong for an hour does")
    }

    @Test func tooManyUsersShareOneCountAndNothingGrows() {
        let windows = LimitWindows(maximumCounts: 10)
        let passed = (0..<1_000).filter { number in
            admit(windows, [Self.limit(user: "u\(number)", requests: 2)]) != nil
        }.count
        #expect(passed == 12)
        #expect(windows.count == 11)
        #expect(admit(windows, [Self.limit(user: "u1", requests: 2)]) != nil, "who is known has his own count")
        #expect(admit(windows, [Self.limit(user: "new", requests: 2)], at: Self.now + 60) != nil)
        #expect(windows.count == 1)
    }

    /// Concurrent callers with all kinds of limits, estimates and ends: never more than the limit in one unit.
    @Test(arguments: 0..<8)
    func concurrentCallersNeverPassMoreThanTheLimit(seed: UInt64) async {
        let windows = LimitWindows()
        let (requests, tokens, cost) = (50 + Int(seed) * 7, 2_000 + Int(seed) * 111, 3.0 + Double(seed))
        let limits = [
            Self.limit("requests", requests: requests), Self.limit("tokens", unit: .hour, tokens: tokens),
            Self.limit("cost", unit: .day, cost: cost),
        ]
        let spent = Spent()
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<16 {
                group.addTask {
                    var random = seed &* 7_919 &+ UInt64(caller)
                    for _ in 0..<100 {
                        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        let charge = LimitCharge(
                            tokens: Int(random >> 33) % 90 + 1, cost: Double((random >> 40) % 200) / 1_000,
                            currency: "USD")
                        guard case .admitted(let ticket, _) = windows.admit(limits, estimate: charge, at: Self.now)
                        else { continue }
                        spent.total.withLock {
                            $0 = ($0.requests + 1, $0.tokens + charge.tokens, $0.cost + charge.cost)
                        }
                        await Task.yield()
                        windows.settle(ticket, charge, at: Self.now)
                    }
                }
            }
        }
        let total = spent.total.withLock { $0 }
        #expect(total.requests <= requests && total.tokens <= tokens && total.cost <= cost + 1e-9)
        // And one of them is used up, but for less than the largest request.
        #expect(total.requests == requests || total.tokens > tokens - 90 || total.cost > cost - 0.2)
    }

    // MARK: Restart

    @Test func longUnitsSurviveARestart() throws {
        let folder = try TemporaryFolder()
        let logger = Logger(label: "limits") { _ in SwiftLogNoOpLogHandler() }
        func open(at now: Int64 = Self.now) throws -> (LimitWindows, LimitKeeper) {
            let windows = LimitWindows()
            return (windows, try LimitKeeper(windows, database: try folder.database(), logger: logger, at: now))
        }
        let limits = [
            Self.limit("minute", requests: 1), Self.limit("hour", unit: .hour, requests: 1),
            Self.limit("month", unit: .month, tokens: 10, cost: 2),
        ]
        let (windows, keeper) = try open()
        let ticket = try #require(admit(windows, limits))
        windows.settle(ticket, .init(tokens: 9, cost: 1.5, currency: "USD"), at: Self.now)
        #expect(keeper.write())
        // Opened beside the first, as after a kill: nothing was closed.
        let (again, _) = try open()
        #expect(admit(again, [limits[0]]) != nil)
        #expect(admit(again, [limits[1]]) == nil)
        #expect(admit(again, [limits[2]], .init(tokens: 2)) == nil)
        #expect(admit(again, [limits[2]], .init(tokens: 1, cost: 0.6, currency: "USD")) == nil)
        #expect(admit(again, [limits[2]], .init(tokens: 1, cost: 0.5, currency: "USD")) != nil)
        let (later, _) = try open(at: Self.now + 30)
        #expect(later.count == 0)
    }

    @Test func whatCouldNotBeWrittenIsWrittenLater() throws {
        let folder = try TemporaryFolder()
        let logger = Logger(label: "limits") { _ in SwiftLogNoOpLogHandler() }
        let (windows, database) = (LimitWindows(), try folder.database())
        let keeper = try LimitKeeper(windows, database: database, logger: logger, at: Self.now)
        _ = admit(windows, [Self.limit(unit: .day, requests: 1)])
        try database.pool.write { try $0.execute(sql: "ALTER TABLE limit_counts RENAME TO away") }
        #expect(!keeper.write())
        try database.pool.write { try $0.execute(sql: "ALTER TABLE away RENAME TO limit_counts") }
        #expect(keeper.write())
        #expect(windows.takeChanges().isEmpty)
        let again = LimitWindows()
        _ = try LimitKeeper(again, database: database, logger: logger, at: Self.now)
        #expect(admit(again, [Self.limit(unit: .day, requests: 1)]) == nil)
    }
}

private struct Unexpected: Error {}

private final class Spent: Sendable {
    let total = Mutex((requests: 0, tokens: 0, cost: 0.0))
}

/// A folder for one test.
final class TemporaryFolder: Sendable {
    let path = NSTemporaryDirectory() + "martlet-state-\(UInt64.random(in: 0 ... .max))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func database() throws -> StateDatabase { try StateDatabase(path: path + "/state.sqlite") }
}
