import Foundation
import Testing

/// What the client sends reaches the backend byte for byte, but for the name of the model.
@Suite(.serialized, .blocking) struct LosslessTests {
    static let backend = Result { try RecordingBackend() }
    static let martlet = Result { try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.get().port) }

    /// Bodies with `MODEL` in the place of the model's name.
    static let bodies: [String] = [
        #"{"model":"MODEL","messages":[{"role":"user","content":"Hi"}]}"#,
        // Spacing, order, escapes and number forms are the client's.
        "{ \"temperature\" : 1.0e0,\n\t\"messages\": [ {\"content\" : \"\\u0048i \\/ \\ud83e\\udd86 🦆\", \"role\":\"user\"} ] , "
            + "\"seed\": 12345678901234567890123, \"top_p\":0.10,  \"model\" :\"MODEL\" }\r\n",
        // Members that no version of the router knows, at every level.
        #"{"x_future":{"a":[1,2,{"b":null}]},"model":"MODEL","messages":[{"role":"user","content":"Hi","x_mark":true}],"#
            + #""metadata":{"k":"v"},"stream":false,"":"empty key","reasoning":{"effort":"low","x":[]}}"#,
        // Content parts: text, an image, audio, a file and a kind of the future.
        #"{"messages":[{"role":"system","content":[{"type":"text","text":"Be brief."}]},{"role":"user","content":["#
            + #"{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},"#
            + #"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"hologram","rays":[0.5,-1E+2]}"#
            + #"]}],"model":"MODEL"}"#,
        // Tools, choices and a conversation in the middle of a tool call.
        #"{"model":"MODEL","tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","#
            + #""properties":{"a":{"type":["string","null"],"enum":["x",null]}},"additionalProperties":false}}},{"type":"custom","custom":{"name":"g"}}],"#
            + #""tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"messages":["#
            + #"{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","#
            + #""function":{"name":"f","arguments":"{\"a\": \"x\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"done"}]}"#,
    ]

    @Test(.timeLimit(.minutes(1)), arguments: bodies.indices)
    func onlyTheModelChanges(_ index: Int) throws {
        let body = Self.bodies[index]
        let reply = try Self.martlet.get().post(body.replacingOccurrences(of: "MODEL", with: "auto").utf8)
        #expect(reply.status == 200, "\(reply.text)")
        let received = try Self.backend.get().lastRequest()
        #expect(received.text == body.replacingOccurrences(of: "MODEL", with: "small"))
        #expect(received["content-length"] == "\(received.body.count)")
    }

    @Test(.timeLimit(.minutes(1))) func aLargeBodyArrivesWhole() throws {
        let text = String(repeating: "All work and no play. 語🦆\\n", count: 60_000)
        let body = #"{"messages":[{"role":"user","content":""# + text + #""}],"model":"MODEL"}"#
        let reply = try Self.martlet.get().post(body.replacingOccurrences(of: "MODEL", with: "auto").utf8)
        #expect(reply.status == 200)
        let isSame = try Self.backend.get().lastRequest().text == body.replacingOccurrences(of: "MODEL", with: "small")
        #expect(isSame, "a body of \(body.utf8.count) bytes changed on its way")
    }

    @Test(.timeLimit(.minutes(1))) func aChunkedBodyArrivesWhole() throws {
        let connection = try HTTPConnection(port: Self.martlet.get().port)
        connection.socket.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        let body = #"{"model":"auto","messages":[{"role":"user","content":"Hi"}]}"#
        for piece in stride(from: 0, to: body.count, by: 7) {
            let text = String(body.dropFirst(piece).prefix(7))
            connection.socket.send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
        }
        connection.socket.send("0\r\n\r\n")
        #expect(try connection.reply().status == 200)
        #expect(try Self.backend.get().lastRequest().text == body.replacingOccurrences(of: "auto", with: "small"))
    }

    @Test(.timeLimit(.minutes(1))) func theAnswerArrivesByteForByte() throws {
        let odd = "{ \"choices\" : [ ] , \"x\":1.0e0 ,\n \"y\" : \"\\u0041\" }"
        let backend = try RecordingBackend { _ in RecordingBackend.response(201, odd, headers: "X-Odd: a, b\r\n") }
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hi")
        #expect(reply.status == 201)
        #expect(reply.text == odd)
        #expect(reply["x-odd"] == "a, b")
    }

    @Test(.timeLimit(.minutes(1))) func aBackendsErrorArrivesByteForByte() throws {
        let text =
            #"{"error":{"message":"too many tokens","type":"invalid_request_error","code":"context_length_exceeded"}}"#
        let backend = try RecordingBackend { _ in RecordingBackend.response(400, text) }
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hi")
        #expect(reply.status == 400)
        #expect(reply.text == text)
        #expect(backend.requests.count == 1, "a client's mistake is not tried again")
    }
}
