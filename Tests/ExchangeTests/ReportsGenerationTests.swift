import Evidence
import Policy
import Testing
import Wire

@testable import Exchange

/// Reports over a policy that was read from a file, with real signals.
@Suite struct ReportsGenerationTests {
    static let policy = """
        version: v0.3
        providers:
          defaults: {default_model: small}
          models:
            - {name: small, backend_refs: [{name: a, endpoint: "127.0.0.1:8000"}]}
            - {name: coder, backend_refs: [{name: b, endpoint: "127.0.0.1:8001"}]}
        routing:
          modelCards: [{name: small}, {name: coder}]
          signals:
            keywords:
              - {name: code, operator: OR, keywords: [debug, compile]}
            context:
              - {name: long, min_tokens: "1K", max_tokens: "8K"}
            domains:
              - {name: law, description: Law, mmlu_categories: [law]}
          decisions:
            - name: legal
              priority: 30
              rules: {operator: OR, conditions: [{type: domain, name: law}]}
              modelRefs: [{model: coder, use_reasoning: false}]
            - name: code
              priority: 20
              rules: {operator: OR, conditions: [{type: keyword, name: code}]}
              modelRefs: [{model: coder, use_reasoning: false}]
            - name: long
              priority: 10
              rules: {operator: OR, conditions: [{type: context, name: long}]}
              modelRefs: [{model: small, use_reasoning: false}]
        """

    func generation() throws -> RouterGeneration {
        let families = PolicyFamilies(signals: SignalFamilies.all)
        let loaded = PolicyLoader(families: families).load(bytes: Array(Self.policy.utf8))
        #expect(!loaded.hasErrors, "\(loaded.diagnostics)")
        return try RouterGeneration(loaded, number: 1, resources: EvidenceResources()) { _ in nil }
    }

    func report(_ text: String, readingEverything: Bool = true) async throws -> EvaluationReport {
        let generation = try generation()
        let body = JSON.object([("text", .string(text))]).serialized()
        let conversation = try ChatRequest.parse(body, options: .evaluation).conversation
        let evaluation = try #require(
            await generation.evaluate(conversation, identity: nil, seed: 1, readingEverything: readingEverything))
        return EvaluationReport(evaluation, of: conversation, policy: generation.policy)
    }

    @Test func evaluationOfARealPolicy() async throws {
        let answer = try await report("Please debug this").evaluationAnswer(includingTrace: true)
        #expect(answer["original_text"] == "Please debug this")
        #expect(answer["routing_decision"] == "code")
        #expect(answer["selected_model"] == "coder")
        #expect(answer["decision_result"]?["matched_signals"] == ["keywords": ["code"]])
        #expect(answer["decision_result"]?["unmatched_signals"] == ["context": ["long"]])
        #expect(answer["unknown_signals"] == ["domain:law": "model_missing"])
        #expect(answer["eval_trace"]?.array?.count == 3)
    }

    @Test func declaredBoundsAreShown() async throws {
        let signals = try await report("hello").explanationAnswer()["signals"]?.array ?? []
        let context = signals.first { $0["family"] == "context" }
        #expect(context?["test"] == ">= 1000 tokens, <= 8000 tokens")
        #expect(try await report("hello").explanationAnswer()["selection"]?["model"] == "small")
    }

    @Test func probesRunOnAGeneration() async throws {
        let file = ProbeFile.read(
            Array(
                """
                probes:
                  - {id: a, prompt: Debug it, decision: code, model: coder}
                  - {id: b, prompt: Is this contract valid?, decision: legal}
                decisions:
                  - id: long
                    expected_decision: long
                    expected_algorithm: static
                    variants:
                      - {id: many, query: word after word, repeat: 1000, expected_signals: {context: [long]}}
                """.utf8)
        ).file
        let report = await ProbeRunner(try #require(file)).run(try generation())
        #expect(report.passed == 2, "\(report.text())")
        #expect(report.misses.map(\.probe.name) == ["legal/b"])
        #expect(
            report.misses.first?.misses.first?.reason
                == "legal cannot be told: domain:law is unknown (model_missing)")
    }

    @Test func readinessListsMissingModels() throws {
        let readiness = ReadinessReport(try generation())
        #expect(readiness.missing == [.init(family: "domain", signals: ["law"])])
    }
}
