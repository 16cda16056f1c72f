/// Reads the top level of an OpenAI chat completions body.
struct ChatRequestReader {
    let options: ChatParseOptions
    private var size = RequestSize()
    private var tools: [ToolDefinition] = []

    init(options: ChatParseOptions) {
        self.options = options
    }

    mutating func read(_ root: JSONValue) throws(WireError) -> Conversation {
        guard root.kind == .object else {
            throw WireError(code: .invalidType, message: "the body must be a JSON object")
        }
        if let duplicate = root.firstDuplicateMember {
            throw Self.duplicate(duplicate.key, at: duplicate.keyRange.lowerBound)
        }
        var model: String?
        var stream = false
        var messages: JSONValue?
        var text: JSONValue?
        var metadata: [String: String] = [:]
        var user: String?
        var maxCompletionTokens: Int?
        var maxTokens: Int?
        for member in root.members {
            let value = member.value
            if member.isNamed("model") {
                model = try Self.requiredString(value, "model")
            } else if member.isNamed("messages") {
                messages = value
            } else if member.isNamed("stream") {
                guard value.isNull || value.kind == .bool else { throw Self.wrongType("stream", "a boolean") }
                stream = value.bool ?? false
            } else if member.isNamed("tools") || member.isNamed("functions") {
                try readTools(value, param: member.key)
            } else if member.isNamed("metadata") {
                metadata = try Self.metadata(value)
            } else if member.isNamed("user") {
                user = value.string
            } else if member.isNamed("text") {
                text = value
            } else if member.isNamed("max_completion_tokens") {
                maxCompletionTokens = value.int.flatMap { $0 >= 0 ? $0 : nil }
            } else if member.isNamed("max_tokens") {
                maxTokens = value.int.flatMap { $0 >= 0 ? $0 : nil }
            } else if member.isNamed("tool_choice") || member.isNamed("function_call")
                || member.isNamed("response_format")
            {
                if !value.isNull { size.structuredBytes += value.sourceRange.count }
            }
        }
        if options.requireModel, model?.isEmpty ?? true {
            throw WireError(code: .missingField, message: "missing required field: model", param: "model")
        }
        var reader = ChatMessageReader(size: size, maxToolCalls: options.maxToolCalls)
        let turns = try readTurns(messages, text, &reader)
        return Conversation(
            model: model ?? "", stream: stream, turns: turns, tools: tools, metadata: metadata, user: user,
            maxOutputTokens: maxCompletionTokens ?? maxTokens, size: reader.size,
            firstInlineImage: reader.firstInlineImage)
    }

    private func readTurns(
        _ messages: JSONValue?, _ text: JSONValue?, _ reader: inout ChatMessageReader
    ) throws(WireError) -> [Turn] {
        guard let messages else {
            guard options.acceptText, let text else {
                let names = options.acceptText ? "messages or text" : "messages"
                throw WireError(
                    code: .missingField, message: "missing required field: \(names)", param: "messages")
            }
            return [reader.userTurn(try Self.requiredString(text, "text"))]
        }
        guard messages.kind == .array else { throw Self.wrongType("messages", "an array") }
        var turns: [Turn] = []
        for message in messages.elements {
            guard turns.count < options.maxMessages else {
                throw Self.tooMany("messages", options.maxMessages)
            }
            turns.append(try reader.read(message, at: turns.count))
        }
        guard !turns.isEmpty else {
            throw WireError(
                code: .emptyMessages, message: "messages must hold at least one message", param: "messages")
        }
        return turns
    }

    private mutating func readTools(_ value: JSONValue, param: String) throws(WireError) {
        if value.isNull { return }
        guard value.kind == .array else { throw Self.wrongType(param, "an array") }
        for entry in value.elements {
            guard tools.count < options.maxTools else { throw Self.tooMany(param, options.maxTools) }
            let body = entry["function"] ?? entry["custom"] ?? entry
            tools.append(
                ToolDefinition(name: body["name"]?.string ?? "", description: body["description"]?.string ?? ""))
            size.toolDefinitions += 1
            size.structuredBytes += entry.sourceRange.count
        }
    }

    /// At most 32 string entries, keys of 1 to 128 bytes, values of at most 1024 bytes (spec pipeline-api §2.1).
    private static func metadata(_ value: JSONValue) throws(WireError) -> [String: String] {
        if value.isNull { return [:] }
        guard value.kind == .object else { throw badMetadata("metadata must be an object of strings") }
        if let duplicate = value.firstDuplicateMember {
            throw Self.duplicate("metadata.\(duplicate.key)", at: duplicate.keyRange.lowerBound)
        }
        var entries: [String: String] = [:]
        var count = 0
        for member in value.members {
            count += 1
            guard count <= 32 else { throw badMetadata("metadata must not have more than 32 entries") }
            let key = member.key
            guard 1...128 ~= key.utf8.count else { throw badMetadata("metadata keys must have 1 to 128 bytes") }
            guard let text = member.value.string else {
                throw badMetadata("metadata values must be strings", "metadata.\(key)")
            }
            guard text.utf8.count <= 1024 else {
                throw badMetadata("metadata values must have at most 1024 bytes", "metadata.\(key)")
            }
            entries[key] = text
        }
        return entries
    }

    private static func badMetadata(_ message: String, _ param: String = "metadata") -> WireError {
        WireError(code: .invalidMetadata, message: message, param: param)
    }

    static func requiredString(_ value: JSONValue, _ param: String) throws(WireError) -> String {
        guard let string = value.string else { throw wrongType(param, "a string") }
        return string
    }

    static func wrongType(_ param: String, _ expected: String) -> WireError {
        WireError(code: .invalidType, message: "\(param) must be \(expected)", param: param)
    }

    static func tooMany(_ param: String, _ limit: Int) -> WireError {
        WireError(
            code: .tooManyItems, message: "\(param) must not have more than \(limit) entries", param: param)
    }

    static func duplicate(_ param: String, at offset: Int) -> WireError {
        WireError(
            code: .duplicateKey, message: "\(param) is given more than once; give it once", param: param,
            offset: offset)
    }
}
