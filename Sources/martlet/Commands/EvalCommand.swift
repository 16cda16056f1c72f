import ArgumentParser
import Exchange
import Foundation
import Policy
import Wire

struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Measure a policy on labelled requests. Calls no model.",
        discussion: """
            Exits with 0 when the probes ran and with 2 when a file cannot be used. With --enforce it exits with 1 when \
            the acceptance rates of the file (every probe, when it names none) were not reached.
            """)

    @Option(help: "The policy file.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String

    @Option(help: "The file with the labelled requests.", completion: .file(extensions: ["yaml", "yml"]))
    var probes: String

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Exit with 1 when acceptance rates were not reached.")
    var enforce = false

    func run() async throws {
        let generation = try OfflineGeneration.load(config)
        guard let contents = FileManager.default.contents(atPath: probes) else {
            StandardError.print("\(probes): cannot be read")
            throw ExitCode(2)
        }
        let bytes = [UInt8](contents)
        let (file, diagnostics) = ProbeFile.read(bytes)
        guard let file else {
            let formatter = DiagnosticFormatter(file: probes, source: bytes, usesColor: isatty(STDERR_FILENO) == 1)
            StandardError.print(formatter.text(diagnostics))
            throw ExitCode(2)
        }
        let report = await ProbeRunner(file).run(generation)
        if json {
            print(report.answer().text(pretty: true))
        } else {
            print(report.text(usesColour: isatty(STDOUT_FILENO) == 1))
        }
        if enforce, !report.isAccepted { throw ExitCode(1) }
    }
}
