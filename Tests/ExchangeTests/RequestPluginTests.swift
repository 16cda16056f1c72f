import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct RequestPluginTests {
    /// A policy whose only decision has these plugins.
    static func policy(_ plugins: [String]) -> String {
        """
        providers:
          defaults: { default_model: only }
          models:
            - name: only
              backend_refs: [{ endpoint: "10.0.0.1:8000", api_key: hunter2 }]
        routing:
          modelCards: [{ name: only }]
          decisions:
            - name: rest
              modelRefs: [{ model: only }]
              plugins:
        """ + plugins.map { "\n        - \($0)" }.joined()
    }

    static func prompt(_ mode: String = "insert", _ text: String = "Be brief.") -> String {
        "{ type: system_prompt, configuration: { system_prompt: \"\(text)\", mode: \(mode) } }"
    }

    static func parameters(_ configuration: String) -> String {
        "{ type: request_params, configuration: { \(configuration) } }"
    }

    func attempt(_ plugins: [String], _ body: String, headers: [(String, String)] = []) throws -> Attempt {
        try RouterFixture(Self.policy(plugins)).attempt(body, headers: headers)
    }

    static let user = #"{"role":"user","content":"hi"}"#

    /// The messages after the plugin.
    func messages(_ mode: String, _ messages: String) throws -> String {
        let attempt = try attempt(
            [Self.prompt(mode)],
            #"{"model":"only-auto","messages":[\#(messages)]}"#.replacing("only-auto", with: "auto"))
        let start = #"{"model":"only","messages":["#
        let text = attempt.text
        #expect(text.hasPrefix(start) && text.hasSuffix("]}"))
        return String(text.dropFirst(start.count).dropLast(2))
    }

    @Test func insertedPrompt() throws {
        let own = #"{"role":"system","content":"Be brief."}"#
        #expect(try messages("insert", Self.user) == own + "," + Self.user)
        #expect(
            try messages("insert", #"{"role":"system","content":"Talk é."},"# + Self.user)
                == #"{"role":"system","content":"Be brief.\n\nTalk é."},"# + Self.user)
        #expect(
            try messages("insert", #"{"role":"developer","content":"Talk.","x":1},"# + Self.user)
                == #"{"role":"developer","content":"Be brief.\n\nTalk.","x":1},"# + Self.user)
        #expect(
            try messages("insert", #"{"role":"system","content":[{"type":"text","text":"Talk."}]},"# + Self.user)
                == #"{"role":"system","content":[{"type":"text","text":"Be brief."},{"type":"text","text":"Talk."}]},"#
                + Self.user)
        #expect(
            try messages("insert", #"{"role":"system","content":null},"# + Self.user)
                == #"{"role":"system","content":"Be brief."},"# + Self.user)
        #expect(
            try messages("insert", Self.user + #",{"role":"system","content":"Late."}"#)
                == own + "," + Self.user + #",{"role":"system","content":"Late."}"#)
    }

    @Test func replacingPrompt() throws {
        let own = #"{"role":"system","content":"Be brief."}"#
        #expect(try messages("replace", Self.user) == own + "," + Self.user)
        #expect(
            try messages("replace", #"{"role":"system","content":"Talk."},"# + Self.user) == own + "," + Self.user)
        #expect(
            try messages(
                "replace",
                #"{"role":"developer","content":"a"},"# + Self.user + #",{"role":"system","content":[]}"#)
                == own + "," + Self.user)
        #expect(try messages("replace", #"{"role":"system","content":"alone"}"#) == own)
    }

    @Test func manyInstructionsAreReplacedAtOnce() throws {
        let instruction = #"{"role":"system","content":"again"},"#
        #expect(
            try messages("replace", String(repeating: instruction, count: 10_000) + Self.user)
                == #"{"role":"system","content":"Be brief."},"# + Self.user)
    }

    @Test func theHeaderSaysWhetherAPromptWasInjected() throws {
        let body = #"{"model":"auto","messages":[\#(Self.user)]}"#
        let debug = [("x-vsr-debug", "true")]
        let with = try RouterFixture(Self.policy([Self.prompt()])).forward(body, headers: debug).answered()
        #expect(with["x-vsr-injected-system-prompt"] == ["true"])
        let off = "{ type: system_prompt, configuration: { system_prompt: x, enabled: false } }"
        let without = try RouterFixture(Self.policy([off])).forward(body, headers: debug)
        #expect(try without.answered()["x-vsr-injected-system-prompt"] == ["false"])
    }

    /// The members beside model and messages after the plugin.
    func parameters(_ configuration: String, _ members: String) throws -> String {
        let start = #"{"model":"only","messages":[\#(Self.user)]"#
        let text = try attempt(
            [Self.parameters(configuration)], #"{"model":"auto","messages":[\#(Self.user)]\#(members)}"#
        ).text
        #expect(text.hasPrefix(start) && text.hasSuffix("}"))
        return String(text.dropFirst(start.count).dropLast())
    }

    @Test func blockedParameters() throws {
        #expect(
            try parameters(
                "blocked_params: [temperature, logit_bias]", #","temperature":1,"top_p":0.5,"logit_bias":{"1":2}"#)
                == #","top_p":0.5"#)
        #expect(try parameters("blocked_params: [model, messages]", #","n":2"#) == #","n":2"#)
        #expect(try parameters("blocked_params: [absent]", #","n":2"#) == #","n":2"#)
    }

    @Test(arguments: [
        (#","max_tokens":500"#, #","max_tokens":100"#),
        (#","max_completion_tokens":101"#, #","max_completion_tokens":100"#),
        (#","max_tokens":100"#, #","max_tokens":100"#), (#","max_tokens":7"#, #","max_tokens":7"#),
        (#","max_tokens":null"#, #","max_tokens":null"#), (#","max_tokens":"500""#, ""),
        (#","max_tokens":500.5"#, ""), (#","max_tokens":99999999999999999999"#, ""), (#","max_tokens":{}"#, ""),
        (#","max_tokens":500,"max_completion_tokens":600"#, #","max_tokens":100,"max_completion_tokens":100"#),
    ])
    func tokenLimits(_ given: String, _ expected: String) throws {
        #expect(try parameters("max_tokens_limit: 100", given) == expected)
    }

    @Test(arguments: [
        (#","n":5"#, #","n":2"#), (#","n":2"#, #","n":2"#), (#","n":null"#, #","n":null"#), (#","n":"5""#, ""),
        (#","n":true"#, ""),
    ])
    func choiceLimits(_ given: String, _ expected: String) throws {
        #expect(try parameters("max_n: 2", given) == expected)
    }

    @Test func unknownParametersAreStripped() throws {
        #expect(
            try parameters(
                "strip_unknown: true",
                #","foo":1,"temperature":0.5,"stream_options":{"include_usage":true},"é":[],"max_completion_tokens":5,"parallel_tool_calls":false,"chat_template_kwargs":{}"#
            )
                == #","temperature":0.5,"stream_options":{"include_usage":true},"max_completion_tokens":5,"parallel_tool_calls":false"#
        )
    }

    @Test func theRoutersOwnFieldsSurviveStripping() throws {
        let policy = """
            providers:
              defaults:
                default_model: only
                reasoning_families: { qwen: { type: chat_template_kwargs, parameter: enable_thinking } }
              models: [{ name: only, reasoning_family: qwen, backend_refs: [{ endpoint: "10.0.0.1:8000" }] }]
            routing:
              modelCards: [{ name: only }]
              decisions:
                - name: rest
                  modelRefs: [{ model: only, use_reasoning: true }]
                  plugins: [\(Self.parameters("strip_unknown: true"))]
            """
        let attempt = try RouterFixture(policy).attempt(
            #"{"model":"auto","messages":[\#(Self.user)],"chat_template_kwargs":{"evil":1},"foo":2}"#)
        #expect(try attempt.json["chat_template_kwargs"] == ["enable_thinking": true])
        #expect(try attempt.json["foo"] == nil)
    }

    @Test func changedParametersAreToldInTheLogWithinBounds() throws {
        let fixture = try RouterFixture(Self.policy([Self.parameters("strip_unknown: true, max_n: 1")]))
        _ = try fixture.forward(#"{"model":"auto","messages":[\#(Self.user)],"foo":1,"n":3,"seed":4}"#).answered()
        #expect(try fixture.log.request()["parameters_changed"] == #"["foo", "n"]"#)
        let long = String(repeating: "k", count: 5_000)
        let many = (0..<1_000).map { ",\"\(long.prefix($0 == 0 ? 5_000 : 5))\($0)\":1" }.joined()
        _ = try fixture.forward(#"{"model":"auto","messages":[\#(Self.user)]\#(many)}"#).answered()
        #expect(try #require(try fixture.log.request()["parameters_changed"]).utf8.count < 2_000)
    }

    @Test func headersAreMutatedLast() throws {
        let mutation = """
            { type: header_mutation, configuration: { add: [{ name: X-New, value: one }], \
            update: [{ name: x-selected-model, value: other }, { name: X-Given, value: "two, three" }], \
            delete: [authorization, x-gone] } }
            """
        let headers = try attempt(
            [mutation], #"{"model":"auto","messages":[\#(Self.user)]}"#,
            headers: [("x-given", "client's"), ("x-gone", "1"), ("X-Gone", "2"), ("x-new", "client's")]
        ).headers
        #expect(headers["x-new"] == ["one"])
        #expect(headers["x-given"] == ["two, three"])
        #expect(headers["x-selected-model"] == ["other"])
        #expect(headers["x-gone"] == [])
        #expect(headers["authorization"] == [])
    }

    @Test func pluginsActInTheRoutersOrderWhateverTheFileSays() throws {
        let plugins = [Self.prompt(), Self.parameters("blocked_params: [seed], strip_unknown: true")]
        let body = #"{"model":"auto","messages":[\#(Self.user)],"seed":1}"#
        let first = try attempt(plugins, body)
        #expect(first.text == (try attempt(plugins.reversed(), body)).text)
        #expect(first.text == #"{"model":"only","messages":[{"role":"system","content":"Be brief."},\#(Self.user)]}"#)
    }

    @Test func aPhysicalModelMeetsNoPlugin() throws {
        let plugins = [
            Self.prompt("replace"), Self.parameters("strip_unknown: true, max_n: 1, blocked_params: [seed]"),
            "{ type: header_mutation, configuration: { add: [{ name: x-new, value: one }], delete: [x-given] } }",
        ]
        let body =
            #"{"model":"only","messages":[{"role":"system","content":"mine"},\#(Self.user)],"seed":1,"n":9,"foo":{}}"#
        let attempt = try attempt(plugins, body, headers: [("x-given", "kept")])
        #expect(attempt.text == body)
        #expect(attempt.headers["x-new"] == [])
        #expect(attempt.headers["x-given"] == ["kept"])
    }
}
