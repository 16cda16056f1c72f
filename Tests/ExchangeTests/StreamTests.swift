import NIOHTTP1
import Testing
import Upstream
import Wire

@testable import Exchange

@Suite struct StreamTests {
    static let policy = """
        providers:
          defaults: { default_model: only }
          models:
            - name: only
              pricing: { currency: EUR, prompt_per_1m: 2, completion_per_1m: 10, cached_input_per_1m: 0.5, cache_write_per_1m: 4 }
              backend_refs: [{ endpoint: "10.0.0.1:8000" }]
        routing:
          modelCards: [{ name: only }]
          decisions: [{ name: rest, modelRefs: [{ model: only }] }]
        """

    static let eventStream = [("content-type", "text/event-stream; charset=utf-8")]
    static let chunk = #"data: {"choices":[{"index":0,"delta":{"content":"hé"},"finish_reason":null}]}"# + "\n\n"
    static let last = #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    static let usage =
        #"data: {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":200,"total_tokens":1200,"prompt_tokens_details":{"cached_tokens":400,"cache_write_tokens":100}}}"#
        + "\n\n"
    static let done = "data: [DONE]\n\n"

    /// What one played response led to.
    struct Outcome {
        var relayed: String
        var appended: String?
        var line: RecordedLog.Line
    }

