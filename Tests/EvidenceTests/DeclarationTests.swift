import Evidence
import Policy
import Testing

/// What the loader says about declarations: every rule has a line that it rejects.
@Suite struct DeclarationTests {
    /// A fragment below `routing.signals`, and what is found at which line of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var signals: String
        var code: Diagnostic.Code
        var line: Int
        var severity = Diagnostic.Severity.error

        init(_ signals: String, _ code: Diagnostic.Code, line: Int, _ severity: Diagnostic.Severity = .error) {
            self.signals = signals
            self.code = code
            self.line = line
            self.severity = severity
        }

        var testDescription: String { "\(code.rawValue) on line \(line)" }
    }

    private func check(_ test: Case) {
        let loaded = load(signals: test.signals)
        let found = loaded.diagnostics.filter { $0.code == test.code && $0.severity == test.severity }
        // The fragment begins on line 4 of the file.
        #expect(found.contains { $0.position.line == test.line + 3 }, "\(loaded.diagnostics)")
        #expect(found.allSatisfy { $0.path.description.hasPrefix("routing") })
        if test.severity == .error { #expect(loaded.policy == nil) }
    }

    private static func keyword(_ rest: String) -> String {
        "    keywords:\n      - name: k\n        operator: OR\n        keywords: [a]\n        " + rest
    }

    static let keywords: [Case] = [
        Case("    keywords:\n      - operator: OR\n        keywords: [a]", .missingKey, line: 2),
        Case("    keywords:\n      - name: k\n        keywords: [a]", .missingKey, line: 2),
        Case("    keywords:\n      - name: k\n        operator: or\n        keywords: [a]", .unknownValue, line: 3),
        Case("    keywords:\n      - name: k\n        operator: NOT", .unknownValue, line: 3),
        Case(keyword("method: bm52"), .unknownValue, line: 5),
        Case(keyword("treshold: 1"), .unknownKey, line: 5),
        Case(keyword("case_sensitive: maybe"), .wrongType, line: 5),
        Case(keyword("fuzzy_threshold: -1\n        fuzzy_match: true"), .outOfRange, line: 5),
        Case(keyword("method: ngram\n        ngram_arity: 1"), .outOfRange, line: 6),
        Case(keyword("method: ngram\n        ngram_threshold: 2"), .outOfRange, line: 6),
        Case(keyword("method: bm25\n        bm25_threshold: -1"), .outOfRange, line: 6),
        Case(
            "    keywords:\n      - name: k\n        operator: OR\n        method: regex\n        keywords:\n"
                + "          - fine\n          - 'bro(ken'", .invalidPattern, line: 7),
        Case("    keywords:\n      - name: k\n        operator: OR\n        keywords: ['  ']", .invalidValue, line: 4),
        Case("    keywords:\n      - { name: k, operator: OR }", .noEffect, line: 2, .warning),
        Case(keyword("method: bm25\n        case_sensitive: true"), .noEffect, line: 6, .warning),
        Case(keyword("ngram_arity: 3"), .noEffect, line: 5, .warning),
        Case(keyword("method: ngram\n        fuzzy_match: true"), .noEffect, line: 6, .warning),
        Case(
            "    keywords:\n      - { name: k, operator: OR, keywords: [a] }\n"
                + "      - { name: k, operator: OR, keywords: [b] }", .duplicateName, line: 3),
    ]

    @Test(arguments: keywords) func keywordRules(_ test: Case) { check(test) }

    private static func structure(_ feature: String, _ rest: String = "") -> String {
        "    structure:\n      - name: s\n        feature: \(feature)\n        description: d" + rest
    }

    static let structures: [Case] = [
        Case("    structure:\n      - name: s", .missingKey, line: 2),
        Case(structure("{ type: sum, source: { type: regex, pattern: a } }"), .unknownValue, line: 3),
        Case(structure("{ type: count, source: { type: words } }"), .unknownValue, line: 3),
        Case(structure("{ type: count, source: { type: regex } }"), .missingKey, line: 3),
        Case(structure("{ type: count, source: { type: regex, pattern: '  ' } }"), .invalidValue, line: 3),
        Case(structure("{ type: count, source: { type: regex, pattern: 'a(' } }"), .invalidPattern, line: 3),
        Case(structure("{ type: count, source: { type: keyword_set, keywords: [] } }"), .missingKey, line: 3),
        Case(structure("{ type: count, source: { type: keyword_set } }"), .missingKey, line: 3),
        Case(structure("{ type: sequence, source: { type: sequence } }"), .missingKey, line: 3),
        Case(structure("{ type: sequence, source: { type: sequence, sequences: [[a]] } }"), .invalidValue, line: 3),
        Case(structure("{ type: sequence, source: { type: regex, pattern: a } }"), .conflict, line: 3),
        Case(structure("{ type: density, source: { type: text_bytes } }"), .conflict, line: 3),
        Case(
            structure("{ type: count, normalize_by: words, source: { type: regex, pattern: a } }"), .removedKey,
            line: 3),
        Case(
            structure("{ type: exists, source: { type: regex, pattern: a } }", "\n        predicate: { gt: 1 }"),
            .conflict, line: 5),
        Case(
            structure("{ type: count, source: { type: regex, pattern: a } }", "\n        predicate: {}"), .invalidValue,
            line: 5),
        Case(
            structure("{ type: count, source: { type: regex, pattern: a } }", "\n        predicate: { gt: 1, gte: 1 }"),
            .invalidValue, line: 5),
        Case(
            structure("{ type: count, source: { type: regex, pattern: a } }", "\n        predicate: { gt: 2, lt: 1 }"),
            .invalidValue, line: 5),
        Case(
            structure("{ type: count, source: { type: regex, pattern: a, keywords: [b] } }"), .noEffect, line: 3,
            .warning),
    ]

    @Test(arguments: structures) func structureRules(_ test: Case) { check(test) }

    static let others: [Case] = [
        Case("    context:\n      - name: c\n        min_tokens: many", .invalidValue, line: 3),
        Case("    context:\n      - name: c\n        min_tokens: 2K\n        max_tokens: 1K", .outOfRange, line: 4),
        Case("    context:\n      - name: c\n        max_tokens: 0", .noEffect, line: 3, .warning),
        Case(
            "    conversation:\n      - name: c\n        feature: { type: density, source: { type: message } }",
            .unknownValue, line: 3),
        Case(
            "    conversation:\n      - name: c\n        feature: { type: count, source: { type: turns } }",
            .unknownValue, line: 3),
        Case(
            "    conversation:\n      - name: c\n        feature: { type: count, source: { type: message, role: boss } }",
            .unknownValue, line: 3),
        Case(
            "    conversation:\n      - name: c\n"
                + "        feature: { type: count, source: { type: image_content, role: user } }", .conflict, line: 3),
        Case(
            "    conversation:\n      - name: c\n        feature: { type: exists, source: { type: message } }\n"
                + "        predicate: { gt: 1 }", .conflict, line: 4),
        Case("    events:\n      - name: e\n        severities: [critcal]", .unknownValue, line: 3),
        Case("    events:\n      - name: e", .noEffect, line: 2, .warning),
        Case("    metadata:\n      - name: m\n        predicate: { equals: a }", .missingKey, line: 2),
        Case(
            "    metadata:\n      - name: m\n        key: ' k'\n        predicate: { equals: a }", .invalidValue,
            line: 3),
        Case("    metadata:\n      - name: m\n        key: k\n        predicate: {}", .invalidValue, line: 4),
        Case(
            "    metadata:\n      - name: m\n        key: k\n        predicate: { equals: a, exists: true }",
            .invalidValue, line: 4),
        Case("    metadata:\n      - name: m\n        key: k\n        predicate: { in: [] }", .invalidValue, line: 4),
        Case(
            "    metadata:\n      - { name: m, key: k, predicate: { exists: true } }\n"
                + "      - { name: M, key: k, predicate: { exists: true } }", .duplicateName, line: 3),
        Case("    role_bindings:\n      - name: r\n        subjects: [{ kind: User, name: a }]", .missingKey, line: 2),
        Case("    role_bindings:\n      - name: r\n        role: a\n        subjects: []", .missingKey, line: 4),
        Case("    role_bindings:\n      - name: r\n        role: a", .missingKey, line: 2),
        Case(
            "    role_bindings:\n      - name: r\n        role: a\n        subjects: [{ kind: Team, name: a }]",
            .unknownValue, line: 4),
        Case(
            "    role_bindings:\n      - name: r\n        role: a\n        subjects: [{ kind: User, name: '' }]",
            .invalidValue, line: 4),
        Case("    language:\n      - name: ES", .unknownValue, line: 2),
        Case("    language:\n      - name: en\n        threshold: 1.5", .outOfRange, line: 3),
        Case("    language:\n      - name: tlh", .unknownValue, line: 2),
    ]

    @Test(arguments: others) func otherHeuristicRules(_ test: Case) { check(test) }

    private static func classifier(_ rest: String) -> String { "    classifiers:\n      - name: c\n" + rest }

    static let learned: [Case] = [
        Case(
            "    embeddings:\n      - name: e\n        candidates: [a]\n        query_modality: audio", .invalidValue,
            line: 4),
        Case(
            "    embeddings:\n      - name: e\n        candidates: [a]\n        query_modality: smell", .unknownValue,
            line: 4),
        Case("    embeddings:\n      - name: e", .noEffect, line: 2, .warning),
        Case("    domains:\n      - name: d\n        mmlu_categories: [maths]", .unknownValue, line: 3),
        Case("    fact_check:\n      - name: needs_facts", .noEffect, line: 2, .warning),
        Case("    user_feedbacks:\n      - name: angry", .noEffect, line: 2, .warning),
        Case("    modality:\n      - name: text", .unknownValue, line: 2),
        Case("    reasks:\n      - name: r\n        threshold: 1.1", .outOfRange, line: 3),
        Case("    reasks:\n      - name: r\n        lookback_turns: 0", .outOfRange, line: 3),
        Case("    preferences:\n      - name: p\n        examples: a", .wrongType, line: 3),
        Case("    complexity:\n      - name: c\n        hard: { candidate: [a] }", .unknownKey, line: 3),
        Case(
            "    complexity:\n      - name: c\n        composer: { type: domain, name: x }", .danglingReference, line: 3
        ),
        Case(
            "    complexity:\n      - name: c\n        composer: { type: complexity, name: 'c:hard' }", .conflict,
            line: 3),
        Case("    jailbreak:\n      - name: j\n        method: magic", .unknownValue, line: 3),
        Case(
            "    jailbreak:\n      - name: j\n        method: classifier\n        jailbreak_patterns: [a]", .noEffect,
            line: 4, .warning),
        Case("    jailbreak:\n      - name: j\n        method: contrastive", .noEffect, line: 3, .warning),
        Case("    pii:\n      - name: p\n        pii_types_allowed: [EMAIL]", .unknownValue, line: 3),
        Case("    pii:\n      - name: p\n        threshold: 2", .outOfRange, line: 3),
        Case(
            "    kb:\n      - name: b\n        kb: nowhere\n        target: { kind: group, value: a }",
            .danglingReference, line: 3),
        Case(
            "    kb:\n      - name: b\n        kb: privacy_kb\n        target: { kind: area, value: a }", .unknownValue,
            line: 4),
        Case("    kb:\n      - name: b\n        kb: privacy_kb", .missingKey, line: 2),
        Case(classifier("        type: remote\n        labels: [A, B]"), .unknownValue, line: 3),
        Case(classifier("        type: local\n        labels: [A, B]"), .missingKey, line: 2),
        Case(classifier("        type: local\n        labels: []\n        model_path: m"), .missingKey, line: 4),
        Case(classifier("        type: local\n        labels: [A]\n        model_path: m"), .invalidValue, line: 4),
        Case(classifier("        type: local\n        labels: [A, A]\n        model_path: m"), .duplicateName, line: 4),
        Case(
            classifier("        type: local\n        labels: [A, 'B:C']\n        model_path: m"), .invalidValue, line: 4
        ),
        Case(
            classifier("        type: local\n        labels: [A, B]\n        model_path: m\n        instructions: x"),
            .conflict, line: 6),
        Case(
            classifier("        type: llm\n        labels: [A, B]\n        model: x\n        instructions: y"),
            .danglingReference, line: 5),
        Case(classifier("        type: llm\n        labels: [A, B]\n        instructions: y"), .missingKey, line: 2),
        Case(classifier("        type: llm\n        labels: [A, B]\n        model_path: m"), .conflict, line: 5),
        Case(classifier("        type: llm\n        labels: [A, B]\n        use_cpu: true"), .conflict, line: 5),
        Case(
            "    classifiers:\n      - name: 'a:b'\n        type: local\n        labels: [A, B]", .invalidValue, line: 2
        ),
        Case(
            "    classifiers:\n      - { name: a, type: local, model_path: m, labels: [A, B] }\n"
                + "      - { name: b, type: local, model_path: m, labels: [A, B] }", .conflict, line: 3),
        Case(
            "    classifiers:\n      - { name: a, type: local, model_path: m, labels: [A, B] }\n"
                + "      - { name: A, type: local, model_path: m, labels: [A, B] }", .duplicateName, line: 3),
    ]

    @Test(arguments: learned) func learnedRules(_ test: Case) { check(test) }

    @Test func patternsAreReportedWithTheirOffset() throws {
        let loaded = load(
            signals: "    keywords:\n      - { name: k, operator: OR, method: regex, keywords: ['ab)c'] }")
        let found = try #require(loaded.diagnostics.first { $0.code == .invalidPattern })
        #expect(found.message.contains("at byte 2"))
        #expect(found.path.description == "routing.signals.keywords[0].keywords[0]")
    }

    @Test func literalKeywordsAreNoPatterns() {
        let loaded = load(signals: "    keywords:\n      - { name: k, operator: OR, keywords: ['c++ (new', '[x'] }")
        #expect(loaded.policy != nil)
    }

    @Test func misspeltValuesGetTheNearest() throws {
        let loaded = load(signals: "    events:\n      - { name: e, severities: [critcal] }")
        #expect(loaded.diagnostics.first { $0.code == .unknownValue }?.suggestion == "critical")
    }
}
