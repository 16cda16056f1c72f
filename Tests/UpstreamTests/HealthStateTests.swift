import NIOCore
import Testing

@testable import Upstream

@Suite
struct HealthStateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func fail(_ state: inout HealthState, _ index: Int, times: Int, at now: NIODeadline) -> Bool {
        var ejected = false
        for _ in 0..<times {
            state.began(index)
            ejected = state.ended(index, .failure, at: now) || ejected
        }
        return ejected
    }

    @Test func consecutiveFailuresEjectForGrowingTimes() {
        var state = HealthState(
            weights: [1, 1],
            configuration: HealthConfiguration(
                consecutiveFailures: 3, baseEjection: .seconds(10), maxEjection: .seconds(25)))
        #expect(!self.fail(&state, 0, times: 2, at: self.start))
        state.ended(0, .success, at: self.start)
        #expect(!self.fail(&state, 0, times: 2, at: self.start))
        #expect(self.fail(&state, 0, times: 1, at: self.start))
        #expect(state.isEjected(0, at: self.start + .seconds(9)))
        let second = self.start + .seconds(10)
        #expect(!state.isEjected(0, at: second))
        #expect(self.fail(&state, 0, times: 3, at: second))
        #expect(state.isEjected(0, at: second + .seconds(19)))
        let third = second + .seconds(20)
        #expect(self.fail(&state, 0, times: 3, at: third))
        #expect(state.isEjected(0, at: third + .seconds(24)))
        #expect(!state.isEjected(0, at: third + .seconds(25)))
    }

    @Test func ejectionsAreLimited() {
        var state = HealthState(weights: [1, 1, 1, 1], configuration: HealthConfiguration(consecutiveFailures: 1))
        #expect(self.fail(&state, 0, times: 1, at: self.start))
        #expect(self.fail(&state, 1, times: 1, at: self.start))
        #expect(!self.fail(&state, 2, times: 5, at: self.start))
        var alone = HealthState(weights: [1], configuration: HealthConfiguration(consecutiveFailures: 1))
        #expect(!self.fail(&alone, 0, times: 5, at: self.start))
    }

    @Test func neutralOutcomesSayNothing() {
        #expect(BackendOutcome(.poolExhausted) == .neutral)
        #expect(BackendOutcome(.status(429, retryAfter: nil)) == .success)
        #expect(BackendOutcome(.status(500, retryAfter: nil)) == .failure)
        var state = HealthState(weights: [1, 1], configuration: HealthConfiguration(consecutiveFailures: 2))
        _ = self.fail(&state, 0, times: 1, at: self.start)
        #expect(state.ended(0, .neutral, at: self.start) == false)
        #expect(self.fail(&state, 0, times: 1, at: self.start))
    }

    @Test func picksAvoidEjectedAndExcludedMembers() {
        var state = HealthState(weights: [1, 1, 1], configuration: HealthConfiguration(consecutiveFailures: 1))
        _ = self.fail(&state, 1, times: 1, at: self.start)
        for strategy in BackendPick.allCases {
            let picks = (0..<6).compactMap { _ in state.pick(strategy, at: self.start) }
            #expect(Set(picks) == [0, 2])
            #expect(state.pick(strategy, excluding: [0], at: self.start) == 2)
            #expect(state.pick(strategy, excluding: [0, 2], at: self.start) == 1)
            #expect(state.pick(strategy, excluding: [0, 1, 2], at: self.start) != nil)
        }
        var empty = HealthState(weights: [0])
        #expect(empty.pick(.weighted, at: self.start) == nil)
        #expect(empty.pick(.roundRobin, at: self.start) == nil)
        #expect(empty.pick(.leastRequest, at: self.start) == nil)
    }

    @Test func leastRequestPrefersTheIdle() {
        var state = HealthState(weights: [1, 1])
        state.began(0)
        #expect(state.pick(.leastRequest, at: self.start) == 1)
        state.began(1)
        state.began(1)
        #expect(state.pick(.leastRequest, at: self.start) == 0)
        var weighted = HealthState(weights: [3, 1])
        weighted.began(0)
        #expect(weighted.pick(.leastRequest, at: self.start) == 0)
    }

    @Test func smoothWeightedRoundRobin() {
        var picker = WeightedPicker(weights: [5, 1, 1])
        #expect((0..<7).compactMap { _ in picker.pick() } == [0, 0, 1, 0, 2, 0, 0])
    }

    @Test(arguments: 0..<20)
    func sharesFollowWeights(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let weights = (0..<Int.random(in: 1...6, using: &generator)).map { _ in Int.random(in: 0...9, using: &generator)
        }
        let total = weights.reduce(0, +)
        var picker = WeightedPicker(weights: weights)
        var counts = weights.map { _ in 0 }
        for _ in 0..<(total * 3) { if let pick = picker.pick() { counts[pick] += 1 } }
        #expect(counts == weights.map { $0 * 3 }, "seed \(seed)")
    }

    @Test func sharedHealthCountsRequests() {
        let health = BackendHealth(weights: [1, 1])
        #expect(health.begin(.leastRequest) == 0)
        #expect(health.begin(.leastRequest) == 1)
        #expect(health.snapshot().inFlight(0) == 1)
        health.ended(0, .success)
        #expect(health.snapshot().inFlight(0) == 0)
    }
}
