import Policy
import Routing
import Synchronization
import Testing

@testable import Evidence

/// Likeness in meaning. Spec signals-decisions §4.1.
@Suite struct EmbeddingSignalTests {
    static let vectors: [String: [Float]] = [
        "a": [1, 0, 0], "b": [0, 1, 0], "c": [0, 0, 1], "ask": [0.78, 0.74, 0], "far": [0.6, 0.55, 0],
        "all": [0.8, 0.6, 0.2],
    ]
    static let two = """
            embeddings:
              - { name: a, threshold: 0.75, candidates: [a] }
              - { name: b, threshold: 0.72, candidates: [b] }
        """

    static func catalog(_ settings: String) -> String {
        "    embeddings: { semantic: { embedding_config: { \(settings) } } }\n"
    }

    static func made(
        _ signals: String = two, _ settings: String = "top_k: 0", projections: String = "",
        _ reader: ScriptedReader = ScriptedReader(vectors: vectors)
    ) throws -> EvidenceEngine {
        try learned(
            signals, ScriptedModels(embedding: reader), projections: projections, catalog: catalog(settings))
    }

    static func matched(_ readings: [String: Reading]) -> [String] {
        readings.filter { $0.value.isMatched }.map { String($0.key.split(separator: ":")[1]) }.sorted()
    }

    @Test(arguments: [
        ("ask", "top_k: 1", ["a"]), ("ask", "top_k: 0", ["a", "b"]), ("ask", "top_k: 2", ["a", "b"]),
        ("far", "top_k: 1", ["a"]), ("far", "top_k: 0", ["a", "b"]),
        ("far", "top_k: 0, enable_soft_matching: false", []), ("far", "top_k: 0, min_score_threshold: 0.58", ["a"]),
        ("far", "top_k: 0, min_score_threshold: 0.61", []),
    ])
    func hardAndSoftMatches(_ row: (text: String, settings: String, names: [String])) async throws {
        let readings = await (try Self.made(Self.two, row.settings)).readAll(EvidenceRequest(row.text))
        #expect(Self.matched(readings) == row.names)
        #expect(isNear(readings["embedding:a"]?.value, row.text == "ask" ? 0.78 : 0.6))
        #expect(isNear(readings["embedding:b"]?.value, row.text == "ask" ? 0.74 : 0.55))
    }

    @Test func aMatchIsAsSureAsItsScoreAndSaysWhenItIsSoft() async throws {
        let made = try Self.made()
        let hard = await made.ask("embedding:a", "ask")
        #expect(isNear(hard?.confidence, 0.78) && hard?.details == [])
        let soft = await made.ask("embedding:a", "far")
        #expect(isNear(soft?.confidence, 0.6) && soft?.details.isEmpty == false)
    }

    @Test func oneHardMatchRulesOutSoftOnes() async throws {
        let signals = Self.two.replacing("0.72", with: "0.9")
        #expect(Self.matched(await (try Self.made(signals)).readAll(EvidenceRequest("ask"))) == ["a"])
    }

    @Test func partitionsKeepTheirMembersWhateverTopKSays() async throws {
        let signals =
            Self.two + """

                      - { name: c, threshold: 0.1, candidates: [c] }
                      - { name: again, threshold: 0.1, candidates: [a, c] }
                """
        let partition = """
              projections:
                partitions:
                  - { name: p, semantics: exclusive, members: [a, b], default: a }

            """
        let reader = ScriptedReader(vectors: Self.vectors.merging(["q": [0.78, 0.74, 0.7]]) { $1 })
        let readings = await (try Self.made(signals, "top_k: 1", projections: partition, reader)).readAll(
            EvidenceRequest("q"))
        #expect(Self.matched(readings) == ["a", "again", "b"], "c has no partition and is second to again")
        #expect(readings["embedding:c"]?.outcome == .unmatched && isNear(readings["embedding:c"]?.value, 0.7))
    }

    @Test(arguments: [("", 0.775), ("mean", 1.6 / 3), ("max", 0.775), ("any", 0.775)])
    func similaritiesAreCombined(_ row: (method: String, score: Double)) async throws {
        let method = row.method.isEmpty ? "" : ", aggregation_method: \(row.method)"
        let made = try Self.made("    embeddings: [{ name: e, threshold: 0.9, candidates: [a, b, c]\(method) }]")
        #expect(isNear(await made.ask("embedding:e", "all")?.value, row.score))
    }

