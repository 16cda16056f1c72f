import ArgumentParser
import Exchange
import Foundation
import State
import Wire

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Decide recorded requests anew by another policy. Calls no model that answers.",
        discussion: """
            Reads the replay records of a state directory, also while a router writes them, or those that --export \
            wrote. Prints which routes, models, costs and safety outcomes change. With --fail-on it exits with 1 when \
            one of the named concerns holds; with 2 when something cannot be read.
            """)

    @Option(help: "The policy to decide by.", completion: .file(extensions: ["yaml", "yml"]))
    var against: String?

    @Option(help: "Write the records to a file, one JSON object a line, in place of deciding.", completion: .file())
    var export: String?

    @Option(help: "Records that --export wrote, in place of a state directory.", completion: .file())
    var records: String?

    @Option(help: "The state directory of the router that recorded.", completion: .directory)
    var stateDirectory: String?

    @Option(help: "Only requests since then: 24h, 7d, or a time such as 2026-01-31T12:00:00Z.")
    var since: String?

    @Option(help: "Only requests to this decision.")
    var decision: String?

    @Option(help: "Only requests to this recipe.")
    var recipe: String?

    @Option(help: "The newest so many at most.")
    var limit = 100_000

    @Option(help: "Concerns that fail the check, with commas between: route, model, cost, safety, undecided.")
    var failOn: String?

    @Option(help: "Percent of requests, or of cost, that may change before a concern holds. Safety has no tolerance.")
    var tolerance = 0.0

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (against == nil) != (export == nil) else {
            throw ValidationError("give either --against POLICY or --export FILE")
        }
        if records != nil, stateDirectory != nil {
            throw ValidationError("--records and --state-directory exclude each other")
        }
        guard limit > 0 else { throw ValidationError("--limit must be more than 0") }
        guard (0...100).contains(tolerance) else { throw ValidationError("--tolerance must be from 0 to 100") }
        if let since, ReplayTime.moment(since, now: 0) == nil {
            throw ValidationError("--since must be like 24h, 7d or 2026-01-31T12:00:00Z")
        }
        _ = try concerns()
    }

    func run() async throws {
        let found: [ReplayRecord]
        do { found = try await RecordedTraffic(self).load() } catch let error as StartupError {
            StandardError.print(error.message)
            throw ExitCode(2)
        }
        if let export {
            try RecordedTraffic.write(found, to: export)
            print("\(found.count) records written to \(export)")
            return
        }
        let generation = try OfflineGeneration.load(against)
        let whatIf = WhatIf(generation)
        var report = WhatIfReport()
        for record in found { report.add(await whatIf.decide(record)) }
        print(json ? report.answer().text(pretty: true) : report.text(usesColour: isatty(STDOUT_FILENO) == 1))
        let wanted = try concerns()
        let holding = report.concerns(tolerance: tolerance / 100)
        let failed = WhatIfReport.Concern.allCases.filter { wanted.contains($0) && holding.contains($0) }
        guard !failed.isEmpty else { return }
        StandardError.print("failed on \(failed.map(\.rawValue).joined(separator: ", "))")
        throw ExitCode(1)
    }

    private func concerns() throws -> Set<WhatIfReport.Concern> {
        var found: Set<WhatIfReport.Concern> = []
        for word in (failOn ?? "").split(separator: ",") {
            let name = word.trimmingCharacters(in: .whitespaces)
            guard let concern = WhatIfReport.Concern(rawValue: name) else {
                let known = WhatIfReport.Concern.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--fail-on knows \(known), not \(name)")
            }
            found.insert(concern)
        }
        return found
    }
}
