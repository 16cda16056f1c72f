import Testing

@testable import Wire

@Suite("Responses")
struct ResponseTests {
    private static let content = "def f():\n    return  1\n\n\t# é 漢字 👩‍💻 \"q\" \\ \u{1}\r\n  end "

    @Test("a completion has OpenAI's shape")
    func completion() throws {
        let body = ChatCompletionWriter.completion(
            id: "chatcmpl-1", created: 7, model: "m", content: Self.content,
            usage: Usage(promptTokens: 3, completionTokens: 4, cachedTokens: 2))
        let expected: JSON = [
            "id": "chatcmpl-1", "object": "chat.completion", "created": 7, "model": "m",
            "choices": [
                [
                    "index": 0, "message": ["role": "assistant", "content": .string(Self.content)],
                    "finish_reason": "stop",
                ]
            ],
            "usage": [
                "prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7,
                "prompt_tokens_details": ["cached_tokens": 2],
            ],
        ]
        #expect(try JSON(parsing: body) == expected)
    }

    @Test("a stream's pieces joined are the content, byte for byte", arguments: [1, 2, 3, 5, 64, 100_000])
    func stream(_ pieceBytes: Int) throws {
        let stream = ChatCompletionWriter.stream(
            id: "i", created: 1, model: "m", content: Self.content, usage: Usage(promptTokens: 1),
            pieceBytes: pieceBytes)
        var parser = SSEParser()
        let events = try parser.feed(stream)
        #expect(events.last?.isDone == true)
        let chunks = try events.dropLast().map { try JSON(parsing: $0.data) }
        let deltas = chunks.compactMap { $0["choices"]?[0]?["delta"] }
        #expect(deltas.first?["role"]?.string == "assistant")
        #expect(deltas.dropFirst().allSatisfy { $0["role"] == nil })
        let joined = deltas.compactMap { $0["content"]?.string }.flatMap { Array($0.utf8) }
        #expect(joined == bytes(Self.content))
        #expect(chunks[chunks.count - 2]["choices"]?[0]?["finish_reason"]?.string == "stop")
        #expect(chunks.last?["usage"]?["prompt_tokens"]?.int == 1)
        #expect(chunks.last?["choices"]?.array?.isEmpty == true)
        #expect(chunks.allSatisfy { $0["object"]?.string == "chat.completion.chunk" })
    }

