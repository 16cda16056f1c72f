internal import Wire

/// Removes and caps request parameters. Spec pipeline-api §6.5; unlike there, both token limits are capped and the
/// router's own fields, which are set afterwards, survive `strip_unknown`.
struct RequestParametersPlugin: RequestPlugin {
    static let type = "request_params"

    private static let known: Set<String> = [
        "model", "messages", "frequency_penalty", "logit_bias", "logprobs", "max_tokens", "max_completion_tokens", "n",
        "parallel_tool_calls", "presence_penalty", "response_format", "seed", "stop", "stream", "stream_options",
        "temperature", "top_logprobs", "top_p", "tools", "tool_choice", "user", "reasoning_effort",
    ]

    private let blocked: Set<String>
    private let maxTokens: Int?
    private let maxChoices: Int?
    private let stripsUnknown: Bool

    init?(_ configuration: any Sendable) {
        guard let configuration = configuration as? RequestParametersConfiguration else { return nil }
        blocked = Set(configuration.blockedParameters).subtracting(["model", "messages"])
        maxTokens = configuration.maxTokensLimit
        maxChoices = configuration.maxChoices
        stripsUnknown = configuration.stripsUnknown
    }

    func shape(_ body: inout JSONEditor, of document: JSONDocument, _ notes: inout ShapingNotes) throws(JSONEditError) {
        for member in document.root.members {
            let name = member.key
            if blocked.contains(name) || (stripsUnknown && !Self.known.contains(name)) {
                body.remove(path: [.key(name)])
                notes.changedParameters.append(name)
                continue
            }
            let limit: Int?
            switch name {
            case "max_tokens", "max_completion_tokens": limit = maxTokens
            case "n": limit = maxChoices
            default: limit = nil
            }
            guard let limit, !member.value.isNull else { continue }
            if let value = member.value.int {
                guard value > limit else { continue }
                try body.set(path: [.key(name)], to: .int(limit))
            } else {
                body.remove(path: [.key(name)])
            }
            notes.changedParameters.append(name)
        }
    }
}
