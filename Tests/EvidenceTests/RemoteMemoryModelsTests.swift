import Policy
import Synchronization
import Testing
import Wire

@testable import Evidence

@Suite struct RemoteMemoryModelsTests {
    private final class OneAnswer: RemoteTransport {
        let answer: Result<[UInt8], RemoteTransportError>
        let asked = Mutex<RemoteRequest?>(nil)

        init(_ text: String, finish: String = "stop") { answer = .success(chatReply(text, finish: finish)) }
        init(failure: RemoteTransportError) { answer = .failure(failure) }

        func send(_ request: RemoteRequest, within limit: Duration) async throws -> (status: Int, body: [UInt8]) {
            asked.withLock { $0 = request }
            return (200, try answer.get())
        }
    }

    private static func memories(_ transport: OneAnswer) async throws -> [ExtractedMemory] {
        let models = NetworkModels(transport) { _ in nil }
        return try await (try #require(models.memoryExtractor(remoteModel()))).memories(in: "Q: \"x\"\nA: y")
    }

    @Test func aTurnIsAskedAboutAsData() async throws {
        let transport = OneAnswer(
            #"<think>{}</think>{"memories":[{"type":"semantic","content":"I like tea."},{"type":"procedural","content":"Short answers."}]}"#
        )
        #expect(
            try await Self.memories(transport) == [
                .init(kind: .semantic, content: "I like tea."), .init(kind: .procedural, content: "Short answers."),
            ])
        let body = try JSON(parsing: try #require(transport.asked.withLock { $0 }).body)
        #expect(
            body["messages"]?[1]?["content"] == .string(#""Q: \"x\"\nA: y""#), "a JSON string, which nothing leaves")
        #expect(body["messages"]?[0]?["role"] == "system" && body["response_format"]?["type"] == "json_object")
        #expect(try await Self.memories(OneAnswer(#"{"memories":[]}"#)).isEmpty)
    }

    @Test(arguments: [
        "I found nothing.", "{}", #"{"memories":{}}"#, #"{"memories":[{"type":"fact","content":"I like tea."}]}"#,
        #"{"memories":[{"type":"semantic"}]}"#, #"{"memories":[{"type":"semantic","content":"x"}]}"#,
        #"{"memories":[{"type":"semantic","content":"good one"},"bad one"]}"#,
        #"{"memories":[{"type":"semantic","content":""# + String(repeating: "x", count: 501) + #""}]}"#,
        #"{"memories":["#
            + Array(repeating: #"{"type":"semantic","content":"abcd"}"#, count: 9).joined(separator: ",") + "]}",
    ])
    func anotherFormIsAFailureAsAWhole(answer: String) async throws {
        await #expect(throws: RemoteModelError.self) { try await Self.memories(OneAnswer(answer)) }
    }

    @Test func whatIsCutOffOrDoesNotComeIsAFailure() async throws {
        let cut = OneAnswer(#"{"memories":[]}"#, finish: "length")
        await #expect { try await Self.memories(cut) } throws: { ($0 as? RemoteModelError)?.code == .truncated }
        let late = OneAnswer(failure: .timeout)
        await #expect { try await Self.memories(late) } throws: { ($0 as? RemoteModelError)?.code == .unanswered }
    }

    private static func rewritten(_ answer: String) async throws -> String {
        let transport = OneAnswer(answer)
        let models = NetworkModels(transport) { _ in nil }
        let rewriter = try #require(models.queryRewriter(remoteModel()))
        let text = try await rewriter.rewrite([
            ("user", "Rex is my dog."), ("assistant", "Nice."), ("user", "Where is he?"),
        ])
        let body = try JSON(parsing: try #require(transport.asked.withLock { $0 }).body)
        let given = try JSON(parsing: try #require(body["messages"]?[1]?["content"]?.string))
        #expect(given[2] == ["role": "user", "content": "Where is he?"])
        return text
    }

    @Test func aQuestionIsOneLine() async throws {
        #expect(try await Self.rewritten("<think>he?</think>\n  Where is my dog Rex?\n") == "Where is my dog Rex?")
        for answer in ["", "Where is Rex?\nHere is why.", String(repeating: "x", count: 1_001)] {
            await #expect(throws: RemoteModelError.self) { try await Self.rewritten(answer) }
        }
    }

    @Test func settingsThatLeadNowhereMakeNone() {
        let models = NetworkModels(OneAnswer("")) { _ in nil }
        let nowhere = remoteModel { $0.endpoint.address = "" }
        #expect(models.memoryExtractor(nowhere) == nil && models.queryRewriter(nowhere) == nil)
    }
}
