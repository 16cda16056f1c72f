import Policy
import Routing
import Testing
import Wire

@testable import Evidence

/// Reask, preference and complexity: likeness between texts. Spec signals-decisions §4.5 to §4.7.
@Suite struct LikenessSignalTests {
    static func made(
        _ signals: String, _ reader: ScriptedReader, modules: String = "{}", projections: String = ""
    ) throws -> EvidenceEngine {
        try learned(signals, ScriptedModels(embedding: reader), projections: projections, modules: modules)
    }

    // MARK: reask

    static let turns: [String: [Float]] = [
        "now": [1, 0], "p1": [0.91, 0], "p2": [0.84, 0], "p3": [0.40, 0], "other": [0.5, 0],
    ]
    static let reasks = """
            reasks:
              - { name: one, threshold: 0.8, lookback_turns: 1 }
              - { name: two, threshold: 0.8, lookback_turns: 2 }
              - { name: three, threshold: 0.8, lookback_turns: 3 }
        """

    static func conversation(_ prior: String...) -> EvidenceRequest {
        let told = prior.flatMap { [(Role.user, $0), (Role.assistant, "A")] } + [(.user, "now")]
        return EvidenceRequest(
            conversation: .init(
                model: "auto", turns: told.map { .init(role: $0.0, text: $0.1, sourceIndex: 0) }, metadata: [:]))
    }

    @Test func onlyTheLongestStreakMatches() async throws {
        let readings = await (try Self.made(Self.reasks, ScriptedReader(vectors: Self.turns))).readAll(
            Self.conversation("p3", "p2", "p1"))
        #expect(readings["reask:one"] == .unmatched(value: 2))
        #expect(readings["reask:two"]?.isMatched == true && isNear(readings["reask:two"]?.confidence, 0.84))
        #expect(readings["reask:two"]?.value == 2 && readings["reask:three"] == .unmatched(value: 2))
    }

    @Test func aBrokenStreakIsShort() async throws {
        let made = try Self.made(Self.reasks, ScriptedReader(vectors: Self.turns))
        let readings = await made.readAll(Self.conversation("p2", "other", "p1"))
        #expect(readings["reask:one"]?.isMatched == true && isNear(readings["reask:one"]?.confidence, 0.91))
        #expect(readings["reask:two"] == .unmatched(value: 1))
        let fresh = await made.readAll(Self.conversation("p1", "other"))
        #expect(fresh.values.allSatisfy { $0 == .unmatched(value: 0) })
    }

    @Test func onlyTurnsThatASignalAsksForAreRead() async throws {
        let reader = ScriptedReader(vectors: Self.turns)
        let made = try Self.made("    reasks: [{ name: two, lookback_turns: 2 }]", reader)
        _ = await made.readAll(Self.conversation("p3", "p2", "  ", "p1"))
        #expect(reader.sources == [.text("now"), .text("p1"), .text("p2")], "blank turns do not count")
    }

    @Test func theFirstTurnRepeatsNothing() async throws {
        let reader = ScriptedReader(vectors: Self.turns)
        let made = try Self.made(Self.reasks, reader)
        #expect(await made.readAll(EvidenceRequest("now")).values.allSatisfy { $0 == .unmatched(value: 0) })
        #expect(reader.sources.isEmpty)
    }

    @Test func unreadTurnsAreUnknown() async throws {
        func readings(failing text: String, _ problem: UnknownReason) async throws -> [String: Reading] {
            let reader = ScriptedReader(vectors: Self.turns) { need in
                guard case .text(let asked) = need.source, asked != text else { return TextFindings(problem: problem) }
                return .placed(Self.turns[asked] ?? [])
            }
            return await (try Self.made(Self.reasks, reader)).readAll(Self.conversation("p3", "p2", "p1"))
        }
        for text in ["now", "p1"] {
            let all = try await readings(failing: text, .timeout)
            #expect(all.count == 3 && all.values.allSatisfy { $0 == .unknown(.timeout) }, "\(text)")
        }
        let later = try await readings(failing: "p2", .timeout)
        #expect(later["reask:one"]?.isMatched == true, "the last turn alone says so")
        #expect(later["reask:two"] == .unknown(.timeout) && later["reask:three"] == .unknown(.timeout))
        let foreign = try await readings(failing: "p2", .unreadable)
        #expect(foreign["reask:two"] == .unmatched(value: 1), "a turn in another language is not the same question")
    }

