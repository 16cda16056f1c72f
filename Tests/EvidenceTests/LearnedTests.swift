import Evidence
import Policy
import Routing
import Testing
import Wire

@Suite struct LearnedTests {
    private func decisions(_ rules: String) -> String {
        "  decisions:\n    - name: d\n      priority: 1\n      rules: \(rules)\n      modelRefs: [{ model: m }]\n"
    }

    @Test func everyFamilyIsUnknownWithoutItsModel() throws {
        let made = try engine(
            signals: """
                    embeddings: [{ name: e, candidates: [a] }]
                    domains: [{ name: law }]
                    fact_check: [{ name: needs_fact_check }]
                    user_feedbacks: [{ name: satisfied }]
                    reasks: [{ name: r }]
                    preferences: [{ name: p }]
                    complexity: [{ name: c }]
                    jailbreak: [{ name: j }]
                    pii: [{ name: p }]
                    kb: [{ name: b, kb: privacy_kb, target: { kind: group, value: private } }]
                    classifiers: [{ name: k, type: local, model_path: m, labels: [A, B] }]
                """)
        let names = [
            "embedding:e", "domain:law", "fact_check:needs_fact_check", "user_feedback:satisfied", "reask:r",
            "preference:p", "complexity:c", "complexity:c:easy", "complexity:c:medium", "complexity:c:hard",
            "jailbreak:j", "pii:p", "kb:b", "classifier:k:A", "classifier:k:B",
        ]
        #expect(made.catalog.entries.map(\.key.description) == names)
        #expect(made.catalog.entries.allSatisfy { $0.cost == .encoder })
        #expect(made.catalog.entries.filter(\.isSafety).map(\.key.family) == ["jailbreak", "pii"])
        var reader = made.begin(EvidenceRequest("hello"))
        let readings = reader.read(Array(0..<made.catalog.count))
        #expect(readings.count == names.count)
        #expect(readings.allSatisfy { $0.1 == .unknown(.modelMissing) })
        #expect(made.missingModels.isEmpty)
    }

    @Test func modulesThatAreSwitchedOffAreDisabled() throws {
        let made = try engine(
            signals: "    jailbreak: [{ name: j }]\n    modality: [{ name: AR }]\n"
                + decisions(
                    "{ operator: OR, conditions: [{ type: jailbreak, name: j }, { type: modality, name: AR }] }"),
            rest: "global:\n  model_catalog:\n    modules:\n      prompt_guard:\n        enabled: false\n")
        #expect(try made.read("jailbreak", "j", "x") == .unknown(.disabled))
        #expect(try made.read("modality", "AR", "x") == .unknown(.disabled))
        #expect(made.missingModels.isEmpty)
    }

