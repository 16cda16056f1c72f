internal import Policy
internal import Routing
internal import Wire

extension EvaluationReport {
    /// How the projections came out. Spec signals-decisions §6.5.
    var projectionTrace: JSON {
        .members(
            ("schema_version", "1"), ("partitions", .array(explanation.partitions.map(partition))),
            ("scores", .array(explanation.scores.map { JSON($0) })),
            ("mappings", .array(recipe.projections.mappings.map(mapping))))
    }

    private func partition(_ outcome: PartitionOutcome) -> JSON {
        let declaration = recipe.projections.partitions.first { $0.name == outcome.name }
        let winner = outcome.contenders.first { $0.name == outcome.winner }
        return .members(
            ("group_name", .string(outcome.name)), ("signal_type", declaration.map { .string($0.family) }),
            ("semantics", declaration.map { .string($0.semantics.rawValue) }),
            ("temperature", JSON.finite(declaration?.temperature)),
            (
                "contenders",
                .array(
                    outcome.contenders.map {
                        .members(
                            ("name", .string($0.name)), ("raw_score", .number($0.rawScore)),
                            ("normalized_score", JSON.finite($0.normalizedScore)))
                    })
            ), ("winner", outcome.winner.map { .string($0) }),
            ("winner_score", JSON.finite(winner.map { $0.normalizedScore ?? $0.rawScore })),
            ("raw_winner_score", JSON.finite(winner?.rawScore)), ("margin", .number(outcome.margin)),
            ("default_used", .bool(outcome.isDefault)))
    }

    private func mapping(_ mapping: ProjectionMapping) -> JSON {
        let outputs = explanation.outputs.filter { $0.mapping == mapping.name }
        let score = explanation.scores.first { $0.name == mapping.source }?.total
        let selected = outputs.first { $0.result == .matched }
        func distance(_ output: Explanation.OutputTrace?) -> JSON? {
            guard let output, let score else { return nil }
            return JSON.finite(output.bounds.distance(from: score))
        }
        return .members(
            ("mapping_name", .string(mapping.name)), ("source_score", .string(mapping.source)),
            ("score_value", JSON.finite(score)), ("selected_output", selected.map { .string($0.name) }),
            ("confidence", selected.map { .number($0.confidence) }), ("boundary_distance", distance(selected)),
            (
                "outputs",
                .array(
                    outputs.map {
                        .members(
                            ("name", .string($0.name)), ("matched", .bool($0.result == .matched)),
                            ("result", .string($0.result.rawValue)), ("bounds", JSON($0.bounds)),
                            ("boundary_distance", distance($0)))
                    })
            ))
    }
}

extension Explanation.ScoreTrace {
    /// The sum; nil while an input is unread.
    var total: Double? { low == high ? low : nil }

    /// Whether an input was unknown and counted as its `miss` or `match` value.
    var isAssumed: Bool { inputs.contains(where: \.isAssumed) }
}

extension JSON {
    init(_ score: Explanation.ScoreTrace) {
        self = .members(
            ("name", .string(score.name)), ("total", JSON.finite(score.total)), ("low", JSON.finite(score.low)),
            ("high", JSON.finite(score.high)), ("assumed", score.isAssumed ? .bool(true) : nil),
            (
                "inputs",
                .array(
                    score.inputs.map { input in
                        let isMetric = input.type == "kb_metric"
                        let parts = input.name.split(separator: ":", maxSplits: 1).map(String.init)
                        return .members(
                            ("type", .string(input.type)), ("name", isMetric ? nil : .string(input.name)),
                            ("kb", isMetric ? parts.first.map { .string($0) } : nil),
                            ("metric", isMetric && parts.count == 2 ? .string(parts[1]) : nil),
                            ("weight", .number(input.weight)), ("value", JSON.finite(input.value)),
                            ("contribution", JSON.finite(input.weight * input.value)),
                            ("assumed", input.isAssumed ? .bool(true) : nil))
                    })
            ))
    }
}
