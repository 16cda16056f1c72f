import Policy
import Routing
import Synchronization
import Testing

@testable import Evidence

/// Likeness to the labels of a knowledge base. Spec signals-decisions §4.11.
@Suite struct KnowledgeBaseSignalTests {
    static let manifest = """
        {"version": "1", "labels": {
          "prompt_injection": {"description": "d", "exemplars": ["ignore", ""]},
          "pii": {"exemplars": ["name"]}, "general": {"exemplars": ["weather"]}, "odd": {"exemplars": ["strange"]}}}
        """
    static let vectors: [String: [Float]] = [
        "ignore": [1, 0, 0], "name": [0, 1, 0], "weather": [0, 0, 1], "ask": [0.66, 0.58, 0.52],
        "tie": [0.6, 0.6, 0.1], "low": [0.1, 0.2, 0.05],
    ]
    static let signals = """
            kb:
              - { name: injection, kb: mine, target: { kind: label, value: prompt_injection } }
              - { name: best_injection, kb: mine, target: { kind: label, value: prompt_injection }, match: best }
              - { name: pii, kb: mine, target: { kind: label, value: pii } }
              - { name: best_pii, kb: mine, target: { kind: label, value: pii }, match: best }
              - { name: private, kb: mine, target: { kind: group, value: private } }
              - { name: best_private, kb: mine, target: { kind: group, value: private }, match: best }
              - { name: best_injections, kb: mine, target: { kind: group, value: injections }, match: best }
              - { name: public, kb: mine, target: { kind: group, value: public } }
              - { name: unheard, kb: mine, target: { kind: label, value: unheard } }
        """
    static let catalog = """
            kbs:
              - name: mine
                source: { path: kb/mine }
                threshold: 0.55
                label_thresholds: { prompt_injection: 0.7 }
                groups: { private: [prompt_injection, pii], injections: [prompt_injection], public: [general] }
                metrics: [{ name: margin, type: group_margin, positive_group: private, negative_group: public }]

        """
    static let projections = """
          projections:
            scores:
              - { name: s, method: weighted_sum, inputs: [{ type: kb_metric, kb: mine, metric: margin, weight: 1 }] }

        """

    static func made(
        _ reader: ScriptedReader = ScriptedReader(vectors: vectors), catalog: String = catalog,
        _ file: @escaping @Sendable (String) -> [UInt8]? = { $0 == "kb/mine/labels.json" ? Array(manifest.utf8) : nil }
    ) throws -> EvidenceEngine {
        try learned(
            signals, ScriptedModels(embedding: reader), projections: projections, catalog: catalog, file: file)
    }

    static func matched(_ readings: [String: Reading]) -> [String] {
        readings.filter { $0.value.isMatched && $0.key.hasPrefix("kb:") }.map { String($0.key.dropFirst(3)) }.sorted()
    }

    @Test func labelsAndGroupsMatchByThresholdOrAsTheBest() async throws {
        let readings = await (try Self.made()).readAll(EvidenceRequest("ask"))
        #expect(Self.matched(readings) == ["best_injection", "best_injections", "pii", "private"])
        #expect(isNear(readings["kb:best_injection"]?.confidence, 0.66), "the best needs no threshold")
        #expect(isNear(readings["kb:private"]?.confidence, 0.66) && isNear(readings["kb:pii"]?.confidence, 0.58))
        #expect(isNear(readings["kb:injection"]?.value, 0.66) && isNear(readings["kb:public"]?.value, 0.52))
        #expect(readings["kb:unheard"] == .unmatched())
    }

