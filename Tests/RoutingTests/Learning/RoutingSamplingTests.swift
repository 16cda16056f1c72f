import Policy
import Testing

@testable import Routing

@Suite struct RoutingSamplingTests {
    private func arm(
        _ name: String, price: Double = 0, quality: Double? = nil, _ change: (inout Experience) -> Void = { _ in }
    ) -> RoutingSampling.Arm {
        var experience = Experience()
        change(&experience)
        return .init(name: name, quality: quality, price: price, own: experience)
    }

    private func isClose(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-4) -> Bool {
        abs(value - expected) < tolerance
    }

    /// The spec's example, §4.3; latency counts in full at ten seconds here, at one second there.
    @Test func beliefsAreThePublishedOnes() {
        let a = arm("a", price: 0.60) {
            ($0.good, $0.underpowered, $0.failed) = (6, 2, 1)
            ($0.inputCost, $0.latency, $0.cacheHits) = (0.7, 0.8, 0.5)
        }
        let b = arm("b", price: 2.40) {
            ($0.good, $0.overprovisioned) = (3, 1)
            ($0.inputCost, $0.latency, $0.cacheHits) = (0.9, 1.5, 0.2)
        }
        let sampling = RoutingSampling(.decision)
        let (first, second) = (sampling.belief(a, dearest: 2.40), sampling.belief(b, dearest: 2.40))
        #expect(isClose(first.posterior, 0.6667) && isClose(second.posterior, 0.7143))
        #expect(isClose(first.mean, 0.6197 + 0.02 * (0.8 - 0.08)))
        #expect(isClose(second.mean, 0.6253 + 0.02 * (1 - 0.15)))
        // B leads by less than its price asks.
        let verdict = sampling.choose([a, b], base: 0, sampling: false, seed: 1)
        #expect(verdict.model == "a" && verdict.action == .keepBase && verdict.reason == .baseBest)
    }

    @Test func aModelThatWasNeverTriedIsNoWinner() {
        let known = arm("known") { $0.good = 20 }
        let verdict = RoutingSampling(.decision).choose([known, arm("new")], base: 0, sampling: false, seed: 1)
        #expect(verdict.model == "known")
    }

    @Test func theFirstRequestIsAColdStart() {
        let verdict = RoutingSampling(.decision).choose([arm("only")], base: 0, sampling: true, seed: 1)
        #expect((verdict.action, verdict.reason) == (.keepBase, .coldStart))
        let warm = arm("only") { $0.measure(latency: 1, cacheHits: nil, inputCost: nil, at: 1) }
        let second = RoutingSampling(.decision).choose([warm], base: 0, sampling: true, seed: 1)
        #expect((second.action, second.reason) == (.keepBase, .baseBest))
    }

    @Test func aBetterModelIsProposed() {
        let bad = arm("bad") { ($0.good, $0.underpowered) = (2, 20) }
        let good = arm("good") { ($0.good, $0.underpowered) = (20, 2) }
        let verdict = RoutingSampling(.decision).choose([bad, good], base: 0, sampling: false, seed: 1)
        #expect((verdict.action, verdict.reason) == (.proposeSwitch, .posteriorWin))
        #expect(verdict.model == "good")
    }

    @Test func drawsFollowTheRecordedPropensities() {
        let arms = [arm("a") { $0.good = 3 }, arm("b") { $0.good = 2 }, arm("c") { $0.underpowered = 1 }]
        let sampling = RoutingSampling(.decision)
        var counts: [String: Int] = [:]
        let total = 20_000
        for seed in 0..<UInt64(total) {
            counts[sampling.choose(arms, base: 0, sampling: true, seed: seed).model, default: 0] += 1
        }
        let verdict = sampling.choose(arms, base: 0, sampling: true, seed: 0)
        #expect(isClose(verdict.scores.reduce(0) { $0 + $1.propensity }, 1, 1e-9))
        for score in verdict.scores {
            #expect(isClose(Double(counts[score.model] ?? 0) / Double(total), score.propensity, 0.01), "\(score)")
        }
        let explored = verdict.scores.filter { $0.model != "a" }.reduce(0) { $0 + $1.propensity }
        #expect(explored > 0.01 && explored <= RoutingSampling.explorationLimit + 1e-9)
    }

    @Test func widerSetsAskForAWiderLead() {
        let (base, other) = (arm("base") { $0.good = 4 }, arm("other") { $0.good = 7 })
        func model(_ set: RoutingSampling) -> String {
            set.choose([base, other], base: 0, sampling: false, seed: 1).model
        }
        #expect(model(RoutingSampling(.decision)) == "other")
        #expect(model(RoutingSampling(.global)) == "base")
    }

    @Test func oneSeedOneChoice() {
        let arms = [arm("a"), arm("b"), arm("c")]
        for seed in 0..<50 as Range<UInt64> {
            let sampling = RoutingSampling(.decision)
            #expect(
                sampling.choose(arms, base: 1, sampling: true, seed: seed)
                    == sampling.choose(arms, base: 1, sampling: true, seed: seed))
        }
    }

    @Test func countsFadeAndAScoreWeighs() {
        var experience = Experience()
        experience.record(.failed, score: 1, at: 1_000)
        experience.record(.goodFit, score: 0.5, at: 1_000)
        #expect(experience.failed == 1 && experience.good == 0.5)
        let later = experience.decayed(at: 1_000 + Experience.halfLife)
        #expect(isClose(later.failed, 0.5) && isClose(later.good, 0.25))
        experience.measure(latency: 2, cacheHits: nil, inputCost: 0.5, at: 2_000)
        experience.measure(latency: 4, cacheHits: 1, inputCost: 0.5, at: 2_000)
        #expect(isClose(experience.latency ?? 0, 2.4) && experience.cacheHits == 1)
    }
}
