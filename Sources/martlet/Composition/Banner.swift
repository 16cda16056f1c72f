import Evidence
import Exchange
import NIOCore
import Policy
import Routing

/// What a person sees when the gateway is up: where it listens, what it offers, and a line to try.
struct Banner {
    let addresses: [SocketAddress]
    /// Where gateways ask, or why they cannot.
    let extProc: String
    let management: String?
    let source: String
    let generation: RouterGeneration
    let state: String
    let isMocked: Bool
    /// The models behind signals.
    let encoders: [String]

    /// The text; bold headings on a terminal.
    func text(colour: Bool) -> String {
        func bold(_ text: String) -> String { colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
        func row(_ name: String, _ value: String) -> String {
            "  " + bold(name.padding(toLength: 11)) + value
        }
        let port = addresses.first?.port ?? 8899
        var lines = ["", bold("martlet \(MartletVersion.current)") + " is ready", ""]
        lines.append(row("policy", source))
        let urls = addresses.map { "http://\(Self.host($0)):\($0.port ?? 0)/v1" }
        lines.append(row("listens on", urls.joined(separator: ", ")))
        lines.append(row("ext_proc", extProc))
        lines.append(row("management", management.map { "http://\($0) (health, ready, eval, config)" } ?? "off"))
        let models = generation.policy.providers.models.map(\.name)
        lines.append(row("models", Self.list(models) + (isMocked ? "  (mocks)" : "")))
        for recipe in generation.recipes where !recipe.engine.decisions.isEmpty {
            let decisions = recipe.engine.decisions.sorted { $0.priority > $1.priority }.map { decision in
                let targets = decision.modelReferences.map(\.effectiveName)
                let answers = decision.plugins.contains { $0.type == "fast_response" }
                return decision.name + (answers ? " → answers itself" : targets.first.map { " → \($0)" } ?? "")
            }
            let name = generation.recipes.count > 1 ? "decisions (\(recipe.name))" : "decisions"
            lines.append(row(name, Self.list(decisions)))
        }
        if !encoders.isEmpty { lines.append(row("reads with", Self.list(encoders))) }
        let missing = generation.missingModels.flatMap(\.signals)
        if !missing.isEmpty {
            lines.append(
                row("unknown", "\(missing.count) signals have no model on this machine: " + Self.list(missing, 4)))
        }
        lines.append(row("state", state))
        let routed = generation.directory.listings.map(\.id)
        let preferred = routed.contains("auto") ? "auto" : routed.first
        let name = preferred ?? generation.policy.modelCards.first?.name ?? "auto"
        lines += [
            "", "  " + bold("try"),
            "  curl -s http://127.0.0.1:\(port)/v1/chat/completions -H 'content-type: application/json' \\",
            "    -d '{\"model\":\"\(name)\",\"messages\":[{\"role\":\"user\",\"content\":\"Prove step by step that the square root of 2 is irrational.\"}]}' -i",
            "",
        ]
        return lines.joined(separator: "\n")
    }

    private static func host(_ address: SocketAddress) -> String {
        let host = address.ipAddress ?? "localhost"
        return host.contains(":") ? "[\(host)]" : host
    }

    private static func list(_ names: [String], _ limit: Int = 6) -> String {
        names.prefix(limit).joined(separator: ", ") + (names.count > limit ? ", … (\(names.count))" : "")
    }
}

extension String {
    fileprivate func padding(toLength length: Int) -> String {
        count >= length ? self + " " : self + String(repeating: " ", count: length - count)
    }
}
