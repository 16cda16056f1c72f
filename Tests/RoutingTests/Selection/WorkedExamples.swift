import Policy
import Testing

@testable import Routing

extension Candidate {
    /// A candidate by name with facts.
    init(_ name: String, _ change: (inout CandidateFacts) -> Void = { _ in }) {
        var facts = CandidateFacts()
        change(&facts)
        self.init(ModelReference(model: name), facts: facts)
    }
}

extension Pricing {
    init(_ prompt: Double, completion: Double = 0, cached: Double = 0) {
        self.init()
        promptPerMillion = prompt
        completionPerMillion = completion
        cachedInputPerMillion = cached
    }
}

/// The worked examples of the spec, selection-learning §1 and Appendix C.
@Suite struct WorkedExamples {
    private let context = SelectionContext(seed: 7)

    private func expect(
        _ selection: Selection, _ utilities: [String: Double], within: Double = 1e-4,
        at location: SourceLocation = #_sourceLocation
    ) {
        for (name, utility) in utilities {
            let found = selection.utility(of: name) ?? .nan
            #expect(abs(found - utility) < within, "\(name): \(found)", sourceLocation: location)
        }
    }

    @Test func latencyAwareTakesTheLeastMeanRatio() {
        var configuration = LatencyAwareConfiguration()
        configuration.tpotPercentile = 50
        configuration.ttftPercentile = 50
        let selection = LatencyAwareSelection(configuration).select(
            [
                Candidate("a") {
                    $0.timePerOutputToken = LatencyProfile([0.020])
                    $0.timeToFirstToken = LatencyProfile([0.3])
                },
                Candidate("b") {
                    $0.timePerOutputToken = LatencyProfile([0.010])
                    $0.timeToFirstToken = LatencyProfile([0.9])
                },
            ], context)
        #expect(selection.order.map(\.model) == ["a", "b"])
        expect(selection, ["a": 1 / 1.5, "b": 1 / 2.0])
        #expect(abs(selection.confidence - 0.25) < 1e-9)
    }

    @Test func latencyPercentilesAreInterpolatedFromThreeSamples() throws {
        let two = try #require(LatencyProfile([0.1, 0.2]))
        #expect(abs(two.percentile(95) - 0.13) < 1e-12)
        let three = try #require(LatencyProfile([0.1, 0.3, 0.2]))
        for (percentile, seconds) in [(50, 0.2), (90, 0.28), (100, 0.3)] {
            #expect(abs(three.percentile(percentile) - seconds) < 1e-12)
        }
        #expect(LatencyProfile([]) == nil)
    }

    @Test func latencyAwareMeasuresWhatItDoesNotKnow() {
        var configuration = LatencyAwareConfiguration()
        configuration.ttftPercentile = 95
        let candidates = [Candidate("known") { $0.timeToFirstToken = LatencyProfile([0.1]) }, Candidate("new")]
        let algorithm = LatencyAwareSelection(configuration)
        let firsts = (0..<2_000).map { algorithm.select(candidates, SelectionContext(seed: $0)).order[0].model }
        let share = Double(firsts.count { $0 == "new" }) / 2_000
        #expect(abs(share - LatencyAwareSelection.measuringShare) < 0.02)
        #expect(algorithm.select([Candidate("new")], context).status == .fallback)
    }

    private func multiFactor(_ change: (inout MultiFactorConfiguration) -> Void = { _ in }) -> MultiFactorSelection {
        var configuration = MultiFactorConfiguration()
        change(&configuration)
        return MultiFactorSelection(configuration)
    }

    @Test func multiFactorWeighsFourFactors() {
        let algorithm = multiFactor {
            var weights = MultiFactorWeights()
            (weights.quality, weights.latency, weights.cost, weights.load) = (0.4, 0.2, 0.2, 0.2)
            $0.weights = weights
        }
        let rows = [(0.6, 0.010, 0.05, 4), (0.8, 0.020, 0.5, 0), (0.95, 0.040, 5.0, 1)]
        let candidates = zip(["a", "b", "c"], rows).map { name, row in
            Candidate(name) {
                $0.quality = row.0
                $0.timePerOutputToken = LatencyProfile([row.1])
                $0.pricing = Pricing(row.2)
                $0.inFlight = row.3
            }
        }
        let selection = algorithm.select(candidates, context)
        #expect(selection.order[0].model == "b")
        expect(selection, ["a": 0.4000, "b": 0.7437, "c": 0.5500])
    }

