internal import Policy
internal import Routing

extension EvaluationReport {
    /// The evaluation for a person at a terminal: the winner and why first, then what every signal saw, the
    /// projections, and every decision.
    public func explanationText(usesColour: Bool = false, width: Int = 100) -> String {
        var out = TerminalText(usesColour: usesColour, width: width)
        writeOutcome(&out)
        writeSignals(&out)
        writeProjections(&out)
        writeDecisions(&out)
        writeTimes(&out)
        return out.text
    }

    private func writeTimes(_ out: inout TerminalText) {
        guard cost.evidence > 0 else { return }
        func milliseconds(_ nanoseconds: Int64) -> String { "\((Double(nanoseconds) / 1e6).shortText) ms" }
        func parts(_ times: [String: Int64]) -> [String] {
            times.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
                .map { "\($0.key) \(milliseconds($0.value))" }
        }
        out.line()
        out.line(("Time", .heading))
        if !cost.models.isEmpty { out.list("  one run for all that asked  ", .faint, parts(cost.models)) }
        out.list("  beside it, by family  ", .faint, parts(cost.families))
        out.line(("  deciding  \(milliseconds(cost.decision))", .faint))
    }

    private func writeOutcome(_ out: inout TerminalText) {
        let name = request.model.isEmpty ? "request" : request.model
        if let decision {
            out.line(
                (name + " → ", .plain), (decision.name, .strong), ("  confidence \(confidence.fourPlaces)", .faint))
        } else {
            out.line((name + " → ", .plain), ("no decision", .uncertain))
        }
        out.line(("  why    ", .faint), (outcomeReason, .plain))
        if let selectedModel {
            out.line(
                ("  model  ", .faint), (selectedModel, .good), ("  \(selection.method): \(selection.reason)", .plain))
            let others = selection.order.dropFirst().map(\.effectiveName)
            if !others.isEmpty { out.list("  then   ", .faint, others) }
        } else {
            out.line(("  model  ", .faint), ("none", .bad), ("  \(selection.reason)", .plain))
        }
        if let plugins = decision?.plugins, !plugins.isEmpty { out.list("  doing  ", .faint, plugins.map(\.type)) }
        let facts = [
            Self.count(request.tokens, "token"), Self.count(request.turns, "turn"), Self.count(request.tools, "tool"),
            "recipe \(recipe.name)",
        ]
        out.line(("  text   ", .faint), (TerminalText.cut("“\(request.text)”", out.width - 9), .plain))
        out.line(("         ", .faint), (facts.joined(separator: " · "), .faint))
    }

    private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private func writeSignals(_ out: inout TerminalText) {
        guard !signals.isEmpty else { return }
        out.line()
        out.line(("Signals", .heading))
        let matched = signals.filter { $0.result == .matched }
        let failed = signals.filter { $0.result == .unmatched && $0.test != nil }
        let nameWidth = min(44, (matched + failed).map(\.key.description.count).max() ?? 0)
        for row in matched + failed {
            let mark = TerminalText.mark(row.result.rawValue)
            var facts: [String] = []
            if let value = row.value { facts.append("saw \(value.shortText)") }
            if let test = row.test { facts.append("wants \(test)") }
            if row.coverage < 1 { facts.append("read \((row.coverage * 100).shortText) %") }
            let isMatched = row.result == .matched
            out.line(
                ("  ", .plain), mark,
                (" " + TerminalText.padded(row.key.description, nameWidth), isMatched ? .strong : .plain),
                ("  " + (isMatched ? row.confidence.fourPlaces : "      "), .plain),
                ("  " + facts.joined(separator: ", "), .faint),
                (row.details.isEmpty ? "" : "  " + row.details.joined(separator: ", "), .plain))
        }
        for reason in UnknownReason.allCases {
            let names = signals.filter { $0.result == .unknown && $0.reason == reason }
                .map { $0.key.description + ($0.isSafety ? " (safety)" : "") }
            if !names.isEmpty { out.list("  ? \(reason.rawValue)  ", .uncertain, names) }
        }
        let quiet = signals.filter { $0.result == .unmatched && $0.test == nil }
            .map { row in row.key.description + (row.value.map { $0 == 0 ? "" : " \($0.shortText)" } ?? "") }
        out.list("  ✗ no match  ", .bad, quiet)
        out.list(
            "  · not read, could not matter  ", .faint,
            signals.filter { $0.result == .skipped }.map(\.key.description))
    }

