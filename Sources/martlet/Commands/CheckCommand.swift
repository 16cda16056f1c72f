import ArgumentParser
import Exchange
import Policy

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a policy file.",
        discussion: """
            Reports every problem with line, column, path, a stable code and the nearest valid name. Exits with 0 when \
            the policy can be served and with 2 when it cannot. Warnings do not change the exit code.
            """)

    @Argument(help: "The policy file.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    @Flag(help: "Print the diagnostics as JSON.")
    var json = false

    @Flag(help: "Say nothing when there is nothing to say.")
    var quiet = false

    func run() throws {
        let policyFile = PolicyFile(path: file)
        let (loaded, source): (LoadedPolicy, [UInt8])
        do { (loaded, source) = try policyFile.load() } catch {
            StandardError.print("\(error)")
            throw ExitCode(2)
        }
        let formatter = policyFile.formatter(source)
        let diagnostics = loaded.diagnostics + policyFile.compileDiagnostics(loaded)
        if json {
            print(formatter.json(diagnostics))
        } else if !quiet || !diagnostics.isEmpty {
            print(formatter.text(diagnostics), terminator: "")
        }
        if diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(2) }
    }
}