    @Test func multiFactorCeilingsAreStrictAndFallBackAsTold() {
        let candidates = [
            Candidate("dear") { $0.pricing = Pricing(5) }, Candidate("cheap") { $0.pricing = Pricing(2) },
            Candidate("free") { $0.pricing = Pricing(0) },
        ]
        let atTheCeiling = multiFactor { $0.ceilings.maximumCostPerMillion = 2 }.select(candidates, context)
        #expect(Set(atTheCeiling.order.map(\.model)) == ["cheap", "free"])
        #expect(atTheCeiling.order[0].model == "free", "a free model has the best cost, not an unknown one")
        let none = candidates.map { candidate in
            var busy = candidate
            busy.facts.inFlight = 3
            return busy
        }
        let cheapest = multiFactor { $0.ceilings.maximumInFlight = 2 }.select(none, context)
        #expect(cheapest.order[0].model == "free" && cheapest.status == .fallback)
        let first = multiFactor {
            $0.ceilings.maximumInFlight = 2
            $0.fallback = .first
        }.select(none, context)
        #expect(first.order[0].model == "dear")
        let failed = multiFactor {
            $0.ceilings.maximumInFlight = 2
            $0.fallback = .fail
        }.select(none, context)
        #expect(failed.order.isEmpty && failed.status == .unavailable)
    }

    @Test func multiFactorWeightsAreBroughtToOne() {
        var weights = MultiFactorWeights()
        (weights.quality, weights.latency, weights.cost, weights.load) = (2, 0, -1, 0)
        let normalized = MultiFactorSelection.normalized(weights)
        #expect((normalized.quality, normalized.latency) == (1, 0) && (normalized.cost, normalized.load) == (0, 0))
        weights.quality = 0
        #expect(MultiFactorSelection.normalized(weights).load == 0.25)
        #expect(MultiFactorSelection.scaled([0.3, 0.3], risingIsGood: false) == [0.5, 0.5])
        #expect(MultiFactorSelection.scaled([nil, nil], risingIsGood: true) == [0, 0])
    }

