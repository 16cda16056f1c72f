import NIOCore
import NIOHTTP1
import Testing

@testable import ExtProc

@Suite struct PhaseTests {
    /// A request that was forwarded, ready for its response.
    private func forwarded(
        _ configuration: ProtocolConfiguration = .init(requestBody: .buffered, responseBody: .buffered)
    ) async throws -> ProcessorFixture {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(configuration, [("x-vsr-debug", "true")]))
        _ = await fixture.body(ProcessorFixture.chat("python"))
        return fixture
    }

    @Test func responseHeadersSayHowTheRequestWasRoutedAndAskForAStream() async throws {
        let fixture = try await forwarded()
        let head = await fixture.send(
            .responseHeaders(
                [":status": "200", "content-type": "application/json", "x-vsr-fake": "backend"], endOfStream: false))
        #expect(head.map(\.kind) == ["response headers"])
        #expect(head[0].sets("x-vsr-selected-model") == "large")
        #expect(head[0].sets("x-vsr-selected-decision") == "coding")
        #expect(head[0].sets("x-vsr-response-path") == "upstream")
        #expect(head[0].sets("x-request-id") == "request-7")
        #expect(head[0].common?.headers.removes == ["x-vsr-fake"])
        #expect(head[0].modeOverride?.responseBody == .streamed)
        let body = await fixture.send(.responseBody(ByteBuffer(string: "{}"), endOfStream: true))
        #expect(body.map(\.kind) == ["response body"])
        #expect(body[0].text == nil)
        #expect(fixture.processor.isOver)
    }

    @Test func aStreamThatTheBackendCutsEndsWithAnErrorEvent() async throws {
        let fixture = try await forwarded()
        _ = await fixture.send(
            .responseHeaders([":status": "200", "content-type": "text/event-stream"], endOfStream: false))
        let first = await fixture.send(
            .responseBody(ByteBuffer(string: "data: {\"choices\":[]}\n\n"), endOfStream: false))
        #expect(first[0].text == nil)
        let last = await fixture.send(.responseBody(ByteBuffer(), endOfStream: true))
        #expect(last[0].text?.contains("backend_stream_cut") == true)
    }

    @Test func aDuplexResponseIsEchoed() async throws {
        let fixture = try await forwarded(.init(requestBody: .buffered, responseBody: .fullDuplexStreamed))
        let head = await fixture.send(.responseHeaders([":status": "200"], endOfStream: false))
        #expect(head[0].modeOverride == nil)
        let chunk = await fixture.send(.responseBody(ByteBuffer(string: "piece"), endOfStream: false))
        #expect(chunk[0].text == "piece")
        #expect(!chunk[0].endsStream)
        #expect(await fixture.send(.responseTrailers([:])).map(\.kind) == ["response trailers"])
        #expect(fixture.processor.isOver)
    }

    @Test func everyMessageOfAnUntouchedRequestIsAnsweredInKind() async throws {
        let fixture = try ProcessorFixture()
        let head = await fixture.send(
            ProcessorFixture.head(path: "/images/1", [("x-selected-model", "large"), ("x-vsr-selected-model", "x")]))
        #expect(head.map(\.kind) == ["request headers"])
        #expect(head[0].common?.headers.removes == ["x-selected-model", "x-vsr-selected-model"])
        #expect(head[0].modeOverride == ProcessingMode(responseHeaders: .skip))
        #expect(await fixture.body("x").map(\.kind) == ["request body"])
        #expect(await fixture.send(.requestTrailers([:])).map(\.kind) == ["request trailers"])
        #expect(
            await fixture.send(.responseHeaders([":status": "200"], endOfStream: false)).map(\.kind)
                == ["response headers"])
        #expect(
            await fixture.send(.responseBody(ByteBuffer(), endOfStream: false)).map(\.kind) == ["response body"])
        #expect(await fixture.send(.responseTrailers([:])).map(\.kind) == ["response trailers"])
    }

    @Test func whatIsNoneOfTheRoutersBusinessPasses() async throws {
        let fixture = try ProcessorFixture()
        let head = await fixture.send(ProcessorFixture.head(path: "/metrics", method: "GET"))
        #expect(head.map(\.kind) == ["request headers"])
        #expect(await fixture.body("anything").first?.text == nil)
        #expect(fixture.processor.outcome == .passedThrough)
    }

    @Test func aBodyThatIsNoJSONPasses() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(Self.labelled("multipart/form-data; boundary=x", "gpt"))
        let body = await fixture.body("--x\r\ncontent-disposition: form-data")
        try #require(body.map(\.kind) == ["request body"])
        #expect(body[0].text == nil)
        #expect(body[0].common?.headers.removes == ["x-selected-model"], "the client may not choose the route")
        #expect(fixture.processor.outcome == .passedThrough)
        let response = await fixture.send(.responseHeaders([":status": "200"], endOfStream: true))
        #expect(response.map(\.kind) == ["response headers"])
    }

    /// A label must not lead past the policy.
    @Test(arguments: ["", " \n", "\u{FEFF}"]) func aRequestUnderAnotherTypeIsRouted(prefix: String) async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(Self.labelled("text/plain"))
        let body = await fixture.body(prefix + ProcessorFixture.chat("python"))
        #expect(fixture.processor.outcome != .passedThrough)
        if prefix.isEmpty { #expect(body.last?.text?.contains("vendor/large-1") == true) }
    }

    private static func labelled(_ type: String, _ selected: String? = nil) -> ProcessingRequest {
        ProcessingRequest(
            message: .requestHeaders(
                HTTPHeaders(
                    [(":method", "POST"), (":path", "/v1/chat/completions"), ("content-type", type)]
                        + (selected.map { [("x-selected-model", $0)] } ?? [])), endOfStream: false))
    }

    @Test func skippingPassesOnlyWhereThePolicyAllowsIt() async throws {
        let asked = ProcessorFixture.head(nil, [("x-vsr-skip-processing", "true")])
        let fixture = try ProcessorFixture()
        _ = await fixture.send(asked)
        #expect(await fixture.body(ProcessorFixture.chat("python")).first?.sets("x-selected-model") == "large")
        let allowing = try ProcessorFixture(
            ProcessorFixture.policy + "\nglobal: {router: {skip_processing: {enabled: true}}}\n")
        let head = await allowing.send(asked)
        #expect(head[0].common?.headers.removes == ["x-vsr-skip-processing"])
        #expect(await allowing.body(ProcessorFixture.chat("python")).first?.common?.headers.isEmpty == true)
    }

    @Test func aPhysicalModelKeepsItsBodyAndIsRoutedByHeader() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head())
        let body = await fixture.body(ProcessorFixture.chat("python", model: "small"))
        #expect(body[0].text == nil)
        #expect(body[0].sets("content-length") == nil)
        #expect(body[0].sets("x-selected-model") == "small")
    }

    @Test func answersMadeHereAreImmediate() async throws {
        let fast = try ProcessorFixture()
        _ = await fast.send(ProcessorFixture.head())
        let answer = await fast.body(ProcessorFixture.chat("hello"))
        #expect(answer.map(\.kind) == ["immediate 200"])
        #expect(answer[0].text?.contains("Good day.") == true)
        #expect(fast.processor.isOver)
        let models = try ProcessorFixture()
        let list = await models.send(ProcessorFixture.head(path: "/v1/models", method: "GET", isEnd: true))
        #expect(list.map(\.kind) == ["immediate 200"])
        let unknown = try ProcessorFixture()
        let refused = await unknown.send(ProcessorFixture.head(path: "/v1/nothing"))
        #expect(refused.map(\.kind) == ["immediate 404"])
        let compressed = try ProcessorFixture()
        let encoded = await compressed.send(ProcessorFixture.head(nil, [("content-encoding", "gzip")]))
        #expect(encoded.map(\.kind) == ["immediate 415"])
        let malformed = try ProcessorFixture()
        _ = await malformed.send(ProcessorFixture.head())
        #expect(await malformed.body("{\"model\":").map(\.kind) == ["immediate 400"])
    }

    @Test func messagesOutOfOrderAreAnsweredAndChangeNothing() async throws {
        let fixture = try ProcessorFixture()
        #expect(await fixture.body("early").map(\.kind) == ["request body"])
        #expect(
            await fixture.send(.responseHeaders([":status": "200"], endOfStream: true)).map(\.kind)
                == ["response headers"])
        #expect(!fixture.processor.isOver)
    }
}
