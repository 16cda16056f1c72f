import Policy
import Routing
import Wire

@testable import Exchange

/// A small recipe with hand-made readings, so that reports are tested without any signal reader.
enum ReportsFixture {
    /// A declaration with the tests that families share.
    struct Declared: Sendable {
        var threshold = 0.5
        var predicate: NumericPredicate? = NumericPredicate(greaterOrEqual: 3)
        var minTokens = TokenCount(4_000)
    }

    static let keys = [
        SignalKey("keyword", "code"), SignalKey("keyword", "urgent"), SignalKey("context", "long"),
        SignalKey("domain", "law"), SignalKey("domain", "math"), SignalKey("domain", "physics"),
    ]

    static func leaf(_ type: String, _ name: String, _ predicate: NumericPredicate? = nil) -> Rule {
        .leaf(Rule.Leaf(type: type, name: name, predicate: predicate))
    }

    static func decision(_ name: String, _ priority: Int, _ rule: Rule?, model: String) -> Decision {
        var decision = Decision()
        decision.name = name
        decision.priority = priority
        decision.rules = rule
        decision.modelReferences = [ModelReference(model: model)]
        return decision
    }

    static var recipe: Recipe {
        var recipe = Recipe()
        recipe.signals = keys.map {
            SignalDeclaration(family: $0.family, name: $0.name, configuration: Declared())
        }
        var score = ProjectionScore()
        score.name = "difficulty"
        for (type, name, weight) in [("keyword", "code", 0.5), ("context", "long", 0.25)] {
            var input = ScoreInput()
            input.type = type
            input.name = name
            input.weight = weight
            score.inputs.append(input)
        }
        var mapping = ProjectionMapping()
        mapping.name = "bands"
        mapping.source = "difficulty"
        mapping.outputs = [
            .init(name: "easy", bounds: NumericPredicate(lessThan: 0.4)),
            .init(name: "hard", bounds: NumericPredicate(greaterOrEqual: 0.4)),
        ]
        var partition = Partition()
        partition.name = "subjects"
        partition.family = "domain"
        partition.semantics = .softmaxExclusive
        partition.temperature = 0.1
        partition.members = ["math", "physics"]
        partition.defaultMember = "math"
        recipe.projections.scores = [score]
        recipe.projections.mappings = [mapping]
        recipe.projections.partitions = [partition]
        var code = decision(
            "code", 100, .all([leaf("keyword", "code"), .not(leaf("keyword", "urgent"))]), model: "coder")
        code.plugins = [PluginUse(type: "system_prompt", configuration: 1)]
        recipe.decisions = [
            decision("law", 200, leaf("domain", "law"), model: "lawyer"), code,
            decision("hard", 50, leaf("projection", "hard"), model: "thinker"),
            decision("urgent", 150, leaf("keyword", "urgent"), model: "fast"),
            decision("long", 40, leaf("context", "long", NumericPredicate(greaterOrEqual: 4_000)), model: "wide"),
            decision("rest", 1, nil, model: "small"),
        ]
        return recipe
    }

    static var readings: [Reading?] {
        [
            .matched(confidence: 0.9, value: 2, details: ["debug", "python\u{1B}[31m"]), .unmatched(value: 0),
            .unmatched(value: 24), .unknown(.modelMissing), .matched(confidence: 0.8), .matched(confidence: 0.7),
        ]
    }

    /// The report of the recipe over the readings.
    static func report(
        _ readings: [Reading?] = readings, recipe: Recipe = recipe,
        request: EvaluationReport.Request = .init(text: "Debug this", model: "auto", tokens: 24, turns: 1, tools: 1)
    ) -> EvaluationReport {
        let catalog = SignalCatalog(
            keys.map { .init($0, cost: $0.family == "domain" ? .encoder : .free, isSafety: $0.name == "law") })
        let engine = DecisionEngine(recipe: recipe, signals: catalog)
        var table = ReadingTable(count: catalog.count)
        for (index, reading) in readings.enumerated() { table[index] = reading }
        let outcome = engine.conclude(table)
        let references = outcome.winner.map { engine.decisions[$0].modelReferences } ?? []
        return EvaluationReport(
            request: request, recipe: recipe, engine: engine, readings: table, winner: outcome.winner,
            confidence: outcome.confidence,
            selection: Selection(
                order: references, method: "static", status: references.isEmpty ? .unavailable : .selected,
                reason: references.isEmpty ? "no decision matches" : "the only candidate"),
            cost: .init(evidence: 1_234_567, decision: 45_678, families: ["keyword": 12_345]))
    }
}