    // MARK: preference

    static func preferring(
        _ scores: [Float], _ threshold: String, _ settings: String = ""
    ) async throws -> [String: Reading] {
        let reader = ScriptedReader(vectors: ["Short.": [1, 0], "Much.": [0, 1], "ask": scores])
        return await
            (try made(
                """
                    preferences:
                      - { name: terse, description: Short., threshold: \(threshold) }
                      - { name: detailed, description: Much., threshold: 0.7 }
                """, reader, modules: "{ classifier: { preference: { prototype_scoring: { \(settings) } } } }"))
            .readAll(
                EvidenceRequest("ask"))
    }

    @Test func theLikestPreferenceMatches() async throws {
        let readings = try await Self.preferring([0.74, 0.69], "0.7")
        #expect(readings["preference:terse"]?.isMatched == true)
        #expect(isNear(readings["preference:terse"]?.confidence, 0.74))
        #expect(readings["preference:detailed"]?.outcome == .unmatched)
        #expect(isNear(readings["preference:detailed"]?.value, 0.69))
    }

    @Test(arguments: [
        ([0.74, 0.69], "0.7", "margin_threshold: 0.06", false), ([0.74, 0.69], "0.7", "margin_threshold: 0.04", true),
        ([0.74, 0.69], "0.8", "", false), ([0.2, 0.1], "0", "", true), ([0.74, 0.9], "0.7", "", false),
    ])
    func itMustBeLikeEnoughAndLead(
        _ row: (scores: [Float], threshold: String, settings: String, isMatch: Bool)
    ) async throws {
        let readings = try await Self.preferring(row.scores, row.threshold, row.settings)
        #expect(readings["preference:terse"]?.isMatched == row.isMatch)
    }

    @Test func descriptionAndExamplesBothCount() async throws {
        let reader = ScriptedReader(vectors: ["Short.": [1, 0], "Be brief.": [0, 1], "ask": [0.2, 0.9]])
        let signals = """
                preferences:
                  - { name: terse, description: Short., examples: [Be brief., Strange.] }
                  - { name: none, examples: [Strange.] }
            """
        let readings = await (try Self.made(signals, reader)).readAll(EvidenceRequest("ask"))
        #expect(isNear(readings["preference:terse"]?.value, 0.75 * 0.9 + 0.25 * 0.55))
        #expect(readings["preference:none"]?.coverage == 0 && readings["preference:none"]?.outcome == .unmatched)
        let failing = ScriptedReader(vectors: ["Short.": [1, 0]]) { _ in TextFindings(problem: .failed) }
        let unknown = await (try Self.made(signals, failing)).readAll(EvidenceRequest("ask"))
        #expect(unknown.values.allSatisfy { $0 == .unknown(.failed) })
    }

    @Test(arguments: ["", "prototype_scoring: { margin_threshold: 0.06 }"])
    func aPreferenceWithoutReadableExamplesTakesNoPart(_ settings: String) async throws {
        let signals = """
                preferences:
                  - { name: strange, description: Strange. }
                  - { name: terse, description: Short. }
            """
        for (score, name) in [(Float(0.04), "small"), (-0.2, "negative")] {
            let reader = ScriptedReader(vectors: ["Short.": [1, 0], "ask": [score, 0.9]])
            let made = try Self.made(signals, reader, modules: "{ classifier: { preference: { \(settings) } } }")
            let readings = await made.readAll(EvidenceRequest("ask"))
            #expect(readings["preference:terse"]?.isMatched == true, "\(name): it is the only one")
            #expect(readings["preference:strange"] == .unreadableExamples)
        }
    }

    // MARK: complexity

    static let complexity = """
            complexity:
              - { name: c, threshold: 0.15, hard: { candidates: [prove] }, easy: { candidates: [hello] } }
        """
    static let examples: [String: [Float]] = ["prove": [1, 0], "hello": [0, 1]]

