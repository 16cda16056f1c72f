import Policy
import Routing
import Testing

@Suite struct DecisionEngineTests {
    private func leaf(
        _ type: String, _ name: String, _ predicate: NumericPredicate? = nil, onUnknown: UnknownOutcome? = nil
    )
        -> Rule
    {
        .leaf(.init(type: type, name: name, predicate: predicate, onUnknown: onUnknown))
    }

    private func decision(_ name: String, priority: Int = 0, tier: Int = 0, _ rule: Rule?) -> Decision {
        var decision = Decision()
        decision.name = name
        decision.priority = priority
        decision.tier = tier
        decision.rules = rule
        return decision
    }

    private func decide(
        _ decisions: [Decision], _ strategy: DecisionStrategy = .priority, _ readings: [(SignalKey, Reading)]
    ) -> (name: String?, confidence: Double) {
        var recipe = Recipe()
        recipe.decisions = decisions
        recipe.strategy = strategy
        let catalog = SignalCatalog(readings.map { .init($0.0, cost: .free) })
        let engine = DecisionEngine(recipe: recipe, signals: catalog)
        var table = ReadingTable(count: catalog.count)
        for (key, reading) in readings { if let index = catalog.index(of: key) { table[index] = reading } }
        let (winner, confidence) = engine.conclude(table)
        return (winner.map { decisions[$0].name }, confidence)
    }

    private let domain = SignalKey("domain", "business")
    private let keyword = SignalKey("keyword", "urgent")

    @Test func priorityAndConfidenceOrderDifferently() {
        let a = decision("A", priority: 100, .all([leaf("domain", "business"), leaf("keyword", "urgent")]))
        let b = decision("B", priority: 110, leaf("domain", "business"))
        let readings: [(SignalKey, Reading)] = [(domain, .matched(confidence: 0.81)), (keyword, .matched())]
        #expect(decide([a, b], .priority, readings).name == "B")
        let byConfidence = decide([a, b], .confidence, readings)
        #expect(byConfidence.name == "A")
        #expect(abs(byConfidence.confidence - 0.905) < 1e-12)
    }

    @Test func aDecisionWithoutTierComesAfterThoseWithOne() {
        let c = decision("C", tier: 1, leaf("domain", "business"))
        let e = decision("E", priority: 1_000, nil)
        let readings: [(SignalKey, Reading)] = [(domain, .matched(confidence: 0.6))]
        #expect(decide([e, c], .priority, readings).name == "C")
        #expect(decide([e, c], .priority, [(domain, .unmatched())]).name == "E")
    }

    @Test func lowerTierWinsWhateverTheConfidence() {
        let c = decision("C", tier: 1, leaf("domain", "business"))
        let d = decision("D", tier: 2, leaf("keyword", "urgent"))
        let readings: [(SignalKey, Reading)] = [
            (domain, .matched(confidence: 0.6)), (keyword, .matched(confidence: 0.99)),
        ]
        #expect(decide([c, d], .priority, readings).name == "C")
    }

    @Test func andIsTheMeanAndOrTheBest() {
        let rule = Rule.all([
            leaf("domain", "business"),
            .any([leaf("keyword", "urgent"), leaf("complexity", "r:hard")]),
            .not(leaf("jailbreak", "injection")),
        ])
        let result = decide(
            [decision("X", rule)], .priority,
            [
                (domain, .matched(confidence: 0.7)), (keyword, .matched()),
                (SignalKey("complexity", "r:hard"), .matched(confidence: 0.12)),
                (SignalKey("jailbreak", "injection"), .unmatched()),
            ])
        #expect(result.name == "X")
        #expect(abs(result.confidence - 0.9) < 1e-12)
    }

    @Test func anUnknownIsNeitherYesNorNo() {
        let jailbreak = SignalKey("jailbreak", "injection")
        let safe = decision("safe", .not(leaf("jailbreak", "injection")))
        let unsafe = decision("unsafe", leaf("jailbreak", "injection"))
        let unknown: [(SignalKey, Reading)] = [(jailbreak, .unknown(.timeout))]
        #expect(decide([safe, unsafe], .priority, unknown).name == nil)
        let careful = decision("careful", leaf("jailbreak", "injection", onUnknown: .match))
        #expect(decide([safe, careful], .priority, unknown).name == "careful")
        let open = decision("open", .not(leaf("jailbreak", "injection", onUnknown: .noMatch)))
        #expect(decide([open], .priority, unknown).name == "open")
        let either = decision("either", .any([leaf("jailbreak", "injection"), leaf("keyword", "urgent")]))
        #expect(decide([either], .priority, unknown + [(keyword, .matched())]).name == "either")
        let both = decision("both", .all([leaf("jailbreak", "injection"), leaf("keyword", "urgent")]))
        #expect(decide([both], .priority, unknown + [(keyword, .matched())]).name == nil)
    }

    @Test func predicatesReadTheValueWhetherOrNotTheSignalMatched() {
        let key = SignalKey("structure", "questions")
        let rule = leaf("structure", "questions", NumericPredicate(greaterOrEqual: 2))
        #expect(decide([decision("X", rule)], .priority, [(key, .unmatched(value: 3))]).name == "X")
        #expect(decide([decision("X", rule)], .priority, [(key, .matched(value: 1))]).name == nil)
        #expect(decide([decision("X", rule)], .priority, [(key, .unmatched(value: .nan))]).name == nil)
    }

    @Test func emptyRulesAreCatchAlls() {
        #expect(
            decide([decision("A", priority: 1, nil), decision("B", priority: 5, .all([]))], .priority, []).name == "B")
        #expect(decide([decision("A", .any([]))], .priority, []).name == nil)
    }

    @Test func tiesGoByName() {
        #expect(decide([decision("b", nil), decision("a", nil)], .priority, []).name == "a")
    }
}
