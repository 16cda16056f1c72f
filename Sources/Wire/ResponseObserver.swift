/// Watches a response while it is relayed, without holding it back.
///
/// Of a JSON body at most `maxBodyBytes` are kept and read at the end, whole or, with ``Interest/usage``, no more of it
/// than the token counts, which stand at its end. Of an event stream only the event at hand is
/// kept, and only events that carry usage, a finish reason, tool calls or an error are parsed, and the first one for the model.
public struct ResponseObserver: Sendable {
    /// What is wanted of a JSON body.
    public enum Interest: Sendable, Hashable {
        /// All that a summary holds; the body is parsed.
        case everything
        /// ``ResponseSummary/usage`` alone.
        case usage
    }

    private var summary: ResponseSummary
    private let maxBodyBytes: Int
    private let interest: Interest
    private var body: [UInt8] = []
    private var framer: SSEFramer

    /// Starts watching one response; for streams `maxBodyBytes` bounds one event.
    public init(isEventStream: Bool, maxBodyBytes: Int = 4 * 1024 * 1024, interest: Interest = .everything) {
        self.interest = interest
        summary = ResponseSummary(isEventStream: isEventStream)
        self.maxBodyBytes = maxBodyBytes
        framer = SSEFramer(limits: SSELimits(maxLineBytes: maxBodyBytes, maxEventBytes: maxBodyBytes))
    }

    /// What is known so far; for a JSON body that is little before ``finish()``.
    public var current: ResponseSummary { summary }

    /// Takes the next bytes.
    public mutating func observe(_ bytes: some Collection<UInt8>) {
        let done: Void? = bytes.withContiguousStorageIfAvailable { observe(UnsafeRawBufferPointer($0)) }
        if done == nil { Array(bytes).withUnsafeBytes { observe($0) } }
    }

    /// Takes the next bytes in place.
    public mutating func observe(_ bytes: UnsafeRawBufferPointer) {
        summary.byteCount += bytes.count
        if summary.isEventStream {
            var summary = summary
            framer.feed(bytes.bindMemory(to: UInt8.self)) { item, name, _ in summary.take(item, named: name) }
            self.summary = summary
        } else if !summary.isTruncated {
            if body.count + bytes.count <= maxBodyBytes {
                body.append(contentsOf: bytes)
            } else {
                summary.isTruncated = true
                body = []
            }
        }
    }

    /// Ends the response and tells what it said.
    public mutating func finish() -> ResponseSummary {
        var summary = summary
        if summary.isEventStream {
            framer.finish { item, name, _ in summary.take(item, named: name) }
        } else if !summary.isTruncated, interest == .usage, let usage = UsageTail.usage(atEndOf: body) {
            summary.usage = usage
        } else if !summary.isTruncated,
            let document = try? JSONDocument(parsing: body, limits: JSONLimits(maxBytes: maxBodyBytes))
        {
            summary.isValidBody = document.root.kind == .object
            summary.read(document.root)
        }
        body = []
        self.summary = summary
        return summary
    }
}

extension ResponseSummary {
    fileprivate mutating func take(_ item: SSEFramer.Item, named name: String?) {
        guard case .event(let data) = item else {
            isTruncated = true
            return
        }
        if data.elementsEqual("[DONE]".utf8) {
            sawDone = true
            return
        }
        chunkCount += 1
        if name == "error" { sawError = true }
        guard chunkCount == 1 || Self.deservesParsing(data) else { return }
        guard let document = try? JSONDocument(parsing: Array(data), limits: JSONLimits(maxBytes: .max)) else { return }
        read(document.root)
    }

    fileprivate mutating func read(_ root: JSONValue) {
        if let name = root["model"]?.string { model = name }
        if let usage = root["usage"].flatMap({ Usage($0) }) { self.usage = usage }
        if let error = root["error"], !error.isNull { sawError = true }
        if root["object"]?.isString("error") ?? false { sawError = true }
        guard let choices = root["choices"] else { return }
        for choice in choices.elements {
            if let calls = (choice["message"] ?? choice["delta"])?["tool_calls"] {
                for call in calls.elements where toolCallIDs.count < Self.maximumToolCalls {
                    if let id = call["id"]?.string, !id.isEmpty { toolCallIDs.append(id) }
                }
            }
            guard let reason = choice["finish_reason"]?.string else { continue }
            finishReason = reason
            sawFinish = true
        }
    }

    /// Whether the event may hold usage, a finish reason, tool calls or an error: one of these names with a value other than
    /// `null`, or the word `error` as a value. A name inside a string has its quotes escaped and is not found.
    private static func deservesParsing(_ data: UnsafeBufferPointer<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        var cursor = 0
        while cursor + 2 < data.count {
            guard data[cursor] == quote else {
                cursor += 1
                continue
            }
            cursor += 1
            let name: StaticString
            switch data[cursor] {
            case UInt8(ascii: "u"): name = "usage\""
            case UInt8(ascii: "f"): name = "finish_reason\""
            case UInt8(ascii: "e"): name = "error\""
            case UInt8(ascii: "t"): name = "tool_calls\""
            default: continue
            }
            guard holds(name, data, at: cursor) else { continue }
            var value = skipSpaces(data, from: cursor + name.utf8CodeUnitCount)
            guard value < data.count, data[value] == UInt8(ascii: ":") else {
                if name.utf8CodeUnitCount == 6, data[cursor] == UInt8(ascii: "e") { return true }
                continue
            }
            value = skipSpaces(data, from: value + 1)
            if value < data.count, data[value] != UInt8(ascii: "n") { return true }
            cursor = value
        }
        return false
    }

    private static func holds(_ name: StaticString, _ data: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        let count = name.utf8CodeUnitCount
        guard start + count <= data.count else { return false }
        for offset in 0..<count where data[start + offset] != name.utf8Start[offset] { return false }
        return true
    }

    private static func skipSpaces(_ data: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var cursor = start
        while cursor < data.count {
            switch data[cursor] {
            case 0x20, 0x09, 0x0A, 0x0D: cursor += 1
            default: return cursor
            }
        }
        return cursor
    }
}
