import Policy
import Routing
import Testing
import Wire

@testable import Exchange

@Suite struct ReportsAnswersTests {
    let answer = ReportsFixture.report().evaluationAnswer(includingTrace: true)

    @Test func evaluationNamesRequestDecisionAndModel() {
        #expect(answer["original_text"] == "Debug this")
        #expect(answer["requested_model"] == "auto")
        #expect(answer["recipe"] == "default")
        #expect(answer["routing_decision"] == "code")
        #expect(answer["selected_model"] == "coder")
        #expect(answer["recommended_models"] == ["coder"])
        #expect(answer["selection_status"] == "selected")
        #expect(answer["selection_method"] == "static")
        #expect(answer["selection_reason"] == "the only candidate")
    }

    @Test func decisionResultGroupsSignals() {
        let result = answer["decision_result"]
        #expect(result?["decision_name"] == "code")
        #expect(result?["algorithm"] == "static")
        #expect(result?["confidence"] == .number(0.95))
        #expect(result?["plugins"] == ["system_prompt"])
        #expect(result?["matched_rules"] == ["keyword:code"])
        #expect(result?["used_signals"] == ["keywords": ["code", "urgent"]])
        // The partition leaves one of the two matched domains.
        #expect(
            result?["matched_signals"] == ["keywords": ["code"], "domains": ["math"], "projection": ["hard"]])
        #expect(
            result?["unmatched_signals"]
                == ["keywords": ["urgent"], "domains": ["physics"], "context": ["long"], "projection": ["easy"]])
    }

    @Test func everySignalIsMatchedUnmatchedOrUnknown() {
        let report = ReportsFixture.report()
        let count = { (names: GroupedNames) in
            names.groups.filter { $0.key != "projection" }.reduce(0) { $0 + $1.names.count }
        }
        #expect(count(report.matched) + count(report.unmatched) + report.unknown.count == report.signals.count)
    }

    @Test func unknownSignalsCarryTheirReason() {
        #expect(answer["unknown_signals"] == ["domain:law": "model_missing"])
        // A missing model is a standing condition, not an error of the moment.
        #expect(answer["signal_errors"] == [:])
        var readings = ReportsFixture.readings
        readings[1] = .unknown(.timeout)
        readings[2] = nil
        let failed = ReportsFixture.report(readings).evaluationAnswer()
        #expect(failed["signal_errors"] == ["keyword:urgent": "timeout"])
        #expect(failed["unknown_signals"]?["context:long"] == "not_read")
        #expect(failed["eval_trace"] == nil)
    }

    @Test func valuesConfidencesAndMetrics() {
        #expect(answer["signal_values"] == ["keyword:code": 2.0, "keyword:urgent": 0.0, "context:long": 24.0])
        #expect(answer["signal_confidences"]?["keyword:code"] == .number(0.9))
        #expect(answer["signal_confidences"]?["domain:physics"] == nil)
        #expect(
            answer["metrics"]?["keyword"] == ["execution_time_ms": .number(0.012), "confidence": .number(0.9)])
        #expect(answer["metrics"]?["domain"]?["execution_time_ms"] == .number(0))
        #expect(answer["projection_scores"] == ["difficulty": .number(0.5)])
    }

    @Test func traceListsEveryDecisionWithItsTree() {
        let trace = answer["eval_trace"]?.array ?? []
        #expect(trace.compactMap { $0["decision_name"]?.string } == ["law", "code", "hard", "urgent", "long", "rest"])
        #expect(trace[0]["result"] == "unknown")
        #expect(trace[0]["matched"] == false)
        #expect(trace[0]["root_trace"]?["reason"] == "model_missing")
        #expect(trace[1]["is_winner"] == true)
        #expect(trace[1]["root_trace"]?["node_type"] == "AND")
        #expect(trace[1]["root_trace"]?["children"]?[0]?["signal_name"] == "code")
        #expect(trace[1]["root_trace"]?["children"]?[1]?["node_type"] == "NOT")
        #expect(trace[4]["root_trace"]?["predicate"] == ["gte": .number(4_000)])
        #expect(trace[4]["root_trace"]?["value"] == .number(24))
        #expect(trace[5]["root_trace"]?["node_type"] == "fallback")
    }

    @Test func projectionTrace() throws {
        let trace = try #require(answer["projection_trace"])
        #expect(trace["schema_version"] == "1")
        let partition = try #require(trace["partitions"]?[0])
        #expect(partition["group_name"] == "subjects")
        #expect(partition["signal_type"] == "domain")
        #expect(partition["semantics"] == "softmax_exclusive")
        #expect(partition["winner"] == "math")
        #expect(partition["raw_winner_score"] == .number(0.8))
        // Shares of exp(0) and exp(-1).
        #expect(abs((partition["winner_score"]?.double ?? 0) - 0.7311) < 1e-4)
        #expect(partition["contenders"]?.array?.count == 2)
        #expect(partition["default_used"] == false)
        let score = try #require(trace["scores"]?[0])
        #expect(score["total"] == .number(0.5))
        #expect(
            score["inputs"]?[0]
                == [
                    "type": "keyword", "name": "code", "weight": .number(0.5), "value": .number(1),
                    "contribution": .number(0.5),
                ])
        let mapping = try #require(trace["mappings"]?[0])
        #expect(mapping["selected_output"] == "hard")
        #expect(abs((mapping["boundary_distance"]?.double ?? 0) - 0.1) < 1e-9)
        #expect(mapping["outputs"]?.array?.count == 2)
    }

    @Test func intentTakesTheDomainThenTheDecision() {
        let intent = ReportsFixture.report().intentAnswer(includingProbabilities: true)
        #expect(intent["classification"]?["category"] == "math")
        #expect(intent["classification"]?["processing_time_ms"] == .number(1.28))
        #expect(intent["probabilities"]?.object?.map(\.0) == ["math"])
        #expect(intent["recommended_model"] == "coder")
        #expect(intent["routing_decision"] == "code")
        #expect(intent["decision_result"]?["matched_rules"] == ["keyword:code"])
        #expect(intent["matched_signals"]?["projections"] == ["hard"])
        var readings = ReportsFixture.readings
        readings[4] = .unknown(.modelMissing)
        readings[5] = .unknown(.modelMissing)
        let plain = ReportsFixture.report(readings).intentAnswer()
        #expect(plain["classification"]?["category"] == "code")
        #expect(plain["probabilities"] == nil)
        let strict = ReportsFixture.report(readings).intentAnswer(confidenceThreshold: 0.99)
        #expect(strict["classification"]?["category"] == "")
    }

    @Test func noDecisionIsSaidPlainly() {
        var recipe = ReportsFixture.recipe
        recipe.decisions.removeAll { $0.name != "urgent" }
        let report = ReportsFixture.report(recipe: recipe)
        #expect(report.decision == nil)
        #expect(report.outcomeReason == "no decision matches")
        let answer = report.evaluationAnswer()
        #expect(answer["decision_result"]?["decision_name"] == "")
        #expect(answer["selected_model"] == "")
        #expect(answer["selection_status"] == "unavailable")
        #expect(report.intentAnswer()["decision_result"] == nil)
    }

    @Test func explanationTellsWhatEachSignalSawAndWanted() throws {
        let answer = ReportsFixture.report().explanationAnswer()
        #expect(answer["request"] == ["text": "Debug this", "model": "auto", "tokens": 24, "turns": 1, "tools": 1])
        #expect(answer["outcome"]?["decision"] == "code")
        #expect(answer["selection"]?["order"] == ["coder"])
        let context = try #require(answer["signals"]?[2])
        #expect(context["value"] == .number(24))
        #expect(context["test"] == "threshold 0.5, value >= 3, >= 4000 tokens")
        let law = try #require(answer["signals"]?[3])
        #expect(law["reason"] == "model_missing")
        #expect(law["safety"] == true)
        let physics = try #require(answer["signals"]?[5])
        #expect(physics["result"] == "unmatched")
        #expect(physics["details"] == ["matched, but a partition or composer sets it aside"])
        #expect(answer["skipped_signals"] == [])
        #expect(answer["decisions"]?.array?.count == 6)
    }

    @Test func everythingIsParsableJSON() throws {
        let report = ReportsFixture.report()
        for answer in [
            report.evaluationAnswer(includingTrace: true), report.intentAnswer(), report.explanationAnswer(),
        ] {
            _ = try JSON(parsing: answer.serialized())
        }
    }
}
