internal import State
internal import Wire

/// One turn of a session as messages: what the user asked, the tools' part, and what was answered.
enum ReplayTrajectory {
    static func messages(of record: ReplayRecord, isDetailed: Bool) -> [JSON] {
        let payload = try? JSON(parsing: record.payload, limits: JSONLimits(maxBytes: .max))
        var messages: [JSON] = []
        messages.append(message(record, "user", payload?["prompt"]?.string, isDetailed: isDetailed))
        for step in payload?["tool_trace"]?["steps"]?.array ?? [] {
            var members: [(String, JSON)] = [("record_id", .string(record.id)), ("role", "tool")]
            members += (step.object ?? []).filter { $0.0 != "role" }
            messages.append(.object(members))
        }
        var answer =
            message(
                record, "assistant", payload.flatMap { text(of: $0) }, isDetailed: isDetailed
            ).object ?? []
        answer.append(("model", .string(record.selectedModel)))
        answer.append(("decision", .string(record.decision)))
        answer.append(("status", .int(record.status)))
        messages.append(.object(answer))
        return messages
    }

    private static func message(_ record: ReplayRecord, _ role: String, _ text: String?, isDetailed: Bool) -> JSON {
        var members: [(String, JSON)] = [
            ("record_id", .string(record.id)), ("role", .string(role)), ("content", .string(text ?? "")),
        ]
        if !isDetailed { members.append(("content_redacted", true)) }
        return .object(members)
    }

    /// The text of a kept answer; what was cut off is given as it stands.
    private static func text(of payload: JSON) -> String? {
        guard let body = payload["response_body"]?.string else { return nil }
        let bytes = Array(body.utf8)
        let answer = StoredAnswer(body: bytes) ?? StoredAnswer(stream: bytes)
        return answer?.content ?? body
    }
}
