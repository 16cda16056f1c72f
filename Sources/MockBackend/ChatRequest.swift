/// A request that cannot be served, as OpenAI's error object says it.
struct RequestProblem: Error, Equatable {
    var status: Int
    var message: String
    var type = "invalid_request_error"
    var parameter: String?
    var code: String?

    static func invalid(_ message: String, parameter: String? = nil, code: String? = nil) -> RequestProblem {
        RequestProblem(status: 400, message: message, parameter: parameter, code: code)
    }
}

/// One message: the text the mock reads, and what else counts as prompt.
struct ChatMessage: Equatable {
    var role: String
    /// The text parts, joined.
    var text: String
    /// Names and arguments of tool calls an assistant message carries.
    var toolCallText = ""
    /// Image addresses; they tell prompts apart but are not counted.
    var imageText = ""
}

/// What `tool_choice` asks for.
enum ToolChoice: Equatable {
    case automatic
    case none
    case required
    case function(String)
}

/// The parts of a chat completion request that the mock understands.
struct ChatRequest: Equatable {
    static let maxChoices = 128
    static let maxMessages = 20_000
    static let maxTools = 128
    static let maxModelNameBytes = 256

    var model: String
    var messages: [ChatMessage]
    var isStreaming = false
    var includesUsage = false
    var choices = 1
    var maxTokens: Int?
    var tools: [String] = []
    var toolChoice = ToolChoice.automatic

    /// Reads a request body.
    static func read(_ body: UnsafeRawBufferPointer) throws(RequestProblem) -> ChatRequest {
        let json: MockJSON
        do throws(MockJSONError) {
            json = try MockJSONReader.read(body)
        } catch {
            throw .invalid("The body is not valid JSON: \(error.message) (byte \(error.offset)).", code: "invalid_json")
        }
        guard case .object = json else { throw .invalid("The body must be a JSON object.", code: "invalid_json") }
        guard let model = json["model"]?.string, !model.isEmpty, model.utf8.count <= maxModelNameBytes else {
            throw .invalid(
                "'model' must be a string of 1 to \(maxModelNameBytes) bytes.", parameter: "model",
                code: "invalid_model")
        }
        guard let list = json["messages"]?.array, !list.isEmpty, list.count <= maxMessages else {
            throw .invalid(
                "'messages' must be an array of 1 to \(maxMessages) messages.", parameter: "messages",
                code: "invalid_messages")
        }
        var messages: [ChatMessage] = []
        messages.reserveCapacity(list.count)
        for (index, item) in list.enumerated() { messages.append(try message(item, at: index)) }
        var request = ChatRequest(model: model, messages: messages)
        request.isStreaming = try boolean(json["stream"], "stream")
        request.includesUsage = try boolean(
            json["stream_options"]?["include_usage"], "stream_options.include_usage")
        request.choices = try count(json["n"], "n", in: 1...maxChoices) ?? 1
        let limits = 1...1_000_000_000
        let oldLimit = try count(json["max_tokens"], "max_tokens", in: limits)
        request.maxTokens = try count(json["max_completion_tokens"], "max_completion_tokens", in: limits) ?? oldLimit
        request.tools = try tools(json["tools"])
        request.toolChoice = try toolChoice(json["tool_choice"])
        return request
    }

    private static func message(_ json: MockJSON, at index: Int) throws(RequestProblem) -> ChatMessage {
        let place = "messages[\(index)]"
        guard let role = json["role"]?.string, !role.isEmpty else {
            throw .invalid("'\(place).role' must be a string.", parameter: "\(place).role", code: "invalid_messages")
        }
        var message = ChatMessage(role: role, text: "")
        switch json["content"] {
        case nil, .null: break
        case .string(let text): message.text = text
        case .array(let parts):
            for part in parts {
                if let text = part["text"]?.string {
                    message.text += text
                } else if let address = part["image_url"]?["url"]?.string {
                    message.imageText += address
                }
            }
        default:
            throw .invalid(
                "'\(place).content' must be a string, an array of parts or null.", parameter: "\(place).content",
                code: "invalid_messages")
        }
        for call in json["tool_calls"]?.array ?? [] {
            message.toolCallText += call["function"]?["name"]?.string ?? ""
            message.toolCallText += call["function"]?["arguments"]?.string ?? ""
        }
        return message
    }

    private static func boolean(_ json: MockJSON?, _ name: String) throws(RequestProblem) -> Bool {
        guard let json, !json.isNull else { return false }
        guard let value = json.bool else { throw .invalid("'\(name)' must be true or false.", parameter: name) }
        return value
    }

    private static func count(
        _ json: MockJSON?, _ name: String, in range: ClosedRange<Int>
    ) throws(RequestProblem) -> Int? {
        guard let json, !json.isNull else { return nil }
        guard let value = json.integer, range.contains(value) else {
            throw .invalid(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound).", parameter: name)
        }
        return value
    }

    private static func tools(_ json: MockJSON?) throws(RequestProblem) -> [String] {
        guard let json, !json.isNull else { return [] }
        guard let list = json.array, list.count <= maxTools else {
            throw .invalid("'tools' must be an array of at most \(maxTools) tools.", parameter: "tools")
        }
        var names: [String] = []
        for tool in list {
            guard let name = tool["function"]?["name"]?.string, !name.isEmpty else {
                throw .invalid("Each tool needs a 'function.name'.", parameter: "tools")
            }
            names.append(name)
        }
        return names
    }

    private static func toolChoice(_ json: MockJSON?) throws(RequestProblem) -> ToolChoice {
        switch json {
        case nil, .null, .string("auto"): return .automatic
        case .string("none"): return .none
        case .string("required"): return .required
        case .object:
            if let name = json?["function"]?["name"]?.string { return .function(name) }
            fallthrough
        default:
            throw .invalid("'tool_choice' must be none, auto, required or a function.", parameter: "tool_choice")
        }
    }
}
