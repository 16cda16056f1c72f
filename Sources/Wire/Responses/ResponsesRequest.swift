/// A request to OpenAI's Responses API, and the chat request that it becomes. Spec pipeline-api §4.3.
public struct ResponsesRequest: Sendable {
    /// The requested model; empty when it names none.
    public let model: String
    public let isStream: Bool
    /// Whether the response is to be kept; true when not said.
    public let isStored: Bool
    public let previousResponseID: String?
    /// The conversation that it belongs to, given as an id or as an object with one.
    public let conversationID: String?
    public let instructions: String?
    /// The input as items; a text alone is one user message.
    public let input: [JSON]
    /// The members that the response repeats.
    public let echoed: [(String, JSON)]
    private let root: JSON

    /// Parses and checks a body. Throws for what cannot be translated: nothing that was asked for is dropped silently.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(WireError) {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, limits: limits) } catch { throw WireError(error) }
        guard document.root.kind == .object else {
            throw WireError(code: .invalidType, message: "The body must be a JSON object.")
        }
        let root = JSON(document.root)
        self.root = root
        model = try Self.text(root, "model") ?? ""
        isStream = try Self.flag(root, "stream") ?? false
        isStored = try Self.flag(root, "store") ?? true
        previousResponseID = try Self.text(root, "previous_response_id")
        instructions = try Self.text(root, "instructions")
        if let object = root["conversation"], object.object != nil {
            conversationID = object["id"]?.string
        } else {
            let named = try Self.text(root, "conversation")
            let older = try Self.text(root, "conversation_id")
            conversationID = named ?? older
        }
        if previousResponseID != nil, conversationID != nil {
            throw WireError(
                code: .invalidType, message: "Give previous_response_id or conversation, not both.",
                param: "previous_response_id")
        }
        if try Self.flag(root, "background") == true {
            throw WireError(code: .invalidType, message: "Background responses are not supported.", param: "background")
        }
        switch root["input"] {
        case .string(let text)?:
            input = [["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]]]
        case .array(let items)?: input = items
        case nil: throw WireError(code: .missingField, message: "The input is missing.", param: "input")
        default:
            throw WireError(code: .invalidType, message: "The input must be a text or a list of items.", param: "input")
        }
        echoed = Self.echoedNames.compactMap { name, initial in
            let value = root[name] ?? initial
            return (name, value)
        }
    }

    private static let echoedNames: [(String, JSON)] = [
        ("instructions", nil), ("max_output_tokens", nil), ("metadata", [:]), ("parallel_tool_calls", true),
        ("previous_response_id", nil), ("reasoning", ["effort": nil, "summary": nil]), ("temperature", nil),
        ("text", ["format": ["type": "text"]]), ("tool_choice", "auto"), ("tools", []), ("top_p", nil),
        ("truncation", "disabled"), ("user", nil),
    ]

    // MARK: Chat

    /// The chat request after `history`, the items of earlier responses, oldest first. `instructions` of the request
    /// stand at the front, else the given ones.
    public func chatBody(
        after history: [JSON], instructions inherited: String?
    ) throws(WireError) -> [UInt8] {
        var messages: [JSON] = []
        if let text = instructions ?? inherited {
            messages.append(["role": "system", "content": .string(text)])
        }
        for item in history { try Self.append(item, to: &messages, at: "previous_response_id") }
        for (index, item) in input.enumerated() { try Self.append(item, to: &messages, at: "input[\(index)]") }
        var members: [(String, JSON)] = [("model", .string(model)), ("messages", .array(messages))]
        if isStream {
            members.append(("stream", true))
            members.append(("stream_options", ["include_usage": true]))
        }
        if let limit = root["max_output_tokens"], limit != .null { members.append(("max_tokens", limit)) }
        for name in [
            "temperature", "top_p", "parallel_tool_calls", "user", "service_tier", "top_logprobs", "safety_identifier",
            "prompt_cache_key",
        ] {
            if let value = root[name], value != .null { members.append((name, value)) }
        }
        if let effort = root["reasoning"]?["effort"], effort != .null { members.append(("reasoning_effort", effort)) }
        if let tools = root["tools"]?.array, !tools.isEmpty {
            var translated: [JSON] = []
            for (index, tool) in tools.enumerated() { translated.append(try Self.tool(tool, at: "tools[\(index)]")) }
            members.append(("tools", .array(translated)))
        }
        if let choice = root["tool_choice"], choice != .null {
            members.append(("tool_choice", try Self.choice(choice)))
        }
        if let format = try Self.format(root["text"]?["format"]) { members.append(("response_format", format)) }
        return JSON.object(members).serialized()
    }

    /// Adds an item as a chat message; calls of one turn become one message.
    private static func append(_ item: JSON, to messages: inout [JSON], at place: String) throws(WireError) {
        switch item["type"]?.string ?? "message" {
        case "message":
            guard let role = item["role"]?.string, ["user", "assistant", "system", "developer"].contains(role) else {
                throw WireError(
                    code: .invalidType, message: "A message needs the role user, assistant, system or developer.",
                    param: "\(place).role")
            }
            messages.append(["role": .string(role), "content": try content(item["content"], at: "\(place).content")])
        case "function_call":
            guard let call = item["call_id"]?.string, let name = item["name"]?.string else {
                throw WireError(
                    code: .missingField, message: "A function_call needs call_id and name.", param: "\(place).call_id")
            }
            let translated: JSON = [
                "id": .string(call), "type": "function",
                "function": ["name": .string(name), "arguments": .string(item["arguments"]?.string ?? "{}")],
            ]
            if let last = messages.last, last["role"]?.string == "assistant", var members = last.object {
                let calls = (last["tool_calls"]?.array ?? []) + [translated]
                members.removeAll { $0.0 == "tool_calls" }
                members.append(("tool_calls", .array(calls)))
                messages[messages.count - 1] = .object(members)
            } else {
                messages.append(["role": "assistant", "content": nil, "tool_calls": [translated]])
            }
        case "function_call_output":
            guard let call = item["call_id"]?.string else {
                throw WireError(
                    code: .missingField, message: "A function_call_output needs call_id.", param: "\(place).call_id")
            }
            let output = item["output"] ?? ""
            messages.append([
                "role": "tool", "tool_call_id": .string(call),
                "content": output.string == nil ? try content(output, at: "\(place).output") : output,
            ])
        case "reasoning":
            // A model's own thoughts mean nothing to a chat backend.
            break
        case let type:
            throw WireError(
                code: .invalidType, message: "Items of type \(type.prefix(64)) cannot be sent to a chat model.",
                param: "\(place).type")
        }
    }

    private static func content(_ value: JSON?, at place: String) throws(WireError) -> JSON {
        switch value {
        case .string(let text)?: return .string(text)
        case .array(let parts)?:
            var translated: [JSON] = []
            for (index, part) in parts.enumerated() {
                switch part["type"]?.string {
                case "input_text", "output_text", "text":
                    translated.append(["type": "text", "text": .string(part["text"]?.string ?? "")])
                case "refusal": translated.append(["type": "text", "text": .string(part["refusal"]?.string ?? "")])
                case "input_image":
                    guard let url = part["image_url"]?.string else {
                        throw WireError(
                            code: .missingField, message: "An image needs image_url; uploaded files are not supported.",
                            param: "\(place)[\(index)].image_url")
                    }
                    var image: [(String, JSON)] = [("url", .string(url))]
                    if let detail = part["detail"]?.string { image.append(("detail", .string(detail))) }
                    translated.append(["type": "image_url", "image_url": .object(image)])
                case let type:
                    throw WireError(
                        code: .invalidType,
                        message: "Content of type \((type ?? "?").prefix(64)) cannot be sent to a chat model.",
                        param: "\(place)[\(index)].type")
                }
            }
            // One text alone is a text, which every backend understands.
            if translated.count == 1, let text = translated[0]["text"] { return text }
            return .array(translated)
        case nil: return .string("")
        default: throw WireError(code: .invalidType, message: "Content must be a text or a list.", param: place)
        }
    }

    private static func tool(_ tool: JSON, at place: String) throws(WireError) -> JSON {
        guard tool["type"]?.string == "function" else {
            throw WireError(
                code: .invalidType,
                message: "Tools of type \((tool["type"]?.string ?? "?").prefix(64)) are not supported; "
                    + "use functions.", param: "\(place).type")
        }
        // The nested form of the chat API is understood as well.
        if tool["function"]?.object != nil { return tool }
        guard let members = tool.object, tool["name"]?.string != nil else {
            throw WireError(code: .missingField, message: "A function needs a name.", param: "\(place).name")
        }
        return ["type": "function", "function": .object(members.filter { $0.0 != "type" && $0.1 != .null })]
    }

    private static func choice(_ choice: JSON) throws(WireError) -> JSON {
        if choice.string != nil { return choice }
        if choice["function"]?.object != nil { return choice }
        guard choice["type"]?.string == "function", let name = choice["name"]?.string else {
            throw WireError(
                code: .invalidType, message: "tool_choice must be none, auto, required or a function.",
                param: "tool_choice")
        }
        return ["type": "function", "function": ["name": .string(name)]]
    }

    private static func format(_ format: JSON?) throws(WireError) -> JSON? {
        guard let format, format != .null else { return nil }
        switch format["type"]?.string {
        case "text": return nil
        case "json_object": return ["type": "json_object"]
        case "json_schema":
            let members = (format.object ?? []).filter { $0.0 != "type" && $0.1 != .null }
            return ["type": "json_schema", "json_schema": .object(members)]
        default:
            throw WireError(
                code: .invalidType, message: "text.format must be text, json_object or json_schema.",
                param: "text.format")
        }
    }

    private static func text(_ root: JSON, _ name: String) throws(WireError) -> String? {
        guard let value = root[name], value != .null else { return nil }
        guard let text = value.string else {
            throw WireError(code: .invalidType, message: "\(name) must be a text.", param: name)
        }
        return text.isEmpty ? nil : text
    }

    private static func flag(_ root: JSON, _ name: String) throws(WireError) -> Bool? {
        guard let value = root[name], value != .null else { return nil }
        guard let flag = value.bool else {
            throw WireError(code: .invalidType, message: "\(name) must be true or false.", param: name)
        }
        return flag
    }
}
