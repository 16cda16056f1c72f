internal import Policy

/// One request of a probed decision. Spec config §15.2.
struct ProbeVariant: Sendable {
    var id = ""
    var query: String?
    var messages: [AnyValue]?
    var tools: [AnyValue] = []
    var tags: [String] = []
    var notes = AnyValue.null
    var signals: [String: [String]] = [:]
    var repetitions = 1
    var padding: ProbePadding?
    var generatedText: ProbeGeneratedText?
    var displayPrompt = ""
    var playground = ProbePlayground()
    var position = SourcePosition(line: 1, column: 1)

    /// The most bytes that a generated request may have.
    static let maximumBytes = 10 << 20

    private static let displayPromptType = ValueType<String>.string.checked(.outOfRange) {
        $0.count > 2_000 ? "a display prompt has at most 2000 characters" : nil
    }

    private static var requestKeys: [Key<ProbeVariant>] {
        [
            Key("query", \.query, .nonEmptyString, "The user's message."),
            Key("messages", \.messages, .list(.any), "Chat messages in place of a query."),
            Key("tools", \.tools, .list(.any), "Tool definitions."),
            Key("repeat", \.repetitions, .integer(1...10_000), "How often the query is repeated."),
            Key("padding", \.padding, .object(ProbePadding.schema), "Text around the query."),
            Key("generated_text", \.generatedText, .object(ProbeGeneratedText.schema), "Fills a message up."),
        ]
    }

    private static var otherKeys: [Key<ProbeVariant>] {
        [
            Key("id", \.id, .name, "Name of the variant.", required: true),
            Key("tags", \.tags, .list(.nonEmptyString), "Tags."),
            Key("notes", \.notes, .any, "Notes."),
            Key(
                "expected_signals", \.signals, .map(.list(.nonEmptyString)),
                "Names that must match, in place of the decision's for the same group."),
            Key("display_prompt", \.displayPrompt, displayPromptType, "A short form to show."),
            Key("playground", \.playground, .object(ProbePlayground.schema), "Whether it can be tried by hand."),
        ]
    }

    static let schema = Schema(
        "variant", "One request of a probed decision.", initial: ProbeVariant(), keys: otherKeys + requestKeys
    ).checking { value, node, context in
        if (value.query == nil) == (value.messages == nil) {
            context.error(
                .conflict, "a variant needs either query or messages" + (value.query == nil ? "" : ", not both"),
                at: node.position)
        }
        if value.generatedText != nil, value.messages == nil {
            context.error(.conflict, "generated_text needs messages", key: "generated_text", in: node)
        }
        if value.query == nil, value.repetitions > 1 || value.padding != nil {
            context.error(
                .conflict, "repeat and padding need a query", key: value.padding == nil ? "repeat" : "padding",
                in: node)
        }
        if !value.playground.isEnabled, value.playground.reason.isEmpty || value.displayPrompt.isEmpty {
            context.error(
                .missingKey, "a disabled playground needs a reason, and the variant a display_prompt",
                key: "playground", in: node)
        }
        if let generated = value.generatedText, let messages = value.messages,
            generated.applied(to: messages) == nil
        {
            context.error(
                .invalidValue, "message_index and content_index lead to no text", key: "generated_text", in: node)
        }
        if value.size > maximumBytes {
            context.error(.tooLarge, "the request would have more than \(maximumBytes) bytes", at: node.position)
        }
        ExpectedSignals.check(value.signals, key: "expected_signals", in: node, &context)
    }

    static let locate: @Sendable (inout ProbeVariant, Node, inout DecodingContext) -> Void = { value, node, _ in
        value.position = node.position
    }

    /// An upper estimate of the bytes of a repeated and padded query.
    private var size: Int {
        let query = (self.query?.utf8.count ?? 0) + 1
        let padding = (self.padding.map { ($0.text.utf8.count + 1) * $0.repetitions * 2 }) ?? 0
        return query * repetitions + padding
    }

    /// The request with repetition, padding and generated text carried out.
    var content: Probe.Content {
        if let messages { return .messages(generatedText?.applied(to: messages) ?? messages) }
        guard size <= Self.maximumBytes else { return .text("") }
        let text = Array(repeating: query ?? "", count: repetitions).joined(separator: " ")
        return .text(padding?.applied(to: text) ?? text)
    }
}

/// Text around a query.
struct ProbePadding: Sendable {
    enum Placement: String, Sendable, CaseIterable {
        case before
        case after
        case around
    }

    var text = ""
    var repetitions = 1
    var placement = Placement.before

    static let schema = Schema(
        "padding", "Text around the query.", initial: ProbePadding(),
        keys: [
            Key("text", \.text, .nonEmptyString, "The text.", required: true),
            Key("repeat", \.repetitions, .integer(1...10_000), "How often it stands there."),
            Key("placement", \.placement, .enumeration(), "Where it stands."),
        ])

    func applied(to query: String) -> String {
        let filler = Array(repeating: text, count: repetitions).joined(separator: " ")
        switch placement {
        case .before: return filler + " " + query
        case .after: return query + " " + filler
        case .around: return filler + " " + query + " " + filler
        }
    }
}

/// Fills the text of a message up to a size.
struct ProbeGeneratedText: Sendable {
    var messageIndex = 0
    var contentIndex = 0
    var targetBytes = 0
    var character = "x"

    static let schema = Schema(
        "generated text", "Fills the text of a message up to a size.", initial: ProbeGeneratedText(),
        keys: [
            Key("message_index", \.messageIndex, .count, "The message, from 0."),
            Key("content_index", \.contentIndex, .count, "The part of its content, from 0."),
            Key(
                "target_text_bytes", \.targetBytes, .integer(1...ProbeVariant.maximumBytes),
                "Bytes that the text shall have.", required: true),
            Key("character", \.character, characterType, "What it is filled with."),
        ])

    private static let characterType = ValueType<String>.string.checked {
        $0.count == 1 ? nil : "expected one character"
    }

    /// The messages with the text filled up; nil when the indices lead to no text.
    func applied(to messages: [AnyValue]) -> [AnyValue]? {
        guard messages.indices.contains(messageIndex), case .mapping(var message) = messages[messageIndex] else {
            return nil
        }
        switch message["content"] {
        case .string(let text) where contentIndex == 0: message["content"] = .string(filled(text))
        case .list(var parts):
            guard parts.indices.contains(contentIndex), case .mapping(var part) = parts[contentIndex],
                case .string(let text) = part["text"] ?? .string("")
            else { return nil }
            part["text"] = .string(filled(text))
            parts[contentIndex] = .mapping(part)
            message["content"] = .list(parts)
        default: return nil
        }
        var result = messages
        result[messageIndex] = .mapping(message)
        return result
    }

    private func filled(_ text: String) -> String {
        let missing = (targetBytes - text.utf8.count) / max(1, character.utf8.count)
        return text + String(repeating: character, count: max(0, missing))
    }
}

/// Whether a variant can be tried by hand.
struct ProbePlayground: Sendable {
    var isEnabled = true
    var reason = ""

    static let schema = Schema(
        "playground", "Whether the variant can be tried by hand.", initial: ProbePlayground(),
        keys: [
            Key("enabled", \.isEnabled, .boolean, "Whether it can."),
            Key("reason", \.reason, .string, "Why not."),
        ])
}
