/// A chat answer that can be given again: a complete body with one choice of plain text, whole or as a stream.
public struct StoredAnswer: Sendable, Hashable {
    public var model: String
    public var content: String
    public var finishReason: String
    public var usage: Usage?

    /// An answer.
    public init(model: String, content: String, finishReason: String, usage: Usage?) {
        self.model = model
        self.content = content
        self.finishReason = finishReason
        self.usage = usage
    }

    /// Reads a body of the chat completions API; nil unless it is one whole answer of plain text that ended by itself.
    public init?(body: [UInt8]) {
        guard let document = try? JSONDocument(parsing: body, limits: JSONLimits(maxBytes: .max)) else { return nil }
        let root = document.root
        guard root["error"].map({ $0.isNull }) ?? true, let choices = root["choices"], choices.count == 1,
            let choice = choices[0], let reason = choice["finish_reason"]?.string, let message = choice["message"],
            let content = message["content"]?.string, Self.isPlain(message), !content.isEmpty, reason == "stop"
        else { return nil }
        self.init(
            model: root["model"]?.string ?? "", content: content, finishReason: reason,
            usage: root["usage"].flatMap { Usage($0) })
    }

    /// Reads an event stream; nil unless all of it is there, with `[DONE]`, and it is one answer of plain text.
    public init?(stream: [UInt8]) {
        var parser = SSEParser(limits: SSELimits(maxLineBytes: stream.count + 1, maxEventBytes: stream.count + 1))
        guard var events = try? parser.feed(stream) else { return nil }
        if let last = parser.finish() { events.append(last) }
        var answer = StoredAnswer(model: "", content: "", finishReason: "", usage: nil)
        var isDone = false
        for event in events {
            if event.data.elementsEqual("[DONE]".utf8) {
                isDone = true
                continue
            }
            guard event.event == nil, answer.take(event.data) else { return nil }
        }
        guard isDone, answer.finishReason == "stop", !answer.content.isEmpty else { return nil }
        self = answer
    }

    /// Adds a chunk of a stream; false when the stream cannot be kept.
    private mutating func take(_ data: [UInt8]) -> Bool {
        guard let document = try? JSONDocument(parsing: data, limits: JSONLimits(maxBytes: .max)) else { return false }
        let root = document.root
        guard root["error"].map({ $0.isNull }) ?? true else { return false }
        if let name = root["model"]?.string { model = name }
        if let usage = root["usage"].flatMap({ Usage($0) }) { self.usage = usage }
        guard let choices = root["choices"] else { return true }
        guard choices.count <= 1 else { return false }
        for choice in choices.elements {
            if let delta = choice["delta"] {
                guard Self.isPlain(delta) else { return false }
                content += delta["content"]?.string ?? ""
            }
            if let reason = choice["finish_reason"]?.string { finishReason = reason }
        }
        return true
    }

    /// Whether a message holds nothing but its role and text.
    private static func isPlain(_ message: JSONValue) -> Bool {
        message.members.allSatisfy { member in
            ["role", "content"].contains(member.key) || member.value.isNull
                || (member.value.kind == .array && member.value.count == 0)
        }
    }

    /// The answer as a body, or as an event stream whose last chunk before `[DONE]` tells the usage where it is asked
    /// for. `created` is in seconds since 1970.
    public func bytes(id: String, created: Int, isStream: Bool, includesUsage: Bool) -> [UInt8] {
        isStream
            ? ChatCompletionWriter.stream(
                id: id, created: created, model: model, content: content, finishReason: finishReason,
                usage: includesUsage ? usage ?? Usage() : nil)
            : ChatCompletionWriter.completion(
                id: id, created: created, model: model, content: content, finishReason: finishReason,
                usage: usage ?? Usage())
    }
}
