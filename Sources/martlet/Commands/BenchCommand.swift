import ArgumentParser
import SessionSuite

/// Measurements that need nothing but the program.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how the router chooses.", subcommands: [Sessions.self])

    /// The session suite.
    struct Sessions: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sessions",
            abstract: "Run the session suite: switches, unsafe switches, cost and quality, with ablations.")

        func run() { print(SuiteReport().text) }
    }
}
