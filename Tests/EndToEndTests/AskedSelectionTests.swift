import Foundation
import Testing

/// Choices that somebody else makes.
@Suite(.serialized, .blocking) struct AskedSelectionTests {
    private static func policy(_ algorithm: String) -> String {
        """
        version: v0.3
        listeners: [{name: http, address: 127.0.0.1, port: 8899}]
        providers:
          defaults: {default_model: small}
          models:
            - {name: small, backend_refs: [{endpoint: "${BACKEND}", weight: 1}]}
            - {name: large, backend_refs: [{endpoint: "${BACKEND}", weight: 1}]}
            - {name: helper, backend_refs: [{endpoint: "${HELPER}", weight: 1, api_key_env: HELPER_KEY}]}
        routing:
          modelCards: [{name: small, description: quick}, {name: large, description: strong}, {name: helper}]
          decisions:
            - name: all
              rules: {operator: AND, conditions: []}
              modelRefs: [{model: small}, {model: large}]
              algorithm: {\(algorithm)}
        global: {integrations: {looper: {endpoint: "http://127.0.0.1:1/v1/chat/completions"}}}
        """
    }

    private func model(_ algorithm: String, helper: RecordingBackend) throws -> HTTPReply {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let file = try directory.write(Self.policy(algorithm), to: "policy.yaml")
        let martlet = try MartletProcess.serve(
            ["--config", file],
            environment: [
                "BACKEND": "127.0.0.1:\(backend.port)", "HELPER": "127.0.0.1:\(helper.port)",
                "HELPER_KEY": "sesame",
            ])
        return try martlet.chat("Prove it.")
    }

    private static func says(_ text: String) throws -> RecordingBackend {
        let content = String(decoding: try JSONSerialization.data(withJSONObject: [text]), as: UTF8.self).dropFirst()
            .dropLast()
        return try RecordingBackend { _ in
            RecordingBackend.response(
                200, #"{"choices":[{"message":{"role":"assistant","content":\#(content)},"finish_reason":"stop"}]}"#)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aHelperModelChooses() throws {
        let algorithm =
            "type: prompt, prompt: {model: helper, instructions: Prefer the strong one., timeout_seconds: 5}"
        let helper = try Self.says(#"{"selected_model":"large","rationale":"A proof is hard."}"#)
        let reply = try model(algorithm, helper: helper)
        #expect(reply.model == "large")
        #expect(reply["x-vsr-selected-algorithm"] == "prompt")
        let asked = try helper.lastRequest()
        #expect(asked.text.contains("Prove it.") && asked["authorization"] == "Bearer sesame")
    }

    @Test(.timeLimit(.minutes(1))) func anUnusableAnswerLeavesTheFirstCandidate() throws {
        let algorithm = "type: prompt, prompt: {model: helper, instructions: x}"
        #expect(try model(algorithm, helper: try Self.says("Use the large one.")).model == "small")
        let broken = try RecordingBackend { _ in RecordingBackend.response(500, "{}") }
        #expect(try model(algorithm, helper: broken).model == "small")
    }

    @Test(.timeLimit(.minutes(1))) func aRoutingServiceChooses() throws {
        let service = try RecordingBackend { _ in RecordingBackend.response(200, #"{"selected_model":"large"}"#) }
        let reply = try model(
            "type: router_r1, router_r1: {address: 127.0.0.1, port: \(service.port)}", helper: service)
        #expect(reply.model == "large")
        #expect(try service.lastRequest().target == "/route")
    }
}
