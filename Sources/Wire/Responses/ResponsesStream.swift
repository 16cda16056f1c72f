/// Turns the event stream of a chat answer into the events of the Responses API, in their order and numbered. A state
/// machine over bytes. Spec pipeline-api §4.3.4.
public struct ResponsesStream: Sendable {
    /// What is being written.
    private enum Open: Sendable {
        case none
        case message(id: String, text: String, isRefusal: Bool)
        case reasoning(id: String, text: String)
        case call(id: String, callID: String, name: String, arguments: String, index: Int)
    }

    public private(set) var response: ResponsesObject
    private var parser: SSEParser
    private var open = Open.none
    private var sequence = 0
    private var hasBegun = false
    private var reason: String?
    private var sawDone = false
    private var sawError: (code: String, message: String)?
    private let newID: @Sendable (String) -> String

    /// A stream for a response; `newID` makes ids with a prefix.
    public init(_ response: ResponsesObject, newID: @escaping @Sendable (String) -> String) {
        self.response = response
        self.newID = newID
        parser = SSEParser(limits: SSELimits())
    }

    /// Takes bytes of the chat stream and gives the events that they become.
    public mutating func feed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        begin(&output)
        guard sawError == nil, let events = try? parser.feed(bytes) else {
            if sawError == nil { sawError = ("stream_unreadable", "The model's stream cannot be read.") }
            return output
        }
        for event in events { take(event, &output) }
        return output
    }

    /// Ends the stream: everything that is open is closed, and the response completes, or fails when the chat stream did
    /// not come whole.
    public mutating func finish(cut: (code: String, message: String)? = nil) -> [UInt8] {
        var output: [UInt8] = []
        begin(&output)
        if cut == nil, sawError == nil, let last = parser.finish() { take(last, &output) }
        close(&output)
        var error = sawError ?? cut
        if error == nil, !sawDone, reason == nil {
            error = ("backend_stream_cut", "The model's answer broke off before it was complete.")
        }
        if let error {
            response.status = .failed
            response.error = error
            emit("response.failed", [("response", response.json)], &output)
        } else {
            response.finish(reason: reason)
            emit(
                response.status == .completed ? "response.completed" : "response.incomplete",
                [("response", response.json)], &output)
        }
        return output
    }

    // MARK: Events

    private mutating func begin(_ output: inout [UInt8]) {
        guard !hasBegun else { return }
        hasBegun = true
        emit("response.created", [("response", response.json)], &output)
        emit("response.in_progress", [("response", response.json)], &output)
    }

    private mutating func take(_ event: SSEEvent, _ output: inout [UInt8]) {
        if event.data.elementsEqual("[DONE]".utf8) {
            sawDone = true
            return
        }
        guard let document = try? JSONDocument(parsing: event.data, limits: JSONLimits(maxBytes: .max)) else { return }
        let root = document.root
        if let error = root["error"], !error.isNull {
            sawError = (error["code"]?.string ?? "server_error", error["message"]?.string ?? "The model failed.")
            return
        }
        if let name = root["model"]?.string { response.model = name }
        if let usage = root["usage"].flatMap({ Usage($0) }) { response.usage = usage }
        guard let choice = root["choices"]?[0] else { return }
        if let delta = choice["delta"] {
            for name in ["reasoning_content", "reasoning"] {
                if let text = delta[name]?.string, !text.isEmpty {
                    addReasoning(text, &output)
                    break
                }
            }
            if let text = delta["content"]?.string, !text.isEmpty { addText(text, isRefusal: false, &output) }
            if let text = delta["refusal"]?.string, !text.isEmpty { addText(text, isRefusal: true, &output) }
            if let calls = delta["tool_calls"] { for call in calls.elements { addCall(call, &output) } }
        }
        if let given = choice["finish_reason"]?.string { reason = given }
    }

    private mutating func addText(_ text: String, isRefusal: Bool, _ output: inout [UInt8]) {
        if case .message(let id, let before, isRefusal) = open {
            open = .message(id: id, text: before + text, isRefusal: isRefusal)
        } else {
            close(&output)
            let id = newID("msg_")
            open = .message(id: id, text: text, isRefusal: isRefusal)
            var item = ResponsesObject.message(id: id, "", status: "in_progress").object ?? []
            item.removeAll { $0.0 == "content" }
            added(.object(item + [("content", [])]), &output)
            emit(
                "response.content_part.added",
                place(id) + [("part", ResponsesObject.part("", isRefusal: isRefusal))], &output)
        }
        guard case .message(let id, _, _) = open else { return }
        emit(
            isRefusal ? "response.refusal.delta" : "response.output_text.delta",
            place(id) + [("delta", .string(text))] + (isRefusal ? [] : [("logprobs", [])]), &output)
    }

    private mutating func addReasoning(_ text: String, _ output: inout [UInt8]) {
        if case .reasoning(let id, let before) = open {
            open = .reasoning(id: id, text: before + text)
        } else {
            close(&output)
            let id = newID("rs_")
            open = .reasoning(id: id, text: text)
            added(["id": .string(id), "type": "reasoning", "summary": [], "content": []], &output)
        }
        guard case .reasoning(let id, _) = open else { return }
        emit("response.reasoning_text.delta", place(id) + [("delta", .string(text))], &output)
    }

    private mutating func addCall(_ call: JSONValue, _ output: inout [UInt8]) {
        let index = call["index"]?.int ?? 0
        let piece = call["function"]?["arguments"]?.string ?? ""
        if case .call(let id, let callID, let name, let arguments, index) = open {
            let more = call["function"]?["name"]?.string ?? ""
            open = .call(id: id, callID: callID, name: name + more, arguments: arguments + piece, index: index)
        } else {
            close(&output)
            let id = newID("fc_")
            let callID = call["id"]?.string ?? newID("call_")
            let name = call["function"]?["name"]?.string ?? ""
            open = .call(id: id, callID: callID, name: name, arguments: piece, index: index)
            added(
                ResponsesObject.call(id: id, callID: callID, name: name, arguments: "", status: "in_progress"),
                &output)
        }
        guard !piece.isEmpty, case .call(let id, _, _, _, _) = open else { return }
        emit(
            "response.function_call_arguments.delta",
            [("item_id", .string(id)), ("output_index", .int(response.output.count)), ("delta", .string(piece))],
            &output)
    }

    /// Ends the item that is open.
    private mutating func close(_ output: inout [UInt8]) {
        let item: JSON
        switch open {
        case .none: return
        case .message(let id, let text, let isRefusal):
            item = ResponsesObject.message(id: id, text, isRefusal: isRefusal)
            emit(
                isRefusal ? "response.refusal.done" : "response.output_text.done",
                place(id) + [(isRefusal ? "refusal" : "text", .string(text))] + (isRefusal ? [] : [("logprobs", [])]),
                &output)
            emit(
                "response.content_part.done",
                place(id) + [("part", ResponsesObject.part(text, isRefusal: isRefusal))], &output)
        case .reasoning(let id, let text):
            item = ResponsesObject.reasoning(id: id, text)
            emit("response.reasoning_text.done", place(id) + [("text", .string(text))], &output)
        case .call(let id, let callID, let name, let arguments, _):
            item = ResponsesObject.call(id: id, callID: callID, name: name, arguments: arguments)
            emit(
                "response.function_call_arguments.done",
                [
                    ("item_id", .string(id)), ("output_index", .int(response.output.count)), ("name", .string(name)),
                    ("arguments", .string(arguments)),
                ], &output)
        }
        open = .none
        emit("response.output_item.done", [("output_index", .int(response.output.count)), ("item", item)], &output)
        response.output.append(item)
    }

    private mutating func added(_ item: JSON, _ output: inout [UInt8]) {
        emit("response.output_item.added", [("output_index", .int(response.output.count)), ("item", item)], &output)
    }

    private func place(_ id: String) -> [(String, JSON)] {
        [("item_id", .string(id)), ("output_index", .int(response.output.count)), ("content_index", 0)]
    }

    private mutating func emit(_ type: String, _ members: [(String, JSON)], _ output: inout [UInt8]) {
        let event = JSON.object([("type", .string(type)), ("sequence_number", .int(sequence))] + members)
        sequence += 1
        SSEWriter.event(type, data: event.serialized(), into: &output)
    }
}
