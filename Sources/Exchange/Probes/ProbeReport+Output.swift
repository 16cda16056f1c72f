internal import Policy
public import Wire

extension ProbeReport {
    /// The report for machines.
    public func answer() -> JSON {
        .members(
            ("name", name.isEmpty ? nil : .string(name)), ("passed", .int(passed)), ("total", .int(total)),
            ("accepted", .bool(isAccepted)), ("decisions", Self.object(perDecision)),
            ("tags", Self.object(perTag)), ("checks", Self.object(perCheck)),
            (
                "acceptance",
                .array(
                    requirements.map {
                        .members(
                            ("name", .string($0.name)), ("wanted", .number($0.wanted)),
                            ("reached", .number($0.reached)), ("is_reached", .bool($0.isReached)))
                    })
            ), ("misses", .array(misses.flatMap { verdict in verdict.misses.map { Self.miss(verdict.probe, $0) } })))
    }

    private static func object(_ tallies: [Tally]) -> JSON {
        .object(tallies.map { ($0.name, .object([("passed", .int($0.passed)), ("total", .int($0.total))])) })
    }

    private static func miss(_ probe: Probe, _ finding: ProbeVerdict.Finding) -> JSON {
        .members(
            ("probe", .string(probe.name)), ("line", .int(probe.position.line)),
            ("check", .string(finding.check.rawValue)), ("expected", .string(finding.expected)),
            ("got", .string(finding.got)), ("reason", .string(finding.reason)))
    }

    /// The report for a person at a terminal: the count, decisions that are not whole, every miss with its reason,
    /// and the rules of acceptance.
    public func text(usesColour: Bool = false, width: Int = 100) -> String {
        var out = TerminalText(usesColour: usesColour, width: width)
        let rate = total == 0 ? 0 : 100 * Double(passed) / Double(total)
        out.line(
            (passed == total ? "✓ " : "✗ ", passed == total ? .good : .bad),
            ("\(passed) of \(total) probes pass", .strong), (" (\(Self.percent(rate)))", .plain),
            (name.isEmpty ? "" : "  \(name)", .faint))
        Self.write("Decisions", perDecision, &out)
        Self.write("Checks", perCheck, &out)
        Self.write("Tags", perTag.filter { $0.passed < $0.total }, &out)
        if !misses.isEmpty {
            out.line()
            out.line(("Misses", .heading))
        }
        for verdict in misses {
            out.line(("  ✗ ", .bad), (verdict.probe.name, .strong), ("  line \(verdict.probe.position.line)", .faint))
            for finding in verdict.misses {
                out.line(
                    ("      \(finding.check.rawValue): expected ", .plain), (finding.expected, .good),
                    (", got ", .plain),
                    (finding.got, .bad))
                out.list("      ", .plain, TerminalText.pieces(finding.reason))
            }
        }
        if !requirements.isEmpty {
            out.line()
            out.line(("Acceptance", .heading))
        }
        for requirement in requirements {
            let isRate = requirement.name.contains("rate") || requirement.name.hasPrefix("robustness")
            func shown(_ value: Double) -> String { isRate ? Self.percent(value) : value.shortText }
            out.line(
                (requirement.isReached ? "  ✓ " : "  ✗ ", requirement.isReached ? .good : .bad),
                (requirement.name, .plain),
                ("  \(shown(requirement.reached)), wanted \(shown(requirement.wanted))", .faint))
        }
        return out.text
    }

    private static func write(_ title: String, _ tallies: [Tally], _ out: inout TerminalText) {
        guard !tallies.isEmpty else { return }
        out.line()
        out.line((title, .heading))
        let width = tallies.map(\.name.count).max() ?? 0
        for tally in tallies {
            let isWhole = tally.passed == tally.total
            out.line(
                (isWhole ? "  ✓ " : "  ✗ ", isWhole ? .good : .bad),
                (TerminalText.padded(tally.name, width), .plain), ("  \(tally.passed)/\(tally.total)", .faint))
        }
    }

    private static func percent(_ rate: Double) -> String { "\(((rate * 10).rounded() / 10).shortText) %" }
}

extension ProbeVerdict {
    /// What is not as expected.
    public var misses: [Finding] { findings.filter { !$0.isPassed } }
}