    @Test("errors and models")
    func errorsAndModels() throws {
        let body = ChatCompletionWriter.error(
            message: "no \"x\"", code: "model_not_found", param: "model", status: 404)
        let expected: JSON = [
            "error": ["message": "no \"x\"", "type": "not_found_error", "param": "model", "code": "model_not_found"]
        ]
        #expect(try JSON(parsing: body) == expected)
        let types = [400, 401, 403, 404, 413, 429, 500, 503].map(ChatCompletionWriter.errorType)
        #expect(
            types == [
                "invalid_request_error", "authentication_error", "permission_error", "not_found_error",
                "invalid_request_error", "rate_limit_error", "server_error", "server_error",
            ])
        let event = ChatCompletionWriter.streamErrorEvent(message: "cut", code: "upstream_reset")
        #expect(
            text(event)
                == #"data: {"error":{"message":"cut","type":"server_error","param":null,"code":"upstream_reset"}}"#
                + "\n\n")
        let listing = ModelListing(
            id: "auto", created: 5, ownedBy: "o", description: "d", resolution: .virtual, isDefaultRoute: true,
            recipe: "r")
        let list: JSON = [
            "object": "list",
            "data": [
                [
                    "id": "auto", "object": "model", "created": 5, "owned_by": "o", "description": "d",
                    "routing": ["resolution": "virtual", "selectable": true, "default_route": true, "recipe": "r"],
                ]
            ],
        ]
        #expect(try JSON(parsing: ChatCompletionWriter.models([listing])) == list)
    }

    @Test("the observer reads a stream whole, however it is cut into pieces")
    func observeStream() {
        let stream = ChatCompletionWriter.stream(
            id: "i", created: 1, model: "m-1", content: #"say "usage": {"error": 1} "finish_reason":"stop""#,
            finishReason: "length",
            usage: Usage(promptTokens: 10, completionTokens: 5, cachedTokens: 8, cacheWriteTokens: 1))
        for size in [1, 2, 7, 100, stream.count] {
            var observer = ResponseObserver(isEventStream: true)
            for start in stride(from: 0, to: stream.count, by: size) {
                observer.observe(stream[start..<min(start + size, stream.count)])
            }
            let summary = observer.finish()
            #expect(
                summary.usage
                    == Usage(promptTokens: 10, completionTokens: 5, cachedTokens: 8, cacheWriteTokens: 1))
            #expect(summary.finishReason == "length")
            #expect(summary.model == "m-1")
            #expect(summary.chunkCount == 4)
            #expect(summary.sawDone && summary.sawFinish && !summary.sawError && summary.isComplete)
            #expect(summary.byteCount == stream.count)
        }
        var cut = ResponseObserver(isEventStream: true)
        cut.observe(stream.dropLast(SSEWriter.done.count))
        let cutSummary = cut.finish()
        #expect(!cutSummary.isComplete)
    }

    @Test(
        "the observer sees errors in a stream",
        arguments: [
            "data: {\"x\":1}\n\ndata: {\"error\": {\"message\":\"m\"}}\n\n", "event: error\ndata: oops\n\n",
            "data: 1\n\ndata: {\"object\":\"error\",\"message\":\"m\"}\n\n", "data: 1\n\ndata: {\"error\":\"m\"}",
        ])
    func observeErrors(_ stream: String) {
        var observer = ResponseObserver(isEventStream: true)
        observer.observe(bytes(stream))
        let summary = observer.finish()
        #expect(summary.sawError)
        #expect(!summary.isComplete)
    }

    @Test("an event that is too long is skipped, not kept")
    func oversizedEvent() {
        var observer = ResponseObserver(isEventStream: true, maxBodyBytes: 100)
        observer.observe(bytes("data: {\"c\":\"" + String(repeating: "x", count: 500)))
        observer.observe(bytes("\"}\n\ndata: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"))
        let summary = observer.finish()
        #expect(summary.isTruncated)
        #expect(summary.chunkCount == 1)
        #expect(summary.isComplete)
    }

    @Test("the observer reads a JSON body within its bound")
    func observeBody() {
        let body = ChatCompletionWriter.completion(
            id: "i", created: 1, model: "m", content: "x", usage: Usage(promptTokens: 2, completionTokens: 1))
        var observer = ResponseObserver(isEventStream: false)
        observer.observe(body.prefix(10))
        observer.observe(body.dropFirst(10))
        let summary = observer.finish()
        #expect(summary.usage?.totalTokens == 3)
        #expect(summary.finishReason == "stop")
        #expect(summary.isComplete)
        var bounded = ResponseObserver(isEventStream: false, maxBodyBytes: 20)
        bounded.observe(body)
        let boundedSummary = bounded.finish()
        #expect(boundedSummary.isTruncated)
        var cut = ResponseObserver(isEventStream: false)
        cut.observe(body.dropLast(5))
        let cutSummary = cut.finish()
        #expect(!cutSummary.isComplete)
    }

    @Test("the JSON writer places commas and escapes")
    func writer() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("a", 1)
        writer.key("b")
        writer.beginArray()
        writer.string("\u{0}\u{1B}\n\"\\/é")
        writer.double(.infinity)
        writer.double(0.5)
        writer.beginObject()
        writer.endObject()
        writer.bool(true)
        writer.null()
        writer.endArray()
        writer.member("c", "d")
        writer.endObject()
        #expect(text(writer.bytes) == #"{"a":1,"b":["\u0000\u001b\n\"\\/é",null,0.5,{},true,null],"c":"d"}"#)
    }
}
