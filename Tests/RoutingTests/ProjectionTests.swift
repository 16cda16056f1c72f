import Policy
import Routing
import Testing

@Suite struct ProjectionTests {
    private func input(
        _ type: String, _ name: String, _ weight: Double, _ source: ScoreInput.ValueSource = .unset
    ) -> ScoreInput {
        var input = ScoreInput()
        input.type = type
        input.name = name
        input.weight = weight
        input.valueSource = source
        return input
    }

    private func engine(_ projections: Projections, _ keys: [SignalKey], safety: Set<String> = []) -> DecisionEngine {
        var recipe = Recipe()
        recipe.projections = projections
        return DecisionEngine(
            recipe: recipe,
            signals: SignalCatalog(keys.map { .init($0, cost: .free, isSafety: safety.contains($0.family)) }))
    }

    private func table(_ readings: [Reading?]) -> ReadingTable {
        var table = ReadingTable(count: readings.count)
        table.readings = readings
        return table
    }

    @Test func workedScoreOfTheSpecification() {
        var score = ProjectionScore()
        score.name = "difficulty"
        score.inputs = [
            input("keyword", "simple", -0.28), input("context", "long", 0.18),
            input("keyword", "reasoning", 0.22, .confidence), input("complexity", "c:hard", 0.22),
        ]
        var projections = Projections()
        projections.scores = [score]
        let keys = [
            SignalKey("keyword", "simple"), SignalKey("context", "long"), SignalKey("keyword", "reasoning"),
            SignalKey("complexity", "c:hard"),
        ]
        let explanation = engine(projections, keys).explain(
            table([.matched(), .matched(), .matched(), .unmatched()]), winner: nil)
        #expect(abs(explanation.scores[0].low - 0.12) < 1e-12)
        #expect(explanation.scores[0].low == explanation.scores[0].high)
    }

    @Test func rawValuesAndConfidencesMix() {
        var score = ProjectionScore()
        score.name = "s"
        score.inputs = [input("structure", "q", 0.4, .raw), input("keyword", "k", 0.6, .confidence)]
        var projections = Projections()
        projections.scores = [score]
        let explanation = engine(projections, [SignalKey("structure", "q"), SignalKey("keyword", "k")]).explain(
            table([.matched(value: 3), .matched(confidence: 0.85)]), winner: nil)
        #expect(abs(explanation.scores[0].low - 1.71) < 1e-12)
    }

    private func band(_ bounds: NumericPredicate, slope: Double, at value: Double) -> (Explanation.Result, Double) {
        var score = ProjectionScore()
        score.name = "s"
        score.inputs = [input("structure", "q", 1, .raw)]
        var mapping = ProjectionMapping()
        mapping.name = "m"
        mapping.source = "s"
        mapping.slope = slope
        mapping.outputs = [.init(name: "o", bounds: bounds)]
        var projections = Projections()
        projections.scores = [score]
        projections.mappings = [mapping]
        let explanation = engine(projections, [SignalKey("structure", "q")]).explain(
            table([.matched(value: value)]), winner: nil)
        return (explanation.outputs[0].result, explanation.outputs[0].confidence)
    }

    @Test func bandConfidencesOfTheSpecification() {
        let high = band(NumericPredicate(greaterOrEqual: 0.82), slope: 10, at: 0.90)
        #expect(high.0 == .matched && abs(high.1 - 0.690) < 5e-4)
        let middle = band(NumericPredicate(greaterOrEqual: 0.18, lessThan: 0.48), slope: 10, at: 0.30)
        #expect(middle.0 == .matched && abs(middle.1 - 0.769) < 5e-4)
        let standard = band(NumericPredicate(greaterOrEqual: 0.5), slope: 12, at: 0.6)
        #expect(standard.0 == .matched && abs(standard.1 - 0.769) < 5e-4)
        #expect(band(NumericPredicate(lessThan: 0.3), slope: 12, at: 0.3).0 == .unmatched)
    }