    func play(
        _ chunks: [String], end: ResponseEnd = .complete, status: Int = 200,
        headers: [(String, String)] = eventStream, stream: Bool = true
    ) throws -> Outcome {
        let fixture = try RouterFixture(Self.policy)
        let exchange = try fixture.forward(
            #"{"model":"auto","stream":\#(stream),"messages":[{"role":"user","content":"hi"}]}"#)
        _ = try exchange.attempt()
        _ = try exchange.relayed(status, headers)
        var relayed = ""
        for chunk in chunks { relayed += exchange.body(chunk) ?? "" }
        #expect(relayed == chunks.joined())
        let appended = exchange.end(end)
        exchange.finish()
        return Outcome(relayed: relayed, appended: appended, line: try fixture.log.request())
    }

    /// The error code of an appended event; nil when it is not one well-formed event.
    func code(_ event: String?) throws -> String? {
        let event = try #require(event)
        #expect(event.hasPrefix("data: ") && event.hasSuffix("\n\n"))
        return try JSON(parsing: String(event.dropFirst(6)))["error"]?["code"]?.string
    }

    @Test func aCompleteStreamIsRelayedUntouched() throws {
        let outcome = try play([Self.chunk, Self.chunk, Self.last, Self.usage, Self.done])
        #expect(outcome.appended == nil)
        #expect(outcome.line["error"] == nil)
        #expect(outcome.line["stream"] == "true")
        #expect(outcome.line["prompt_tokens"] == "1000")
        #expect(outcome.line["completion_tokens"] == "200")
        #expect(outcome.line["cached_tokens"] == "400")
        // 500 plain at 2, 400 cached at 0.5, 100 written at 4, 200 out at 10 per million.
        #expect(outcome.line["cost"] == "0.0036")
        #expect(outcome.line["currency"] == "EUR")
        #expect(outcome.line["first_byte_ms"] != nil)
    }

    @Test func piecesMayBreakAnywhere() throws {
        let text = Self.chunk + Self.last + Self.usage + Self.done
        let outcome = try play(text.unicodeScalars.map { String($0) })
        #expect(outcome.appended == nil)
        #expect(outcome.line["cost"] == "0.0036")
    }

    @Test func doneIsTheEndEvenWithoutAFinishReason() throws {
        let outcome = try play([Self.chunk, Self.done])
        #expect(outcome.appended == nil)
        #expect(outcome.line["error"] == nil)
    }

    @Test(arguments: [[chunk], [chunk, last], [], [chunk, "data: [DON"]])
    func aStreamThatClosesEarlyEndsAsAnError(_ chunks: [String]) throws {
        let outcome = try play(chunks)
        #expect(try code(outcome.appended) == "backend_stream_cut")
        #expect(outcome.line["error"] == "backend_stream_cut")
        #expect(outcome.line["status"] == "200")
    }

    @Test func aStreamThatIsCutEndsAsAnError() throws {
        let outcome = try play([Self.chunk], end: .cut(.reset("gone")))
        #expect(try code(outcome.appended) == "backend_stream_cut")
        #expect(outcome.line["error"] == "backend_stream_cut")
        let slow = try play([Self.chunk], end: .cut(.idleTimeout))
        #expect(try code(slow.appended) == "backend_stream_cut")
    }

    @Test func anErrorEventOfTheBackendIsTheClientsError() throws {
        let event = #"data: {"error":{"message":"out of memory","code":500}}"# + "\n\n"
        for chunks in [[Self.chunk, event], [Self.chunk, event, Self.done]] {
            let outcome = try play(chunks)
            #expect(outcome.appended == nil)
            #expect(outcome.line["error"] == "backend_error_event")
        }
    }

    @Test func anAppendedEventDoesNotBreakAPromisedLength() throws {
        let exchange = try RouterFixture(Self.policy).forward(
            #"{"model":"auto","stream":true,"messages":[{"role":"user","content":"hi"}]}"#)
        _ = try exchange.attempt()
        let headers = try exchange.relayed(200, Self.eventStream + [("Content-Length", "70")])
        #expect(headers["content-length"] == [])
        #expect(exchange.end() != nil)
        exchange.finish()
    }

    @Test func anErrorStatusNeedsNoDone() throws {
        let outcome = try play(["data: {\"error\":{}}\n\n"], status: 400)
        #expect(outcome.appended == nil)
        #expect(outcome.line["status"] == "400")
    }

    @Test func aWholeAnswer() throws {
        let body = #"{"choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#
        let outcome = try play([body], headers: [("content-type", "application/json")], stream: false)
        #expect(outcome.appended == nil)
        #expect(outcome.line["stream"] == "false")
        #expect(outcome.line["prompt_tokens"] == "10")
        #expect(outcome.line["cached_tokens"] == nil)
        #expect(outcome.line["cost"] == "7e-05")
    }

    @Test func aWholeAnswerThatIsCutGetsNoEvent() throws {
        let outcome = try play(
            [#"{"choices":["#], end: .cut(.reset("gone")), headers: [("content-type", "application/json")])
        #expect(outcome.appended == nil)
        #expect(outcome.line["error"] == "backend_stream_cut")
        #expect(outcome.line["prompt_tokens"] == nil)
    }

    @Test func aClientThatLeavesIsNoFailureOfTheBackend() throws {
        let fixture = try RouterFixture(Self.policy)
        for _ in 0..<10 {
            let exchange = try fixture.forward(
                #"{"model":"auto","messages":[{"role":"user","content":"hi"}]}"#)
            _ = try exchange.attempt()
            exchange.vanish()
            exchange.finish()
        }
        let lines = fixture.log.all.filter { $0.message == "routing_decision" }
        #expect(lines.count == 10)
        #expect(lines.allSatisfy { $0["client_vanished"] == "true" && $0["error"] == nil })
        let health = try #require(fixture.router.current.directory.models["only"]).health.snapshot()
        #expect(health.inFlight(0) == 0)
    }

    static let prices: [(Usage, Double)] = [
        (Usage(promptTokens: 1_000_000, completionTokens: 1_000_000), 12.0),
        (Usage(promptTokens: 1_000_000, cachedTokens: 1_000_000), 0.5),
        (Usage(promptTokens: 1_000_000, cachedTokens: 9_000_000), 0.5),
        (Usage(promptTokens: 1_000_000, cacheWriteTokens: 1_000_000), 4.0),
        (Usage(promptTokens: 1_000_000, cachedTokens: 600_000, cacheWriteTokens: 600_000), 1.9), (Usage(), 0),
    ]

    @Test(arguments: prices)
    func costs(_ usage: Usage, _ expected: Double) throws {
        let model = try #require(RouterFixture.generation(Self.policy).directory.models["only"])
        let cost = try #require(model.pricing).cost(of: usage)
        #expect(abs(cost - expected) < 1e-12)
    }
}
