import Evidence
import Policy
import Routing
import Testing

@Suite struct EngineTests {
    private let signals = """
            keywords: [{ name: k, operator: OR, keywords: [proof] }]
            structure: [{ name: s, feature: { type: exists, source: { type: regex, pattern: '\\?' } } }]
            context: [{ name: c, min_tokens: 1 }]
        """

    @Test func everyFamilyIsListedOnce() {
        let families = SignalFamilies.all
        #expect(families.count == 20)
        #expect(Set(families.map(\.type)).count == 20)
        #expect(Set(families.map(\.key)).count == 20)
        #expect(families.filter(\.isSafety).map(\.type) == ["jailbreak", "pii"])
        #expect(families.filter { !$0.isScoreInput }.map(\.type) == ["metadata", "classifier"])
    }

    @Test func timeIsKeptByFamily() throws {
        let made = try engine(signals: signals)
        var reader = made.begin(EvidenceRequest("a proof?"))
        #expect(reader.familyNanoseconds.isEmpty)
        #expect(reader.read([0, 2]).map(\.0) == [0, 2])
        #expect(reader.familyNanoseconds.map(\.family) == ["keyword", "context"])
        #expect(reader.read([1]).map(\.1.isMatched) == [true])
        #expect(reader.familyNanoseconds.map(\.family) == ["keyword", "structure", "context"])
        #expect(reader.familyNanoseconds.allSatisfy { $0.nanoseconds >= 0 })
    }

    @Test func unknownIndicesAreLeftOut() throws {
        var reader = try engine(signals: signals).begin(EvidenceRequest("x"))
        #expect(reader.read([-1, 99]).isEmpty)
    }

    @Test func readingsDriveADecision() throws {
        let decisions = """

              decisions:
                - { name: hard, priority: 2, rules: { type: keyword, name: k }, modelRefs: [{ model: m }] }
                - { name: easy, priority: 1, modelRefs: [{ model: m }] }
            """
        let policy = try #require(load(signals: signals + decisions).policy)
        let made = try EvidenceEngine(recipe: policy.recipes[0], global: policy.global, resources: EvidenceResources())
        let decider = DecisionEngine(recipe: policy.recipes[0], signals: made.catalog, gates: made.gates)
        for (text, winner) in [("a proof", 0), ("a poem", 1)] {
            var reader = made.begin(EvidenceRequest(text))
            var session = DecisionSession(decider)
            while case .read(let wanted, _) = session.next() { session.supply(reader.read(wanted)) }
            #expect(session.outcome?.winner == winner)
        }
    }

    @Test func aBrokenPatternStopsTheEngine() {
        var signal = KeywordSignal()
        signal.method = .regex
        signal.keywords = ["a("]
        var recipe = Recipe()
        recipe.signals = [
            SignalDeclaration(
                family: "keyword", name: "k", configuration: signal, position: SourcePosition(line: 7, column: 3),
                path: PolicyPath([.key("routing")]))
        ]
        do throws(EvidenceError) {
            _ = try EvidenceEngine(recipe: recipe, global: GlobalSettings(), resources: EvidenceResources())
            Issue.record("compiled")
        } catch {
            #expect(error.code == "invalid_pattern")
            #expect(error.diagnostics.first?.position.line == 7)
            #expect(error.diagnostics.first?.path.description == "routing.keywords")
        }
    }
}
