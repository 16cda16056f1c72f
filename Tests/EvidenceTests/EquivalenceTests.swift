import Evidence
import Lexical
import Policy
import Routing
import Testing

/// The shared walks give what each rule would give by itself.
@Suite struct EquivalenceTests {
    private static let words = [
        "alpha", "Beta", "gamma", "ALPHA", "betas", "first", "then", "strengthen", "finally", "table", "JSON", "json",
        "payment_failed", "repayment_failed", "critical", "now", "snow", "首先", "然后", "至少", "straße", "?", "？", ",",
        "a_b", "42", "1.", "\n", "é", "e\u{301}", "İ", "K",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...14, using: &generator)).map { _ in
            words.randomElement(using: &generator) ?? ""
        }.joined(separator: Bool.random(using: &generator) ? " " : "")
    }

    private static func subset(_ generator: inout SeededGenerator) -> [String] {
        let candidates = words.filter { !$0.allSatisfy(\.isWhitespace) }
        return (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            candidates.randomElement(using: &generator) ?? "alpha"
        }
    }

    private static let patterns = ["al+pha", "^first", "\\bnow\\b", "[?？]", "(?m)^\\s*\\d+\\.", "b.ta", "JSON"]

    @Test func sharedWalksEqualSingleRules() throws {
        let seed: UInt64 = 0x5EED_0E71
        var generator = SeededGenerator(seed: seed)
        for round in 0..<60 {
            var recipe = Recipe()
            var expectations: [(SignalKey, (String) throws -> (matched: Bool, value: Double))] = []
            for index in 0..<12 {
                let name = "s\(index)"
                let keepsCase = Bool.random(using: &generator)
                if Bool.random(using: &generator) {
                    let signal = Self.keyword(name, keepsCase, &generator)
                    recipe.signals.append(SignalDeclaration(family: "keyword", name: name, configuration: signal))
                    expectations.append((SignalKey("keyword", name), { try Self.naive(signal, $0) }))
                } else {
                    let signal = Self.structure(name, keepsCase, &generator)
                    recipe.signals.append(SignalDeclaration(family: "structure", name: name, configuration: signal))
                    expectations.append((SignalKey("structure", name), { try Self.naive(signal, $0) }))
                }
            }
            let engine = try EvidenceEngine(
                recipe: recipe, global: GlobalSettings(), resources: EvidenceResources())
            for _ in 0..<30 {
                let text = Self.text(&generator)
                for (key, expected) in expectations {
                    let reading = try engine.read(key.family, key.name, text)
                    let wanted = try expected(text)
                    #expect(
                        reading.isMatched == wanted.matched && reading.value == wanted.value,
                        "seed \(seed), round \(round), \(key) on \(text.debugDescription): \(reading), \(wanted)")
                }
            }
        }
    }

    private static func keyword(
        _ name: String, _ keepsCase: Bool, _ generator: inout SeededGenerator
    ) -> KeywordSignal {
        var signal = KeywordSignal()
        signal.name = name
        signal.combination = KeywordOperator.allCases.randomElement(using: &generator) ?? .or
        signal.isCaseSensitive = keepsCase
        signal.method = Bool.random(using: &generator) ? .literal : .regex
        signal.keywords =
            signal.method == .regex ? [patterns.randomElement(using: &generator) ?? ""] : subset(&generator)
        return signal
    }

    private static func structure(
        _ name: String, _ keepsCase: Bool, _ generator: inout SeededGenerator
    ) -> StructureSignal {
        var signal = StructureSignal()
        signal.name = name
        signal.feature.source.isCaseSensitive = keepsCase
        switch Int.random(in: 0..<3, using: &generator) {
        case 0:
            signal.feature.type = .count
            signal.feature.source.type = .regex
            signal.feature.source.pattern = patterns.randomElement(using: &generator) ?? ""
        case 1:
            signal.feature.type = Bool.random(using: &generator) ? .count : .density
            signal.feature.source.type = .keywordSet
            signal.feature.source.keywords = subset(&generator)
        default:
            signal.feature.type = .sequence
            signal.feature.source.type = .sequence
            signal.feature.source.sequences = [["first", "then"], subset(&generator) + ["finally"]]
        }
        return signal
    }

    private static func naive(_ signal: KeywordSignal, _ text: String) throws -> (matched: Bool, value: Double) {
        var seen: Set<[UInt8]> = []
        let keywords = signal.keywords.filter {
            seen.insert(Array((signal.isCaseSensitive || signal.method == .regex ? $0 : $0.lowercased()).utf8)).inserted
        }
        let hits = try keywords.filter { keyword in
            if signal.method == .regex {
                return try Pattern(keyword, caseInsensitive: !signal.isCaseSensitive).matches(text)
            }
            let literal = LiteralSet.Literal(keyword, caseSensitive: signal.isCaseSensitive, boundaries: true)
            return LiteralSet([literal]).matches(in: text) == [0]
        }.count
        switch signal.combination {
        case .and: return (hits == keywords.count, Double(hits))
        case .or: return (hits > 0, Double(hits))
        case .nor: return (hits == 0, Double(hits))
        }
    }

    private static func naive(_ signal: StructureSignal, _ text: String) throws -> (matched: Bool, value: Double) {
        let source = signal.feature.source
        let count: Int
        switch source.type {
        case .regex:
            count = try Pattern(source.pattern, caseInsensitive: !source.isCaseSensitive).count(in: text)
        case .keywordSet:
            count = KeywordOccurrences(keywords: source.keywords, caseSensitive: source.isCaseSensitive).count(in: text)
        case .sequence:
            count =
                SequenceMatcher(sequences: source.sequences, caseSensitive: source.isCaseSensitive).matches(text)
                ? 1 : 0
        case .textBytes: count = text.utf8.count
        }
        let units = TextUnits.count(text)
        let value = signal.feature.type == .density ? (units > 0 ? Double(count) / Double(units) : 0) : Double(count)
        return (value > 0, value)
    }
}
