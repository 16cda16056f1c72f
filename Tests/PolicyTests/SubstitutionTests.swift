import Testing

@testable import Policy

@Suite struct SubstitutionTests {
    private static let environment = ["A": "x", "EMPTY": "", "PORT": "8080", "NESTED": "$A", "FLAG": "true"]

    @Test(arguments: [
        ("$A", "x"), ("${A}", "x"), ("p$A-$A", "px-x"), ("$NONE", ""), ("${NONE}", ""), ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""), ("${NONE-d}", "d"), ("${NONE:-}", ""), ("${A:-d}", "x"), ("$$", "$"), ("$$A", "$A"),
        ("${A", "${A"), ("end$", "end$"), ("\\d+$", "\\d+$"), ("a$ b", "a$ b"), ("$(x)", "$(x)"), ("${}", ""),
        ("$NESTED", "$A"), ("$A_", ""), ("${NONE:-a:-b}", "a:-b"), ("ä${A}ö", "äxö"), ("$|$)", "$|$)"),
    ])
    func expansion(text: String, expected: String) {
        #expect(EnvironmentSubstitution.expand(text) { Self.environment[$0] }.text == expected)
    }

    @Test func substitutedNumbersAndBooleansAreRead() throws {
        let text = """
            listeners:
              - {name: $FLAG, port: "${PORT}"}
              - {name: "${PORT}", port: $PORT, address: "::1"}
            routing:
              strategy: $NONE
              modelCards: [{name: a, description: $EMPTY}]
            """
        // An empty text is no strategy, and it is not taken for nothing.
        #expect(errors(text, environment: Self.environment) == ["5 unknown_value"])
        let good = String(text.split(separator: "\n").filter { !$0.contains("NONE") }.joined(separator: "\n"))
        let policy = try #require(load(good, environment: Self.environment).policy)
        #expect(policy.listeners.map(\.port) == [8080, 8080])
        #expect(policy.listeners.map(\.name) == ["true", "8080"])
        #expect(errors("routing: {}\nlisteners: [{port: \"80\"}]") == ["2 wrong_type"])
    }

    @Test func unsetVariablesWarn() {
        let text = """
            routing:
              modelCards:
                - name: a
                  description: $NONE
                  param_size: ${NONE:-8B}
            """
        #expect(warnings(text) == ["4 environment_variable_unset"])
    }

    @Test func templatesOfToolArgumentsKeepTheirPlaceholders() throws {
        let text = """
            routing:
              decisions:
                - name: a
                  plugins:
                    - type: system_prompt
                      configuration:
                        tool_arguments: {query: "${user_content}", n: "${top_k}", key: "${A}"}
            """
        let loaded = load(text, environment: Self.environment)
        #expect(loaded.diagnostics.isEmpty)
        let use = try #require(loaded.policy?.recipes[0].decisions[0].plugins.first)
        #expect(
            (use.configuration as? TestFamilies.Settings)?.arguments
                == .mapping(["query": .string("${user_content}"), "n": .string("${top_k}"), "key": .string("x")]))
    }

    @Test func keysAreNotSubstituted() {
        #expect(errors("routing: {}\n$A: 1", environment: Self.environment) == ["2 unknown_key"])
    }

    @Test func missingKeysOfBackendsWarn() {
        let text = """
            routing:
              modelCards: [{name: a}]
            providers:
              models:
                - name: a
                  backend_refs: [{endpoint: h, api_key_env: KEY}]
            """
        #expect(warnings(text) == ["6 environment_variable_unset"])
        #expect(warnings(text, environment: ["KEY": "k"]) == [])
    }
}
