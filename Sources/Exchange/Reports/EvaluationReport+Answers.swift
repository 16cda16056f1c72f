internal import Policy
internal import Routing
public import Wire

extension EvaluationReport {
    /// The answer of `POST /api/v1/eval`. Spec signals-decisions §5.4; `confidence`, `unknown_signals`,
    /// `projection_scores` and `projection_trace` are additions.
    public func evaluationAnswer(includingTrace: Bool = false) -> JSON {
        .members(
            ("original_text", .string(request.text)), ("requested_model", .string(request.model)),
            ("recipe", .string(recipe.name)), ("decision_result", decisionResult),
            ("unknown_signals", .object(unknown.map { ($0.name, .string($0.reason)) })),
            ("eval_trace", includingTrace ? .array(explanation.decisions.map { JSON($0) }) : nil),
            ("recommended_models", .strings(recommendedModels)), ("selected_model", .string(selectedModel ?? "")),
            ("selection_status", .string(selection.status.rawValue)),
            ("selection_method", .string(selection.method)), ("selection_reason", .string(selection.reason)),
            ("routing_decision", .string(decision?.name ?? "")), ("metrics", metrics),
            ("signal_confidences", signalConfidences), ("signal_values", signalValues),
            ("signal_errors", signalErrors), ("projection_scores", projectionScores),
            ("projection_trace", includingTrace ? projectionTrace : nil))
    }

    /// The answer of `POST /api/v1/classify/intent`. The category is the first domain among the matched rules,
    /// else the most confident matched domain, else the decision.
    public func intentAnswer(includingProbabilities: Bool = false, confidenceThreshold: Double = 0) -> JSON {
        let domains = signals.filter { $0.key.family == "domain" && $0.result == .matched }
        let ruled = matchedRules.first { $0.hasPrefix("domain:") }?.dropFirst("domain:".count)
        let domain =
            domains.first { $0.key.name == ruled.map(String.init) }
            ?? domains.max { $0.confidence < $1.confidence }
        let category = domain?.key.name ?? decision?.name ?? ""
        let certainty = domain?.confidence ?? confidence
        let isConfident = certainty >= confidenceThreshold
        var matchedSignals = JSON(matched)
        if case .object(let members) = matchedSignals {
            let names = ["reask": "reasks", "projection": "projections"]
            matchedSignals = .object(members.map { (names[$0.0] ?? $0.0, $0.1) })
        }
        return .members(
            (
                "classification",
                .members(
                    ("category", .string(isConfident ? category : "")), ("confidence", .number(certainty)),
                    ("processing_time_ms", .milliseconds(cost.evidence + cost.decision)))
            ),
            (
                "probabilities",
                includingProbabilities ? .object(domains.map { ($0.key.name, .number($0.confidence)) }) : nil
            ),
            ("recommended_model", .string(selectedModel ?? "")), ("routing_decision", .string(decision?.name ?? "")),
            ("matched_signals", matchedSignals),
            (
                "decision_result",
                decision.map {
                    .members(
                        ("decision_name", .string($0.name)), ("confidence", .number(confidence)),
                        ("matched_rules", .strings(matchedRules)))
                }
            ), ("unknown_signals", .object(unknown.map { ($0.name, .string($0.reason)) })),
            ("signal_errors", signalErrors))
    }

    private var decisionResult: JSON {
        .members(
            ("decision_name", .string(decision?.name ?? "")), ("confidence", .number(confidence)),
            ("matched_rules", .strings(matchedRules)), ("algorithm", .string(algorithm)),
            ("plugins", .strings(decision?.plugins.map(\.type) ?? [])), ("used_signals", JSON(used)),
            ("matched_signals", JSON(matched)), ("unmatched_signals", JSON(unmatched)))
    }

    /// The decision's candidates as declared, or what serves in their place.
    private var recommendedModels: [String] {
        let references = decision?.modelReferences ?? []
        return (references.isEmpty ? selection.order : references).map(\.effectiveName)
    }

    /// Time and the best confidence of every family that has signals in the recipe.
    var metrics: JSON {
        var families: [(name: String, confidence: Double)] = []
        for row in signals {
            let confidence = row.result == .matched ? row.confidence : 0
            if let index = families.firstIndex(where: { $0.name == row.key.family }) {
                families[index].confidence = max(families[index].confidence, confidence)
            } else {
                families.append((row.key.family, confidence))
            }
        }
        return .object(
            families.map { family in
                (
                    family.name,
                    .members(
                        ("execution_time_ms", .milliseconds(cost.families[family.name] ?? 0)),
                        ("confidence", .number(family.confidence)))
                )
            })
    }

    private var signalConfidences: JSON {
        let matched = signals.filter { $0.result == .matched }
            .map { ($0.key.description, JSON.number($0.confidence)) }
        let bands = explanation.outputs.filter { $0.result == .matched }
            .map { ("projection:\($0.name)", JSON.number($0.confidence)) }
        return .object(matched + bands)
    }

    private var signalValues: JSON {
        .object(signals.compactMap { row in JSON.finite(row.value).map { (row.key.description, $0) } })
    }

    /// Failures of the moment; standing conditions, such as a missing model, are in `unknown_signals` alone.
    private var signalErrors: JSON {
        .object(
            signals.compactMap { row in
                guard let reason = row.reason, !reason.isStanding else { return nil }
                return (row.key.description, .string(reason.rawValue))
            })
    }

    private var projectionScores: JSON {
        .object(explanation.scores.compactMap { score in score.total.map { (score.name, .number($0)) } })
    }
}
