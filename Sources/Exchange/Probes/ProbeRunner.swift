/// Puts the probes of a file to a policy.
public struct ProbeRunner: Sendable {
    /// The probes.
    public let file: ProbeFile

    /// A runner for a file.
    public init(_ file: ProbeFile) {
        self.file = file
    }

    /// Evaluates every probe. All signals are read, as the evaluation API does; random draws are the same in
    /// every run.
    public func run(_ generation: RouterGeneration) async -> ProbeReport {
        await run { probe in
            let conversation = try probe.conversation()
            guard
                let evaluation = await generation.evaluate(
                    conversation, identity: nil, seed: 0, readingEverything: true)
            else { return nil }
            return EvaluationReport(evaluation, of: conversation, policy: generation.policy)
        }
    }

    /// Evaluates every probe with a function; nil stands for a model name that leads to no recipe.
    package func run(_ evaluate: (Probe) async throws -> EvaluationReport?) async -> ProbeReport {
        var verdicts: [ProbeVerdict] = []
        for probe in file.probes {
            do {
                let report = try await evaluate(probe)
                verdicts.append(
                    report.map { ProbeVerdict(probe, $0) }
                        ?? ProbeVerdict(probe, unaskable: "the model name \"\(probe.model)\" leads to no recipe"))
            } catch {
                verdicts.append(ProbeVerdict(probe, unaskable: "\(error)"))
            }
        }
        return ProbeReport(name: file.name, verdicts: verdicts, acceptance: file.acceptance)
    }
}