    private func writeProjections(_ out: inout TerminalText) {
        guard !explanation.scores.isEmpty || !explanation.partitions.isEmpty else { return }
        out.line()
        out.line(("Projections", .heading))
        for partition in explanation.partitions {
            out.line(
                ("  \(partition.name)", .plain), (" → \(partition.winner ?? "none")", .strong),
                (
                    partition.isDefault
                        ? "  by default" : "  leads by \(partition.margin.fourPlaces) of \(partition.contenders.count)",
                    .faint
                ))
        }
        for score in explanation.scores {
            let total = score.total?.shortText ?? "\(score.low.shortText) … \(score.high.shortText)"
            var terms = score.inputs.filter { $0.weight * $0.value != 0 }.map { input in
                "\(input.type):\(input.name) \(input.weight.shortText)×\(input.value.shortText)"
                    + (input.isAssumed ? " assumed" : "")
            }
            let silent = score.inputs.filter { $0.isAssumed && $0.weight * $0.value == 0 }.count
            if silent > 0 { terms.append("\(silent) of \(score.inputs.count) inputs unknown") }
            out.list("  \(score.name) = \(total)  ", .plain, terms.isEmpty ? ["nothing counts"] : terms)
            let bands = explanation.outputs.filter { $0.score == score.name }
            for band in bands {
                let mark = TerminalText.mark(band.result.rawValue)
                out.line(
                    ("    ", .plain), mark, (" " + band.name, band.result == .matched ? .strong : .plain),
                    ("  \(band.bounds.text)", .faint),
                    (band.result == .matched ? "  \(band.confidence.fourPlaces)" : "", .plain))
            }
        }
    }

    private func writeDecisions(_ out: inout TerminalText) {
        guard !explanation.decisions.isEmpty else { return }
        out.line()
        out.line(("Decisions", .heading))
        let order: [Explanation.Result] = [.matched, .unknown, .skipped, .unmatched]
        let ranked = explanation.decisions.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            if a.isWinner != b.isWinner { return a.isWinner }
            let (x, y) = (order.firstIndex(of: a.result) ?? 0, order.firstIndex(of: b.result) ?? 0)
            return (x, -a.priority, left.offset) < (y, -b.priority, right.offset)
        }.map(\.element)
        let nameWidth = min(36, ranked.map(\.name.count).max() ?? 0)
        let rankWidth = ranked.map { Self.rank($0).count }.max() ?? 0
        for decision in ranked {
            let rank = Self.rank(decision)
            // Mark, name, rank and confidence with what separates them.
            let headWidth = 4 + nameWidth + 2 + rankWidth + 8
            let fitsBeside = headWidth + 2 + decision.reason.count <= out.width
            out.line(
                (decision.isWinner ? "▸ " : "  ", .good), TerminalText.mark(decision.result.rawValue),
                (" " + TerminalText.padded(decision.name, nameWidth), decision.isWinner ? .strong : .plain),
                ("  " + TerminalText.padded(rank, rankWidth), .faint),
                ("  " + (decision.result == .matched ? decision.confidence.fourPlaces : "      "), .plain),
                (fitsBeside ? "  " + decision.reason : "", decision.isWinner ? .good : .faint))
            if !fitsBeside { out.list("      ", .plain, TerminalText.pieces(decision.reason)) }
            if decision.isWinner { writeTree(decision.root, depth: 0, &out) }
        }
    }

    private static func rank(_ decision: Explanation.DecisionTrace) -> String {
        (decision.tier > 0 ? "tier \(decision.tier) " : "") + "priority \(decision.priority)"
    }

    private func writeTree(_ node: Explanation.Node, depth: Int, _ out: inout TerminalText) {
        let indent = String(repeating: "  ", count: depth + 3)
        let mark = TerminalText.mark(node.result.rawValue)
        switch node.kind {
        case "fallback": out.line((indent, .plain), mark, (" always", .plain))
        case "AND" where node.children.isEmpty: out.line((indent, .plain), mark, (" always", .plain))
        case "leaf":
            var name = (node.signal?.description ?? "") + (node.label.map { ":\($0)" } ?? "")
            if let predicate = node.predicate { name += " \(predicate.text)" }
            var facts = node.result == .matched ? "  \(node.confidence.fourPlaces)" : ""
            if let value = node.value { facts += "  saw \(value.shortText)" }
            if let reason = node.reason { facts += "  \(reason.rawValue)" }
            out.line((indent, .plain), mark, (" " + name, .plain), (facts, .faint))
        default:
            out.line((indent, .plain), mark, (" \(node.kind)", .strong))
            for child in node.children { writeTree(child, depth: depth + 1, &out) }
        }
    }
}
