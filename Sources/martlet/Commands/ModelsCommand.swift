import ArgumentParser
import Evidence
import Exchange
import Foundation
import Policy

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the names that clients may ask for, the models behind them, and those behind signals.")

    @Option(help: "The policy file; the demo's when not given.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    func run() throws {
        let generation = try OfflineGeneration.load(config)
        print("routed names")
        for listing in generation.directory.listings where listing.isVirtual {
            print("  \(listing.id)  →  recipe \(listing.recipe ?? "default")")
        }
        print("models")
        for model in generation.policy.providers.models {
            let backends = model.backends.map { $0.endpoint?.description ?? "no endpoint" }.joined(separator: ", ")
            let price = model.pricing.map {
                "  \($0.promptPerMillion)/\($0.completionPerMillion) \($0.currency) per 1M tokens"
            }
            print("  \(model.name)  \(backends.isEmpty ? "no backend" : backends)\(price ?? "")")
        }
        printSignalModels(generation)
    }

    /// The models that read requests, with what was measured of their strength.
    private func printSignalModels(_ generation: RouterGeneration) {
        print("behind signals")
        for model in Resources.installed.loaded {
            let languages = model.languages.isEmpty ? "" : ", reads \(model.languages.joined(separator: ", "))"
            print("  \(model.name) \(model.version)\(languages), windows of \(model.window) tokens")
            for head in model.heads {
                let strength = head.strength.sorted { $0.key < $1.key }
                    .map { "\($0.key) \(($0.value * 1_000).rounded() / 1_000)" }.joined(separator: ", ")
                print("    \(head.name): \(head.labels.count) labels\(strength.isEmpty ? "" : "; \(strength)")")
            }
        }
        for problem in Resources.installed.problems { print("  \(problem)") }
        for missing in generation.missingModels {
            print("  missing for \(missing.family): \(missing.signals.joined(separator: ", "))")
        }
    }
}