    @Test func aBandIsCertainOnceTheWholeIntervalLiesInside() {
        var score = ProjectionScore()
        score.name = "risk"
        score.inputs = [input("keyword", "secret", 0.72, .confidence), input("pii", "strict", 0.92)]
        var mapping = ProjectionMapping()
        mapping.name = "m"
        mapping.source = "risk"
        mapping.outputs = [
            .init(name: "cloud", bounds: NumericPredicate(lessThan: 0.35)),
            .init(name: "local", bounds: NumericPredicate(greaterOrEqual: 0.35)),
        ]
        var recipe = Recipe()
        recipe.projections.scores = [score]
        recipe.projections.mappings = [mapping]
        var local = Decision()
        local.name = "local"
        local.priority = 2
        local.rules = .leaf(.init(type: "projection", name: "local"))
        recipe.decisions = [local]
        let catalog = SignalCatalog([
            .init(SignalKey("keyword", "secret"), cost: .free),
            .init(SignalKey("pii", "strict"), cost: .encoder, isSafety: true),
        ])
        let engine = DecisionEngine(recipe: recipe, signals: catalog)
        if case .decided(let winner, _) = engine.progress(table([.matched(), nil])) {
            #expect(winner == 0)
        } else {
            Issue.record("the keyword alone decides")
        }
        #expect(engine.progress(table([.unmatched(), nil])) == .undecided([1]))
        // A detector that failed leaves the band unknown, a model that was never there counts as a miss.
        let failed = engine.explain(table([.unmatched(), .unknown(.timeout)]), winner: nil)
        #expect(failed.outputs.map(\.result) == [.unknown, .unknown])
        let missing = engine.explain(table([.unmatched(), .unknown(.modelMissing)]), winner: nil)
        #expect(missing.outputs.map(\.result) == [.matched, .unmatched])
        #expect(missing.scores[0].inputs[1].isAssumed)
    }

    @Test func multiEmitEmitsEveryBandAndThresholdBandsTheFirst() {
        for (method, expected) in [
            (ProjectionMapping.Method.multiEmit, [Explanation.Result.matched, .matched]),
            (.thresholdBands, [.matched, .unmatched]),
        ] {
            var score = ProjectionScore()
            score.name = "s"
            score.inputs = [input("structure", "q", 1, .raw)]
            var mapping = ProjectionMapping()
            mapping.name = "m"
            mapping.source = "s"
            mapping.method = method
            mapping.outputs = [
                .init(name: "a", bounds: NumericPredicate(greaterOrEqual: 1)),
                .init(name: "b", bounds: NumericPredicate(greaterOrEqual: 2)),
            ]
            var projections = Projections()
            projections.scores = [score]
            projections.mappings = [mapping]
            let explanation = engine(projections, [SignalKey("structure", "q")]).explain(
                table([.matched(value: 3)]), winner: nil)
            #expect(explanation.outputs.map(\.result) == expected)
        }
    }

    @Test func partitionsKeepOneWinner() {
        var partition = Partition()
        partition.name = "domains"
        partition.family = "domain"
        partition.members = ["economics", "health"]
        partition.defaultMember = "health"
        partition.semantics = .softmaxExclusive
        partition.temperature = 0.1
        var projections = Projections()
        projections.partitions = [partition]
        let engine = engine(projections, [SignalKey("domain", "economics"), SignalKey("domain", "health")])
        let contested = engine.explain(
            table([.matched(confidence: 0.40), .matched(confidence: 0.38)]), winner: nil)
        #expect(contested.effectiveReadings[0]?.isMatched == true)
        #expect(abs((contested.effectiveReadings[0]?.confidence ?? 0) - 0.5498) < 5e-5)
        #expect(contested.effectiveReadings[1]?.isMatched == false)
        #expect(abs(contested.partitions[0].margin - 0.0997) < 5e-5)
        let empty = engine.explain(table([.unmatched(), .unmatched()]), winner: nil)
        #expect(empty.effectiveReadings[1]?.isMatched == true)
        #expect(empty.effectiveReadings[1]?.confidence == 0)
        #expect(empty.partitions[0].isDefault)
        let unknown = engine.explain(table([.unmatched(), .unknown(.modelMissing)]), winner: nil)
        #expect(unknown.effectiveReadings[1]?.unknownReason == .modelMissing)
    }
}
