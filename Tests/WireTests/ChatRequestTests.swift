import Testing

@testable import Wire

@Suite("Chat request")
struct ChatRequestTests {
    private func conversation(_ body: String, _ options: ChatParseOptions = ChatParseOptions()) throws -> Conversation {
        try ChatRequest.parse(bytes(body), options: options).conversation
    }

    @Test("token floor of the specification's worked examples")
    func tokenFloor() throws {
        let message = #"{"role":"user","content":"\#(String(repeating: "a", count: 400))"}"#
        let plain = try conversation(#"{"model":"m","messages":[\#(message)]}"#)
        #expect(plain.tokenFloor == 105)
        #expect(plain.outputReserve == 0)
        let reserved = try conversation(#"{"model":"m","messages":[\#(message)],"max_tokens":4096}"#)
        #expect(reserved.tokenFloor == 105)
        #expect(reserved.tokenFloorWithOutputReserve == 4201)
        let withImage = #"""
            {"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"\#(String(repeating: "a", count: 400))"},
            {"type":"image_url","image_url":{"url":"https://x/y.png"}}]}]}
            """#
        #expect(try conversation(withImage).tokenFloor == 105 + 8192)
        let head = #"{"type":"function","function":{"name":"f","description":""#
        let tool = head + String(repeating: "d", count: 3000 - head.utf8.count - 3) + "\"}}"
        #expect(tool.utf8.count == 3000)
        #expect(
            try conversation(#"{"model":"m","messages":[\#(message)],"tools":[\#(tool)]}"#).tokenFloor == 105 + 3008)
    }

    @Test("token floor counts calls, results, structure and every text field")
    func tokenFloorParts() throws {
        let body = #"""
            {"model":"m","tool_choice":"auto","response_format":{"type":"text"},"messages":[
            {"role":"assistant","name":"ab","refusal":"cd","reasoning_content":"efgh","content":null,
             "tool_calls":[{"id":"1234","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
            {"role":"tool","tool_call_id":"1234","content":"12345"},
            {"role":"user","content":[{"type":"input_audio","x":1}]}]}
            """#
        let value = try conversation(body)
        #expect(value.size.textBytes == 9 + 2 + 2 + 4 + 4 + 8 + 1 + 4 + 4 + 4)
        #expect(value.size.structuredBytes == 6 + 15 + 7 + 5 + 28)
        #expect(value.tokenFloor == 11 + 61 + 3 * 4 + 2 * 8)
        #expect(
            try conversation(#"{"model":"m","messages":[{"role":"user"}],"max_tokens":9223372036854775807}"#)
                .tokenFloorWithOutputReserve == .max)
    }

    @Test(
        "output reserve is an exact non-negative integer, max_completion_tokens first",
        arguments: [
            (#""max_completion_tokens":7,"max_tokens":9"#, 7), (#""max_tokens":9"#, 9), (#""max_tokens":9.0"#, nil),
            (#""max_tokens":-1"#, nil), (#""max_tokens":"9""#, nil), (#""max_tokens":99999999999999999999"#, nil),
        ] as [(String, Int?)])
    func maxOutputTokens(_ members: String, _ expected: Int?) throws {
        let value = try conversation(#"{"model":"m",\#(members),"messages":[{"role":"user","content":"x"}]}"#)
        #expect(value.maxOutputTokens == expected)
    }

    @Test("facts of a long history")
    func facts() throws {
        let body = #"""
            {"model":"auto","stream":true,"user":"u1","metadata":{"tier":"gold"},"messages":[
            {"role":"system","content":"S"},{"role":"developer","content":"D"},{"role":"developer","content":"E"},
            {"role":"user","content":"U1"},
            {"role":"assistant","content":null,"tool_calls":[
             {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
             {"id":"c2","type":"custom","custom":{"name":"g","input":"in"}}]},
            {"role":"tool","tool_call_id":"c1","content":"T1"},{"role":"tool","tool_call_id":"c2","content":"T2"},
            {"role":"assistant","content":"A"},
            {"role":"user","content":[{"type":"text","text":"U2"},{"text":"more"},{"type":"weird","text":"no"}]},
            {"role":"critic","content":"C"},{"role":"user","content":""}],
            "tools":[{"type":"function","function":{"name":"f","description":"does f"}},{"type":"web_search"}],
            "functions":[{"name":"old"}]}
            """#
        let value = try conversation(body)
        #expect(value.model == "auto")
        #expect(value.stream)
        #expect(value.user == "u1")
        #expect(value.metadata == ["tier": "gold"])
        #expect(value.currentUserText == "U2 more")
        #expect(value.priorUserTexts == ["U1"])
        #expect(value.nonUserTexts == ["S", "D", "E", "A"])
        #expect(value.evaluationText == "U2 more")
        #expect(value.contextText == "S D E A U2 more")
        #expect(value.contextByteCount == value.contextText.utf8.count)
        #expect(value.hasAssistantReply)
        #expect(value.toolCallCount == 2)
        #expect(value.toolResultCount == 2)
        #expect(!value.isActiveToolLoop)
        #expect(value.messageCount(.user) == 3)
        #expect(value.messageCount(.other) == 1)
        #expect(value.messageCount(.developer) == 2)
        #expect(value.nonUserMessageCount == 2 + 1 + 2 + 1)
        #expect(value.tools.map(\.name) == ["f", "", "old"])
        #expect(value.tools[0].description == "does f")
        #expect(value.toolDefinitionCount == 3)
        #expect(
            value.turns[4].toolCalls == [
                ToolCall(id: "c1", name: "f", arguments: "{}"), ToolCall(id: "c2", name: "g", arguments: "in"),
            ])
        #expect(value.turns[5].toolCallID == "c1")
        #expect(value.turns.map(\.sourceIndex) == Array(0..<11))
    }

    @Test("without user text the non-user texts are evaluated")
    func evaluationFallback() throws {
        let value = try conversation(
            #"{"model":"m","messages":[{"role":"system","content":"a"},{"role":"assistant","content":"b"},{"role":"tool","content":"t"}]}"#
        )
        #expect(value.currentUserText.isEmpty)
        #expect(value.evaluationText == "a b")
        #expect(value.contextText == "a b")
        #expect(value.contextByteCount == 3)
    }

    @Test(
        "an active tool loop",
        arguments: [
            ("CT", true), ("CTU", true), ("UCT", true), ("UC", true), ("CTAU", false), ("CCTTAU", false), ("U", false),
            ("UAU", false), ("CCTAU", true), ("CTUA", true),
        ])
    func toolLoop(_ history: String, _ expected: Bool) {
        let turns = history.enumerated().map { index, letter in
            switch letter {
            case "C":
                Turn(
                    role: .assistant, text: "", toolCalls: [ToolCall(id: "", name: "f", arguments: "")],
                    sourceIndex: index)
            case "T": Turn(role: .tool, text: "r", sourceIndex: index)
            case "A": Turn(role: .assistant, text: "a", sourceIndex: index)
            default: Turn(role: .user, text: "u", sourceIndex: index)
            }
        }
        #expect(Conversation(model: "m", turns: turns).isActiveToolLoop == expected)
    }

    @Test("images: counted in user messages, the first inline one of an allowed type is found")
    func images() throws {
        let body = #"""
            {"model":"m","messages":[
            {"role":"assistant","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,ZERO"}}]},
            {"role":"user","content":[{"type":"image_url","image_url":{"url":"https://h/i.png"}},
             {"type":"image_url","image_url":{"url":"data:image/svg+xml;base64,AA"}},
             {"type":"image_url","image_url":{"url":"data:image\/jpeg;base64,QU\/B"}},
             {"type":"input_image","image_url":"data:image/png;base64,CC"}]}]}
            """#
        let request = try ChatRequest.parse(bytes(body))
        #expect(request.conversation.imageCount == 4)
        #expect(request.conversation.size.images == 5)
        #expect(request.firstInlineImageURI == "data:image/jpeg;base64,QU/B")
        #expect(request.conversation.turns[1].imageCount == 4)
        #expect(
            try ChatRequest.parse(bytes(#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#))
                .firstInlineImageURI == nil)
    }

    @Test("text parts cannot hide in forms that backends read as text")
    func hiddenText() throws {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":["a",{"type":"input_text","text":"b"},
            {"type":"output_text","text":"c"},{"type":"refusal","refusal":"d"},{"type":"text","text":""}]}]}
            """#
        #expect(try conversation(body).currentUserText == "a b c d")
    }

