import Evidence
import Exchange
import Foundation
import Policy
import Routing

/// A policy file on its way to a `Policy`.
struct PolicyFile {
    let path: String
    var environment: @Sendable (String) -> String? = { ProcessInfo.processInfo.environment[$0] }

    /// All families of this build.
    static var families: PolicyFamilies {
        PolicyFamilies(
            signals: SignalFamilies.all, algorithms: SelectionAlgorithms.all, plugins: PluginDeclarations.all)
    }

    /// Reads and validates the file. Throws when it cannot be read.
    func load() throws -> (loaded: LoadedPolicy, source: [UInt8]) {
        guard let contents = FileManager.default.contents(atPath: path) else {
            throw StartupError(message: "\(path): cannot be read; does it exist, and may this user read it?")
        }
        let bytes = [UInt8](contents)
        return (PolicyLoader(families: Self.families).load(bytes: bytes, environment: environment), bytes)
    }

    /// What compiling finds beyond loading: signals that cannot be compiled, and a warning for every signal family
    /// whose model is not on this machine, at its first signal, and for examples that their model cannot read.
    func compileDiagnostics(_ loaded: LoadedPolicy) -> [Diagnostic] {
        guard let policy = loaded.policy else { return [] }
        let generation: RouterGeneration
        do throws(GenerationError) {
            generation = try RouterGeneration(
                loaded, number: 0, resources: Resources(self).evidence, environment: { _ in nil })
        } catch {
            return error.diagnostics
        }
        return zip(policy.recipes, generation.recipes).flatMap { recipe, router in
            let missing: [Diagnostic] = router.evidence.missingModels.compactMap { missing in
                guard let first = recipe.signals.first(where: { $0.family == missing.family }) else { return nil }
                let names = missing.signals.prefix(4).joined(separator: ", ") + (missing.signals.count > 4 ? ", …" : "")
                return Diagnostic(
                    .warning, .modelMissing,
                    "\(missing.family) signals have no model on this machine and read as unknown: \(names)",
                    at: first.position, path: first.path)
            }
            return missing + router.evidence.warnings + router.warnings
        }
    }

    /// The layout of diagnostics about this file.
    func formatter(_ source: [UInt8], on descriptor: Int32 = STDOUT_FILENO) -> DiagnosticFormatter {
        DiagnosticFormatter(file: path, source: source, usesColor: isatty(descriptor) == 1)
    }
}
