import Foundation
import Testing

/// Sessions as an agent meets them: real processes, kills and restarts.
@Suite(.serialized, .blocking) struct SessionTests {
    private static let identity = [
        ("x-session-id", "s1"), ("x-conversation-id", "c1"), ("x-vsr-debug", "true"),
    ]

    /// A backend that always asks for a tool.
    static func toolCall(_ request: ReceivedRequest) -> [UInt8] {
        RecordingBackend.response(
            200,
            """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"backend","choices":[{"index":0,\
            "message":{"role":"assistant","content":null,"tool_calls":[{"id":"call_7","type":"function",\
            "function":{"name":"search","arguments":"{}"}}]},"finish_reason":"tool_calls"}],\
            "usage":{"prompt_tokens":30,"completion_tokens":2,"total_tokens":32}}
            """)
    }

    private static var tools: [String: Any] { ["tools": [["type": "function", "function": ["name": "search"]]]] }

    /// The turn that brings the tool's result; its text now speaks for the other model.
    static func toolResult() throws -> [UInt8] {
        let messages: [[String: Any]] = [
            ["role": "user", "content": "Prove it."],
            [
                "role": "assistant",
                "tool_calls": [
                    ["id": "call_7", "type": "function", "function": ["name": "search", "arguments": "{}"]]
                ],
            ],
            ["role": "tool", "tool_call_id": "call_7", "content": "42"],
        ]
        return [UInt8](try JSONSerialization.data(withJSONObject: ["model": "auto", "messages": messages]))
    }

    private func serve(_ backend: RecordingBackend, _ directory: String) throws -> MartletProcess {
        try MartletProcess.serve(
            fixture: "sessions.yaml", backend: backend.port, arguments: ["--state-directory", directory])
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGKILL, SIGTERM])
    func aToolLoopKeepsItsModelAcrossARestart(signal: CInt) throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend(answer: Self.toolCall)
        let first = try serve(backend, directory.path)
        #expect(try first.chat("Look it up.", more: Self.tools, headers: Self.identity).model == "small")
        first.process.send(signal)
        _ = try first.process.waitForExit()
        let second = try serve(backend, directory.path)
        let reply = try second.post(Self.toolResult(), headers: Self.identity)
        #expect(reply.model == "small")
        #expect(reply["x-vsr-learning-actions"]?.hasSuffix("protection=hold_current") == true)
        // The next user turn is free again, when the turn before is accounted for, which a kill may have prevented.
        try Deadline(10).poll("a free turn") {
            try second.chat("Prove it.", headers: Self.identity).model == "large" ? true : nil
        }
    }

    @Test(.timeLimit(.minutes(1))) func aSecondProcessSaysThatItKeepsNothing() throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let first = try serve(backend, directory.path)
        let second = try serve(backend, directory.path)
        #expect(try second.chat("Hello.").model == "small")
        #expect(second.process.errors.contains("state_in_use"))
        #expect(!first.process.errors.contains("state_in_use"))
    }

    @Test(.timeLimit(.minutes(1))) func anOutcomeIsToldByTheReplayID() throws {
        let backend = try RecordingBackend()
        let directory = try TemporaryDirectory()
        let martlet = try serve(backend, directory.path)
        let replay = try #require(try martlet.chat("Hello.", headers: Self.identity)["x-vsr-replay-id"])
        let outcome = try martlet.manage(
            "POST", "/v1/router/outcomes",
            body: #"{"replay_id":"\#(replay)","target":"model","verdict":"underpowered","score":0.5}"#,
            headers: [("Idempotency-Key", "k1")])
        #expect(outcome.status == 200)
        let records = try martlet.manage("GET", "/api/v1/learning").object["records"] as? [[String: Any]]
        let weights = try #require(records).compactMap { $0["underpowered"] as? Double }
        // It fades from the first moment.
        #expect(weights.count == 2 && weights.allSatisfy { abs($0 - 0.5) < 1e-4 })
    }

    /// The smoke requests of the agent recipe, spec selection-learning §5.9.
    @Test(
        .enabled(if: Surroundings.compatibility != nil, "../shared/compat is not here"),
        .enabled(if: LearnedSignalTests.isInstalled, "the encoder is not installed: run make build"),
        .timeLimit(.minutes(2)))
    func theAgentRecipesSmokeRequestsPass() throws {
        let recipe = try #require(Surroundings.compatibility) + "/recipes/agent/config.yaml"
        let martlet = try MartletProcess.serve(["--config", recipe, "--mock-backends"])
        func turn(_ prompt: String, _ headers: [(String, String)] = Self.identity) throws -> [String] {
            let reply = try martlet.chat(prompt, model: "vllm-sr/auto", headers: headers)
            return [reply.decision, reply.model, reply["x-vsr-learning-actions"], reply["x-vsr-learning-reasons"]]
                .map { $0 ?? "" }
        }
        let math = "Answer with the number only: what is 17 x 23?"
        #expect(
            try turn(math) == [
                "simple_math_fast_path", "qwen/qwen3.6-rocm",
                "adaptation=keep_base,protection=establish_baseline",
                "adaptation=cold_start,protection=new_conversation",
            ])
        #expect(
            try turn(math) == [
                "simple_math_fast_path", "qwen/qwen3.6-rocm", "adaptation=keep_base,protection=allow_switch",
                "adaptation=base_best,protection=switch_margin_not_met",
            ])
        #expect(
            try turn("Is it safe to keep the API key sk-test-1234 in this private repository?") == [
                "local_privacy_policy", "qwen/qwen3.6-rocm", "adaptation=bypass,protection=bypass",
                "adaptation=decision_bypass,protection=decision_bypass",
            ])
        let anonymous = try turn(math, [("x-vsr-debug", "true")])
        #expect(anonymous[2] == "adaptation=keep_base,protection=suppress_sampling")
        #expect(anonymous[3].hasSuffix("protection=missing_identity"))
    }
}