    @Test(
        "refuses with a code, a status and the member at fault",
        arguments: [
            ("{", WireError.Code.malformedJSON, nil), ("[]", .invalidType, nil),
            (#"{"messages":[{"role":"user"}]}"#, .missingField, "model"),
            (#"{"model":"","messages":[{"role":"user"}]}"#, .missingField, "model"),
            (#"{"model":1,"messages":[{"role":"user"}]}"#, .invalidType, "model"),
            (#"{"model":"m"}"#, .missingField, "messages"),
            (#"{"model":"m","text":"x"}"#, .missingField, "messages"),
            (#"{"model":"m","messages":{}}"#, .invalidType, "messages"),
            (#"{"model":"m","messages":[]}"#, .emptyMessages, "messages"),
            (#"{"model":"m","messages":["x"]}"#, .invalidType, "messages[0]"),
            (#"{"model":"m","messages":[{"content":"x"}]}"#, .missingField, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":1}]}"#, .invalidType, "messages[0].role"),
            (#"{"model":"m","messages":[{"role":"user","content":5}]}"#, .invalidType, "messages[0].content"),
            (#"{"model":"m","stream":"yes","messages":[{"role":"user"}]}"#, .invalidType, "stream"),
            (#"{"model":"m","tools":{},"messages":[{"role":"user"}]}"#, .invalidType, "tools"),
            (#"{"model":"m","metadata":[],"messages":[{"role":"user"}]}"#, .invalidMetadata, "metadata"),
            (#"{"model":"m","metadata":{"k":1},"messages":[{"role":"user"}]}"#, .invalidMetadata, "metadata.k"),
            (#"{"model":"m","metadata":{"":"v"},"messages":[{"role":"user"}]}"#, .invalidMetadata, "metadata"),
            (#"{"model":"m","messages":[{"role":"user"}],"\u006dodel":"n"}"#, .duplicateKey, "model"),
            (#"{"model":"m","messages":[{"role":"user","role":"system"}]}"#, .duplicateKey, "messages[0].role"),
            (
                #"{"model":"m","messages":[{"role":"user","content":"a","content":"b"}]}"#, .duplicateKey,
                "messages[0].content"
            ),
        ] as [(String, WireError.Code, String?)])
    func refusals(_ body: String, _ code: WireError.Code, _ param: String?) {
        let error = #expect(throws: WireError.self) { try ChatRequest.parse(bytes(body)) }
        #expect(error?.code == code)
        #expect(error?.param == param)
        #expect(error?.httpStatus == 400)
    }

    @Test("bounds of metadata, size and counts")
    func bounds() throws {
        func body(_ metadata: String) -> [UInt8] {
            bytes(#"{"model":"m","metadata":{\#(metadata)},"messages":[{"role":"user"}]}"#)
        }
        func entries(_ count: Int) -> String { (0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ",") }
        func long(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(try ChatRequest.parse(body(entries(32))).conversation.metadata.count == 32)
        #expect(throws: WireError.self) { try ChatRequest.parse(body(entries(33))) }
        #expect(try ChatRequest.parse(body("\"\(long(128))\":\"\(long(1024))\"")).conversation.metadata.count == 1)
        #expect(throws: WireError.self) { try ChatRequest.parse(body("\"\(long(129))\":\"\"")) }
        #expect(throws: WireError.self) { try ChatRequest.parse(body("\"k\":\"\(long(1025))\"")) }
        let tooLarge = #expect(throws: WireError.self) {
            try ChatRequest.parse(body(""), limits: JSONLimits(maxBytes: 10))
        }
        #expect(tooLarge?.code == .bodyTooLarge)
        #expect(tooLarge?.httpStatus == 413)
        let two = bytes(#"{"model":"m","messages":[{"role":"user"},{"role":"user"}]}"#)
        let tooMany = #expect(throws: WireError.self) {
            try ChatRequest.parse(two, options: ChatParseOptions(maxMessages: 1))
        }
        #expect(tooMany?.code == .tooManyItems)
    }

    @Test("evaluation bodies need no model and may be bare text; null members are absent")
    func evaluationBodies() throws {
        let value = try conversation(#"{"text":"hello"}"#, .evaluation)
        #expect(value.model.isEmpty)
        #expect(value.currentUserText == "hello")
        #expect(value.tokenFloor == 3 + 4)
        #expect(
            try conversation(#"{"text":"no","messages":[{"role":"user","content":"yes"}]}"#, .evaluation)
                .currentUserText == "yes")
        #expect(throws: WireError.self) { try conversation("{}", .evaluation) }
        let nulls =
            #"{"model":"m","stream":null,"metadata":null,"tools":null,"messages":[{"role":"user","content":null}]}"#
        #expect(try conversation(nulls).tokenFloor == 1 + 4)
    }
}
