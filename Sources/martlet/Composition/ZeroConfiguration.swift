import Foundation
import NIOCore
import Policy

/// What `serve` offers when it is given no policy: what the environment holds, or the demo.
struct ZeroConfiguration {
    /// A service that was found.
    struct Provider {
        var name: String
        /// The base URL with its path.
        var baseURL: String
        /// The environment variable with the key.
        var keyVariable: String?
        /// Its models, cheapest first.
        var models: [String]
    }

    /// A policy made for what was found.
    struct Found {
        var providers: [Provider]
        var yaml: String
    }

    let environment: [String: String]

    /// Looks for services; nil when there are none.
    func discover() async -> Found? {
        var providers: [Provider] = []
        if environment["OPENAI_API_KEY"]?.isEmpty == false {
            providers.append(
                Provider(
                    name: "openai", baseURL: environment["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1",
                    keyVariable: "OPENAI_API_KEY",
                    models: list("MARTLET_OPENAI_MODELS", ["gpt-5-nano", "gpt-5-mini", "gpt-5"])))
        }
        if environment["ANTHROPIC_API_KEY"]?.isEmpty == false {
            providers.append(
                Provider(
                    name: "anthropic",
                    baseURL: environment["MARTLET_ANTHROPIC_BASE_URL"] ?? "https://api.anthropic.com/v1",
                    keyVariable: "ANTHROPIC_API_KEY",
                    models: list(
                        "MARTLET_ANTHROPIC_MODELS", ["claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5"])))
        }
        let local = [
            ("ollama", environment["OLLAMA_HOST"].map(Self.url) ?? "http://127.0.0.1:11434"),
            ("vllm", environment["VLLM_BASE_URL"] ?? "http://127.0.0.1:8000"),
        ]
        for (name, base) in local {
            let root = base.hasSuffix("/v1") ? base : base + "/v1"
            if let models = await LocalModels.list(root), !models.isEmpty {
                providers.append(Provider(name: name, baseURL: root, keyVariable: nil, models: models))
            }
        }
        guard !providers.isEmpty else { return nil }
        return Found(providers: providers, yaml: Self.policy(for: providers))
    }

    private func list(_ variable: String, _ standard: [String]) -> [String] {
        let given = environment[variable]?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
        return given.isEmpty ? standard : given
    }

    private static func url(_ host: String) -> String {
        let full = host.contains("://") ? host : "http://" + host
        return full.replacingOccurrences(of: "://0.0.0.0", with: "://127.0.0.1")
    }

    /// A small policy: easy requests to the first model, hard ones to the last, the rest between.
    static func policy(for providers: [Provider]) -> String {
        let all = providers.flatMap { provider in provider.models.map { (provider, $0) } }
        let names = all.map(\.1)
        let (small, large) = (names[0], names[names.count - 1])
        let medium = names[names.count / 2]
        var yaml = """
            # Written by `martlet serve` for what it found: \(providers.map(\.name).joined(separator: ", ")).
            # Copy it, change it, and start with `martlet serve --config FILE`.
            version: v0.3
            listeners:
              - { name: http, address: 127.0.0.1, port: 8899 }
            providers:
              defaults:
                default_model: "\(small)"
              models:

            """
        for (provider, model) in all {
            yaml += "    - name: \"\(model)\"\n      provider_model_id: \"\(model)\"\n      backend_refs:\n"
            yaml += "        - name: \(provider.name)\n          base_url: \"\(provider.baseURL)\"\n"
            if let key = provider.keyVariable { yaml += "          api_key_env: \(key)\n" }
        }
        yaml += "routing:\n  modelCards:\n"
        for name in names { yaml += "    - { name: \"\(name)\" }\n" }
        yaml += """
              signals:
                keywords:
                  - { name: code, operator: OR, keywords: [function, bug, refactor, compile, unit test, stack trace, sql, regex] }
                  - { name: deep_reasoning, operator: OR, keywords: [prove, root cause, trade-offs, architecture, step by step, derive] }
                context:
                  - { name: long_text, min_tokens: 8K }
              decisions:
                - name: hard_work
                  priority: 200
                  rules: { type: keyword, name: deep_reasoning }
                  modelRefs: [{ model: "\(large)" }]
                - name: everyday_work
                  priority: 100
                  rules: { operator: OR, conditions: [{ type: keyword, name: code }, { type: context, name: long_text }] }
                  modelRefs: [{ model: "\(medium)" }]
                - name: everything_else
                  priority: 10
                  modelRefs: [{ model: "\(small)" }]

            """
        return yaml
    }
}
