import Policy
import PolicyTestSupport
import Testing

@testable import Exchange

@Suite("Declarations of plugins")
struct PluginDeclarationsTests {
    struct Outcome {
        var configuration: (any Sendable)?
        var availability = Availability.available
        var errors: [Diagnostic]
    }

    static func decode(_ type: String, _ text: String) throws -> Outcome {
        let family = try #require(PluginDeclarations.all.first { $0.type == type })
        let root = try #require(YAMLReader().read(Array(text.utf8)).root)
        var context = DecodingContext()
        let configuration = family.decode(root, &context)
        let errors = context.diagnostics.filter { $0.severity == .error }
        return Outcome(
            configuration: configuration, availability: configuration.map(family.availability) ?? .available,
            errors: errors)
    }

    @Test("Every plugin of the contract is listed once")
    func list() {
        let contract = [
            "response_cache", "context_compression", "system_prompt", "header_mutation", "hallucination",
            "response_jailbreak", "router_replay", "memory", "rag", "image_gen", "fast_response", "request_params",
            "tools", "tool_selection",
        ]
        #expect(PluginDeclarations.all.map(\.type) == contract)
        #expect(
            PluginDeclarations.all.flatMap(\.deprecatedNames) == ["semantic-cache", "semantic_cache", "response-cache"])
    }

    @Test("Every configuration is documented, reads a document with all keys, and diagnoses every mistake")
    func declarations() {
        for family in PluginDeclarations.all {
            #expect(DeclarationAudit(family.schema).problems == [])
            let sample = DeclarationSample(family.schema)
            let decode: DeclarationMistakes.Decode = { _ = family.decode($0, &$1) }
            #expect(DeclarationMistakes.rejectionsOfSample(sample, decode) == [], "\(family.type)")
            #expect(DeclarationMistakes.undiagnosed(sample, decode) == [], "\(family.type)")
        }
    }

    @Test(
        "Rules between keys",
        arguments: [
            ("response_cache", "semantic: {}\nsimilarity_threshold: 0.5", 2, Diagnostic.Code.conflict),
            ("response_cache", "request_controls: {}\ncontrol_header: x-a", 2, .conflict),
            ("response_cache", "ttl_seconds: -1", 1, .outOfRange),
            ("context_compression", "budget: {trigger_tokens: 10,\n target_tokens: 10}", 2, .outOfRange),
            ("context_compression", "budget: {trigger_tokens: many}", 1, .invalidValue),
            (
                "context_compression", "targets: {rag: {mode: extractive, min_tokens: 5,\n target_tokens: 5}}", 2,
                .outOfRange
            ),
            ("context_compression", "scoring: {method: hybrid}", 1, .missingKey),
            ("context_compression", "recovery: {enabled: true}", 1, .missingKey),
            ("system_prompt", "mode: prepend", 1, .unknownValue),
            ("header_mutation", "add: [{name: 'a b', value: c}]", 1, .invalidValue),
            ("header_mutation", "add: [{name: a, value: \"b\\r\\nc: d\"}]", 1, .invalidValue),
            ("header_mutation", "delete: [Content-Length]", 1, .conflict),
            ("header_mutation", "update:\n- {name: X-VSR-Debug, value: 'on'}", 2, .conflict),
            ("fast_response", "message: ' '", 1, .invalidValue),
            ("fast_response", "{}", 1, .missingKey),
            ("request_params", "max_n: 0", 1, .outOfRange),
            ("response_jailbreak", "action: drop", 1, .unknownValue),
            ("hallucination", "unverified_factual_action: block", 1, .unknownValue),
            ("memory", "similarity_threshold: 2", 1, .outOfRange),
            ("rag", "enabled: true", 1, .missingKey),
            ("rag", "enabled: true\nbackend: qdrant", 1, .missingKey),
            ("rag", "enabled: true\nbackend: milvus\nbackend_config: {colection: docs}", 3, .unknownKey),
            ("rag", "enabled: true\nbackend: openai\nbackend_config: {vector_store_id: v}", 3, .missingKey),
            ("rag", "enabled: true\nbackend: milvs", 2, .unknownValue),
            ("rag", "top_k: 0", 1, .outOfRange),
            ("image_gen", "enabled: true", 1, .missingKey),
            ("image_gen", "enabled: true\nbackend: openai\nbackend_config: {model: m}", 3, .missingKey),
            ("image_gen", "modality_detection: {enabled: true}", 1, .missingKey),
            ("tools", "enabled: true\nmode: filtered", 2, .missingKey),
            ("tools", "enabled: true\nmode: none\nallow_tools: [a]", 3, .conflict),
            ("tools", "enabled: true\nstrip_tool_history: true", 2, .conflict),
            ("tools", "dynamic_retrieval: {enabled: true, strategy: hybrid_history}", 1, .outOfRange),
            ("tool_selection", "preserve_count: -1", 1, .outOfRange),
            ("tool_selection", "advanced_filtering: {weights: {tag: 3}}", 1, .outOfRange),
        ])
    func rejects(_ type: String, _ text: String, _ line: Int, _ code: Diagnostic.Code) throws {
        let errors = try Self.decode(type, text).errors
        #expect(errors.contains { $0.code == code && $0.position.line == line }, "\(errors)")
    }

    @Test("A plugin that does nothing yet says so; one that protects somebody says it louder")
    func availability() throws {
        func isSafety(_ type: String, _ text: String) throws -> Bool? {
            let outcome = try Self.decode(type, text)
            #expect(outcome.errors == [])
            switch outcome.availability {
            case .available: return nil
            case .unavailable: return false
            case .unavailableSafety: return true
            }
        }
        #expect(try isSafety("system_prompt", "system_prompt: x") == nil)
        #expect(try isSafety("header_mutation", "add: [{name: x-a, value: b}]") == nil)
        #expect(try isSafety("request_params", "max_n: 1") == nil)
        #expect(try isSafety("fast_response", "message: x") == nil)
        #expect(try isSafety("response_jailbreak", "enabled: true") == true)
        #expect(try isSafety("response_jailbreak", "{enabled: true, action: none}") == false)
        #expect(try isSafety("response_jailbreak", "enabled: false") == nil)
        #expect(try isSafety("hallucination", "enabled: true") == true)
        #expect(try isSafety("tools", "{enabled: true, mode: none, strip_tool_history: true}") == true)
        #expect(try isSafety("tools", "{enabled: true, mode: filtered, block_tools: [a]}") == true)
        #expect(try isSafety("tools", "enabled: true") == nil)
        #expect(try isSafety("router_replay", "{}") == nil)
        #expect(try isSafety("router_replay", "enabled: false") == nil)
        #expect(try isSafety("response_cache", "enabled: true") == nil)
        for type in ["context_compression", "tool_selection"] {
            #expect(try isSafety(type, "enabled: true") == false, "\(type)")
            #expect(try isSafety(type, "enabled: false") == nil, "\(type)")
        }
    }

    @Test("Retrieval keeps the keys of its backend, typed")
    func retrieval() throws {
        let text =
            "{enabled: true, backend: external_api, backend_config: {endpoint: 'http://h/q', request_format: custom}}"
        let outcome = try Self.decode("rag", text)
        #expect(outcome.errors == [])
        let configuration = try #require(outcome.configuration as? RetrievalConfiguration)
        guard case .externalAPI(let settings)? = configuration.source else {
            Issue.record("expected an external service")
            return
        }
        #expect(settings.endpoint == "http://h/q")
    }

    @Test("The prompt is set unless the file says no or gives none")
    func systemPrompt() throws {
        func isEnabled(_ text: String) throws -> Bool? {
            (try Self.decode("system_prompt", text).configuration as? SystemPromptConfiguration)?.isEnabled
        }
        #expect(try isEnabled("system_prompt: x") == true)
        #expect(try isEnabled("{system_prompt: x, enabled: false}") == false)
        #expect(try isEnabled("enabled: true") == false)
    }

    @Test("Old cache keys still have their effect")
    func oldCacheKeys() throws {
        let outcome = try Self.decode("response_cache", "{similarity_threshold: 0.6, allow_request_controls: true}")
        #expect(outcome.errors == [])
        let configuration = try #require(outcome.configuration as? ResponseCacheConfiguration)
        #expect(configuration.effectiveSimilarityThreshold == 0.6)
        #expect(configuration.effectiveRequestControls.isEnabled)
        #expect(ResponseCacheConfiguration().effectiveSimilarityThreshold == 0.95)
    }
}
