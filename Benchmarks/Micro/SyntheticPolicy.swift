/// Policies made for measuring.
enum SyntheticPolicy {
    static let prompt = """
        Please review the attached service and explain, first in one paragraph and then in detail, why the request \
        latency grows after the cache is filled. Compare at least two ways to fix it, say which one you would choose \
        under a limit of 200 ms, and list the steps to roll it out. What could go wrong? How would we notice?
        """

    private static let subjects = [
        "injection", "secret", "personal", "code", "document", "local", "simple", "agent", "build", "legal", "health",
        "research", "reasoning",
    ]

    /// A policy of the size of a published agent policy: 13 lists of 13 regular expressions, 6 conversation, 3 context
    /// and 3 structure signals, 4 scores with 4 mappings, 11 decisions.
    static var agentSized: String {
        var yaml = header
        yaml += "  signals:\n    keywords:\n"
        for subject in subjects {
            yaml += "      - name: \(subject)_markers\n        operator: OR\n        method: regex\n        keywords:\n"
            for index in 0..<10 {
                yaml += "          - '\\b\(subject)[ _-]?(word|phrase|term)?\(index)s?\\b'\n"
            }
            yaml +=
                "          - '\\b(the )?\(subject) (plan|request|notes?)\\b'\n          - '\\b\\d{3}-\(subject)\\b'\n          - 仅\(subject)内部\n"
        }
        yaml += """
                conversation:
                  - { name: multi_turn, feature: { type: count, source: { type: message, role: user } }, predicate: { gte: 2 } }
                  - { name: tools, feature: { type: count, source: { type: tool_definition } }, predicate: { gte: 1 } }
                  - { name: calls, feature: { type: count, source: { type: assistant_tool_call } }, predicate: { gte: 1 } }
                  - { name: cycles, feature: { type: count, source: { type: assistant_tool_cycle } }, predicate: { gte: 1 } }
                  - { name: loop, feature: { type: exists, source: { type: active_tool_loop } } }
                  - { name: heavy, feature: { type: count, source: { type: message, role: non_user } }, predicate: { gt: 4 } }
                context:
                  - { name: short, min_tokens: "0", max_tokens: "999" }
                  - { name: medium, min_tokens: 1K, max_tokens: "7999" }
                  - { name: long, min_tokens: 8K, max_tokens: 256K }
                structure:
                  - { name: ordered, feature: { type: sequence, source: { type: sequence, sequences: [[first, then], [plan, execute, verify]] } } }
                  - { name: numbered, feature: { type: exists, source: { type: regex, pattern: '(?m)^\\s*\\d+\\.\\s+' } } }
                  - { name: dense, feature: { type: density, source: { type: keyword_set, keywords: [under, at most, at least, within, must, should] } }, predicate: { gt: 0.08 } }

            """
        yaml += "  projections:\n    scores:\n"
        for score in 0..<4 {
            yaml += "      - name: score\(score)\n        method: weighted_sum\n        inputs:\n"
            for index in 0..<10 {
                let subject = subjects[(score * 3 + index) % subjects.count]
                yaml +=
                    "          - { type: keyword, name: \(subject)_markers, weight: 0.\(index + 1), value_source: confidence }\n"
            }
            yaml +=
                "          - { type: structure, name: ordered, weight: 0.1 }\n          - { type: context, name: short, weight: -0.1 }\n"
        }
        yaml += "    mappings:\n"
        for score in 0..<4 {
            yaml += "      - name: band\(score)\n        source: score\(score)\n        outputs:\n"
            yaml += "          - { name: low\(score), lt: 0.3 }\n          - { name: high\(score), gte: 0.3 }\n"
        }
        yaml += "  decisions:\n"
        for index in 0..<10 {
            yaml += """
                    - name: decision\(index)
                      priority: \(300 - index * 10)
                      tier: \(1 + index / 3)
                      rules:
                        operator: AND
                        conditions:
                          - { type: projection, name: \(index % 2 == 0 ? "high" : "low")\(index % 4) }
                          - operator: OR
                            conditions:
                              - { type: keyword, name: \(subjects[index])_markers }
                              - { type: keyword, name: \(subjects[(index + 5) % subjects.count])_markers }
                          - operator: NOT
                            conditions: [{ type: conversation, name: loop }]
                      modelRefs: [{ model: small }]

                """
        }
        yaml += "    - { name: fallback, priority: 1, tier: 9, modelRefs: [{ model: small }] }\n"
        return yaml
    }

    /// A policy with one list of many literal keywords, none of which occurs.
    static func keywords(_ count: Int) -> String {
        var yaml = header + "  signals:\n    keywords:\n      - name: many\n        operator: OR\n        keywords:\n"
        for index in 0..<count { yaml += "          - keyword\(index)x\n" }
        yaml +=
            "  decisions:\n    - { name: hit, priority: 2, rules: { type: keyword, name: many }, modelRefs: [{ model: small }] }\n"
        yaml += "    - { name: miss, priority: 1, modelRefs: [{ model: small }] }\n"
        return yaml
    }

    private static let header = """
        version: v0.3
        providers:
          defaults: { default_model: small }
          models:
            - { name: small, backend_refs: [{ endpoint: "127.0.0.1:1" }] }
        routing:
          modelCards:
            - { name: small }

        """
}