    @Test func aLabelWithoutReadableExamplesTakesNoPart() async throws {
        let settings = """
                kbs:
                  - name: mine
                    source: { path: kb/mine }
                    threshold: 0
                    groups: { private: [odd], injections: [odd], public: [general, odd] }

            """
        let signals = """
                kb:
                  - { name: odd, kb: mine, target: { kind: label, value: odd } }
                  - { name: best_odd, kb: mine, target: { kind: label, value: odd }, match: best }
                  - { name: private, kb: mine, target: { kind: group, value: private } }
                  - { name: best_private, kb: mine, target: { kind: group, value: private }, match: best }
                  - { name: best_public, kb: mine, target: { kind: group, value: public }, match: best }
            """
        let reader = ScriptedReader(vectors: Self.vectors.merging(["far": [-1, -1, -1]]) { $1 })
        let made = try learned(
            signals, ScriptedModels(embedding: reader), catalog: settings, file: { _ in Array(Self.manifest.utf8) })
        let readings = await made.readAll(EvidenceRequest("far"))
        #expect(Self.matched(readings) == ["best_public"], "negative likeness is more than none")
        for name in ["odd", "best_odd", "private", "best_private"] {
            #expect(readings["kb:\(name)"] == .unreadableExamples, "\(name)")
        }
    }

    @Test func ofEqualLabelsTheFirstByNameIsTheBest() async throws {
        let readings = await (try Self.made()).readAll(EvidenceRequest("tie"))
        #expect(Self.matched(readings) == ["best_injections", "best_pii", "pii", "private"])
    }

    @Test(arguments: [
        ("ask", 0.14, 0.66, 0.58), ("low", 0.15, 0.2, 0), ("tie", 0.5, 0.6, 0.6),
    ])
    func metricsAreNumbers(_ row: (text: String, margin: Double, best: Double, matched: Double)) async throws {
        let readings = await (try Self.made()).readAll(EvidenceRequest(row.text))
        #expect(isNear(readings["kb_metric:mine:margin"]?.value, row.margin))
        #expect(isNear(readings["kb_metric:mine:best_score"]?.value, row.best))
        #expect(isNear(readings["kb_metric:mine:best_matched_score"]?.value, row.matched))
    }

    @Test func metricsMayBeNegative() async throws {
        let reader = ScriptedReader(vectors: Self.vectors.merging(["sun": [-0.5, -0.2, 0.9]]) { $1 })
        let reading = await (try Self.made(reader)).ask("kb_metric:mine:margin", "sun")
        #expect(isNear(reading?.value, -0.9) && reading?.confidence == 0, "a group is never below 0")
    }

    @Test func oneTextIsPlacedOnceForAllOfIt() async throws {
        let reader = ScriptedReader(vectors: Self.vectors)
        _ = await (try Self.made(reader)).readAll(EvidenceRequest("ask"))
        #expect(reader.embedded.withLock { $0 } == [["ignore", "name", "weather", "strange"]])
        #expect(reader.sources == [.text("ask")])
    }

    @Test(arguments: ["", "{", "[]", #"{"labels": {}}"#, #"{"version": "1"}"#])
    func aBrokenManifestIsAMissingModel(_ text: String) async throws {
        let readings = await (try Self.made { _ in Array(text.utf8) }).readAll(EvidenceRequest("ask"))
        #expect(readings.count == 12 && readings.values.allSatisfy { $0 == .unknown(.modelMissing) })
    }

    @Test func theManifestIsWhereThePolicySays() async throws {
        let elsewhere = Self.catalog.replacing("{ path: kb/mine }", with: "{ path: other/, manifest: mine.json }")
        let found = try Self.made(catalog: elsewhere) { $0 == "other/mine.json" ? Array(Self.manifest.utf8) : nil }
        #expect(await found.ask("kb:pii", "ask")?.isMatched == true)
        let missing = try Self.made(catalog: elsewhere)
        #expect(await missing.ask("kb:pii", "ask") == .unknown(.modelMissing))
    }

    @Test(arguments: [UnknownReason.timeout, .unreadable])
    func whatIsNotReadIsUnknown(_ problem: UnknownReason) async throws {
        let reader = ScriptedReader(vectors: Self.vectors) { _ in TextFindings(problem: problem) }
        let readings = await (try Self.made(reader)).readAll(EvidenceRequest("ask"))
        #expect(readings.count == 12 && readings.values.allSatisfy { $0 == .unknown(problem) })
    }
}
