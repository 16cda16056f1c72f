/// The response object of the Responses API while it is made of a chat answer. Spec pipeline-api §4.3.3.
public struct ResponsesObject: Sendable {
    /// How a response stands.
    public enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed, incomplete, failed
    }

    public let id: String
    /// Seconds since 1970.
    public let createdAt: Int
    public var model: String
    public var status = Status.inProgress
    /// Finished output items in order.
    public var output: [JSON] = []
    public var usage: Usage?
    /// Why it is incomplete: `max_output_tokens` or `content_filter`.
    public var incompleteReason: String?
    public var error: (code: String, message: String)?
    private let echoed: [(String, JSON)]
    private let conversationID: String?
    private let isStored: Bool

    /// A response that has just begun.
    public init(id: String, createdAt: Int, request: ResponsesRequest, conversationID: String? = nil) {
        self.id = id
        self.createdAt = createdAt
        model = request.model
        echoed = request.echoed
        isStored = request.isStored
        self.conversationID = conversationID ?? request.conversationID
    }

    /// The object as clients see it.
    public var json: JSON {
        var members: [(String, JSON)] = [
            ("id", .string(id)), ("object", "response"), ("created_at", .int(createdAt)),
            ("status", .string(status.rawValue)),
            (
                "error",
                error.map { ["code": .string($0.code), "message": .string($0.message)] } ?? .null
            ),
            ("incomplete_details", incompleteReason.map { ["reason": .string($0)] } ?? .null),
            ("model", .string(model)), ("output", .array(output)), ("store", .bool(isStored)),
        ]
        members += echoed
        if let conversationID { members.append(("conversation", ["id": .string(conversationID)])) }
        members.append(("usage", usage.map(Self.json) ?? .null))
        return .object(members)
    }

    /// Takes in a whole chat answer. `newID` makes ids with a prefix. False when it is none.
    public mutating func take(chat body: [UInt8], newID: (String) -> String) -> Bool {
        guard let root = try? JSON(parsing: body, limits: JSONLimits(maxBytes: .max)),
            let choice = root["choices"]?[0], let message = choice["message"]
        else { return false }
        if let name = root["model"]?.string { model = name }
        usage = (try? JSONDocument(parsing: body, limits: JSONLimits(maxBytes: .max)))?.root["usage"].flatMap {
            Usage($0)
        }
        if let text = message["reasoning_content"]?.string ?? message["reasoning"]?.string, !text.isEmpty {
            output.append(Self.reasoning(id: newID("rs_"), text))
        }
        let refusal = message["refusal"]?.string
        if let text = message["content"]?.string ?? refusal, !text.isEmpty {
            output.append(Self.message(id: newID("msg_"), text, isRefusal: message["content"]?.string == nil))
        }
        for call in message["tool_calls"]?.array ?? [] {
            output.append(
                Self.call(
                    id: newID("fc_"), callID: call["id"]?.string ?? newID("call_"),
                    name: call["function"]?["name"]?.string ?? "",
                    arguments: call["function"]?["arguments"]?.string ?? ""))
        }
        finish(reason: choice["finish_reason"]?.string)
        return true
    }

    /// Ends the response by the reason that the model stopped for.
    public mutating func finish(reason: String?) {
        switch reason {
        case "length":
            status = .incomplete
            incompleteReason = "max_output_tokens"
        case "content_filter":
            status = .incomplete
            incompleteReason = "content_filter"
        default: status = .completed
        }
    }

    // MARK: Items

    static func message(id: String, _ text: String, isRefusal: Bool = false, status: String = "completed") -> JSON {
        [
            "id": .string(id), "type": "message", "status": .string(status), "role": "assistant",
            "content": [part(text, isRefusal: isRefusal)],
        ]
    }

    static func part(_ text: String, isRefusal: Bool = false) -> JSON {
        isRefusal
            ? ["type": "refusal", "refusal": .string(text)]
            : ["type": "output_text", "text": .string(text), "annotations": []]
    }

    static func reasoning(id: String, _ text: String) -> JSON {
        [
            "id": .string(id), "type": "reasoning", "summary": [],
            "content": [["type": "reasoning_text", "text": .string(text)]],
        ]
    }

    static func call(
        id: String, callID: String, name: String, arguments: String, status: String = "completed"
    ) -> JSON {
        [
            "id": .string(id), "type": "function_call", "status": .string(status), "call_id": .string(callID),
            "name": .string(name), "arguments": .string(arguments),
        ]
    }

    private static func json(_ usage: Usage) -> JSON {
        [
            "input_tokens": .int(usage.promptTokens),
            "input_tokens_details": ["cached_tokens": .int(usage.cachedTokens)],
            "output_tokens": .int(usage.completionTokens), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .int(usage.totalTokens),
        ]
    }
}
