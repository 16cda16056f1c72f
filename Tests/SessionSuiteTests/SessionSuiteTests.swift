import Testing

@testable import SessionSuite

/// The suite's claims. They are counts, not times, so they hold on every machine.
@Suite struct SessionSuiteTests {
    private let single = SuiteTally.sum(SessionSuite.run(.singleTurn))
    private let full = SuiteTally.sum(SessionSuite.run(.full))

    @Test func theSuiteIsThePublishedOne() {
        #expect(single.turns == 21_600)
        // Published: 9709 switches, 3404 + 432 of them unsafe, quality 0.8230, $1725 without a cache.
        #expect(abs(Double(single.switches) / 9_709 - 1) < 0.03)
        #expect(abs(single.quality / 21_600 - 0.8230) < 0.005)
        #expect(abs(single.uncachedCost / 1_725.48 - 1) < 0.03)
        #expect(abs(single.cost / 1_023.62 - 1) < 0.03)
        let sticky = SuiteTally.sum(SessionSuite.run(.sticky))
        #expect(sticky.frontierTurns == 0 && sticky.toolViolations + sticky.stateViolations == 0)
    }

    @Test func noSwitchIsUnsafe() {
        for tally in SessionSuite.run(.full) {
            #expect(tally.toolViolations == 0 && tally.stateViolations == 0, "\(tally.workload)")
        }
    }

    @Test func eachLockIsNeeded() {
        let withoutTools = SuiteTally.sum(SessionSuite.run(.withoutToolLock))
        #expect(withoutTools.toolViolations > 0 && withoutTools.stateViolations == 0)
        let withoutState = SuiteTally.sum(SessionSuite.run(.withoutStateLock))
        #expect(withoutState.stateViolations > 0 && withoutState.toolViolations == 0)
    }

    @Test func thePublishedFiguresAreReached() {
        #expect(1 - Double(full.switches) / Double(single.switches) >= 0.7929)
        #expect(1 - full.cost / single.uncachedCost >= 0.7871)
        #expect((full.quality - single.quality) / 21_600 >= -0.030)
        #expect(1 - full.cost / single.cost > 0.641, "with the same cache on both sides")
    }

    @Test func oneSeedOneResult() {
        #expect(SuiteTally.sum(SessionSuite.run(.full)).cost == full.cost)
    }

    @Test func theReportNamesEveryPolicy() {
        let text = SuiteReport().text
        for policy in SuitePolicy.allCases { #expect(text.contains("| \(policy.rawValue) |")) }
        for workload in Workload.all { #expect(text.contains("| \(workload.name) |")) }
    }
}
