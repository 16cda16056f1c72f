internal import Logging
internal import NIOCore
internal import Policy
internal import Routing
internal import Telemetry
internal import Upstream
internal import Wire

/// Everything that is said of one request when it is over: in one log line, in metrics, in headers. Belongs to the
/// request's event loop.
final class RequestRecord {
    /// One call to a backend.
    struct AttemptRecord: Sendable {
        var model: String
        var backend: String
        var outcome: String
    }

    let requestID: String
    let traceID: TraceID
    let requestedModel: String
    var recipe: String?
    /// The user whom a trusted proxy named. It appears in no log.
    var user: String?
    /// What learning did, in words for the log.
    var learning: LearningTrace?
    /// What the response cache said; nil where the decision has none.
    var cache: String?
    /// Whether the router added to the body before it is shaped for a backend.
    var isBodyChanged = false
    /// What was recalled of the user, or why nothing was; nil where the decision has no memory.
    var memory: MemoryTrace?
    /// Its answer on the way to be remembered.
    var memories: MemoryRecorder?
    /// What retrieval did; nil where the decision has none.
    var retrieval: RetrievalTrace?
    /// Whether the client is told of a retrieval that failed.
    var retrievalWarns = false
    /// What its replay record is made of; nil where none is kept.
    var replay: ReplayDraft?
    let isStream: Bool
    let start: NIODeadline
    /// The loop that serves the request.
    let loop: any EventLoop
    var decision: String?
    var confidence = 0.0
    var algorithm = ""
    var reasonCode = ""
    var evidenceNanoseconds: Int64 = 0
    var decisionNanoseconds: Int64 = 0
    var selectedModel: String?
    var backend: String?
    var attempts: [AttemptRecord] = []
    var status = 0
    var path = ResponsePath.upstream
    var usage: Usage?
    /// Tokens that were seen of an answer that does not tell them.
    var observedTokens = 0
    /// That the limits let it pass.
    var admission: LimitAdmission?
    /// The rule that refused it.
    var limit: String?
    /// What it cost; nil where tokens or prices are not known.
    var costs: CostBreakdown?
    var firstByte: NIODeadline?
    var errorCode: String?
    var clientVanished = false
    var skippedSignals = 0
    var unknownSignals: [String] = []
    var changedParameters: [String] = []

    init(
        requestID: String, traceID: TraceID, requestedModel: String, isStream: Bool, start: NIODeadline,
        loop: any EventLoop
    ) {
        self.loop = loop
        self.requestID = requestID
        self.traceID = traceID
        self.requestedModel = requestedModel
        self.isStream = isStream
        self.start = start
    }

    /// The name under which the request's record is asked for and outcomes are told; nil where nothing is remembered.
    var replayID: String? { replay != nil || learning != nil ? requestID : nil }

    /// What the tokens cost, in units of ``currency``.
    var cost: Double? { costs?.actual }
    var currency: String? { costs?.currency }

    /// The fields of the one log line of a request. No text of the conversation is among them.
    func metadata(at end: NIODeadline) -> Logger.Metadata {
        var fields: Logger.Metadata = [
            "request_id": "\(requestID)", "trace_id": "\(traceID)", "original_model": "\(requestedModel)",
            "status": .stringConvertible(status), "response_path": "\(path.rawValue)",
            "stream": .stringConvertible(isStream),
            "duration_ms": .stringConvertible(Self.milliseconds((end - start).nanoseconds)),
        ]
        if let recipe { fields["recipe"] = "\(recipe)" }
        if let decision { fields["decision"] = "\(decision)" }
        if recipe != nil {
            fields["confidence"] = .stringConvertible((confidence * 10_000).rounded() / 10_000)
            fields["routing_us"] = .stringConvertible((evidenceNanoseconds + decisionNanoseconds) / 1_000)
        }
        if !algorithm.isEmpty { fields["algorithm"] = "\(algorithm)" }
        if let cache { fields["cache"] = "\(cache)" }
        if let limit { fields["limit"] = "\(limit)" }
        if let memory { fields["memory"] = "\(memory)" }
        retrieval?.note(in: &fields)
        if let adaptation = learning?.adaptation {
            fields["adaptation"] = "\(adaptation.action.rawValue) \(adaptation.reason.rawValue)"
            if let chosen = adaptation.scores.first(where: { $0.model == adaptation.model }) {
                fields["propensity"] = .stringConvertible((chosen.propensity * 10_000).rounded() / 10_000)
            }
        }
        if let protection = learning?.protection {
            fields["protection"] = "\(protection.action.rawValue) \(protection.reason.rawValue)"
        }
        if !reasonCode.isEmpty { fields["reason_code"] = "\(reasonCode)" }
        if let selectedModel { fields["selected_model"] = "\(selectedModel)" }
        if let backend { fields["backend"] = "\(backend)" }
        if attempts.count > 1 {
            fields["attempts"] = .array(attempts.map { "\($0.model)/\($0.backend): \($0.outcome)" })
        }
        if let usage {
            fields["prompt_tokens"] = .stringConvertible(usage.promptTokens)
            fields["completion_tokens"] = .stringConvertible(usage.completionTokens)
            if usage.cachedTokens > 0 { fields["cached_tokens"] = .stringConvertible(usage.cachedTokens) }
        }
        if let costs {
            fields["cost"] = .stringConvertible(costs.actual)
            fields["currency"] = "\(costs.currency)"
            if let baseline = costs.baseline {
                fields["baseline_cost"] = .stringConvertible(baseline.cost)
                fields["baseline_model"] = "\(baseline.model)"
                fields["cost_savings"] = .stringConvertible(costs.savings ?? 0)
            }
        }
        if let firstByte {
            fields["first_byte_ms"] = .stringConvertible(Self.milliseconds((firstByte - start).nanoseconds))
        }
        if let errorCode { fields["error"] = "\(errorCode)" }
        if clientVanished { fields["client_vanished"] = .stringConvertible(true) }
        if skippedSignals > 0 { fields["signals_skipped"] = .stringConvertible(skippedSignals) }
        if !unknownSignals.isEmpty { fields["signals_unknown"] = .array(unknownSignals.prefix(8).map { "\($0)" }) }
        if !changedParameters.isEmpty {
            fields["parameters_changed"] = .array(changedParameters.prefix(16).map { "\($0.prefix(64))" })
        }
        return fields
    }

    private static func milliseconds(_ nanoseconds: Int64) -> Double {
        Double(nanoseconds / 100_000) / 10
    }
}
