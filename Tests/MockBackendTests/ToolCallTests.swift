import MockBackend
import Testing

@Suite struct ToolCallTests {
    static let tools = """
        ,"tools":[{"type":"function","function":{"name":"get_weather","parameters":{}}},
        {"type":"function","function":{"name":"get_weather_now"}}]
        """

    static func calls(_ response: RawClient.Response) throws -> [[String: Any]] {
        try #require(try response.message()["tool_calls"] as? [[String: Any]])
    }

    @Test func namedToolIsCalledWithTheJSONAfterIt() async throws {
        let text = "please call get_weather {\"city\": \"São Paulo\", \"days\": [1, 2]} now"
        let arguments = "{\"city\": \"São Paulo\", \"days\": [1, 2]}"
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let plain = client.chat(chatBody(text, more: Self.tools))
            #expect(try plain.finishReason() == "tool_calls")
            let call = try #require(try Self.calls(plain).first)
            let identifier = try #require(call["id"] as? String)
            #expect(identifier.hasPrefix("call_"))
            #expect(identifier.dropFirst(5).allSatisfy { $0.isHexDigit })
            let function = try #require(call["function"] as? [String: Any])
            #expect(function["name"] as? String == "get_weather")
            #expect(function["arguments"] as? String == arguments)

            let stream = client.chat(chatBody(text, more: Self.tools + ",\"stream\":true"))
            let deltas = try stream.deltas().flatMap { $0["tool_calls"] as? [[String: Any]] ?? [] }
            #expect(deltas.first?["id"] as? String == identifier)
            #expect(deltas.dropFirst().allSatisfy { $0["id"] == nil && $0["index"] as? Int == 0 })
            let functions = deltas.compactMap { $0["function"] as? [String: Any] }
            #expect(functions.compactMap { $0["name"] as? String } == ["get_weather"])
            #expect(functions.compactMap { $0["arguments"] as? String }.joined() == arguments)
            #expect(try stream.streamedFinishReason() == "tool_calls")
            #expect(try plain.usage("completion_tokens") == deltas.count)
        }
    }

    @Test func longestNameWinsAndSeveralCallsAreMade() async throws {
        try await withBackend { backend in
            let response = try RawClient(port: backend.port).chat(
                chatBody("call get_weather_now, then call get_weather {broken", more: Self.tools))
            let functions = try Self.calls(response).compactMap { $0["function"] as? [String: Any] }
            #expect(functions.compactMap { $0["name"] as? String } == ["get_weather_now", "get_weather"])
            #expect(functions.compactMap { $0["arguments"] as? String } == ["{}", "{}"])
        }
    }

    @Test func toolChoiceDecides() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let choice = ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}"
            let forced = client.chat(chatBody("hello", more: Self.tools + choice))
            #expect(try (Self.calls(forced).first?["function"] as? [String: Any])?["name"] as? String == "get_weather")
            let required = client.chat(chatBody("hello", more: Self.tools + ",\"tool_choice\":\"required\""))
            #expect(try required.finishReason() == "tool_calls")
            for more in ["", Self.tools, Self.tools + ",\"tool_choice\":\"none\""] {
                let text = more == Self.tools ? "recall nothing" : "call get_weather"
                #expect(try client.chat(chatBody(text, more: more)).finishReason() == "stop")
            }
        }
    }

    @Test func toolResultIsUsed() async throws {
        let body = """
            {"model":"m","messages":[{"role":"user","content":"call get_weather"},
            {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
            "function":{"name":"get_weather","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_1","content":"21 degrees"}]\(Self.tools)}
            """
        try await withBackend { backend in
            let response = try RawClient(port: backend.port).chat(body)
            #expect(try response.finishReason() == "stop")
            #expect(try response.content().contains("21 degrees"))
        }
    }
}
