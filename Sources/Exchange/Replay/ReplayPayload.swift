internal import Evidence
internal import Lexical
internal import Policy
internal import Routing
internal import Wire

/// The texts of a replay record, as far as the policy has them kept: cut at the policy's bounds, with personal data
/// taken out where it says so.
struct ReplayPayload {
    private let draft: ReplayDraft
    private let ending: ReplayEnding
    private var configuration: RouterReplayConfiguration { draft.configuration }

    init(_ draft: ReplayDraft, _ ending: ReplayEnding) {
        self.draft = draft
        self.ending = ending
    }

    /// Nil where nothing is kept.
    var json: JSON? {
        var members: [(String, JSON)] = []
        if configuration.capturesRequestBody { members += request }
        if configuration.capturesResponseBody, !draft.response.isEmpty {
            members += text("response_body", draft.response, isCut: draft.isResponseTruncated)
        }
        if configuration.capturesRequestBody, let identity = draft.identity {
            members.append(("user_id", .string(identity.userID)))
            members.append(("user_groups", .strings(identity.groups)))
        }
        return members.isEmpty ? nil : .object(members)
    }

    private var request: [(String, JSON)] {
        let conversation = draft.request.conversation
        let bytes = draft.request.document.bytes
        var members = text("request_body", bytes, isCut: false)
        members += text("prompt", Array(conversation.currentUserText.utf8), isCut: false)
        if let tools = draft.request.document.root["tools"], !tools.isNull, tools.count > 0 {
            members += text("tool_definitions", Array(tools.rawText), isCut: false)
        }
        let found = piiFound
        if !found.isEmpty { members.append(("pii_entities", .strings(found))) }
        if let trace = toolTrace { members.append(("tool_trace", trace)) }
        return members
    }

    /// A text within the policy's bound, and whether it was cut or changed.
    private func text(_ name: String, _ bytes: [UInt8], isCut: Bool) -> [(String, JSON)] {
        let kept = Self.prefix(bytes, configuration.maximumBodyBytes)
        var members: [(String, JSON)] = []
        var text = String(decoding: kept, as: UTF8.self)
        var isChanged = false
        if configuration.redactsPersonalData {
            let redacted = Self.redacted(text)
            isChanged = redacted != text
            text = redacted
        }
        members.append((name, .string(text)))
        members.append(("\(name)_truncated", .bool(isCut || kept.count < bytes.count)))
        if isChanged { members.append(("\(name)_redacted", true)) }
        return members
    }

    /// The first bytes of a text, without half a character at the end.
    static func prefix(_ bytes: [UInt8], _ limit: Int) -> ArraySlice<UInt8> {
        guard bytes.count > limit else { return bytes[...] }
        var end = limit
        while end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return bytes[..<end]
    }

    /// A text in which personal data that has a form is replaced by its kind.
    static func redacted(_ text: String) -> String {
        let findings = PersonalDataScanner().findings(in: text)
        guard !findings.isEmpty else { return text }
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        var position = 0
        for finding in findings where finding.range.lowerBound >= position {
            kept += bytes[position..<finding.range.lowerBound]
            kept += "[\(finding.kind.rawValue)]".utf8
            position = finding.range.upperBound
        }
        kept += bytes[position...]
        return String(decoding: kept, as: UTF8.self)
    }

    private var piiFound: [String] {
        let entries = draft.evaluation.recipe.engine.signals.entries
        return entries.indices.filter { entries[$0].key.family == "pii" && draft.evaluation.readings.isMatched($0) }
            .flatMap { draft.evaluation.readings[$0]?.details ?? [] }
    }

    // MARK: Tools

    /// The calls to tools and their results, the newest last.
    private var toolTrace: JSON? {
        let conversation = draft.request.conversation
        var steps: [JSON] = []
        var names: [String] = []
        var bytes = 0
        var dropped = 0
        for turn in conversation.turns.reversed() {
            for step in self.steps(of: turn).reversed() {
                let size = step.text.utf8.count
                let isFull =
                    (configuration.maximumToolTraceSteps > 0 && steps.count >= configuration.maximumToolTraceSteps)
                    || (configuration.maximumToolTraceBytes > 0 && bytes + size > configuration.maximumToolTraceBytes)
                guard dropped == 0, !isFull else {
                    dropped += 1
                    continue
                }
                bytes += size
                if let name = step.tool, !names.contains(name) { names.insert(name, at: 0) }
                steps.append(step.json)
            }
        }
        guard !steps.isEmpty || dropped > 0 else { return nil }
        return .members(
            ("flow", .string(conversation.isActiveToolLoop ? "tool_loop" : "tool_history")),
            ("tool_names", .strings(names)), ("steps", .array(steps.reversed())),
            ("steps_truncated", dropped > 0 ? true : nil), ("dropped_step_count", dropped > 0 ? .int(dropped) : nil))
    }

    private struct Step {
        var type: String
        var role: String
        var tool: String?
        var callID: String?
        var text: String

        var json: JSON {
            .members(
                ("type", .string(type)), ("role", .string(role)), ("tool_name", tool.map { .string($0) }),
                ("tool_call_id", callID.map { .string($0) }),
                (type == "tool_call" ? "arguments" : "output", .string(text)))
        }
    }

    private func steps(of turn: Turn) -> [Step] {
        func kept(_ text: String) -> String {
            let cut = String(decoding: Self.prefix(Array(text.utf8), configuration.maximumBodyBytes), as: UTF8.self)
            return configuration.redactsPersonalData ? Self.redacted(cut) : cut
        }
        let calls = turn.toolCalls.map {
            Step(
                type: "tool_call", role: turn.role.rawValue, tool: $0.name, callID: $0.id, text: kept($0.arguments))
        }
        guard let id = turn.toolCallID else { return calls }
        return calls + [
            Step(type: "tool_result", role: turn.role.rawValue, tool: nil, callID: id, text: kept(turn.text))
        ]
    }
}
