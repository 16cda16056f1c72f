import Testing
import Wire

@Suite struct StoredAnswerTests {
    private static let body = Array(
        #"{"id":"x","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"A\nb","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#
            .utf8)

    @Test func aBodyIsGivenAgainAsBodyOrStreamWithEveryByte() throws {
        let answer = try #require(StoredAnswer(body: Self.body))
        #expect(answer.content == "A\nb" && answer.usage?.promptTokens == 3)
        let whole = answer.bytes(id: "chatcmpl-cache-1", created: 1, isStream: false, includesUsage: false)
        #expect(StoredAnswer(body: whole) == answer)
        let stream = answer.bytes(id: "chatcmpl-cache-1", created: 1, isStream: true, includesUsage: true)
        #expect(StoredAnswer(stream: stream) == answer)
        #expect(String(decoding: stream, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
    }

    @Test(arguments: [
        #"{"error":{"message":"no"}}"#, #"{"choices":[]}"#, "not json",
        #"{"choices":[{"message":{"role":"assistant","content":"cut"},"finish_reason":"length"}]}"#,
        #"{"choices":[{"message":{"role":"assistant","content":""},"finish_reason":"stop"}]}"#,
        #"{"choices":[{"message":{"role":"assistant","content":"a","reasoning_content":"b"},"finish_reason":"stop"}]}"#,
        #"{"choices":[{"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c"}]},"finish_reason":"tool_calls"}]}"#,
    ])
    func whatIsNoWholeAnswerIsNotKept(body: String) {
        #expect(StoredAnswer(body: Array(body.utf8)) == nil)
    }

    @Test func aStreamThatIsCutIsNotKept() throws {
        let answer = try #require(StoredAnswer(body: Self.body))
        let stream = answer.bytes(id: "x", created: 1, isStream: true, includesUsage: false)
        #expect(StoredAnswer(stream: stream)?.content == "A\nb")
        for end in stride(from: 0, to: stream.count - 8, by: 7) {
            #expect(StoredAnswer(stream: Array(stream[..<end])) == nil)
        }
        let failed = Array(
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\nevent: error\ndata: {}\n\ndata: [DONE]\n\n"
                .utf8)
        #expect(StoredAnswer(stream: failed) == nil)
    }

    @Test func bodiesThatMeanTheSameHaveOneForm() throws {
        func canonical(_ text: String) throws -> String {
            let document = try JSONDocument(parsing: Array(text.utf8))
            return String(
                decoding: CanonicalJSON.bytes(of: document.root, leavingOut: ["stream"]), as: UTF8.self)
        }
        let one = try canonical(#"{"model":"a","stream":true,"messages":[{"role":"user","content":"\u0068i"}]}"#)
        let other = try canonical(
            "{ \"messages\" : [ {\"content\":\"hi\", \"role\":\"user\"} ], \"model\" : \"a\" }")
        #expect(one == other)
        #expect(one != (try canonical(#"{"model":"a","messages":[{"role":"user","content":"ho"}]}"#)))
    }
}