    @Test func routerDCSharesAreTheSpecs() {
        let shares = RouterDCSelection.shares([0.35, 0.20, 0.05], temperature: 0.07)
        for (share, expected) in zip(shares, [0.6594, 0.3340, 0.0066]) { #expect(abs(share - expected) < 1e-3) }
    }

    @Test func routerDCHasARealFloor() {
        let candidates = [
            Candidate("a") { $0.descriptionSimilarity = 0.1 }, Candidate("b") { $0.descriptionSimilarity = 0.28 },
            Candidate("silent"),
        ]
        let below = RouterDCSelection(RouterDCTuning()).select(candidates, context)
        #expect(below.status == .fallback && below.order[0].model == "a")
        var tuning = RouterDCTuning()
        tuning.minimumSimilarity = 0.2
        let above = RouterDCSelection(tuning).select(candidates, context)
        #expect(above.order.map(\.model) == ["b", "a", "silent"])
        expect(above, ["b": 0.28, "a": 0.1, "silent": 0])
        #expect(RouterDCSelection(tuning).select([Candidate("silent")], context).status == .fallback)
    }

    @Test func autoMixWeighsQualityAgainstPrice() {
        var tuning = AutoMixTuning()
        tuning.isCostAware = true
        let candidates = [
            Candidate("a") {
                $0.quality = 0.7
                $0.pricing = Pricing(0.5)
            },
            Candidate("b") {
                $0.quality = 0.9
                $0.pricing = Pricing(5)
            },
        ]
        // The published example adds ×1.1 to every model alike; it changes no order and would leave [0, 1].
        expect(
            AutoMixSelection(tuning).select(candidates, context), ["a": 0.685 / 1.15, "b": 0.75 / 2.5])
        tuning.isCostAware = false
        #expect(AutoMixSelection(tuning).select(candidates, context).order[0].model == "b")
    }

    @Test func eloExpectsAndMovesAsPublished() {
        let candidates = [
            Candidate("a") { $0.experience.rating = 1532 }, Candidate("b") { $0.experience.rating = 1500 },
        ]
        expect(EloSelection().select(candidates, context), ["a": 0.5459, "b": 0.4541])
        let after = Elo.update(1532, 1500, score: 1)
        #expect(abs(after.first - 1546.53) < 0.01 && abs(after.second - 1485.47) < 0.01)
        let tie = Elo.update(1500, 1500, score: 0.5)
        #expect(tie.first == 1500 && tie.second == 1500)
        #expect(Elo.update(1500, isGood: true) == 1503.2)
        #expect(Elo.update(1500, isGood: false) == 1496.8)
        #expect(Elo.rating(Candidate("c") { $0.quality = 0.9 }.facts) == 1900)
    }

    @Test func thompsonDrawsFromTheSeedAlone() {
        let candidates = [
            Candidate("good") {
                $0.experience.wins = 80
                $0.experience.losses = 20
            },
            Candidate("bad") {
                $0.experience.wins = 20
                $0.experience.losses = 80
            },
        ]
        let algorithm = ThompsonSelection()
        let firsts = (0..<500).map { algorithm.select(candidates, SelectionContext(seed: $0)).order[0].model }
        #expect(firsts.count { $0 == "good" } > 490)
        #expect(algorithm.select(candidates, context) == algorithm.select(candidates, context))
        let unknown = [Candidate("a"), Candidate("b")]
        let draws = (0..<2_000).map { algorithm.select(unknown, SelectionContext(seed: $0)).order[0].model }
        #expect(abs(Double(draws.count { $0 == "a" }) / 2_000 - 0.5) < 0.05)
    }

    @Test func betaDrawsHaveTheirMeanAndVariance() {
        var generator = SplitMix64(seed: 1)
        for (alpha, beta) in [(0.5, 0.5), (2.0, 5.0), (40.0, 10.0)] {
            let draws = (0..<20_000).map { _ in generator.nextBeta(alpha, beta) }
            let mean = draws.reduce(0, +) / 20_000
            let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
            let sum = alpha + beta
            #expect(abs(mean - alpha / sum) < 0.01)
            #expect(abs(variance - alpha * beta / (sum * sum * (sum + 1))) < 0.005)
        }
    }

    @Test func aCallersOwnJudgementsCountFromThree() {
        func candidates(_ count: Double) -> [Candidate] {
            [
                Candidate("fine") { $0.quality = 0.9 },
                Candidate("liked") {
                    $0.quality = 0.5
                    $0.experience.userMean = 1
                    $0.experience.userCount = count
                },
            ]
        }
        #expect(UserPreferenceSelection().select(candidates(2), context).order[0].model == "fine")
        let known = UserPreferenceSelection().select(candidates(3), context)
        #expect(known.order[0].model == "liked")
        expect(known, ["liked": 0.3 * 0.5 + 0.7, "fine": 0.81])
    }

    @Test func hybridMixesItsPartsAndRewardsCheapness() {
        func hybrid(_ costWeight: Double) -> HybridSelection {
            var tuning = HybridTuning()
            tuning.costWeight = costWeight
            return HybridSelection(tuning, routerDC: RouterDCTuning(), autoMix: AutoMixTuning())
        }
        // All parts flat: the price decides.
        let flat = [Candidate("cheap") { $0.pricing = Pricing(0.1) }, Candidate("dear") { $0.pricing = Pricing(10) }]
        let selection = hybrid(0.2).select(flat.reversed(), context)
        #expect(selection.order[0].model == "cheap")
        expect(selection, ["cheap": 0.5 * (1 + 0.99 * 0.04), "dear": 0.5])
        let described = [
            Candidate("poet") { $0.descriptionSimilarity = 0.2 }, Candidate("coder") { $0.descriptionSimilarity = 0.6 },
        ]
        #expect(hybrid(0).select(described, context).order[0].model == "coder")
    }

    @Test func cardsDecideWhereASessionBegins() {
        let candidates = [Candidate("small") { $0.quality = 0.4 }, Candidate("large") { $0.quality = 0.8 }]
        #expect(SessionAwareSelection().select(candidates, context).order[0].model == "large")
    }
}
