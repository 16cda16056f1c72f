import Foundation
import MockBackend
import Testing

@Suite struct AnswerTests {
    static let awkward = "Zeile 1\nZeile\t2 \"quoted\" \\ back \u{1} 你好 👩‍👩‍👧 e\u{301}\r\n  end "

    @Test func plainAnswerIsDeterministic() async throws {
        var answers: [String] = []
        for _ in 0..<2 {
            answers += try await withBackend { backend in
                let client = try RawClient(port: backend.port)
                return try (0..<2).map { _ in try client.chat(chatBody("What is the tallest tree?")).content() }
            }
        }
        #expect(Set(answers).count == 1)
        #expect(answers[0].hasPrefix("[m] You asked: What is the tallest tree? "))
        let other = try await withBackend(MockBackendConfiguration(seed: 2)) { backend in
            try RawClient(port: backend.port).chat(chatBody("What is the tallest tree?")).content()
        }
        #expect(other != answers[0])
    }

    @Test func plainAnswerHasOpenAIsShape() async throws {
        try await withBackend { backend in
            let response = try RawClient(port: backend.port).chat(chatBody("Hello there", model: "small"))
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["x-mock-model"] == "small")
            let json = try response.json()
            #expect(json["object"] as? String == "chat.completion")
            #expect(json["model"] as? String == "small")
            #expect((json["id"] as? String)?.hasPrefix("chatcmpl-") == true)
            #expect((json["created"] as? Int ?? 0) > 1_700_000_000)
            #expect(try response.message()["role"] as? String == "assistant")
            #expect(try response.finishReason() == "stop")
            #expect(try response.usage("prompt_tokens") == 3)
            #expect(
                try response.usage("total_tokens")
                    == response.usage("prompt_tokens") + response.usage("completion_tokens"))
        }
    }

    @Test func echoIsExact() async throws {
        try await withBackend(MockBackendConfiguration(answerMode: .echo)) { backend in
            let client = try RawClient(port: backend.port)
            for text in [Self.awkward, "", " ", "\n", String(repeating: "ä", count: 5000)] {
                let plain = try client.chat(chatBody(text)).content()
                #expect(Array(plain.unicodeScalars) == Array(text.unicodeScalars))
                let streamed = try client.chat(chatBody(text, more: ",\"stream\":true")).streamedText()
                #expect(Array(streamed.unicodeScalars) == Array(text.unicodeScalars))
            }
        }
    }

    @Test func echoJoinsTextPartsOfTheLastUserMessage() async throws {
        let body = """
            {"model":"m","messages":[{"role":"user","content":"old"},{"role":"assistant","content":null},
            {"role":"user","content":[{"type":"text","text":"a b"},{"type":"image_url","image_url":{"url":"x:y"}},
            {"type":"text","text":"\\u00e9\\ud83d\\ude00"}]},{"role":"assistant","content":"ignored"}]}
            """
        try await withBackend(MockBackendConfiguration(answerMode: .echo)) { backend in
            let content = try RawClient(port: backend.port).chat(body).content()
            #expect(content == "a bé😀")
        }
    }

    @Test func streamSaysThePlainAnswer() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let plain = client.chat(chatBody(Self.awkward))
            let stream = client.chat(chatBody(Self.awkward, more: ",\"stream\":true"))
            #expect(stream.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(stream.headers["transfer-encoding"] == "chunked")
            #expect(stream.ending == .complete)
            #expect(try stream.streamedText() == plain.content())
            #expect(stream.events.last == "[DONE]")
            #expect(try stream.streamedFinishReason() == "stop")
            #expect(try stream.deltas().first?["role"] as? String == "assistant")
            #expect(try stream.chunks().allSatisfy { $0["object"] as? String == "chat.completion.chunk" })
            #expect(try stream.chunks().allSatisfy { $0["usage"] == nil })
            // Role, one event per token, finish.
            #expect(try stream.chunks().count == plain.usage("completion_tokens") + 2)
        }
    }

    @Test func usageChunkComesBeforeDone() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let more = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"
            let plain = client.chat(chatBody("Count me"))
            let chunks = try client.chat(chatBody("Count me", more: more)).chunks()
            let last = try #require(chunks.last)
            #expect((last["choices"] as? [Any])?.isEmpty == true)
            let usage = try #require(last["usage"] as? [String: Any])
            #expect(try usage["prompt_tokens"] as? Int == plain.usage("prompt_tokens"))
            #expect(try usage["completion_tokens"] as? Int == plain.usage("completion_tokens"))
            #expect(chunks.dropLast().allSatisfy { $0["usage"] is NSNull })
        }
    }

    @Test(arguments: ["max_tokens", "max_completion_tokens"])
    func tokenLimitCutsTheAnswer(key: String) async throws {
        try await withBackend(MockBackendConfiguration(answerMode: .fixed("one two three four"))) { backend in
            let client = try RawClient(port: backend.port)
            let cut = client.chat(chatBody("x", more: ",\"\(key)\":2"))
            #expect(try cut.content() == "one two")
            #expect(try cut.finishReason() == "length")
            #expect(try cut.usage("completion_tokens") == 2)
            let stream = client.chat(chatBody("x", more: ",\"stream\":true,\"\(key)\":2"))
            #expect(try stream.streamedText() == "one two")
            #expect(try stream.streamedFinishReason() == "length")
            let whole = client.chat(chatBody("x", more: ",\"\(key)\":4"))
            #expect(try whole.content() == "one two three four")
            #expect(try whole.finishReason() == "stop")
        }
    }

    @Test func severalChoices() async throws {
        try await withBackend { backend in
            let client = try RawClient(port: backend.port)
            let plain = client.chat(chatBody("Give three", more: ",\"n\":3"))
            let stream = client.chat(chatBody("Give three", more: ",\"n\":3,\"stream\":true"))
            let texts = try (0..<3).map { try plain.content($0) }
            #expect(Set(texts).count == 3)
            #expect(try client.chat(chatBody("Give three")).content() == texts[0])
            for choice in 0..<3 {
                #expect(try stream.streamedText(choice) == texts[choice])
                #expect(try stream.streamedFinishReason(choice) == "stop")
            }
        }
    }

    @Test func contextWindowRefusesAndCuts() async throws {
        let model = MockModel(name: "tiny", contextWindow: 10)
        try await withBackend(MockBackendConfiguration(models: [model], answerMode: .echo)) { backend in
            let client = try RawClient(port: backend.port)
            let refused = client.chat(chatBody(String(repeating: "x", count: 40), model: "tiny"))
            #expect(refused.status == 400)
            #expect(try refused.errorCode() == "context_length_exceeded")
            let cut = client.chat(chatBody("a b c d e f g h i j k l", model: "tiny"))
            #expect(try cut.finishReason() == "length")
            #expect(try cut.usage("total_tokens") == 10)
        }
    }

    @Test func pacedStreamIsComplete() async throws {
        let model = MockModel(name: "slow", firstTokenDelay: .milliseconds(2), tokensPerSecond: 2000)
        try await withBackend(MockBackendConfiguration(models: [model], answerMode: .echo)) { backend in
            let client = try RawClient(port: backend.port)
            let text = "a paced answer of a few words"
            #expect(try client.chat(chatBody(text, model: "slow", more: ",\"stream\":true")).streamedText() == text)
            #expect(try client.chat(chatBody(text, model: "slow")).content() == text)
        }
    }
}
