import Policy
import Routing
import Testing

/// Law 2 of the design: reading only what can still matter never changes the winner.
@Suite struct LazyEvaluationTests {
    private func run(_ engine: DecisionEngine, _ readings: [Reading], everything: Bool) -> DecisionSession {
        var session = DecisionSession(engine, readingEverything: everything)
        while case .read(let signals, _) = session.next() { session.supply(signals.map { ($0, readings[$0]) }) }
        return session
    }

    @Test(arguments: 0..<40) func lazyAndEagerAgree(block: UInt64) {
        for offset in 0..<500 {
            let seed = block * 1_000 + UInt64(offset)
            var policies = RandomPolicies(seed: seed)
            let catalog = policies.catalog()
            let recipe = policies.recipe(catalog)
            let gates =
                policies.chance(0.3)
                ? [SignalGate(signals: [catalog.entries[0].key], rule: .leaf(.init(type: "keyword", name: "s1")))] : []
            let engine = DecisionEngine(recipe: recipe, signals: catalog, gates: gates)
            let readings = policies.readings(catalog)
            let lazy = run(engine, readings, everything: false)
            let eager = run(engine, readings, everything: true)
            #expect(lazy.outcome?.winner == eager.outcome?.winner, "seed \(seed)")
            if let low = lazy.outcome?.confidence, let exact = eager.outcome?.confidence {
                #expect(low <= exact, "seed \(seed): the lazy confidence is a lower bound")
            }
            for index in lazy.skipped { #expect(lazy.readings[index] == nil, "seed \(seed)") }
        }
    }

    @Test func somethingIsReallySkipped() {
        var skipped = 0
        for seed in 0..<300 {
            var policies = RandomPolicies(seed: UInt64(seed))
            let catalog = policies.catalog()
            let engine = DecisionEngine(recipe: policies.recipe(catalog), signals: catalog)
            skipped += run(engine, policies.readings(catalog), everything: false).skipped.count
        }
        #expect(skipped > 300)
    }

    @Test func replayOfTheReadingsGivesTheSameWinner() {
        for seed in 0..<500 {
            var policies = RandomPolicies(seed: UInt64(seed) + 90_000)
            let catalog = policies.catalog()
            let engine = DecisionEngine(recipe: policies.recipe(catalog), signals: catalog)
            let first = run(engine, policies.readings(catalog), everything: false)
            #expect(engine.conclude(first.readings).winner == first.outcome?.winner, "seed \(seed)")
            let explanation = engine.explain(first.readings, winner: first.outcome?.winner)
            #expect(explanation.decisions.filter(\.isWinner).count == (first.outcome?.winner == nil ? 0 : 1))
        }
    }

    @Test func aCertainWinnerSparesTheEncoder() {
        var recipe = Recipe()
        var contained = Decision()
        contained.name = "contained"
        contained.priority = 10
        contained.rules = .leaf(.init(type: "keyword", name: "injection"))
        var learned = Decision()
        learned.name = "learned"
        learned.priority = 5
        learned.rules = .leaf(.init(type: "embedding", name: "code"))
        recipe.decisions = [learned, contained]
        let catalog = SignalCatalog([
            .init(SignalKey("keyword", "injection"), cost: .free),
            .init(SignalKey("embedding", "code"), cost: .encoder),
        ])
        let engine = DecisionEngine(recipe: recipe, signals: catalog)
        var session = DecisionSession(engine)
        #expect(session.next() == .read([0], .free))
        session.supply([(0, .matched())])
        #expect(session.next() == .finished)
        #expect(session.outcome?.winner == 1)
        #expect(session.skipped == [1])
    }
}
