import Testing

@testable import Policy

@Suite struct RuleTests {
    private func policy(_ rules: String) -> String {
        """
        routing:
          signals:
            keywords: [{name: code}, {name: other}]
            complexity: [{name: level}]
            classifiers: [{name: tone}]
            modality: [{name: BOTH}]
          decisions:
            - name: a
              rules: \(rules)
        """
    }

    @Test(arguments: ["{}", "~", "{operator: AND, conditions: []}"])
    func catchAlls(rules: String) throws {
        let loaded = load(policy(rules))
        #expect(loaded.diagnostics.isEmpty)
        switch try #require(loaded.policy).recipes[0].decisions[0].rules {
        case nil: break
        case .all(let children)?: #expect(children.isEmpty)
        default: Issue.record("not a catch-all")
        }
    }

    @Test(arguments: [
        "{type: keyword, name: code}", "{type: complexity, name: \"level:hard\"}",
        "{operator: not, conditions: [{type: keyword, name: code}]}",
        "{type: classifier, name: tone, label: x, on_error: match, predicate: {gte: 0.5}}",
        "{type: keyword, name: code, predicate: {gt: 0, lte: 1}, on_unknown: match}",
    ])
    func valid(rules: String) { #expect(load(policy(rules)).diagnostics.isEmpty) }

    @Test(arguments: [
        ("{operator: XOR, conditions: [{type: keyword, name: code}]}", "unknown_value"),
        ("{conditions: [{type: keyword, name: code}]}", "missing_key"),
        ("{operator: NOT, conditions: []}", "invalid_value"), ("{operator: NOT}", "invalid_value"),
        ("{operator: NOT, conditions: [{type: keyword, name: code}, {type: keyword, name: other}]}", "invalid_value"),
        ("{operator: AND, conditions: [{}]}", "missing_key"), ("{type: keyword}", "missing_key"),
        ("{type: keyword, name: \"\"}", "missing_key"), ("{name: code}", "missing_key"),
        ("{type: keywords, name: code}", "unknown_value"), ("{type: keyword, name: cod}", "dangling_reference"),
        ("{type: complexity, name: level}", "dangling_reference"),
        ("{type: complexity, name: \"level:huge\"}", "dangling_reference"),
        ("{type: projection, name: x}", "dangling_reference"),
        ("{type: keyword, name: code, label: x}", "conflict"),
        ("{type: keyword, name: code, on_error: match}", "conflict"),
        ("{type: classifier, name: tone}", "missing_key"),
        ("{type: keyword, name: code, on_unknown: maybe}", "unknown_value"),
        ("{type: keyword, name: code, predicate: {}}", "invalid_value"),
        ("{type: keyword, name: code, predicate: {gt: 1, gte: 1}}", "invalid_value"),
        ("{type: keyword, name: code, predicate: {gt: 1, lt: 1}}", "invalid_value"),
        ("{type: keyword, name: code, predicate: {gt: .inf}}", "wrong_type"),
        ("{type: keyword, name: code, operator: AND}", "conflict"), ("[]", "wrong_type"), ("7", "wrong_type"),
    ])
    func invalid(rules: String, code: String) { #expect(errors(policy(rules)).first == "9 \(code)") }

    @Test func suggestions() {
        let found = load(policy("{type: keyword, name: cdoe}")).diagnostics
        #expect(found.first?.suggestion == "code")
        #expect(found.first?.path.description == "routing.decisions[0].rules.name")
        #expect(load(policy("{operator: ADN, conditions: []}")).diagnostics.first?.suggestion == "AND")
    }

    @Test func bothModalitiesAreFoundAnywhereInTheTree() {
        let deep = "{operator: OR, conditions: [{operator: AND, conditions: [{type: modality, name: BOTH}]}]}"
        func text(_ cards: String) -> String {
            policy(deep) + "\n      modelRefs: [{model: a}, {model: b}]\n  modelCards: \(cards)\n"
        }
        #expect(errors(text("[{name: a, modality: ar}, {name: b}]")) == ["9 conflict"])
        #expect(errors(text("[{name: a, modality: ar}, {name: b, modality: diffusion}]")) == [])
        #expect(errors(text("[{name: a, modality: omni}, {name: b}]")) == [])
    }

    @Test func namesAreLocalToRecipes() {
        let text =
            policy("{type: keyword, name: code}") + """

                recipes:
                  - name: b
                    routing:
                      decisions:
                        - name: a
                          rules: {type: keyword, name: code}
                """
        #expect(errors(text) == ["15 dangling_reference"])
    }

    @Test func deepTreesLoad() {
        var rule = "{type: keyword, name: code}"
        for _ in 0..<80 { rule = "{operator: NOT, conditions: [\(rule)]}" }
        #expect(load(policy(rule)).diagnostics.isEmpty)
    }
}
