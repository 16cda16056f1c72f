import Policy
import Routing
import Testing

@Suite struct SelectionTests {
    private let candidates = [("a", 1.0), ("b", 3.0), ("c", 0.0)].map {
        Candidate(ModelReference(model: $0.0, weight: $0.1))
    }

    @Test func staticTakesTheFirstAndKeepsTheOrder() {
        let selection = StaticSelection().select(candidates, SelectionContext(seed: 1))
        #expect(selection.order.map(\.model) == ["a", "b", "c"])
        #expect(selection.method == "static")
    }

    @Test func weightedDrawsByWeight() {
        var counts: [String: Int] = [:]
        for seed in 0..<8_000 {
            let selection = WeightedSelection().select(candidates, SelectionContext(seed: UInt64(seed)))
            counts[selection.order[0].model, default: 0] += 1
            #expect(Set(selection.order.map(\.model)) == ["a", "b", "c"])
        }
        #expect(counts["c"] == nil)
        #expect(abs(Double(counts["b"] ?? 0) / 8_000 - 0.75) < 0.03)
    }

    @Test func theSameSeedDrawsTheSame() {
        for seed in 0..<50 {
            let context = SelectionContext(seed: UInt64(seed))
            #expect(WeightedSelection().select(candidates, context) == WeightedSelection().select(candidates, context))
        }
    }

    @Test func anAlgorithmThatIsNotBuiltIsNotMade() {
        #expect(Selectors.make(AlgorithmUse(type: "knn")) == nil)
        #expect(Selectors.make(nil) is StaticSelection)
    }

    @Test(arguments: [
        (0.905, "0.9050"), (1.0, "1.0000"), (-0.5, "-0.5000"), (0.00004, "0.0000"), (12.34567, "12.3457"),
    ])
    func fourPlaces(value: Double, text: String) {
        #expect(value.fourPlaces == text)
    }
}