    @Test func theModulesScoringIsUsed() async throws {
        let made = try Self.made(
            "    embeddings: [{ name: e, threshold: 0.9, candidates: [a, b, c] }]",
            "prototype_scoring: { best_weight: 0, top_m: 3 }")
        #expect(isNear(await made.ask("embedding:e", "all")?.value, 1.6 / 3))
    }

    @Test func scoresAreOnThePoliciesScale() async throws {
        let scale = try #require(SimilarityScale(inputs: [0.5, 0.9], outputs: [0, 1]))
        let made = try Self.made(Self.two, "top_k: 0", ScriptedReader(similarity: scale, vectors: Self.vectors))
        let reading = await made.ask("embedding:a", "ask")
        #expect(isNear(reading?.value, 0.7) && reading?.details.isEmpty == false, ".7 is under the threshold .75")
    }

    @Test func examplesThatCannotBeReadAreLeftOut() async throws {
        let made = try Self.made(
            """
                embeddings:
                  - { name: mixed, threshold: 0.5, candidates: [strange, a] }
                  - { name: strange, threshold: 0, candidates: [strange] }
            """)
        let readings = await made.readAll(EvidenceRequest("ask"))
        #expect(isNear(readings["embedding:mixed"]?.value, 0.78) && readings["embedding:mixed"]?.isMatched == true)
        let strange = readings["embedding:strange"]
        #expect(strange?.outcome == .unmatched && strange?.coverage == 0 && strange?.details.count == 1)
    }

    @Test func theCoverageOfTheTextIsThatOfTheReading() async throws {
        let reader = ScriptedReader(vectors: Self.vectors) { _ in .placed([0.78, 0.1, 0], coverage: 0.4) }
        let readings = await (try Self.made(Self.two, "top_k: 0", reader)).readAll(EvidenceRequest("ask"))
        #expect(readings.mapValues(\.coverage) == ["embedding:a": 0.4, "embedding:b": 0.4])
    }

    @Test(arguments: [UnknownReason.timeout, .unreadable, .overloaded, .failed])
    func whatTheModelCannotSayIsUnknown(_ problem: UnknownReason) async throws {
        let reader = ScriptedReader(vectors: Self.vectors) { _ in TextFindings(problem: problem) }
        let readings = await (try Self.made(Self.two, "top_k: 0", reader)).readAll(EvidenceRequest("ask"))
        #expect(readings == ["embedding:a": .unknown(problem), "embedding:b": .unknown(problem)])
    }

    @Test func withoutSupplyItFailed() throws {
        #expect(try Self.made().read("embedding", "a", "ask") == .unknown(.failed))
    }

    @Test func aModelThatCannotPlaceExamplesIsMissing() throws {
        let broken = ScriptedReader(vectors: Self.vectors, failsToEmbed: true)
        #expect(try Self.made(Self.two, "top_k: 0", broken).read("embedding", "a", "ask") == .unknown(.modelMissing))
    }

    @Test func imagesAreNotComparedYet() async throws {
        let made = try Self.made(
            Self.two + "\n      - { name: i, threshold: 0.1, candidates: [a], query_modality: image }",
            "model_type: multimodal, top_k: 0")
        let readings = await made.readAll(EvidenceRequest("ask"))
        #expect(readings["embedding:i"] == .unknown(.modelMissing))
        #expect(readings["embedding:a"]?.isMatched == true)
    }

    @Test func examplesArePlacedWhenThePolicyIsCompiled() async throws {
        let reader = ScriptedReader(vectors: Self.vectors)
        let made = try Self.made(Self.two, "top_k: 0", reader)
        #expect(reader.embedded.withLock { $0 } == [["a", "b"]])
        _ = await made.readAll(EvidenceRequest("ask"))
        _ = await made.readAll(EvidenceRequest("far"))
        #expect(reader.embedded.withLock { $0.count } == 1)
        #expect(reader.sources == [.text("ask"), .text("far")])
    }
}
