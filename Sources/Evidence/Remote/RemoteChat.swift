internal import Policy
internal import Wire

/// One question to a chat model and the text of its answer (`POST /v1/chat/completions`).
struct RemoteChat: Sendable {
    let place: RemotePlace
    let model: String
    let system: String
    let template: String
    let maximumTokens: Int
    let temperature: Double
    let wantsJSON: Bool

    /// The model's own limits win over the given ones.
    init(
        _ model: ExternalModel, system: String = "", maximumTokens: Int, seconds: Int, wantsJSON: Bool = false
    ) throws(RemoteModelError) {
        guard !model.modelName.isEmpty else {
            throw RemoteModelError(.invalidSettings, "llm_model_name must not be empty")
        }
        place = try RemotePlace(model, path: "/v1/chat/completions", seconds: seconds)
        self.model = model.modelName
        self.system = system
        template = model.endpoint.promptTemplate
        self.maximumTokens = model.maximumTokens > 0 ? model.maximumTokens : maximumTokens
        temperature = model.temperature
        self.wantsJSON = wantsJSON
    }

    func request(for text: String) throws(RemoteModelError) -> RemoteRequest {
        var writer = JSONWriter(reservingCapacity: text.utf8.count + system.utf8.count + 256)
        writer.beginObject()
        writer.member("model", model)
        writer.key("messages")
        writer.beginArray()
        if !system.isEmpty { Self.write("system", system, to: &writer) }
        Self.write("user", prompt(text), to: &writer)
        writer.endArray()
        writer.member("max_tokens", maximumTokens)
        writer.member("temperature", temperature)
        writer.member("stream", false)
        if wantsJSON {
            writer.key("response_format")
            writer.beginObject()
            writer.member("type", "json_object")
            writer.endObject()
        }
        writer.endObject()
        return try RemoteRequest(to: place, body: writer.bytes)
    }

    private static func write(_ role: String, _ content: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("role", role)
        writer.member("content", content)
        writer.endObject()
    }

    /// The template with the text in place of its first `%s`, or below a template without one.
    private func prompt(_ text: String) -> String {
        guard !template.isEmpty else { return text }
        let bytes = Array(template.utf8)
        let mark = bytes.indices.dropLast().first {
            bytes[$0] == UInt8(ascii: "%") && bytes[$0 + 1] == UInt8(ascii: "s")
        }
        guard let mark else { return "\(template)\n\n\(text)" }
        return String(decoding: bytes[..<mark], as: UTF8.self) + text
            + String(decoding: bytes[(mark + 2)...], as: UTF8.self)
    }

    /// What the model said, and whether it was cut off.
    struct Reply {
        var text: String
        var isTruncated: Bool

        /// Runs a reader; what it cannot read of a text that was cut off counts as cut off.
        func read<Value>(
            _ reader: (String) throws(RemoteModelError) -> Value
        ) throws(RemoteModelError) -> Value {
            do throws(RemoteModelError) {
                return try reader(text)
            } catch {
                guard isTruncated else { throw error }
                throw RemoteModelError(.truncated, "the answer was cut off at the limit of its tokens")
            }
        }
    }

    static func reply(status: Int, body: [UInt8]) throws(RemoteModelError) -> Reply {
        let answer = try RemoteAnswer.json(status: status, body: body)
        guard let choice = answer["choices"]?[0], let message = choice["message"] else {
            throw RemoteModelError(.unexpectedShape, "the answer has no choice with a message")
        }
        if let refusal = message["refusal"]?.string, !refusal.isEmpty {
            throw RemoteModelError(.refused, "the model refused to answer")
        }
        guard let content = message["content"], let text = text(of: content) else {
            throw RemoteModelError(.unexpectedShape, "the answer's message has no text")
        }
        return Reply(text: text, isTruncated: choice["finish_reason"]?.string == "length")
    }

    private static func text(of content: JSONValue) -> String? {
        if let text = content.string { return text }
        guard content.kind == .array else { return nil }
        let parts = content.elements.compactMap { $0["type"]?.string == "text" ? $0["text"]?.string : nil }
        return parts.isEmpty ? nil : parts.joined()
    }

    /// The text after a thought that a reasoning model wrote into it.
    static func withoutThought(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let tag = Array("</think>".utf8)
        guard bytes.count >= tag.count else { return text }
        for start in stride(from: bytes.count - tag.count, through: 0, by: -1)
        where bytes[start] == tag[0] && bytes[start..<start + tag.count].elementsEqual(tag) {
            return String(decoding: bytes[(start + tag.count)...], as: UTF8.self)
        }
        return text
    }
}
