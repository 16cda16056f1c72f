import ArgumentParser
import Exchange
import Foundation
import Policy

struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the names that clients may ask for and the models behind them.")

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
    }
}
