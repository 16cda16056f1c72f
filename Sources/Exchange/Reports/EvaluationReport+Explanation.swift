internal import Policy
internal import Routing
public import Wire

extension EvaluationReport {
    /// The whole evaluation as one object: `martlet explain --json`.
    public func explanationAnswer() -> JSON {
        .members(
            (
                "request",
                .members(
                    ("text", .string(request.text)), ("model", .string(request.model)),
                    ("tokens", .int(request.tokens)), ("turns", .int(request.turns)),
                    ("tools", .int(request.tools)))
            ), ("recipe", .string(recipe.name)), ("strategy", .string(recipe.strategy.rawValue)),
            (
                "outcome",
                .members(
                    ("decision", .string(decision?.name ?? "")), ("confidence", .number(confidence)),
                    ("reason", .string(outcomeReason)), ("matched_rules", .strings(matchedRules)),
                    ("algorithm", .string(algorithm)), ("plugins", .strings(decision?.plugins.map(\.type) ?? [])))
            ),
            (
                "selection",
                .members(
                    ("model", .string(selectedModel ?? "")), ("order", .strings(selection.order.map(\.effectiveName))),
                    ("status", .string(selection.status.rawValue)), ("method", .string(selection.method)),
                    ("reason", .string(selection.reason)))
            ), ("signals", .array(signals.map(signal))), ("projections", projectionTrace),
            ("decisions", .array(explanation.decisions.map { JSON($0) })),
            (
                "skipped_signals",
                .strings(signals.filter { $0.result == .skipped }.map(\.key.description))
            ), ("metrics", metrics),
            (
                "cost",
                .members(
                    ("evidence_ms", .milliseconds(cost.evidence)), ("decision_ms", .milliseconds(cost.decision)),
                    ("families_ms", .object(cost.families.sorted { $0.key < $1.key }.map { ($0, .milliseconds($1)) })),
                    ("models_ms", .object(cost.models.sorted { $0.key < $1.key }.map { ($0, .milliseconds($1)) })))
            ))
    }

    /// Why this decision, or why none, in one sentence.
    public var outcomeReason: String {
        if let trace = explanation.decisions.first(where: \.isWinner) { return trace.reason }
        let unknown = explanation.decisions.filter { $0.result == .unknown }.count
        if explanation.decisions.isEmpty { return "the recipe has no decisions" }
        return unknown == 0 ? "no decision matches" : "no decision certainly matches; \(unknown) cannot be told"
    }

    private func signal(_ row: SignalRow) -> JSON {
        .members(
            ("family", .string(row.key.family)), ("name", .string(row.key.name)),
            ("result", .string(row.result.rawValue)), ("confidence", .number(row.confidence)),
            ("value", JSON.finite(row.value)), ("test", row.test.map { .string($0) }),
            ("reason", row.reason.map { .string($0.rawValue) }),
            ("details", row.details.isEmpty ? nil : .strings(row.details)),
            ("coverage", row.result == .skipped ? nil : .number(row.coverage)), ("used", .bool(row.isUsed)),
            ("safety", row.isSafety ? .bool(true) : nil))
    }
}
