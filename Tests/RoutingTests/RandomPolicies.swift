import Policy
import Routing

/// Small random recipes and readings for laws that must hold for all of them.
struct RandomPolicies {
    var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    mutating func chance(_ probability: Double) -> Bool { random.nextUnit() < probability }
    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

    /// Confidences and weights on a coarse grid, so that ties happen.
    mutating func coarse() -> Double { Double(number(0...8)) / 8 }

    mutating func catalog() -> SignalCatalog {
        SignalCatalog(
            (0..<number(2...9)).map { index in
                SignalCatalog.Entry(
                    SignalKey("keyword", "s\(index)"), cost: CostClass.allCases[number(0...2)], isSafety: chance(0.2))
            } + (0..<3).map { SignalCatalog.Entry(SignalKey("domain", "d\($0)"), cost: .encoder) })
    }

    mutating func readings(_ catalog: SignalCatalog) -> [Reading] {
        catalog.entries.map { _ in
            switch number(0...9) {
            case 0: return .unknown(pick(UnknownReason.allCases))
            case 1...5: return .matched(confidence: coarse(), value: Double(number(-2...4)))
            default: return .unmatched(value: Double(number(-2...4)))
            }
        }
    }

    mutating func recipe(_ catalog: SignalCatalog) -> Recipe {
        var recipe = Recipe()
        recipe.strategy = pick(DecisionStrategy.allCases)
        var outputs: [String] = []
        for index in 0..<number(0...3) {
            var score = ProjectionScore()
            score.name = "score\(index)"
            for _ in 0..<number(1...4) {
                var input = ScoreInput()
                if index > 0, chance(0.25) {
                    input.type = "projection"
                    input.name = "score\(number(0...(index - 1)))"
                } else if !outputs.isEmpty, chance(0.15) {
                    input.type = "projection"
                    input.valueSource = .confidence
                    input.name = pick(outputs)
                } else {
                    let key = pick(catalog.entries).key
                    input.type = key.family
                    input.name = key.name
                    input.valueSource = pick([.unset, .binary, .confidence, .raw])
                }
                input.weight = Double(number(-4...4)) / 4
                input.match = coarse()
                input.miss = chance(0.3) ? coarse() : 0
                if chance(0.3) { input.onUnknown = pick(ScoreInput.UnknownContribution.allCases) }
                score.inputs.append(input)
            }
            recipe.projections.scores.append(score)
            var mapping = ProjectionMapping()
            mapping.name = "mapping\(index)"
            mapping.source = score.name
            mapping.method = pick(ProjectionMapping.Method.allCases)
            for band in 0..<number(1...3) {
                let name = "band\(index)_\(band)"
                let low = Double(number(-4...4)) / 4
                mapping.outputs.append(
                    .init(
                        name: name,
                        bounds: chance(0.4)
                            ? NumericPredicate(greaterOrEqual: low, lessThan: low + 0.75)
                            : chance(0.5) ? NumericPredicate(greaterThan: low) : NumericPredicate(lessOrEqual: low)))
                outputs.append(name)
            }
            recipe.projections.mappings.append(mapping)
        }
        if chance(0.5) {
            var partition = Partition()
            partition.name = "domains"
            partition.family = "domain"
            partition.members = ["d0", "d1", "d2"]
            partition.defaultMember = "d1"
            partition.semantics = pick(Partition.Semantics.allCases)
            partition.temperature = 0.3
            recipe.projections.partitions = [partition]
        }
        for index in 0..<number(1...6) {
            var decision = Decision()
            decision.name = "decision\(index)"
            decision.priority = number(0...3)
            decision.tier = chance(0.4) ? number(1...3) : 0
            decision.rules = chance(0.1) ? nil : rule(catalog, outputs, depth: 0)
            recipe.decisions.append(decision)
        }
        return recipe
    }

    mutating func rule(_ catalog: SignalCatalog, _ outputs: [String], depth: Int) -> Rule {
        if depth < 3, chance(0.55) {
            switch number(0...2) {
            case 0: return .all((0..<number(0...3)).map { _ in rule(catalog, outputs, depth: depth + 1) })
            case 1: return .any((0..<number(0...3)).map { _ in rule(catalog, outputs, depth: depth + 1) })
            default: return .not(rule(catalog, outputs, depth: depth + 1))
            }
        }
        let unknown: UnknownOutcome? = chance(0.2) ? pick(UnknownOutcome.allCases) : nil
        if !outputs.isEmpty, chance(0.35) {
            return .leaf(.init(type: "projection", name: pick(outputs), onUnknown: unknown))
        }
        let key = pick(catalog.entries).key
        let predicate = chance(0.25) ? NumericPredicate(greaterOrEqual: Double(number(-1...3))) : nil
        return .leaf(.init(type: key.family, name: key.name, predicate: predicate, onUnknown: unknown))
    }
}
