import Testing

@testable import Policy

/// Rules between keys: each text breaks one, on the given line.
@Suite("Rules of global settings")
struct GlobalRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var line: Int
        var code: Diagnostic.Code
        var testDescription: String { text.split(separator: "\n").joined(separator: " / ") }

        init(_ line: Int, _ code: Diagnostic.Code, _ text: String) {
            self.line = line
            self.code = code
            self.text = text
        }
    }

    static let router = [
        Case(2, .removedKey, "router:\n  model_selection: {method: session_aware}"),
        Case(3, .invalidValue, "router:\n  learning:\n    protection: {identity: {headers: {session: ''}}}"),
        Case(3, .missingKey, "router:\n  learning:\n    state_store: {backend: redis}"),
        Case(2, .unknownValue, "router:\n  strategy: priorty"),
    ]

    static let services = [
        Case(2, .unknownValue, "services:\n  response_api: {store_backend: milvus}"),
        Case(2, .missingKey, "services:\n  response_api: {store_backend: postgres}"),
        Case(2, .unknownValue, "services:\n  observability: {tracing: {exporter: {type: zipkin}}}"),
        Case(3, .missingKey, "services:\n  ratelimit:\n    providers: [{type: envoy-ratelimit}]"),
        Case(3, .missingKey, "services:\n  ratelimit:\n    providers: [{type: local-limiter}]"),
        Case(3, .invalidValue, "services:\n  ratelimit:\n    providers: [{type: envoy-ratelimit, address: 'h:0'}]"),
        Case(3, .invalidValue, "services:\n  ratelimit:\n    providers: [{type: envoy-ratelimit, address: 'a:b:1'}]"),
        Case(
            2, .unknownValue,
            "services:\n  ratelimit: {providers: [{type: local-limiter, rules: [{name: r, unit: week}]}]}"),
        Case(
            2, .outOfRange,
            "services:\n  ratelimit: {providers: [{type: local-limiter, rules: [{name: r, cost_per_unit: -1}]}]}"),
        Case(2, .invalidValue, "services:\n  authz: {identity: {user_id_header: 'x y'}}"),
        Case(2, .invalidValue, "services:\n  authz: {identity: {trusted_proxies: [10.0.0.0/33]}}"),
        Case(3, .conflict, "services:\n  management_api:\n    bind_address: 0.0.0.0"),
        Case(3, .invalidValue, "services:\n  management_api:\n    bind_address: example.org"),
        Case(3, .conflict, "services:\n  management_api:\n    remote_exposure: true"),
        Case(4, .conflict, "services:\n  management_api:\n    auth: {mode: bearer}\n    remote_exposure: true"),
        Case(4, .danglingReference, "services:\n  management_api:\n    auth:\n      tokens: [{env: T, role: admn}]"),
        Case(3, .unknownValue, "services:\n  management_api:\n    auth: {roles: {reader: [config.raed]}}"),
    ]

    static let stores = [
        Case(2, .conflict, "stores:\n  semantic_cache: {}\n  response_cache: {}"),
        Case(4, .conflict, "stores:\n  response_cache:\n    backend_type: memory\n    redis: {}"),
        Case(3, .missingKey, "stores:\n  response_cache:\n    backend_type: hybrid"),
        Case(2, .outOfRange, "stores:\n  response_cache: {similarity_threshold: 1.2}"),
        Case(2, .unknownValue, "stores:\n  memory: {backend: redis}"),
        Case(2, .missingKey, "stores:\n  vector_store: {enabled: true}"),
        Case(2, .missingKey, "stores:\n  vector_store: {enabled: true, backend_type: milvus}"),
        Case(2, .missingKey, "stores:\n  vector_store: {enabled: true, backend_type: llama_stack}"),
        Case(2, .missingKey, "stores:\n  vector_store: {enabled: true, backend_type: valkey}"),
        Case(2, .missingKey, "stores:\n  vector_store: {enabled: true, backend_type: qdrant}"),
        Case(
            2, .missingKey, "stores:\n  vector_store: {enabled: true, backend_type: memory, metadata_store: postgres}"),
    ]

    static let integrations = [
        Case(2, .invalidValue, "integrations:\n  looper: {endpoint: 'localhost:8899'}"),
        Case(2, .invalidValue, "integrations:\n  looper: {endpoint: 'http://user:word@host/v1'}"),
        Case(2, .invalidValue, "integrations:\n  looper: {remom: {model_names: [' ']}}"),
        Case(2, .invalidValue, "integrations:\n  looper: {headers: {'a b': c}}"),
        Case(2, .outOfRange, "integrations:\n  looper: {flow: {state: {ttl_seconds: -1}}}"),
        Case(2, .outOfRange, "integrations:\n  tools: {advanced_filtering: {min_combined_score: 2}}"),
    ]

    static let catalog = [
        Case(
            3, .conflict,
            "model_catalog:\n  embeddings: {semantic: {endpoint: {base_url: 'http://h', model: m}, \n"
                + "    embedding_config: {backend: openai_compatible}}}"),
        Case(2, .missingKey, "model_catalog:\n  embeddings: {semantic: {embedding_config: {model_type: remote}}}"),
        Case(
            3, .conflict,
            "model_catalog:\n  embeddings: {semantic: {embedding_config: {model_type: remote},\n"
                + "    endpoint: {base_url: 'http://h', model: m, dimensions: 5}}}"),
        Case(
            2, .invalidValue, "model_catalog:\n  embeddings: {semantic: {mmbert_model_path: models/all-MiniLM-L6-v2}}"),
        Case(3, .duplicateName, "model_catalog:\n  external: [{name: a},\n    {name: a}]"),
        Case(
            3, .duplicateName,
            "model_catalog:\n  kbs: [{name: a, source: {path: p}},\n    {name: a, source: {path: p}}]"),
        Case(2, .missingKey, "model_catalog:\n  kbs: [{name: a}]"),
        Case(3, .duplicateName, "model_catalog:\n  kbs:\n  - {name: a, source: {path: p}, groups: {g: [x, x]}}"),
        Case(3, .invalidValue, "model_catalog:\n  kbs:\n  - {name: a, source: {path: p}, groups: {g: []}}"),
        Case(
            4, .danglingReference,
            "model_catalog:\n  kbs:\n  - {name: a, source: {path: p}, groups: {g: [x], h: [y]},\n"
                + "     metrics: [{name: m, positive_group: g, negative_group: i}]}"),
        Case(
            4, .invalidValue,
            "model_catalog:\n  kbs:\n  - {name: a, source: {path: p}, groups: {g: [x], h: [y]},\n"
                + "     metrics: [{name: best_score, positive_group: g, negative_group: h}]}"),
        Case(2, .danglingReference, "model_catalog:\n  system: {prompt_guard: ''}"),
    ]

    static let modules = [
        Case(2, .danglingReference, "model_catalog:\n  modules: {prompt_guard: {model_ref: prompt_gard}}"),
        Case(3, .conflict, "model_catalog:\n  modules: {prompt_guard: {variant: candle,\n    protocol: http_chat}}"),
        Case(2, .missingKey, "model_catalog:\n  modules: {prompt_guard: {protocol: http_chat}}"),
        Case(2, .unknownValue, "model_catalog:\n  modules: {prompt_guard: {on_error: deny}}"),
        Case(2, .unknownValue, "model_catalog:\n  modules: {prompt_compression: {profile: legal}}"),
        Case(
            3, .invalidValue,
            "model_catalog:\n  modules: {hallucination_mitigation: {detector: {backend: ENDPOINT,\n"
                + "    endpoint: ' http://h', model_id: m}}}"),
        Case(
            2, .missingKey,
            "model_catalog:\n  modules: {hallucination_mitigation: {detector: {backend: endpoint, "
                + "endpoint: 'http://h'}}}"),
        Case(2, .missingKey, "model_catalog:\n  modules: {modality_detector: {enabled: true}}"),
        Case(2, .missingKey, "model_catalog:\n  modules: {modality_detector: {enabled: true, method: keyword}}"),
        Case(
            2, .missingKey,
            "model_catalog:\n  modules: {modality_detector: {enabled: true, method: classifier, "
                + "classifier: {model_path: m}}}"),
    ]

    @Test(
        "A broken rule is an error on its line",
        arguments: router + services + stores + integrations + catalog + modules)
    func rejects(_ example: Case) {
        let errors = GlobalFixture(example.text).errors
        #expect(
            errors.contains { $0.code == example.code && $0.position.line == example.line },
            "\(errors.map { "\($0.position) \($0.code) \($0.message)" })")
    }

    @Test(
        "Settings that keep the rules are read",
        arguments: [
            "services: {management_api: {bind_address: '::', remote_exposure: true, auth: {mode: bearer, tokens: "
                + "[{env: T, role: admin}]}}}",
            "services: {ratelimit: {providers: [{type: local-limiter, rules: [{name: r, requests_per_unit: 1}]}]}}",
            "services: {authz: {identity: {trusted_proxies: [loopback, '10.0.0.0/8', '::1']}}}",
            "stores: {response_cache: {backend_type: hybrid, milvus: {}}}",
            "stores: {response_cache: {enabled: false, redis: {}}}",
            "stores: {vector_store: {enabled: true, backend_type: memory}}",
            "model_catalog: {modules: {prompt_guard: {protocol: http_chat}}, external: [{model_role: guardrail, "
                + "llm_model_name: m, llm_endpoint: {address: h}}]}",
            "model_catalog: {modules: {prompt_guard: {enabled: false, protocol: http_chat, variant: ''}}}",
            "model_catalog: {system: {prompt_guard: ''}, modules: {prompt_guard: {model_ref: '', model_id: ''}}}",
            "model_catalog: {modules: {prompt_compression: {profile: Multi-Turn}}}",
            "integrations: {looper: {endpoint: ''}}",
            "",
        ])
    func accepts(_ text: String) {
        #expect(GlobalFixture(text).errors == [])
    }
}
