import NIOCore

/// A finished answer with everything its JSON forms need.
struct ChatReply {
    var id: String
    /// Seconds since 1970.
    var created: Int
    var model: String
    var choices: [Answer]
    var promptTokens: Int
    var cachedTokens: Int
    /// Whether a stream ends with a usage chunk.
    var includesUsage: Bool

    var completionTokens: Int { choices.reduce(0) { $0 + $1.tokens } }

    /// The body of a plain answer.
    func plainBody() -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(512 + choices.reduce(0) { $0 + $1.text.count })
        writeOpening(object: "chat.completion", to: &buffer)
        buffer.writeStaticString("\"choices\":[")
        for (index, choice) in choices.enumerated() {
            if index > 0 { buffer.writeStaticString(",") }
            buffer.writeStaticString("{\"index\":")
            buffer.writeDecimal(index)
            buffer.writeStaticString(",\"message\":{\"role\":\"assistant\",\"content\":")
            if choice.toolCalls.isEmpty {
                buffer.writeJSONString(choice.text, 0..<choice.text.count)
            } else {
                buffer.writeStaticString("null,\"tool_calls\":[")
                for (place, call) in choice.toolCalls.enumerated() {
                    if place > 0 { buffer.writeStaticString(",") }
                    buffer.writeStaticString("{\"id\":")
                    buffer.writeJSONString(call.id)
                    buffer.writeStaticString(",\"type\":\"function\",\"function\":{\"name\":")
                    buffer.writeJSONString(call.name)
                    buffer.writeStaticString(",\"arguments\":")
                    buffer.writeJSONString(call.arguments, 0..<call.arguments.count)
                    buffer.writeStaticString("}}")
                }
                buffer.writeStaticString("]")
            }
            buffer.writeStaticString("},\"logprobs\":null,\"finish_reason\":")
            buffer.writeJSONString(choice.finishReason)
            buffer.writeStaticString("}")
        }
        buffer.writeStaticString("],\"usage\":")
        writeUsage(to: &buffer)
        buffer.writeStaticString("}")
        return buffer
    }

    /// The members that every form starts with.
    func writeOpening(object: StaticString, to buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"id\":")
        buffer.writeJSONString(id)
        buffer.writeStaticString(",\"object\":\"")
        buffer.writeStaticString(object)
        buffer.writeStaticString("\",\"created\":")
        buffer.writeDecimal(created)
        buffer.writeStaticString(",\"model\":")
        buffer.writeJSONString(model)
        buffer.writeStaticString(",\"system_fingerprint\":\"fp_mock\",")
    }

    /// The usage object.
    func writeUsage(to buffer: inout ByteBuffer) {
        let completion = completionTokens
        buffer.writeStaticString("{\"prompt_tokens\":")
        buffer.writeDecimal(promptTokens)
        buffer.writeStaticString(",\"completion_tokens\":")
        buffer.writeDecimal(completion)
        buffer.writeStaticString(",\"total_tokens\":")
        buffer.writeDecimal(promptTokens + completion)
        buffer.writeStaticString(",\"prompt_tokens_details\":{\"cached_tokens\":")
        buffer.writeDecimal(cachedTokens)
        buffer.writeStaticString("}}")
    }
}