    @Test func usedSignalsWithoutModelAreListed() throws {
        let rules = """
            { operator: OR, conditions: [{ type: complexity, name: 'c:hard' }, { type: complexity, name: 'c:easy' },
              { type: pii, name: p }, { type: language, name: en }] }
            """
        let made = try engine(
            signals: """
                    language: [{ name: en }]
                    domains: [{ name: law }]
                    complexity: [{ name: c }, { name: unused }]
                    pii: [{ name: p }]

                """ + decisions(rules))
        #expect(
            made.missingModels == [
                MissingModel(family: "language", signals: ["en"], isSafety: false),
                MissingModel(family: "complexity", signals: ["c"], isSafety: false),
                MissingModel(family: "pii", signals: ["p"], isSafety: true),
            ])
    }

    @Test func complexityConditionsNameALevel() {
        let signals = "    complexity: [{ name: c }]\n"
        #expect(load(signals: signals + decisions("{ type: complexity, name: 'c:hard' }")).policy != nil)
        let bare = load(signals: signals + decisions("{ type: complexity, name: c }"))
        #expect(bare.diagnostics.contains { $0.code == .invalidValue && $0.position.line == 8 })
        let unknown = load(signals: signals + decisions("{ type: complexity, name: 'c:huge' }"))
        #expect(unknown.diagnostics.contains { $0.code == .danglingReference })
    }

    @Test func composersGateTheirLevels() throws {
        let made = try engine(
            signals: """
                    keywords: [{ name: k, operator: OR, keywords: [proof] }]
                    complexity:
                      - name: c
                        composer: { operator: NOT, conditions: [{ type: keyword, name: k }] }

                """ + decisions("{ type: complexity, name: 'c:hard' }"))
        #expect(made.gates.count == 1)
        #expect(made.gates.first?.signals.map(\.name) == ["c:easy", "c:medium", "c:hard"])
        #expect(made.gates.first?.rule.leaves.map(\.name) == ["k"])
    }

    @Test func metricsOfKnowledgeBasesAreSignals() throws {
        let projections = """
              projections:
                scores:
                  - name: s
                    method: weighted_sum
                    inputs: [{ type: kb_metric, kb: privacy_kb, metric: private_vs_public, weight: 1 }]
                mappings:
                  - { name: m, source: s, method: threshold_bands, outputs: [{ name: private, gt: 0 }] }

            """
        let made = try engine(
            signals: "    kb: [{ name: b, kb: mmlu_kb, target: { kind: group, value: keep } }]\n" + projections
                + decisions("{ type: projection, name: private }"))
        let metrics = made.catalog.entries.map(\.key).filter { $0.family == "kb_metric" }.map(\.name)
        #expect(
            metrics == ["privacy_kb:best_score", "privacy_kb:best_matched_score", "privacy_kb:private_vs_public"])
        #expect(
            made.missingModels == [
                MissingModel(family: "kb_metric", signals: ["privacy_kb:private_vs_public"], isSafety: false)
            ])
    }

    @Test func undeclaredDomainsStandForThemselves() throws {
        let made = try engine(signals: "    keywords: []\n" + decisions("{ type: domain, name: law }"))
        #expect(made.catalog.index(of: SignalKey("domain", "law")) != nil)
        #expect(made.missingModels == [MissingModel(family: "domain", signals: ["law"], isSafety: false)])
    }

    @Test func classifierConditionsNeedLabelAndPredicate() {
        let signals = "    classifiers: [{ name: k, type: local, model_path: m, labels: [A, B] }]\n"
        func codes(_ leaf: String) -> [Diagnostic.Code] {
            load(signals: signals + decisions(leaf)).diagnostics.filter { $0.severity == .error }.map(\.code)
        }
        #expect(codes("{ type: classifier, name: k, label: A, predicate: { gte: 0.5 } }").isEmpty)
        #expect(codes("{ type: classifier, name: k, predicate: { gte: 0.5 } }") == [.missingKey])
        #expect(codes("{ type: classifier, name: k, label: A }") == [.missingKey])
        #expect(codes("{ type: classifier, name: k, label: C, predicate: { gte: 0.5 } }") == [.danglingReference])
        #expect(codes("{ type: classifier, name: k, label: A, predicate: { gte: 0.4 } }") == [.invalidValue])
        #expect(codes("{ type: classifier, name: k, label: A, predicate: { gt: 0.5 } }") == [.invalidValue])
        #expect(
            codes("{ type: classifier, name: k, label: A, on_error: match, predicate: { gte: 0.9 } }").isEmpty)
    }

    @Test func softmaxPartitionsNeedDomainsThatTheClassifierKnows() {
        func codes(_ domains: String) -> [Diagnostic.Code] {
            let partition = """
                  projections:
                    partitions:
                      - { name: p, semantics: softmax_exclusive, temperature: 1, members: [law, mine], default: law }

                """
            return load(signals: "    domains: [{ name: law }, \(domains)]\n" + partition).diagnostics.map(\.code)
        }
        #expect(codes("{ name: mine, mmlu_categories: [math] }").isEmpty)
        #expect(codes("{ name: mine }") == [.invalidValue])
    }

    @Test func whatNeedsGlobalSettingsIsReportedTogether() throws {
        let loaded = load(
            signals: """
                    embeddings: [{ name: e, candidates: [a], query_modality: image }]
                    kb: [{ name: b, kb: privacy_kb, target: { kind: group, value: privat } }]
                    classifiers: [{ name: l, type: llm, model: judge, labels: [A], instructions: choose }]

                """, rest: "global:\n  model_catalog:\n    external: [{ name: judge, model_role: guardrail }]\n")
        let policy = try #require(loaded.policy)
        do throws(EvidenceError) {
            _ = try EvidenceEngine(recipe: policy.recipes[0], global: policy.global, resources: EvidenceResources())
            Issue.record("compiled")
        } catch {
            #expect(error.diagnostics.map(\.code) == [.conflict, .danglingReference, .conflict])
            #expect(error.diagnostics.map(\.position.line) == [4, 5, 6])
            #expect(error.diagnostics[1].suggestion == "private")
            #expect(error.diagnostics[2].path.description == "routing.signals.classifiers[0].model")
        }
    }

    @Test func remoteClassifiersCostACall() throws {
        let made = try engine(
            signals: "    classifiers: [{ name: l, type: llm, model: judge, labels: [A, B], instructions: choose }]",
            rest: """
                global:
                  model_catalog:
                    external:
                      - name: judge
                        model_role: classification
                        llm_model_name: small
                        llm_endpoint: { address: classifier.example.com, port: 443, protocol: https }
                """)
        #expect(made.catalog.entries.map(\.cost) == [.remote, .remote])
    }
}
