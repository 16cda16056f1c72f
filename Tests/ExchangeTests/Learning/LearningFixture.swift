import NIOHTTP1
import Testing

@testable import Exchange

/// The shape of the agent recipe with signals that need no model: learning on, a private decision that bypasses it.
enum LearningFixture {
    static func policy(scope: String = "conversation", more: String = "", tools: String = "") -> String {
        """
        version: v0.3
        listeners: [{name: http, address: 127.0.0.1, port: 8899}]
        providers:
          defaults: {default_model: local}
          models:
            - {name: local, backend_refs: [{endpoint: "127.0.0.1:9001", weight: 1}]}
            - name: medium
              backend_refs: [{endpoint: "127.0.0.1:9002", weight: 1}]
              pricing: {currency: USD, prompt_per_1m: 0.48, cached_input_per_1m: 0.12, completion_per_1m: 1.92}
            - name: large
              backend_refs: [{endpoint: "127.0.0.1:9003", weight: 1}]
              pricing: {currency: USD, prompt_per_1m: 1.2, cached_input_per_1m: 0.3, completion_per_1m: 4.8}
        routing:
          modelCards:
            - {name: local, context_window_size: 32000}
            - {name: medium, context_window_size: 2000\(tools)}
            - {name: large, context_window_size: 128000, capabilities: [tools]}
          signals:
            keywords:
              - {name: secret, operator: OR, keywords: [password]}
              - {name: math, operator: OR, keywords: [number]}
              - {name: proof, operator: OR, keywords: [prove]}
          decisions:
            - name: privacy
              priority: 300
              rules: {operator: AND, conditions: [{type: keyword, name: secret}]}
              modelRefs: [{model: local}]
              adaptations: {mode: bypass}
            - name: math
              priority: 200
              rules: {operator: AND, conditions: [{type: keyword, name: math}]}
              modelRefs: [{model: local}]
            - name: proof
              priority: 100
              rules: {operator: AND, conditions: [{type: keyword, name: proof}]}
              modelRefs: [{model: medium}, {model: large}]
        global:
          router:
            learning:
              enabled: true
              protection: {scope: \(scope)}
        \(more)
        """
    }

    static let identity = [
        ("x-session-id", "s1"), ("x-conversation-id", "c1"), ("x-vsr-debug", "true"),
    ]

    static func body(_ text: String, turns: String = "", tools: String = "") -> String {
        #"{"model":"auto"\#(tools),"messages":[\#(turns){"role":"user","content":"\#(text)"}]}"#
    }

    /// A turn in which the results of tool calls come back.
    static func toolResult(_ text: String, call: String = "call_1") -> String {
        """
        {"model":"auto","messages":[{"role":"user","content":"\(text)"},
        {"role":"assistant","content":null,"tool_calls":[{"id":"\(call)","type":"function",\
        "function":{"name":"search","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"\(call)","content":"42"}]}
        """
    }

    /// An answer that asks for a tool.
    static func toolCall(_ id: String) -> String {
        #"{"choices":[{"message":{"tool_calls":[{"id":"\#(id)","type":"function"}]},"finish_reason":"tool_calls"}]}"#
    }
}

extension HTTPHeaders {
    /// What learning says of itself: actions, reasons and scopes.
    var learning: [String] {
        ["actions", "reasons", "scopes"].map { first(name: "x-vsr-learning-\($0)") ?? "" }
    }

    var model: String? { first(name: "x-vsr-selected-model") }
}
