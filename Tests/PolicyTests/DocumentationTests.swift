import Testing

@testable import Policy

@Suite struct DocumentationTests {
    @Test func textLayout() {
        let source = "routing:\n  decisions:\n    - nmae: a\n"
        let loaded = load(source)
        let formatter = DiagnosticFormatter(file: "p.yaml", source: Array(source.utf8))
        let unknown = loaded.diagnostics.filter { $0.code == .unknownKey }
        #expect(
            formatter.text(unknown) == """
                p.yaml:3:7: error: unknown key "nmae" in decision [unknown_key]
                 3 |     - nmae: a
                   |       ^
                  at routing.decisions[0].nmae
                  did you mean name?
                p.yaml: 1 error, 0 warnings

                """)
        #expect(
            formatter.json(unknown) == """
                [
                  {"file": "p.yaml", "line": 3, "column": 7, "severity": "error", "code": "unknown_key", \
                "message": "unknown key \\"nmae\\" in decision", "path": "routing.decisions[0].nmae", \
                "suggestion": "name"}
                ]

                """)
        #expect(formatter.summary([]) == "p.yaml: no errors, no warnings")
        #expect(formatter.json([]) == "[]\n")
    }

    @Test func colorOnlyWhenAsked() {
        let diagnostic = Diagnostic(
            .warning, .noEffect, "a\u{1B}[2J", at: SourcePosition(line: 9, column: 9), path: PolicyPath())
        #expect(!DiagnosticFormatter(file: "p").text(diagnostic).contains("\u{1B}"))
        #expect(DiagnosticFormatter(file: "p", usesColor: true).text(diagnostic).contains("\u{1B}[1;33mwarning"))
    }

    @Test func longLinesAreCut() {
        let line = String(repeating: "a", count: 500) + "ERROR" + String(repeating: "b", count: 500)
        let diagnostic = Diagnostic(
            .error, .invalidValue, "m", at: SourcePosition(line: 1, column: 501), path: PolicyPath())
        let rows = DiagnosticFormatter(file: "p", source: Array(line.utf8)).text(diagnostic).split(separator: "\n")
        let caret = rows[2].firstIndex(of: "^").map { rows[2].distance(from: rows[2].startIndex, to: $0) } ?? 0
        #expect(rows[1].count < 120)
        #expect(Array(rows[1])[caret] == "E")
    }

    @Test func referenceDescribesEveryConstructOnce() {
        let text = ConfigurationReference.render(sections: ConfigurationReference.sections(TestFamilies.all))
        for title in ["## Policy file", "### decision", "### rule", "### backend reference", "## Signal `keyword`"] {
            #expect(text.components(title) == 1, "\(title)")
        }
        #expect(text.contains("| `retry_count` | whole number 0–5 | `0` |"))
        #expect(text.contains("| `name` | text | required |"))
        #expect(text.contains("Removed: configure the plugin \"tools\"."))
    }

    @Test func jsonSchemaIsOneDocumentWithRecursion() throws {
        let text = JSONSchema.text(TestFamilies.all)
        let root = try #require(YAMLReader().read(Array(text.utf8)).root, "JSON is YAML")
        #expect(root["$ref"]?.scalar?.text == "#/$defs/policy")
        let definitions = try #require(root["$defs"])
        let rule = definitions["rule"]?["properties"]?["conditions"]?["anyOf"]?.elements?[0]
        #expect(rule?["items"]?["$ref"]?.scalar?.text == "#/$defs/rule")
        #expect(definitions["decision"]?["required"]?.elements?.compactMap(\.scalar?.text) == ["name"])
        #expect(definitions["decision"]?["properties"]?["tool_scope"] == nil)
        // Every reference leads somewhere.
        for part in text.split(separator: "\"#/$defs/").dropFirst() {
            #expect(definitions[String(part.prefix { $0 != "\"" })] != nil)
        }
    }

    @Test func effectiveConfigurationMasksSecretsAndKnowsOrigins() throws {
        let text = """
            routing:
              modelCards: [{name: a, description: $TEXT}]
              decisions:
                - name: d
                  annotations: {max_tokens: 5, client-secret: s3cret, nested: {password: [pw1, pw2]}}
            providers:
              models:
                - name: a
                  backend_refs: [{endpoint: h, api_key: hunter2, extra_headers: {X: hush}}]
            """
        let loaded = load(text, environment: ["TEXT": "words"])
        let effective = EffectiveConfiguration(
            root: try #require(loaded.root), schema: PolicyLoader(families: TestFamilies.all).description)
        let lines = effective.text(file: "p.yaml")
        for secret in ["hunter2", "hush", "s3cret", "pw1", "pw2"] { #expect(!lines.contains(secret)) }
        #expect(lines.contains("providers.models[0].backend_refs[0].api_key = \"[REDACTED]\"  # p.yaml:9\n"))
        #expect(lines.contains("routing.modelCards[0].description = \"words\"  # environment, p.yaml:2\n"))
        #expect(lines.contains("routing.decisions[0].priority = 0  # default\n"))
        #expect(lines.contains("routing.decisions[0].annotations.max_tokens = 5  # p.yaml:5\n"))
        #expect(lines.contains("global.router.auto_model_name = \"MoM\"  # default\n"))
        #expect(YAMLReader().read(Array(effective.json(file: "p.yaml").utf8)).root?.elements?.isEmpty == false)
    }
}

extension String {
    /// How often a text is a line of this one.
    fileprivate func components(_ line: String) -> Int {
        split(separator: "\n").count { $0 == line }
    }
}
