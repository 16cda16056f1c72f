import ArgumentParser
import Exchange
import Foundation
import Policy

/// A compiled policy for commands that call no model.
enum OfflineGeneration {
    /// Loads and compiles a policy, the demo's when no path is given. A policy with errors prints them and ends with
    /// exit code 2.
    static func load(_ path: String?) throws -> RouterGeneration {
        let locator = ResourceLocator()
        guard let path = path ?? locator.find("Recipes/demo.yaml") else {
            throw StartupError(message: "Recipes/demo.yaml is not beside the binary; give --config FILE")
        }
        let file = PolicyFile(path: path)
        do {
            let (loaded, bytes) = try file.load()
            func refuse(_ diagnostics: [Diagnostic]) -> ExitCode {
                StandardError.print(file.formatter(bytes, on: STDERR_FILENO).text(diagnostics))
                return ExitCode(2)
            }
            guard loaded.policy != nil else { throw refuse(loaded.diagnostics) }
            do throws(GenerationError) {
                return try RouterGeneration(
                    loaded, number: 1, resources: Resources(file, locator).evidence,
                    environment: { ProcessInfo.processInfo.environment[$0] })
            } catch {
                throw refuse(error.diagnostics)
            }
        } catch let error as StartupError {
            StandardError.print("\(error)")
            throw ExitCode(2)
        }
    }
}
