import Testing

@testable import Policy

/// The rules of each section: what is accepted, what is rejected, and on which line.
@Suite struct SectionTests {
    /// A text and its errors as `line code`.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var expected: [String]
        var testDescription: String { text }

        init(_ text: String, _ expected: String...) {
            self.text = text
            self.expected = expected
        }
    }

    private func check(_ test: Case, in frame: (String) -> String = { $0 }) {
        let found = errors(frame(test.text))
        #expect(found == test.expected, "\(test.text)")
    }

    @Test(arguments: [
        Case("routing: {}"), Case("global: {}"), Case("version: v0.3\nrouting: {}"), Case("version: 0.3\nrouting: {}"),
        Case("version: V0.3\nrouting: {}"), Case("version: v0.4\nrouting: {}", "1 unknown_value"),
        Case("version: v0.3", "1 missing_key"), Case("[]", "1 wrong_type"),
        Case("routing: {}\nvllm_endpoints: []\ncategories: []", "2 removed_key", "3 removed_key"),
        Case("routng: {}", "1 unknown_key", "1 missing_key"), Case("routing: 3", "1 wrong_type"),
        Case("routing: {}\nglobal:\n  modules: {}", "3 removed_key"),
    ])
    func topLevel(_ test: Case) { check(test) }

    @Test(arguments: [
        Case("- {name: a, port: 80}\n- {name: b, port: 81}"), Case("- {name: a, timeout: 1m30s}"),
        Case("- {port: 0}", "3 out_of_range"), Case("- {port: 65536}", "3 out_of_range"),
        Case("- {timeout: 5 minutes}", "3 invalid_value"), Case("- {prot: 1}", "3 unknown_key"),
        Case("- {name: a, port: 80}\n- {name: a, port: 81}", "4 duplicate_name"),
        Case("- {name: a, port: 80}\n- {name: b, port: 80}", "4 conflict"),
    ])
    func listeners(_ test: Case) {
        check(test) { "routing: {}\nlisteners:\n\($0)" }
    }

    @Test(arguments: [
        Case("default_model: a"), Case("default_model: l"), Case("default_model: b", "4 dangling_reference"),
        Case("reasoning_families: {f: {type: top_level_reasoning_effort, parameter: reasoning_effort}}"),
        Case("reasoning_families: {f: {type: top_level_reasoning_effort, parameter: x}}", "4 invalid_value"),
        Case("reasoning_families: {f: {type: magic, parameter: x}}", "4 unknown_value"),
        Case("reasoning_families: {f: {type: reasoning_effort, parameter: \"\"}}", "4 invalid_value"),
        Case("reasoning_families: {f: {type: reasoning_effort}}", "4 missing_key"),
        Case("reasoning_families: {\" \": {type: reasoning_effort, parameter: x}}", "4 invalid_value"),
    ])
    func providerDefaults(_ test: Case) {
        check(test) { "routing: {modelCards: [{name: a, loras: [{name: l}]}]}\nproviders:\n  defaults:\n    \($0)" }
    }

    @Test(arguments: [
        Case("{name: a, api_format: anthropic}"), Case("{name: a}", "4 missing_key"),
        Case("{}", "4 missing_key", "4 missing_key"),
        Case("{name: b, api_format: openai}", "4 dangling_reference"),
        Case("{name: a, api_format: cohere}", "4 unknown_value"),
        Case("{name: a, reasoning_family: x}", "4 dangling_reference"),
        Case("{name: a, pricing: {prompt_per_1m: -1}}", "4 out_of_range"),
        Case("{name: a, reliability: {lb_policy: random}}", "4 unknown_value"),
        Case("{name: a, reliability: {retry_count: 6, retry_on: x}}", "4 out_of_range"),
        Case("{name: a, reliability: {retry_count: 2}}", "4 missing_key"),
        Case("{name: a, reliability: {consecutive_5xx: -1}}", "4 out_of_range"),
        Case("{name: a, reliability: {base_ejection_time: soon}}", "4 invalid_value"),
        Case("{name: a, reliability: {max_ejection_percent: 101}}", "4 out_of_range"),
        Case("{name: a, reliability: {health_check_path: health}}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{endpoint: h}, {base_url: \"https://h/v1\"}]}"),
        Case("{name: a, backend_refs: [{name: x}]}", "4 missing_key"),
        Case("{name: a, backend_refs: [{endpoint: \":80\"}]}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{endpoint: \"h:x\"}]}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{base_url: \"ftp://h\"}]}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{endpoint: h, provider: opnai}]}", "4 unknown_value"),
        Case("{name: a, backend_refs: [{endpoint: h, extra_headers: {\"a b\": c}}]}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{endpoint: h, extra_headers: {a: \"c\\r\\nd: e\"}}]}", "4 invalid_value"),
        Case("{name: a, backend_refs: [{endpoint: h, chat_path: x}]}", "4 invalid_value"),
        Case("{name: a, api_format: openai}\n  - {name: a, api_format: openai}", "5 duplicate_name"),
        Case("{name: a, api_format: openai, access_key: x, tags: []}", "4 removed_key", "4 removed_key"),
    ])
    func providerModels(_ test: Case) {
        check(test) { "routing: {modelCards: [{name: a}]}\nproviders:\n  models:\n  - \($0)" }
    }

    @Test(arguments: ["model_targets", "backends", "auth_profiles", "default_model", "reasoning_families"])
    func removedProviderKeys(key: String) {
        #expect(errors("routing: {}\nproviders:\n  \(key): {}") == ["3 removed_key"])
    }

    @Test(arguments: [
        ("h", "http://h:80"), ("h:81", "http://h:81"), ("https://h", "https://h:443"), ("[::1]:9", "http://[::1]:9"),
        ("[::1]", "http://[::1]:80"), ("http://h:1/v1/", "http://h:1/v1"), ("HTTPS://h", "https://h:443"),
    ])
    func endpoints(text: String, expected: String) throws {
        #expect(try BackendEndpoint.parse(text, scheme: .http).description == expected)
    }

    @Test(arguments: ["", "::1", "[::1", "[::1]x", "h:0", "h:70000", "http://", "u:p@h", "h?x", "h h", "h:"])
    func badEndpoints(text: String) {
        #expect(throws: BackendEndpoint.Problem.self) { try BackendEndpoint.parse(text, scheme: .http) }
    }

    @Test(arguments: [
        Case("{name: a, loras: [{name: x}]}"), Case("{name: \"\"}", "3 invalid_value"), Case("{}", "3 missing_key"),
        Case("{name: a}\n  - {name: a}", "4 duplicate_name"), Case("{name: a, quality_score: 2}", "3 out_of_range"),
        Case("{name: a, context_window_size: -1}", "3 out_of_range"), Case("{name: a, tags: x}", "3 wrong_type"),
        Case("{name: a, loras: [{name: x}, {name: x}]}", "3 duplicate_name"),
        Case("{name: a, description: true}", "3 wrong_type"),
    ])
    func modelCards(_ test: Case) { check(test) { "routing:\n  modelCards:\n  - \($0)" } }

    @Test func silentMistakesInModelCardsWarn() {
        #expect(warnings("routing:\n  modelCards: [{name: a, modality: audio}]") == ["2 unknown_value"])
        #expect(warnings("routing:\n  modelCards: [{name: a, param_size: big}]") == ["2 no_effect"])
    }

    @Test(arguments: [
        Case("strategy: priority"), Case("strategy: fastest", "2 unknown_value"), Case("models: []", "2 removed_key"),
        Case("signals: {keywords: [{name: a}], keyword: []}", "2 unknown_key"),
        Case("signals: {keywords: [{name: a}, {name: a}]}", "2 duplicate_name"),
        Case("signals: {keywords: [{}]}", "2 missing_key"),
        Case("signals: {keywords: [{name: \" \"}]}", "2 invalid_value"),
        Case("signals: {keywords: [3]}", "2 wrong_type"), Case("signals: {category_kb: []}", "2 removed_key"),
        Case("signals: {taxonomy: []}", "2 removed_key"), Case("signals: {keywords: {}}", "2 wrong_type"),
        Case("signals: {keywords: [{name: a, threshold: 2}]}", "2 out_of_range"),
        Case("signals: {keywords: [{name: a}], embeddings: [{name: a}]}"),
    ])
    func routing(_ test: Case) { check(test) { "routing:\n  \($0)" } }

    @Test(arguments: [
        Case("partitions: [{name: p, semantics: exclusive, members: [x, y], default: x}]"),
        Case("partitions: [{name: p, semantics: both, members: [x], default: x}]", "8 unknown_value"),
        Case("partitions: [{name: p, semantics: softmax_exclusive, members: [x], default: x}]", "8 out_of_range"),
        Case("partitions: [{name: p, semantics: exclusive, members: [], default: x}]", "8 missing_key"),
        Case("partitions: [{name: p, semantics: exclusive, members: [x], default: y}]", "8 dangling_reference"),
        Case("partitions: [{name: p, semantics: exclusive, members: [x, z], default: x}]", "8 dangling_reference"),
        Case("partitions: [{name: p, semantics: exclusive, members: [x, m], default: x}]", "8 conflict"),
        Case("partitions: [{name: p, semantics: exclusive, members: [k], default: k}]", "8 dangling_reference"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: keyword, name: k}]}]"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: complexity, name: c}]}]"),
        Case(
            "scores: [{name: s, method: weighted_sum, inputs: [{type: complexity, name: \"c:x\"}]}]",
            "8 dangling_reference"),
        Case("scores: [{name: s, inputs: [{type: keyword, name: k}]}]", "8 missing_key"),
        Case("scores: [{name: s, method: product, inputs: [{type: keyword, name: k}]}]", "8 unknown_value"),
        Case("scores: [{name: s, method: weighted_sum, inputs: []}]", "8 missing_key"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: classifier, name: k}]}]", "8 unknown_value"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: keyword}]}]", "8 missing_key"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: keyword, name: z}]}]", "8 dangling_reference"),
        Case(
            "scores: [{name: s, method: weighted_sum, inputs: [{type: keyword, name: k, value_source: score}]}]",
            "8 unknown_value"),
        Case(
            "scores: [{name: s, method: weighted_sum, inputs: [{type: kb_metric, metric: best_score}]}]",
            "8 missing_key"),
        Case(
            "scores: [{name: s, method: weighted_sum, inputs: [{type: kb_metric, kb: z, metric: best_score}]}]",
            "8 dangling_reference"),
        Case(
            "scores: [{name: s, method: weighted_sum, inputs: [{type: kb_metric, kb: privacy_kb, metric: z}]}]",
            "8 dangling_reference"),
        Case("scores: [{name: s, method: weighted_sum, inputs: [{type: projection, name: s}]}]", "8 cycle"),
        Case("mappings: [{name: m, source: z, outputs: [{name: o, gt: 1}]}]", "8 dangling_reference"),
    ])
    func projections(_ test: Case) { check(test) { Self.projectionFrame + "    \($0)" } }

    private static let projectionFrame = """
        routing:
          signals:
            keywords: [{name: k}]
            embeddings: [{name: x}, {name: y}]
            domains: [{name: m}]
            complexity: [{name: c}]
          projections:

        """

    @Test(arguments: [
        Case("[{name: m, source: s, outputs: [{name: o, gt: 1}]}]"),
        Case("[{name: m, source: s, method: multi_emit, outputs: [{name: o, gt: 1}]}]", "6 out_of_range"),
        Case("[{name: m, source: s, method: first, outputs: [{name: o, gt: 1}]}]", "6 unknown_value"),
        Case("[{name: m, source: s, calibration: {method: linear}, outputs: [{name: o, gt: 1}]}]", "6 unknown_value"),
        Case("[{name: m, source: s, outputs: []}]", "6 missing_key"),
        Case("[{name: m, source: s, outputs: [{name: o}]}]", "6 invalid_value"),
        Case("[{name: m, source: s, outputs: [{name: o, gt: 1, gte: 1}]}]", "6 invalid_value"),
        Case("[{name: m, source: s, outputs: [{name: o, gt: 1}, {name: o, lt: 0}]}]", "6 duplicate_name"),
        Case(
            "[{name: m, source: s, outputs: [{name: o, gt: 1}]}, {name: n, source: s, outputs: [{name: o, gt: 1}]}]",
            "6 duplicate_name"),
    ])
    func mappings(_ test: Case) {
        check(test) {
            """
            routing:
              signals:
                keywords: [{name: k}]
              projections:
                scores: [{name: s, method: weighted_sum, inputs: [{type: keyword, name: k}]}]
                mappings: \($0)
            """
        }
    }

    @Test func cyclesNameTheWay() {
        let text = """
            routing:
              projections:
                scores:
                  - {name: a, method: weighted_sum, inputs: [{type: projection, name: b}]}
                  - {name: b, method: weighted_sum, inputs: [{type: projection, name: high, value_source: confidence}]}
                  - {name: c, method: weighted_sum, inputs: [{type: projection, name: a}]}
                mappings:
                  - {name: m, source: c, outputs: [{name: high, gt: 1}]}
            """
        let found = load(text).diagnostics.filter { $0.code == .cycle }
        #expect(found.first?.message.contains("a → b → c → a") == true, "\(found)")
    }

    @Test(arguments: [
        Case("{name: d}"), Case("{}", "5 missing_key"), Case("{name: d}\n  - {name: d}", "6 duplicate_name"),
        Case("{name: d, tier: -1}", "5 out_of_range"), Case("{name: d, priority: high}", "5 wrong_type"),
        Case("{name: d, tool_scope: x}", "5 removed_key"), Case("{name: d, allow_tools: []}", "5 removed_key"),
        Case("{name: d, block_tools: []}", "5 removed_key"),
        Case("{name: d, modelSelectionAlgorithm: {}}", "5 removed_key"),
        Case("{name: d, modelRefs: [{model: b}]}"), Case("{name: d, modelRefs: [{model: z}]}", "5 dangling_reference"),
        Case("{name: d, modelRefs: [{model: a, lora_name: l}]}"),
        Case("{name: d, modelRefs: [{model: b, lora_name: l}]}", "5 dangling_reference"),
        Case("{name: d, modelRefs: [{}]}", "5 missing_key"),
        Case("{name: d, modelRefs: [{model: a, weight: -1}]}", "5 out_of_range"),
        Case("{name: d, algorithm: {type: static}}"), Case("{name: d, algorithm: {}}", "5 missing_key"),
        Case("{name: d, algorithm: {type: Static}}", "5 unknown_value"),
        Case("{name: d, algorithm: {type: static, static: {}}}", "5 conflict"),
        Case("{name: d, algorithm: {type: automix, automix: {depth: 10}}}", "5 out_of_range"),
        Case("{name: d, algorithm: {type: automix, hybrid: {}}}", "5 conflict"),
        Case("{name: d, algorithm: {type: automix, automix: {}, hybrid: {}}}", "5 conflict", "5 conflict"),
        Case("{name: d, algorithm: {type: automix, automx: {}}}", "5 unknown_key"),
        Case("{name: d, algorithm: {type: elo}}", "5 unknown_value"),
        Case("{name: d, algorithm: {type: static, bandit: {}}}", "5 unknown_key"),
        Case("{name: d, modelRefs: [{model: a}, {model: b}], algorithm: {type: prompt}}", "5 missing_key"),
        Case("{name: d, algorithm: {type: prompt, prompt: {}}}", "5 invalid_value"),
        Case("{name: d, plugins: [{type: system_prompt, configuration: {}}]}"),
        Case("{name: d, plugins: [{type: system_prompt}]}", "5 missing_key"),
        Case("{name: d, plugins: [{configuration: {}}]}", "5 missing_key"),
        Case("{name: d, plugins: [{type: sytem_prompt, configuration: {}}]}", "5 unknown_value"),
        Case("{name: d, plugins: [{type: system_prompt, config: {}}]}", "5 missing_key", "5 unknown_key"),
        Case("{name: d, plugins: [{type: system_prompt, configuration: {enabld: true}}]}", "5 unknown_key"),
        Case(
            "{name: d, plugins: [{type: semantic-cache, configuration: {}}, {type: response_cache, configuration: {}}]}",
            "5 duplicate_name"),
        Case("{name: d, adaptations: {mode: bypass, protection: {mode: bypass}}}"),
        Case("{name: d, adaptations: {mode: bypass, protection: {mode: observe}}}", "5 conflict"),
        Case("{name: d, adaptations: {mode: observe, adaptation: {mode: apply}}}", "5 conflict"),
        Case("{name: d, adaptations: {mode: off}}", "5 unknown_value"),
        Case("{name: d, adaptations: {adaptation: {candidate_set: all}}}", "5 unknown_value"),
        Case("{name: d, adaptations: {protection: {switch_margin: -1}}}", "5 out_of_range"),
        Case("{name: d, adaptations: {protection: {margin: 1}}}", "5 unknown_key"),
    ])
    func decisions(_ test: Case) { check(test) { Self.decisionFrame + $0 } }

    private static let decisionFrame = """
        routing:
          modelCards: [{name: a, loras: [{name: l}]}, {name: b}]
          signals: {}
          decisions:
          -\u{20}
        """

    @Test(arguments: [
        Case("output_contract_spec: {type: choice, choice_set: {values: [A, B]}}"),
        Case("output_contract_spec: {}", "5 missing_key"),
        Case("output_contract_spec: {type: x}", "5 missing_key", "5 unknown_value"),
        Case("output_contract_spec: {type: choice}", "5 missing_key"),
        Case("output_contract_spec: {type: choice, choice_set: {values: [A, a]}}", "5 duplicate_name"),
        Case("output_contract_spec: {type: choice, choice_set: {values: [A, \" \"]}}", "5 invalid_value"),
        Case("output_contract_spec: {type: structured_json}", "5 missing_key"),
        Case(
            "output_contract_spec: {type: structured_json, json_schema: {schema_ref: terminal_action_v1}, extract: {mode: json_object}}"
        ),
        Case(
            "output_contract_spec: {type: structured_json, json_schema: {schema_ref: v2}}", "5 missing_key",
            "5 unknown_value"),
        Case(
            "output_contract_spec: {type: choice, choice_set: {values: [A]}, extract: {mode: json_object}}",
            "5 conflict"),
        Case(
            "output_contract_spec: {type: choice, choice_set: {values: [A]}, extract: {sources: [content, content]}}",
            "5 duplicate_name"),
        Case(
            "output_contract_spec: {type: choice, choice_set: {values: [A]}, render: {mode: template, template: x}}",
            "5 invalid_value"),
        Case(
            "output_contract_spec: {type: reference_selection, postprocess: [{type: dereference_selected_reference}]}"),
        Case(
            "output_contract_spec: {type: choice, choice_set: {values: [A]}, postprocess: [{type: dereference_selected_reference}]}",
            "5 conflict"),
        Case("candidateIterations: [{variable: v, source: decision.candidates}]", "5 conflict"),
        Case(
            "candidateIterations: [{variable: v, source: models, models: [{model: a}], outputs: [{type: model, value: v}]}]"
        ),
        Case("candidateIterations: [{variable: v, source: models}]", "5 missing_key"),
        Case(
            "candidateIterations: [{variable: v, source: models, models: [{model: a}], outputs: [{type: model, value: w}]}]",
            "5 invalid_value"),
        Case("candidateIterations: [{variable: \"\", source: models, models: [{model: a}]}]", "5 invalid_value"),
        Case("emits: [{kind: retention, retention: {drop: true}}]"),
        Case("emits: [{kind: retention}]", "5 missing_key"),
        Case("emits: [{kind: other, retention: {drop: true}}]", "5 unknown_value"),
        Case("emits: [{kind: retention, retention: {drop: true, ttl_turns: 1}}]", "5 conflict"),
        Case("emits: [{kind: retention, retention: {ttl_turns: -1}}]", "5 out_of_range"),
        Case(
            "emits: [{kind: retention, retention: {drop: true}}, {kind: retention, retention: {drop: true}}]",
            "5 duplicate_name"),
        Case("annotations: {a: 1, b: [x]}"),
        Case("annotations: {\((0..<33).map { "k\($0): 1" }.joined(separator: ", "))}", "5 out_of_range"),
        Case("annotations: {a: \(String(repeating: "x", count: 4096))}", "5 out_of_range"),
    ])
    func decisionParts(_ test: Case) { check(test) { Self.decisionFrame + "{name: d, \($0)}" } }

    @Test func unknownModelsOfIterationsWarn() {
        let text =
            Self.decisionFrame + "{name: d, candidateIterations: [{variable: v, source: models, models: [{model: z}]}]}"
        #expect(warnings(text) == ["5 unavailable", "5 dangling_reference"])
    }

    @Test func modelReferencesAreFreeWithoutCards() {
        #expect(errors("routing:\n  decisions: [{name: d, modelRefs: [{model: z, lora_name: y}]}]") == [])
    }

    @Test(arguments: [
        Case("recipes: [{name: r, routing: {}}]\nentrypoints: [{model_names: [\" x \", x], recipe: r}]"),
        Case("recipes: [{name: r}, {name: r}]", "2 duplicate_name"), Case("recipes: [{routing: {}}]", "2 missing_key"),
        Case("recipes: [{name: \" r\"}]", "2 invalid_value"),
        Case("recipes: [{name: default, routing: {}}]"),
        Case("recipes: [{name: r, routing: {modelCards: []}}]", "2 removed_key"),
        Case("recipes: [{name: r, routing: {decisions: [{name: d, tool_scope: x}]}}]", "2 removed_key"),
        Case("recipes: [{name: r, routing: {strtegy: priority}}]", "2 unknown_key"),
        Case(
            "recipes: [{name: r, routing: {decisions: [{name: d, modelRefs: [{model: z}]}]}}]", "2 dangling_reference"),
        Case("entrypoints: [{model_names: [x], recipe: default}]"),
        Case("entrypoints: [{model_names: [x], recipe: z}]", "2 dangling_reference"),
        Case("entrypoints: [{model_names: [x]}]", "2 missing_key"),
        Case("entrypoints: [{model_names: [\" \"], recipe: default}]", "2 missing_key"),
        Case(
            "entrypoints: [{model_names: [x], recipe: default}, {model_names: [x], recipe: default}]",
            "2 duplicate_name"),
        Case("entrypoints: [{model_names: [a], recipe: default}]", "2 conflict"),
        Case("entrypoints: [{model_names: [l], recipe: default}]", "2 conflict"),
        Case("entrypoints: [{model_names: [auto], recipe: default}]", "2 conflict"),
        Case("entrypoints: [{model_names: [MoM], recipe: default}]", "2 conflict"),
        Case("entrypoints: [{model_names: [vllm-sr/fusion], recipe: default}]", "2 conflict"),
        Case("entrypoints: [{model_names: [auto], recipe: default}]\nglobal: {router: {auto_model_names: []}}"),
    ])
    func recipesAndEntrypoints(_ test: Case) {
        check(test) { "routing: {modelCards: [{name: a, loras: [{name: l}]}]}\n\($0)" }
    }

    @Test func defaultRecipeConflictsWithTopLevelProfile() throws {
        let recipe = "recipes:\n  - name: default\n    routing: {strategy: confidence}\n  - name: b\n"
        #expect(errors("routing: {strategy: priority}\n" + recipe) == ["3 conflict"])
        let policy = try #require(load("routing: {modelCards: [{name: a}]}\n" + recipe).policy)
        #expect(policy.recipes.map(\.name) == ["default", "b"])
        #expect(policy.recipes.map(\.strategy) == [.confidence, .priority])
        let global = try #require(load("global: {router: {strategy: confidence}}\n").policy)
        #expect(global.recipes[0].strategy == .confidence)
    }

    @Test func whatIsNotBuiltIsSaid() {
        let text = """
            routing:
              signals:
                jailbreak: [{name: j}, {name: k}]
              decisions:
                - name: d
                  algorithm: {type: hybrid}
                  plugins:
                    - {type: guard, configuration: {enabled: true}}
                - name: e
                  plugins:
                    - {type: guard, configuration: {enabled: false}}
            """
        #expect(warnings(text) == ["3 unavailable_safety", "6 unavailable", "8 unavailable_safety"])
        #expect(load(text).unavailable.map(\.isSafety) == [true, false, true])
    }

    @Test func oldPluginNamesWarn() {
        let text = Self.decisionFrame + "{name: d, plugins: [{type: semantic-cache, configuration: {}}]}"
        #expect(warnings(text) == ["5 deprecated_key"])
        #expect(load(text).policy?.recipes[0].decisions[0].plugins.map(\.type) == ["response_cache"])
    }

    @Test func allMistakesAreReportedInOrder() {
        let text = """
            version: v9
            routing:
              strategy: x
              decisions:
                - name: d
                  tier: -1
                  rules: {type: keyword, name: z}
            entrypoints: [{model_names: [], recipe: z}]
            """
        #expect(
            errors(text) == [
                "1 unknown_value", "3 unknown_value", "6 out_of_range", "7 dangling_reference", "8 missing_key",
                "8 dangling_reference",
            ])
        #expect(load(text).policy == nil)
    }
}
