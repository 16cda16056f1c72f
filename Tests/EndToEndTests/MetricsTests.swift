import Testing

/// What the gateway says of itself under `/metrics`.
@Suite(.serialized, .blocking) struct MetricsTests {
    @Test(.timeLimit(.minutes(1))) func signalsDecisionsPluginsAndModelsAreCounted() throws {
        let martlet = try MartletProcess.serve(["--demo"])
        for prompt in ["Prove it step by step.", "Fix this bug.", "My key is sk-abcdefghijkl."] {
            #expect(try martlet.chat(prompt).status == 200)
        }
        #expect(try martlet.metric("llm_signal_extraction_total", "\"code\"") == 3)
        #expect(try martlet.metric("llm_signal_match_total", "\"code\"") == 1)
        #expect(try martlet.metric("llm_signal_match_total", "\"long_text\"") == 0)
        #expect(try martlet.metric("llm_decision_match_total", "hard_work") == 1)
        #expect(try martlet.metric("llm_model_selection_total", "large", "hard_work", "static") == 1)
        // An answer without a model is no selection.
        #expect(try martlet.metric("llm_model_selection_total", "refuse_secrets") == nil)
        #expect(try martlet.metric("llm_plugin_execution_total", "fast_response", "refuse_secrets") == 1)
        #expect(try martlet.metric("llm_plugin_execution_total", "system_prompt", "everyday_work") == 1)
        #expect(try martlet.metric("martlet_backend_healthy", "large") == 1)
        #expect(try martlet.metric("llm_model_inflight_requests", "large") == 0)
        #expect(martlet.process.stop() == 0)
    }
}