    @Test(arguments: [
        ([0.62, 0.41], "hard", 0.21), ([0.50, 0.46], "medium", 0.04), ([0.30, 0.52], "easy", -0.22),
        ([0.15, 0.5], "easy", -0.35),
    ])
    func theLeadOfHardOverEasySaysTheLevel(_ row: (scores: [Float], level: String, lead: Double)) async throws {
        let reader = ScriptedReader(vectors: Self.examples.merging(["ask": row.scores]) { $1 })
        let readings = await (try Self.made(Self.complexity, reader)).readAll(EvidenceRequest("ask"))
        let matched = readings.filter { $0.value.isMatched }.map(\.key).sorted()
        #expect(matched == ["complexity:c", "complexity:c:\(row.level)"])
        #expect(readings.values.allSatisfy { isNear($0.value, row.lead) })
        #expect(isNear(readings["complexity:c"]?.confidence, abs(row.lead)), "scores read the lead")
    }

    @Test func aLevelIsSurerTheFurtherItIsFromItsBounds() {
        func confidence(_ lead: Double, _ level: Int) -> Double {
            ComplexityGroup.levels(lead: lead, threshold: 0.15, coverage: 1)[level].confidence
        }
        let hard = [0.16, 0.2, 0.3, 0.6].map { confidence($0, 3) }
        #expect(hard.allSatisfy { $0 > 0.5 && $0 < 1 } && hard == hard.sorted())
        #expect(confidence(-0.3, 1) == confidence(0.3, 3) && confidence(0, 2) > confidence(0.1, 2))
        #expect(confidence(0.15, 2) == 0.5 && confidence(-0.15, 2) == 0.5, "on a bound it is medium, by a hair")
    }

    @Test func withoutReadableExamplesNothingIsCompared() async throws {
        let reader = ScriptedReader(vectors: ["prove": [1, 0], "ask": [1, 0]])
        let readings = await (try Self.made(Self.complexity, reader)).readAll(EvidenceRequest("ask"))
        #expect(readings.count == 4)
        #expect(readings.values.allSatisfy { $0.outcome == .unmatched && $0.coverage == 0 })
        let failing = ScriptedReader(vectors: Self.examples) { _ in TextFindings(problem: .overloaded) }
        let unknown = await (try Self.made(Self.complexity, failing)).readAll(EvidenceRequest("ask"))
        #expect(unknown.values.allSatisfy { $0 == .unknown(.overloaded) })
    }

    @Test(arguments: [("proof", "d"), ("chat", nil)])
    func aComposerGatesTheLevel(_ row: (text: String, winner: String?)) async throws {
        let signals = """
                keywords: [{ name: k, operator: OR, keywords: [proof] }]
                complexity:
                  - name: c
                    threshold: 0.15
                    hard: { candidates: [prove] }
                    easy: { candidates: [hello] }
                    composer: { operator: AND, conditions: [{ type: keyword, name: k }] }

            """
        let decisions = """
              decisions:
                - name: d
                  priority: 1
                  rules: { operator: AND, conditions: [{ type: complexity, name: "c:hard" }] }
                  modelRefs: [{ model: m }]

            """
        let reader = ScriptedReader(vectors: Self.examples.merging(["proof": [1, 0], "chat": [1, 0]]) { $1 })
        let policy = try #require(load(signals: signals + decisions).policy)
        let made = try Self.made(signals, reader, projections: decisions)
        #expect(await made.ask("complexity:c:hard", row.text)?.isMatched == true, "the gate is the decision's")
        var session = DecisionSession(
            DecisionEngine(recipe: policy.recipes[0], signals: made.catalog, gates: made.gates))
        var evidence = made.begin(EvidenceRequest(row.text))
        while case .read(let indices, _) = session.next() {
            let needs = evidence.needs(of: indices)
            evidence.supply(await made.gather(needs, deadline: .now + .seconds(5)))
            session.supply(evidence.read(indices))
        }
        let winner = session.outcome?.winner.map { policy.recipes[0].decisions[$0].name }
        #expect(winner == row.winner)
    }
}
