import Policy
import PolicyTestSupport
import Testing

@testable import Routing

@Suite("Declarations of selection algorithms")
struct AlgorithmDeclarationsTests {
    struct Outcome {
        var configuration: (any Sendable)?
        var diagnostics: [Diagnostic]
        var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
    }

    static func family(_ type: String) throws -> AlgorithmFamily {
        try #require(SelectionAlgorithms.all.first { $0.type == type })
    }

    static func decode(_ type: String, _ text: String) throws -> Outcome {
        let root = try #require(YAMLReader().read(Array(text.utf8)).root)
        var context = DecodingContext()
        let configuration = try family(type).decode(root, &context)
        return Outcome(configuration: configuration, diagnostics: context.diagnostics)
    }

    @Test("Every algorithm of the contract is listed once")
    func list() {
        let types = SelectionAlgorithms.all.map(\.type)
        #expect(Set(types).count == types.count)
        let contract = [
            "static", "knn", "kmeans", "svm", "mlp", "router_dc", "hybrid", "multi_factor", "automix", "latency_aware",
            "prompt", "confidence", "ratings", "remom", "fusion", "workflows",
        ]
        #expect(Set(contract).isSubset(of: types))
        #expect(SelectionAlgorithms.loopers.isSubset(of: contract))
        #expect(
            SelectionAlgorithms.all.filter(\.isBlockRequired).map(\.type).sorted() == [
                "latency_aware", "prompt", "router_r1",
            ])
        let missing = SelectionAlgorithms.all.filter { $0.availability != .available }.map(\.type)
        #expect(Set(missing) == SelectionAlgorithms.loopers)
    }

    @Test("Every block is documented, reads a document with all keys, and diagnoses every mistake")
    func declarations() {
        for family in SelectionAlgorithms.all {
            guard let schema = family.schema else { continue }
            #expect(DeclarationAudit(schema).problems == [])
            let sample = DeclarationSample(schema)
            let decode: DeclarationMistakes.Decode = { _ = family.decode($0, &$1) }
            #expect(DeclarationMistakes.rejectionsOfSample(sample, decode) == [], "\(family.type)")
            #expect(DeclarationMistakes.undiagnosed(sample, decode) == [], "\(family.type)")
        }
    }

    @Test(
        "Rules between keys",
        arguments: [
            ("latency_aware", "description: x", 1, Diagnostic.Code.missingKey),
            ("latency_aware", "tpot_percentile: 101", 1, .outOfRange),
            ("prompt", "model: m", 1, .missingKey),
            ("prompt", "model: m\ninstructions: x\ntimeout_seconds: -1", 3, .outOfRange),
            ("confidence", "confidence_method: margin\nhybrid_weights: {}", 2, .conflict),
            ("confidence", "confidence_method: hybrid\nhybrid_weights: {logprob_weight: 0.7}", 2, .outOfRange),
            ("confidence", "threshold: -1", 1, .outOfRange),
            ("confidence", "confidence_method: automix_entailment", 1, .missingKey),
            ("confidence", "threshold: 1\nverifier_server_url: http://h", 2, .conflict),
            ("confidence", "threshold: 1\nverifier_timeout_seconds: 3", 2, .conflict),
            (
                "confidence", "confidence_method: automix_entailment\nverifier_server_url: http://h/?q=1", 2,
                .invalidValue
            ),
            ("remom", "breadth_schedule: []", 1, .invalidValue),
            ("remom", "breadth_schedule: [2,\n 0]", 2, .outOfRange),
            ("fusion", "analysis_overrides:\n- model: a\n- model: a", 3, .duplicateName),
            ("fusion", "grounding: {min_score: 1.5}", 1, .outOfRange),
            ("workflows", "max_steps: 2", 1, .missingKey),
            ("workflows", "mode: dynamic", 1, .missingKey),
            ("workflows", "mode: dynamic\nplanner: {model: m}\nroles: [{name: a, models: [m]}]", 3, .conflict),
            ("workflows", "roles:\n- {name: a, models: []}", 2, .invalidValue),
            ("workflows", "roles:\n- {name: a, models: [m, m]}", 2, .duplicateName),
            ("workflows", "roles:\n- {name: ' ', models: [m]}", 2, .invalidValue),
        ])
    func rejects(_ type: String, _ text: String, _ line: Int, _ code: Diagnostic.Code) throws {
        let errors = try Self.decode(type, text).errors
        #expect(errors.contains { $0.code == code && $0.position.line == line }, "\(errors)")
    }

    @Test("Defaults are those of the contract")
    func defaults() throws {
        let confidence = try #require(try Self.decode("confidence", "{}").configuration as? ConfidenceConfiguration)
        #expect(confidence.effectiveThreshold == -1)
        #expect(confidence.escalation == .size)
        let remom = try #require(try Self.decode("remom", "{}").configuration as? ReMoMConfiguration)
        #expect(remom.breadthSchedule == [4])
        #expect(remom.shuffleSeed == 42)
        let fusion = try #require(try Self.decode("fusion", "{}").configuration as? FusionConfiguration)
        #expect(fusion.judgePromptVersion == "fusion-v1")
        #expect(fusion.grounding.contradictionPenalty == 1)
        let factors = try #require(try Self.decode("multi_factor", "{}").configuration as? MultiFactorConfiguration)
        #expect(factors.latencyPercentile == 95)
        #expect(factors.fallback == .cheapest)
        let dc = try #require(try Self.decode("router_dc", "{}").configuration as? RouterDCTuning)
        #expect(dc.temperature == 0.07)
    }

    @Test("One percentile alone is a warning")
    func onePercentile() throws {
        let outcome = try Self.decode("latency_aware", "tpot_percentile: 90")
        #expect(outcome.errors == [])
        #expect(outcome.diagnostics.map(\.code) == [.noEffect])
    }

    private func check(
        _ type: String, _ text: String, _ decision: Decision, _ policy: Policy
    ) throws -> [Diagnostic.Code] {
        let configuration = try Self.decode(type, text).configuration
        let use = AlgorithmUse(type: type, configuration: configuration)
        var context = DecodingContext()
        try Self.family(type).checkDecision(decision, use, policy, &context)
        return context.diagnostics.map(\.code)
    }

    @Test("Loops use the decision's own models")
    func candidates() throws {
        var decision = Decision()
        decision.modelReferences = [ModelReference(model: "a"), ModelReference(model: "b")]
        let policy = Policy()
        #expect(try check("remom", "synthesis_model: a", decision, policy) == [])
        #expect(try check("remom", "synthesis_model: c", decision, policy) == [.danglingReference])
        #expect(try check("workflows", "roles: [{name: r, models: [a]}]", decision, policy) == [])
        #expect(
            try check("workflows", "roles: [{name: r, models: [c]}]\nfinal: {model: d}", decision, policy)
                == [.danglingReference, .danglingReference])
    }

    @Test("The prompt selector needs a concrete helper and two candidates")
    func promptHelper() throws {
        var policy = Policy()
        var provider = ProviderModel()
        provider.name = "helper"
        provider.backends = [BackendReference()]
        policy.providers.models = [provider]
        var decision = Decision()
        decision.modelReferences = [ModelReference(model: "a"), ModelReference(model: "b")]
        let text = "model: helper\ninstructions: choose"
        #expect(try check("prompt", text, decision, policy) == [])
        #expect(try check("prompt", "model: auto\ninstructions: choose", decision, policy).contains(.conflict))
        decision.modelReferences = [ModelReference(model: "a"), ModelReference(model: "a")]
        #expect(try check("prompt", text, decision, policy) == [.conflict])
        decision.modelReferences = [ModelReference(model: "a")]
        #expect(try check("prompt", text, decision, policy) == [.conflict])
        decision.modelReferences = [ModelReference(model: "a"), ModelReference(model: "b")]
        policy.global.integrations.looper.endpoint = ""
        #expect(try check("prompt", text, decision, policy) == [.conflict])
    }
}
