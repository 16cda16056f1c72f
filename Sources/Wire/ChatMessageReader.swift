/// Reads the messages of a chat completions body and weighs them.
struct ChatMessageReader {
    private(set) var size: RequestSize
    private(set) var firstInlineImage: Range<Int>?
    private let maxToolCalls: Int
    private var toolCallCount = 0

    init(size: RequestSize, maxToolCalls: Int) {
        self.size = size
        self.maxToolCalls = maxToolCalls
    }

    /// A user message that is given as bare text.
    mutating func userTurn(_ text: String) -> Turn {
        size.messages += 1
        size.textBytes += Role.user.rawValue.utf8.count + text.utf8.count
        return Turn(role: .user, text: text, sourceIndex: 0)
    }

    mutating func read(_ message: JSONValue, at index: Int) throws(WireError) -> Turn {
        let path = "messages[\(index)]"
        guard message.kind == .object else { throw ChatRequestReader.wrongType(path, "an object") }
        var roleValue: JSONValue?
        var content: JSONValue?
        var calls: JSONValue?
        var turn = Turn(role: .other, text: "", sourceIndex: index)
        for member in message.members {
            let value = member.value
            if member.isNamed("role") {
                guard roleValue == nil else {
                    throw ChatRequestReader.duplicate("\(path).role", at: member.keyRange.lowerBound)
                }
                roleValue = value
            } else if member.isNamed("content") {
                guard content == nil else {
                    throw ChatRequestReader.duplicate("\(path).content", at: member.keyRange.lowerBound)
                }
                content = value
            } else if member.isNamed("tool_calls") {
                calls = value
            } else if member.isNamed("tool_call_id") {
                turn.toolCallID = value.string
                size.textBytes += value.stringByteCount ?? 0
            } else if member.isNamed("name") || member.isNamed("refusal") || member.isNamed("reasoning_content") {
                size.textBytes += value.stringByteCount ?? 0
            } else if member.isNamed("function_call") {
                if !value.isNull { size.structuredBytes += value.sourceRange.count }
            }
        }
        guard let roleValue else {
            throw WireError(
                code: .missingField, message: "missing required field: \(path).role", param: "\(path).role")
        }
        turn.role = try Self.role(roleValue, path)
        size.messages += 1
        size.textBytes += roleValue.stringByteCount ?? 0
        if turn.role == .tool { size.toolExchanges += 1 }
        if let content { try readContent(content, into: &turn, path) }
        if let calls { try readCalls(calls, into: &turn, path) }
        return turn
    }

    private static func role(_ value: JSONValue, _ path: String) throws(WireError) -> Role {
        if value.isString("user") { return .user }
        if value.isString("assistant") { return .assistant }
        guard let name = value.string else { throw ChatRequestReader.wrongType("\(path).role", "a string") }
        return Role(rawValue: name) ?? .other
    }

    private mutating func readContent(
        _ content: JSONValue, into turn: inout Turn, _ path: String
    ) throws(WireError) {
        switch content.kind {
        case .null: return
        case .string:
            turn.text = content.string ?? ""
            countText(turn.text.utf8.count, turn.role)
        case .array:
            for part in content.elements { readPart(part, into: &turn) }
        default:
            throw ChatRequestReader.wrongType("\(path).content", "a string, null or an array of parts")
        }
    }

    private mutating func readPart(_ part: JSONValue, into turn: inout Turn) {
        if let type = part["type"], type.isString("image_url") || type.isString("input_image") {
            turn.imageCount += 1
            size.images += 1
            if turn.role == .user, firstInlineImage == nil, type.isString("image_url") {
                firstInlineImage = Self.inlineImage(part["image_url"])
            }
            return
        }
        guard let text = Self.partText(part) else {
            size.structuredBytes += part.sourceRange.count
            return
        }
        countText(text.utf8.count, turn.role)
        guard !text.isEmpty else { return }
        if !turn.text.isEmpty { turn.text += " " }
        turn.text += text
    }

    /// The text of a part. Besides `text` and parts without a type these are the forms that backends also read as
    /// text, so that none of them hides text from the signals.
    private static func partText(_ part: JSONValue) -> String? {
        if let bare = part.string { return bare }
        guard let type = part["type"] else { return part["text"]?.string }
        if type.isString("text") || type.isString("input_text") || type.isString("output_text") {
            return part["text"]?.string
        }
        return type.isString("refusal") ? part["refusal"]?.string : nil
    }

    private mutating func countText(_ bytes: Int, _ role: Role) {
        if role == .tool { size.structuredBytes += bytes } else { size.textBytes += bytes }
    }

    private mutating func readCalls(_ calls: JSONValue, into turn: inout Turn, _ path: String) throws(WireError) {
        if calls.isNull { return }
        guard calls.kind == .array else { throw ChatRequestReader.wrongType("\(path).tool_calls", "an array") }
        for call in calls.elements {
            toolCallCount += 1
            guard toolCallCount <= maxToolCalls else {
                throw ChatRequestReader.tooMany("\(path).tool_calls", maxToolCalls)
            }
            let body = call["function"] ?? call["custom"]
            let name = body?["name"]
            let arguments = body?["arguments"] ?? body?["input"]
            let id = call["id"]
            size.toolExchanges += 1
            size.textBytes += (id?.stringByteCount ?? 0) + (call["type"]?.stringByteCount ?? 0)
            size.textBytes += name?.stringByteCount ?? 0
            size.structuredBytes += arguments.map { $0.stringByteCount ?? $0.sourceRange.count } ?? 0
            turn.toolCalls.append(
                ToolCall(
                    id: id?.string ?? "", name: name?.string ?? "",
                    arguments: arguments.map { $0.string ?? String(decoding: $0.rawText, as: UTF8.self) } ?? ""))
        }
    }

    private static let inlinePrefixes = ["png", "jpeg", "jpg", "gif", "webp"].map { "data:image/\($0);base64," }

    /// Where the URI stands, if it is an inline image of an allowed type.
    private static func inlineImage(_ value: JSONValue?) -> Range<Int>? {
        guard let value, let uri = value.kind == .object ? value["url"] : value, uri.kind == .string else {
            return nil
        }
        // An escaped slash takes six bytes at most; no more than the head is decoded.
        let head = uri.rawText.dropFirst().prefix(160)
        let unescaped = String(decoding: head, as: UTF8.self).split(separator: "\\/", omittingEmptySubsequences: false)
        let text = unescaped.joined(separator: "/").lowercased()
        return inlinePrefixes.contains { text.hasPrefix($0) } ? uri.sourceRange : nil
    }
}
