import Exchange
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import ExtProc

@Suite struct BodyModeTests {
    private static let rewritten =
        #"{"model":"vendor/large-1","messages":[{"role":"user","content":"python"}],"temperature":0.5}"#

    @Test func bufferedAnswersEverythingWithTheBody() async throws {
        let fixture = try ProcessorFixture()
        let head = await fixture.send(ProcessorFixture.head(.init(requestBody: .buffered, responseBody: .buffered)))
        #expect(head.map(\.kind) == ["request headers"])
        #expect(head[0].common?.headers.isEmpty == true)
        let body = await fixture.body(ProcessorFixture.chat("python"))
        #expect(body.map(\.kind) == ["request body"])
        #expect(body[0].text == Self.rewritten)
        #expect(body[0].sets("x-selected-model") == "large")
        #expect(body[0].sets("x-vsr-selected-model") == "large")
        #expect(body[0].sets("content-length") == "\(Self.rewritten.utf8.count)")
        #expect(body[0].sets("accept-encoding") == "identity")
        #expect(body[0].common?.clearsRouteCache == true)
        #expect(body[0].dynamicMetadata.first?.namespace == "martlet")
        #expect(body[0].dynamicMetadata.first?.facts.first { $0.name == "decision" }?.value == "coding")
    }

    @Test func aBufferedBodyThatTrailersFollowIsWhole() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(.init(requestBody: .buffered, responseBody: .buffered)))
        #expect(await fixture.body(ProcessorFixture.chat("python"), isEnd: false).first?.text == Self.rewritten)
        #expect(await fixture.send(.requestTrailers([:])).map(\.kind) == ["request trailers"])
    }

    @Test func fullDuplexAnswersHeadersLastAndSendsTheBodyInChunks() async throws {
        let fixture = try ProcessorFixture()
        let long = String(repeating: "word ", count: 30_000) + "python"
        let text = ProcessorFixture.chat(long)
        #expect(
            await fixture.send(
                ProcessorFixture.head(.init(requestBody: .fullDuplexStreamed, responseBody: .streamed))
            ).isEmpty)
        let middle = text.utf8.count / 2
        let first = String(decoding: Array(text.utf8)[..<middle], as: UTF8.self)
        let second = String(decoding: Array(text.utf8)[middle...], as: UTF8.self)
        #expect(await fixture.body(first, isEnd: false).isEmpty)
        let responses = await fixture.body(second)
        #expect(responses[0].kind == "request headers")
        #expect(responses[0].sets("x-selected-model") == "large")
        let chunks = responses.dropFirst()
        #expect(chunks.allSatisfy { $0.kind == "request body" && ($0.text?.utf8.count ?? 0) <= 62_000 })
        #expect(chunks.map(\.endsStream) == [Bool](repeating: false, count: chunks.count - 1) + [true])
        let joined = chunks.compactMap(\.text).joined()
        #expect(joined == text.replacingOccurrences(of: "auto", with: "vendor/large-1"))
        #expect(responses[0].sets("content-length") == "\(joined.utf8.count)")
    }

    @Test func fullDuplexWithTrailersLeavesTheEndToThem() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(
            ProcessorFixture.head(.init(requestBody: .fullDuplexStreamed, responseBody: .none)))
        #expect(await fixture.body(ProcessorFixture.chat("python"), isEnd: false).isEmpty)
        let responses = await fixture.send(.requestTrailers([:]))
        #expect(responses.map(\.kind) == ["request headers", "request body", "request trailers"])
        #expect(!responses[1].endsStream)
    }

    @Test func streamedWithEarlyBodyAnswersEveryChunk() async throws {
        let fixture = try ProcessorFixture()
        let mode = ProtocolConfiguration(requestBody: .streamed, responseBody: .streamed, sendsBodyEarly: true)
        #expect(await fixture.send(ProcessorFixture.head(mode)).isEmpty)
        let text = Array(ProcessorFixture.chat("python").utf8)
        #expect(await fixture.body(String(decoding: text[..<20], as: UTF8.self), isEnd: false).isEmpty)
        #expect(await fixture.body(String(decoding: text[20..<40], as: UTF8.self), isEnd: false).isEmpty)
        let responses = await fixture.body(String(decoding: text[40...], as: UTF8.self))
        #expect(responses.map(\.kind) == ["request headers", "request body", "request body", "request body"])
        #expect(responses.dropFirst().map(\.text) == ["", "", Self.rewritten])
    }

    @Test func trailersAfterAnsweredChunksAreRefused() async throws {
        let fixture = try ProcessorFixture()
        let mode = ProtocolConfiguration(requestBody: .streamed, responseBody: .none)
        _ = await fixture.send(ProcessorFixture.head(mode))
        #expect(await fixture.body(#"{"model":"#, isEnd: false).map(\.kind) == ["request body"])
        #expect(await fixture.send(.requestTrailers([:])).map(\.kind) == ["immediate 400"])
    }

    @Test func aBufferedBodyThatNeverComesIsTheGatewaysAffair() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(.init(requestBody: .buffered, responseBody: .none)))
        _ = await fixture.send(.responseHeaders([":status": "413"], endOfStream: false))
        #expect(fixture.processor.outcome == .abandoned)
    }

    @Test(arguments: [BodyMode.none, .streamed, .bufferedPartial]) func otherModesAskForTheBody(
        mode: BodyMode
    ) async throws {
        let fixture = try ProcessorFixture()
        let head = await fixture.send(ProcessorFixture.head(.init(requestBody: mode, responseBody: .streamed)))
        #expect(head.map(\.kind) == ["request headers"])
        #expect(head[0].modeOverride == ProcessingMode(requestBody: .buffered, responseBody: .streamed))
        #expect(await fixture.body(ProcessorFixture.chat("python")).first?.sets("x-selected-model") == "large")
    }

    @Test func aRefusedOverrideStillRewritesTheBody() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(.init(requestBody: .streamed, responseBody: .streamed)))
        let text = Array(ProcessorFixture.chat("python").utf8)
        let first = await fixture.body(String(decoding: text[..<30], as: UTF8.self), isEnd: false)
        #expect(first.map(\.text) == [""])
        #expect(await fixture.body(String(decoding: text[30...], as: UTF8.self)).first?.text == Self.rewritten)
        _ = await fixture.send(.responseHeaders([":status": "200"], endOfStream: true))
        #expect(fixture.processor.outcome == .late)
    }

    @Test func aResponseBeforeTheBodyIsNoDecision() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(.init(requestBody: .none, responseBody: .none)))
        let head = await fixture.send(.responseHeaders([":status": "413"], endOfStream: false))
        #expect(head.map(\.kind) == ["response headers"])
        #expect(await fixture.send(.responseBody(ByteBuffer(), endOfStream: true)).map(\.kind) == ["response body"])
        #expect(fixture.processor.outcome == .undecided)
    }

    @Test func aBodyThatTheGatewaysBufferCutIsRefused() async throws {
        let fixture = try ProcessorFixture()
        _ = await fixture.send(ProcessorFixture.head(.init(requestBody: .bufferedPartial, responseBody: .none)))
        #expect(await fixture.body(#"{"model":"auto","mess"#, isEnd: false).map(\.kind) == ["immediate 413"])
    }

    @Test func aBodyOverTheLimitIsRefused() async throws {
        var settings = Exchange.Router.Settings()
        settings.maxBodyBytes = 64
        let fixture = try ProcessorFixture(settings: settings)
        _ = await fixture.send(ProcessorFixture.head())
        let responses = await fixture.body(ProcessorFixture.chat(String(repeating: "python ", count: 20)))
        #expect(responses.map(\.kind) == ["immediate 413"])
        #expect(responses[0].text?.contains("body_too_large") == true)
        #expect(fixture.processor.isOver)
    }

    @Test func aRequestWithoutABodyIsRefusedByItsHead() async throws {
        let fixture = try ProcessorFixture()
        #expect(await fixture.send(ProcessorFixture.head(isEnd: true)).map(\.kind) == ["immediate 400"])
    }

    @Test func aGatewayThatOnlyObservesGetsNoAnswers() async throws {
        let fixture = try ProcessorFixture()
        var head = ProcessorFixture.head()
        head.isObserved = true
        #expect(await fixture.send(head).isEmpty)
        #expect(await fixture.body(ProcessorFixture.chat("python")).isEmpty)
        #expect(await fixture.send(.responseHeaders([":status": "200"], endOfStream: true)).isEmpty)
        #expect(fixture.processor.isOver)
    }
}
