import Testing
import Wire

@Suite struct ResponsesTests {
    private func request(_ text: String) throws -> ResponsesRequest { try ResponsesRequest(parsing: Array(text.utf8)) }

    private func chat(_ text: String, after history: [JSON] = [], instructions: String? = nil) throws -> JSON {
        try JSON(parsing: try request(text).chatBody(after: history, instructions: instructions))
    }

    // MARK: Request

    @Test func aTextBecomesOneUserMessage() throws {
        let body = try chat(
            #"{"model":"auto","input":"Hi","instructions":"Be kind.","max_output_tokens":9,"temperature":0.5}"#)
        #expect(body["model"] == "auto" && body["max_tokens"] == 9 && body["temperature"] == 0.5)
        #expect(
            body["messages"] == [
                ["role": "system", "content": "Be kind."], ["role": "user", "content": "Hi"],
            ])
        #expect(body["stream"] == nil)
    }

    @Test func toolsAndTheirResultsAreTranslated() throws {
        let body = try chat(
            #"""
            {"model":"m","stream":true,"tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],
            "tool_choice":{"type":"function","name":"f"},"input":[
            {"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:x","detail":"low"}]},
            {"type":"reasoning","id":"rs_1","summary":[]},
            {"type":"function_call","call_id":"c1","name":"f","arguments":"{}"},
            {"type":"function_call","call_id":"c2","name":"f","arguments":"{\"x\":1}"},
            {"type":"function_call_output","call_id":"c1","output":"42"}]}
            """#)
        #expect(
            body["tools"] == [
                ["type": "function", "function": ["name": "f", "parameters": ["type": "object"], "strict": true]]
            ])
        #expect(body["tool_choice"] == ["type": "function", "function": ["name": "f"]])
        #expect(body["stream_options"] == ["include_usage": true])
        let messages = try #require(body["messages"]?.array)
        #expect(messages.count == 3, "both calls are one assistant turn")
        #expect(messages[0]["content"]?[1] == ["type": "image_url", "image_url": ["url": "data:x", "detail": "low"]])
        #expect(messages[1]["tool_calls"]?.array?.count == 2)
        #expect(messages[2] == ["role": "tool", "tool_call_id": "c1", "content": "42"])
    }

    @Test func structuredOutputAndReasoningKeepTheirMeaning() throws {
        let body = try chat(
            #"{"model":"m","input":"x","reasoning":{"effort":"low"},"text":{"format":{"type":"json_schema","name":"n","schema":{},"strict":true}}}"#
        )
        #expect(body["reasoning_effort"] == "low")
        #expect(
            body["response_format"] == [
                "type": "json_schema", "json_schema": ["name": "n", "schema": [:], "strict": true],
            ])
    }

    @Test func historyComesFirstAndInstructionsAreInherited() throws {
        let history: [JSON] = [
            ["role": "user", "content": "before"],
            ["type": "message", "role": "assistant", "content": [["type": "output_text", "text": "answer"]]],
        ]
        let body = try chat(#"{"model":"m","input":"now"}"#, after: history, instructions: "Old.")
        #expect(
            body["messages"] == [
                ["role": "system", "content": "Old."], ["role": "user", "content": "before"],
                ["role": "assistant", "content": "answer"], ["role": "user", "content": "now"],
            ])
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "input"), (#"{"input":5}"#, "input"), (#"{"input":"x","background":true}"#, "background"),
        (#"{"input":"x","store":"yes"}"#, "store"),
        (#"{"input":"x","previous_response_id":"a","conversation":"b"}"#, "previous_response_id"),
        (#"{"input":"x","tools":[{"type":"web_search"}]}"#, "tools[0].type"),
        (#"{"input":[{"type":"item_reference","id":"x"}]}"#, "input[0].type"),
        (#"{"input":[{"role":"user","content":[{"type":"input_file"}]}]}"#, "input[0].content[0].type"),
        (#"{"input":"x","text":{"format":{"type":"xml"}}}"#, "text.format"),
    ])
    func whatCannotBeTranslatedIsRefused(body: String, parameter: String) throws {
        let error = #expect(throws: WireError.self) { _ = try chat(body) }
        #expect(error?.param == parameter)
    }

    // MARK: Response

    private static let counter: @Sendable (String) -> String = { $0 + "1" }

    private func object(_ more: String = "") throws -> ResponsesObject {
        ResponsesObject(id: "resp_1", createdAt: 7, request: try request(#"{"model":"auto","input":"Hi"\#(more)}"#))
    }

    @Test func aChatAnswerBecomesAResponse() throws {
        var response = try object(#","metadata":{"a":"b"}"#)
        let body =
            #"{"model":"m-1","choices":[{"message":{"role":"assistant","reasoning_content":"Hm.","content":"Yes.","tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":5,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":3}}}"#
        let isAnswer = response.take(chat: Array(body.utf8), newID: Self.counter)
        #expect(isAnswer)
        let json = response.json
        #expect(json["id"] == "resp_1" && json["object"] == "response" && json["status"] == "completed")
        #expect(json["model"] == "m-1" && json["metadata"] == ["a": "b"])
        #expect(json["output"]?.array?.map { $0["type"]?.string } == ["reasoning", "message", "function_call"])
        #expect(json["output"]?[1]?["content"]?[0]?["text"] == "Yes.")
        #expect(json["output"]?[2]?["call_id"] == "c1")
        #expect(json["usage"]?["input_tokens"] == 5 && json["usage"]?["input_tokens_details"]?["cached_tokens"] == 3)
    }

    @Test func anAnswerThatRanIntoItsLimitIsIncomplete() throws {
        var response = try object()
        let body = #"{"choices":[{"message":{"content":"Cut"},"finish_reason":"length"}]}"#
        let isAnswer = response.take(chat: Array(body.utf8), newID: Self.counter)
        #expect(isAnswer && response.json["status"] == "incomplete")
        #expect(response.json["incomplete_details"] == ["reason": "max_output_tokens"])
        let isError = response.take(chat: Array(#"{"error":{}}"#.utf8), newID: Self.counter)
        #expect(!isError)
    }

    // MARK: Stream

    private func events(_ bytes: [UInt8]) throws -> [(name: String, data: JSON)] {
        var parser = SSEParser()
        return try parser.feed(bytes).map { ($0.event ?? "", try JSON(parsing: $0.data)) }
    }

    private func chunk(_ delta: String, finish: String = "null") -> String {
        "data: {\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":\(delta),\"finish_reason\":\(finish)}]}\n\n"
    }

    private func play(_ text: String, cut: (String, String)? = nil) throws -> [(name: String, data: JSON)] {
        var stream = ResponsesStream(try object(), newID: Self.counter)
        var bytes: [UInt8] = []
        // In pieces that respect nothing.
        for start in stride(from: 0, to: text.utf8.count, by: 7) {
            bytes += stream.feed(Array(text.utf8)[start..<min(start + 7, text.utf8.count)])
        }
        bytes += stream.finish(cut: cut.map { (code: $0.0, message: $0.1) })
        return try events(bytes)
    }

    @Test func everyEventComesInOrderAndIsNumbered() throws {
        let text =
            chunk(#"{"role":"assistant","content":""}"#) + chunk(#"{"reasoning_content":"Hm."}"#)
            + chunk(#"{"content":"Ye"}"#) + chunk(#"{"content":"s."}"#)
            + chunk(#"{"tool_calls":[{"index":0,"id":"c1","function":{"name":"f","arguments":""}}]}"#)
            + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#)
            + chunk("{}", finish: "\"tool_calls\"")
            + "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\ndata: [DONE]\n\n"
        let events = try play(text)
        #expect(
            events.map(\.name) == [
                "response.created", "response.in_progress", "response.output_item.added",
                "response.reasoning_text.delta", "response.reasoning_text.done", "response.output_item.done",
                "response.output_item.added", "response.content_part.added", "response.output_text.delta",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "response.output_item.done", "response.output_item.added", "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "response.output_item.done", "response.completed",
            ])
        #expect(events.map { $0.data["sequence_number"]?.int } == Array(0..<events.count))
        #expect(events.allSatisfy { $0.data["type"]?.string == $0.name })
        let last = try #require(events.last?.data["response"])
        #expect(last["status"] == "completed" && last["usage"]?["output_tokens"] == 2)
        #expect(last["output"]?.array?.count == 3 && last["output"]?[2]?["arguments"] == "{}")
        #expect(events[10].data["text"] == "Yes.")
    }

    @Test func aCutStreamFails() throws {
        let whole = chunk(#"{"content":"Half"}"#)
        for (text, cut) in [
            (whole, nil), (whole, ("reset", "gone")), ("data: {\"error\":{\"code\":\"boom\"}}\n\n", nil),
        ] {
            let last = try #require(try play(text, cut: cut).last)
            #expect(last.name == "response.failed")
            #expect(last.data["response"]?["status"] == "failed")
        }
    }

    @Test func aLimitEndsIncomplete() throws {
        let events = try play(chunk(#"{"content":"a"}"#) + chunk("{}", finish: "\"length\"") + "data: [DONE]\n\n")
        #expect(events.last?.name == "response.incomplete")
    }
}
