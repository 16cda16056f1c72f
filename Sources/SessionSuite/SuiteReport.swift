/// The suite's results as Markdown tables.
public struct SuiteReport: Sendable {
    private let tallies: [(policy: SuitePolicy, workloads: [SuiteTally])]

    /// Runs all policies.
    public init() {
        tallies = SuitePolicy.allCases.map { ($0, SessionSuite.run($0)) }
    }

    /// The tables, with what the columns mean.
    public var text: String {
        """
        \(turnCount) turns: 6 workloads, 5 seeds, 40 sessions of 18 turns. Every row has the same prefix cache.
        "published" compares with a single-turn row without any cache, as the published figures do; "same cache" with
        that row as it stands here. Quality is the models' mean; "for demand" takes off what a model fell short by.

        | Policy | Switches | Reduction | Unsafe: tool / provider | Cost $ | Saved, published | Saved, same cache | \
        Quality | For demand | Frontier turns |
        | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
        \(tallies.map { row($0.policy.rawValue, SuiteTally.sum($0.workloads), baseline) }.joined(separator: "\n"))

        By workload, session protection against single turns:

        | Workload | Switches | Reduction | Unsafe: tool / provider | Cost $ | Saved, published | Saved, same cache | \
        Quality | For demand | Frontier turns |
        | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |
        \(workloadRows.joined(separator: "\n"))
        """
    }

    private func of(_ policy: SuitePolicy) -> [SuiteTally] { tallies.first { $0.policy == policy }?.workloads ?? [] }
    private var baseline: SuiteTally { SuiteTally.sum(of(.singleTurn)) }
    private var turnCount: Int { baseline.turns }

    private var workloadRows: [String] {
        zip(of(.full), of(.singleTurn)).map { row($0.workload, $0, $1) }
    }

    private func row(_ name: String, _ tally: SuiteTally, _ baseline: SuiteTally) -> String {
        func saved(_ value: Double, _ of: Double) -> String { of > 0 ? "\(places(100 * (1 - value / of), 2)) %" : "–" }
        let turns = Double(tally.turns)
        let cells = [
            name, "\(tally.switches)", saved(Double(tally.switches), Double(baseline.switches)),
            "\(tally.toolViolations) / \(tally.stateViolations)", places(tally.cost, 2),
            saved(tally.cost, baseline.uncachedCost), saved(tally.cost, baseline.cost),
            signed((tally.quality - baseline.quality) / turns),
            signed((tally.demandQuality - baseline.demandQuality) / turns), "\(tally.frontierTurns)",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func signed(_ value: Double) -> String { (value < 0 ? "−" : "+") + places(abs(value), 4) }

    private func places(_ value: Double, _ count: Int) -> String {
        let scale = (0..<count).reduce(1) { scale, _ in scale * 10 }
        let number = Int((abs(value) * Double(scale)).rounded())
        let fraction = String(number % scale)
        let padding = String(repeating: "0", count: count - fraction.count)
        return "\(value < 0 && number > 0 ? "−" : "")\(number / scale).\(padding)\(fraction)"
    }
}
