internal import Policy
internal import Routing

/// What is checked of a probe.
public enum ProbeCheck: String, Sendable, Hashable, CaseIterable {
    /// The request is one, and its model name leads to a recipe.
    case request
    case decision
    case recipe
    case algorithm
    case model
    case plugins
    case forbiddenPlugins = "forbidden_plugins"
    case signals
    case forbiddenSignals = "forbidden_signals"
}

/// What one probe came to.
public struct ProbeVerdict: Sendable {
    /// One thing that was checked.
    public struct Finding: Sendable, Hashable {
        public var check: ProbeCheck
        public var expected: String
        public var got: String
        /// Why it is so, in words; empty when the finding says it all.
        public var reason: String
        public var isPassed: Bool
    }

    public var probe: Probe
    public var findings: [Finding]

    /// Whether everything is as expected.
    public var isPassed: Bool { findings.allSatisfy(\.isPassed) }

    /// A probe that cannot be asked.
    init(_ probe: Probe, unaskable reason: String) {
        self.probe = probe
        findings = [
            Finding(
                check: .request, expected: "a request that a recipe decides", got: "none", reason: reason,
                isPassed: false)
        ]
    }

    /// Compares what a probe expects with what was decided.
    init(_ probe: Probe, _ report: EvaluationReport) {
        self.probe = probe
        findings = []
        let expected = probe.expectation
        let decision = report.decision?.name ?? ""
        note(
            .decision, Self.named(expected.decision), Self.named(decision), expected.decision == decision,
            Self.reason(for: expected.decision, report))
        if let recipe = expected.recipe { note(.recipe, recipe, report.recipe.name, recipe == report.recipe.name) }
        if let algorithm = expected.algorithm {
            note(.algorithm, algorithm, report.algorithm, algorithm == report.algorithm)
        }
        if let model = expected.model {
            let chosen = report.selection.order.first
            note(
                .model, model, chosen?.effectiveName ?? "none",
                model == chosen?.effectiveName || model == chosen?.model,
                expected.decision == decision ? report.selection.reason : "")
        }
        let plugins = report.decision?.plugins.map(\.type) ?? []
        if let wanted = expected.plugins {
            let isPassed =
                wanted.allSatisfy(plugins.contains)
                && (expected.pluginMatch == .contains || plugins.allSatisfy(wanted.contains))
            note(.plugins, Self.list(wanted), Self.list(plugins), isPassed)
        }
        if !expected.forbiddenPlugins.isEmpty {
            let found = expected.forbiddenPlugins.filter(plugins.contains)
            note(
                .forbiddenPlugins, "none of " + Self.list(expected.forbiddenPlugins), Self.list(found),
                found.isEmpty)
        }
        compareSignals(report)
    }

    private mutating func compareSignals(_ report: EvaluationReport) {
        let matched = report.matched
        for (group, wanted) in probe.expectation.signals.sorted(by: { $0.key < $1.key }) {
            let found = matched[group]
            let missing = wanted.filter { !found.contains($0) }
            let surplus =
                probe.expectation.signalMatch == .exact ? found.filter { !wanted.contains($0) } : []
            note(
                .signals, "\(group) \(Self.list(wanted))", "\(group) \(Self.list(found))",
                missing.isEmpty && surplus.isEmpty,
                missing.map { Self.state(of: $0, in: group, report) }.joined(separator: ", "))
        }
        for (group, forbidden) in probe.expectation.forbiddenSignals.sorted(by: { $0.key < $1.key }) {
            let found = forbidden.filter { matched[group].contains($0) }
            note(
                .forbiddenSignals, "\(group) none of \(Self.list(forbidden))", "\(group) \(Self.list(found))",
                found.isEmpty)
        }
    }

    private mutating func note(
        _ check: ProbeCheck, _ expected: String, _ got: String, _ isPassed: Bool, _ reason: String = ""
    ) {
        findings.append(
            Finding(check: check, expected: expected, got: got, reason: isPassed ? "" : reason, isPassed: isPassed))
    }

    private static func named(_ decision: String) -> String { decision.isEmpty ? "no decision" : decision }

    private static func list(_ names: [String]) -> String { "[" + names.joined(separator: ", ") + "]" }

    /// Why the expected decision did not win.
    private static func reason(for decision: String, _ report: EvaluationReport) -> String {
        guard !decision.isEmpty else { return report.outcomeReason }
        guard let trace = report.explanation.decisions.first(where: { $0.name == decision }) else {
            return "recipe \(report.recipe.name) has no decision \(decision)"
        }
        return "\(decision) \(trace.reason)"
    }

    private static func state(of name: String, in group: String, _ report: EvaluationReport) -> String {
        if group == "projection" {
            guard let output = report.explanation.outputs.first(where: { $0.name == name }) else {
                return "\(name) is no projection output"
            }
            let score = report.explanation.scores.first { $0.name == output.score }
            let total = score?.total?.shortText ?? "open"
            return "\(name) needs \(output.bounds.text), \(output.score) is \(total)"
        }
        guard let row = report.signals.first(where: { SignalGroups.key($0.key.family) == group && $0.key.name == name })
        else { return "\(name) is not declared" }
        return switch row.result {
        case .unknown: "\(row.key) is unknown" + (row.reason.map { " (\($0.rawValue))" } ?? "")
        case .skipped: "\(row.key) was not read"
        case .matched, .unmatched: "\(row.key) did not match" + (row.value.map { ", saw \($0.shortText)" } ?? "")
        }
    }
}
