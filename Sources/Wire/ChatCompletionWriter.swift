/// Writes bodies in the shapes of OpenAI's chat completions API.
public enum ChatCompletionWriter {
    /// A complete answer with one choice.
    public static func completion(
        id: String, created: Int, model: String, content: String, finishReason: String = "stop",
        usage: Usage = Usage()
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: content.utf8.count + 320)
        begin(&writer, id, "chat.completion", created, model)
        writer.key("choices")
        writer.beginArray()
        writer.beginObject()
        writer.member("index", 0)
        writer.key("message")
        writer.beginObject()
        writer.member("role", "assistant")
        writer.member("content", content)
        writer.endObject()
        writer.member("finish_reason", finishReason)
        writer.endObject()
        writer.endArray()
        usage.write(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// A complete event stream: the role, the content in pieces, the finish reason, the usage when given, `[DONE]`.
    ///
    /// Pieces end between Unicode scalars, never change a byte, and joined are `content`.
    public static func stream(
        id: String, created: Int, model: String, content: String, finishReason: String = "stop",
        usage: Usage? = nil, pieceBytes: Int = 64
    ) -> [UInt8] {
        var output: [UInt8] = []
        let utf8 = Array(content.utf8)
        let step = max(pieceBytes, 1)
        output.reserveCapacity(utf8.count + (utf8.count / step + 4) * 200)
        func chunk(finishReason: String?, _ delta: (inout JSONWriter) -> Void) {
            var writer = JSONWriter(reservingCapacity: 256)
            begin(&writer, id, "chat.completion.chunk", created, model)
            writer.key("choices")
            writer.beginArray()
            writer.beginObject()
            writer.member("index", 0)
            writer.key("delta")
            writer.beginObject()
            delta(&writer)
            writer.endObject()
            writer.key("finish_reason")
            if let finishReason { writer.string(finishReason) } else { writer.null() }
            writer.endObject()
            writer.endArray()
            writer.endObject()
            SSEWriter.data(writer.bytes, into: &output)
        }
        chunk(finishReason: nil) {
            $0.member("role", "assistant")
            $0.member("content", "")
        }
        var start = 0
        while start < utf8.count {
            var end = min(start + step, utf8.count)
            while end < utf8.count, utf8[end] & 0xC0 == 0x80 { end += 1 }
            chunk(finishReason: nil) { writer in
                writer.key("content")
                writer.string(utf8: utf8[start..<end])
            }
            start = end
        }
        chunk(finishReason: finishReason) { _ in }
        if let usage {
            var writer = JSONWriter(reservingCapacity: 256)
            begin(&writer, id, "chat.completion.chunk", created, model)
            writer.key("choices")
            writer.beginArray()
            writer.endArray()
            usage.write(to: &writer)
            writer.endObject()
            SSEWriter.data(writer.bytes, into: &output)
        }
        output.append(contentsOf: SSEWriter.done)
        return output
    }

    /// An error body: `{"error":{"message","type","param","code"}}`. The type follows from the status when not given.
    public static func error(
        message: String, type: String? = nil, code: String, param: String? = nil, status: Int
    ) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: message.utf8.count + 128)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", message)
        writer.member("type", type ?? errorType(status: status))
        writer.key("param")
        if let param { writer.string(param) } else { writer.null() }
        writer.member("code", code)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The error body for a request that could not be parsed.
    public static func error(_ error: WireError) -> [UInt8] {
        Self.error(
            message: error.message, code: error.code.rawValue, param: error.param, status: error.httpStatus)
    }

    /// OpenAI's error type for an HTTP status.
    public static func errorType(status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }

    /// An event that tells the reader of a stream that it failed; no `[DONE]` follows.
    public static func streamErrorEvent(message: String, code: String, status: Int = 502) -> [UInt8] {
        var output: [UInt8] = []
        SSEWriter.data(error(message: message, code: code, status: status), into: &output)
        return output
    }

    /// The list of models.
    public static func models(_ models: [ModelListing]) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 32 + models.count * 192)
        writer.beginObject()
        writer.member("object", "list")
        writer.key("data")
        writer.beginArray()
        for model in models { model.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// One model, as `GET /v1/models/{id}` answers.
    public static func model(_ model: ModelListing) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 192)
        model.write(to: &writer)
        return writer.bytes
    }

    private static func begin(
        _ writer: inout JSONWriter, _ id: String, _ object: String, _ created: Int, _ model: String
    ) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", object)
        writer.member("created", created)
        writer.member("model", model)
    }
}
