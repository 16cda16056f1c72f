import NIOCore
import Testing

@testable import MockBackend

@Suite struct FaultTests {
    static let stream = ",\"stream\":true"

    /// The answer to one request with this fault, asked for by header.
    static func answer(_ fault: String, isStream: Bool = true) async throws -> RawClient.Response {
        let configuration = MockBackendConfiguration(answerMode: .fixed("one two three four five six seven eight nine"))
        return try await withBackend(configuration) { backend in
            let response = try RawClient(port: backend.port).chat(
                chatBody("x", more: isStream ? stream : ""), headers: ["x-mock-fault: \(fault)"])
            #expect(backend.counters.faults == 1)
            return response
        }
    }

    @Test(arguments: [true, false]) func status(isStream: Bool) async throws {
        let response = try await Self.answer("status=503,retry-after=2", isStream: isStream)
        #expect(response.status == 503)
        #expect(response.headers["retry-after"] == "2")
        #expect(try response.errorCode() == "service_unavailable")
        let own = try await Self.answer("status=429,body=slow down", isStream: isStream)
        #expect(own.status == 429 && own.text == "slow down")
    }

    @Test(arguments: [true, false]) func reset(isStream: Bool) async throws {
        let response = try await Self.answer("reset", isStream: isStream)
        #expect(response.status == 0)
        #expect(response.ending == .reset)
    }

    @Test func resetInTheMiddle() async throws {
        let chunks = try await Self.answer("reset,after=3")
        #expect(chunks.status == 200 && chunks.ending == .reset && chunks.events.count <= 3)
        let bytes = try await Self.answer("reset,after-bytes=300")
        #expect(bytes.status == 200 && bytes.ending == .reset && bytes.body.count <= 300)
        let plain = try await Self.answer("reset,after-bytes=10", isStream: false)
        #expect(plain.status == 200 && plain.ending == .reset && plain.body.count <= 10)
    }

    @Test(arguments: [0, 1, 3, 8, 9]) func cutAfterChunks(count: Int) async throws {
        let response = try await Self.answer("cut-after=\(count)")
        #expect(response.status == 200)
        #expect(response.ending == .closed)
        #expect(response.events.count == count)
        #expect(try response.chunks().count == count)
    }

    @Test func cutPlainAnswer() async throws {
        let whole = try await Self.answer("stall=0s", isStream: false)
        let cut = try await Self.answer("cut-after=1", isStream: false)
        #expect(cut.ending == .closed)
        #expect(cut.body.count == (cut.headers["content-length"].flatMap { Int($0) } ?? 0) / 2)
        #expect(whole.ending == .complete)
    }

    @Test(arguments: ["stall=1ms", "stall=1ms,after=3", "slow-headers=10ms"], [true, false])
    func delaysChangeNothingElse(fault: String, isStream: Bool) async throws {
        let response = try await Self.answer(fault, isStream: isStream)
        #expect(response.status == 200 && response.ending == .complete)
        let text = isStream ? try response.streamedText() : try response.content()
        #expect(text == "one two three four five six seven eight nine")
    }

    @Test func malformed() async throws {
        let response = try await Self.answer("malformed")
        #expect(response.ending == .complete)
        #expect(throws: (any Error).self) { try response.chunks() }
        #expect(response.events.last == "[DONE]")
        let plain = try await Self.answer("malformed", isStream: false)
        #expect(plain.status == 200 && plain.ending == .complete)
        #expect(throws: (any Error).self) { try plain.json() }
    }

    @Test(arguments: [true, false]) func truncated(isStream: Bool) async throws {
        let response = try await Self.answer("truncate", isStream: isStream)
        #expect(response.status == 200)
        #expect(response.ending == .closed)
    }

    @Test func errorEvent() async throws {
        let response = try await Self.answer("error-event")
        #expect(response.status == 200 && response.ending == .complete)
        let chunks = try response.chunks()
        #expect(chunks.count == 3)
        #expect((chunks.last?["error"] as? [String: Any])?["code"] as? String == "internal_error")
        #expect(try response.streamedFinishReason() == nil)
        let plain = try await Self.answer("error-event", isStream: false)
        #expect(plain.status == 500)
        #expect(try plain.errorCode() == "internal_error")
    }

    @Test func closeWithoutDone() async throws {
        let response = try await Self.answer("close-without-done")
        #expect(response.ending == .complete)
        #expect(response.headers["connection"] == "close")
        #expect(try response.streamedFinishReason() == "stop")
        #expect(!response.events.contains("[DONE]"))
        let plain = try await Self.answer("close-without-done", isStream: false)
        #expect(plain.ending == .closed)
    }

    @Test func rulesChooseTheirRequests() async throws {
        let rules = [
            try FaultRule(parsing: "status=500;model=a;nth=2"), try FaultRule(parsing: "status=503;every=4"),
        ]
        try await withBackend(MockBackendConfiguration(faults: rules)) { backend in
            let client = try RawClient(port: backend.port)
            let models = ["a", "b", "a", "a", "b", "b", "a", "a"]
            let statuses = models.map { client.chat(chatBody("x", model: $0)).status }
            #expect(statuses == [200, 200, 500, 503, 200, 200, 200, 503])
        }
    }

    @Test func probabilityIsSeeded() {
        func draws(seed: UInt64) -> [Bool] {
            let rule = FaultRule(when: .init(probability: 0.25), fault: .reset)
            var schedule = FaultSchedule(rules: [rule], seed: seed)
            return (0..<4000).map { _ in schedule.next(model: "m") != nil }
        }
        #expect(draws(seed: 7) == draws(seed: 7))
        #expect(draws(seed: 7) != draws(seed: 8))
        #expect((900...1100).contains(draws(seed: 7).filter { $0 }.count))
    }

    @Test func headerFaultsCanBeWrongOrOff() async throws {
        try await withBackend { backend in
            let response = try RawClient(port: backend.port).chat(chatBody("x"), headers: ["x-mock-fault: explode"])
            #expect(response.status == 400)
            #expect(try response.errorCode() == "invalid_fault")
        }
        try await withBackend(MockBackendConfiguration(honoursFaultHeader: false)) { backend in
            let response = try RawClient(port: backend.port).chat(chatBody("x"), headers: ["x-mock-fault: reset"])
            #expect(response.status == 200)
        }
    }

    /// Steps of a streamed reply, with waits kept apart from bytes.
    static func steps(fault: Fault?, interval: Duration?) -> [String] {
        let reply = ChatReply(
            id: "i", created: 0, model: "m", choices: [Answer(text: Array("one two three".utf8), limit: .max)],
            promptTokens: 1, cachedTokens: 0, includesUsage: false)
        let stream = EventStream(ChatEvents(reply), lead: nil, isChunked: true, interval: interval, fault: fault)
        var script = ResponseScript([], then: stream)
        var names: [String] = []
        while true {
            switch script.next() {
            case .write(let bytes):
                let count = String(buffer: bytes).split(separator: "data: ", omittingEmptySubsequences: false).count - 1
                if count > 0 { names.append("\(count)") }
            case .wait(let duration): names.append("wait \(duration)")
            case .finish: return names + ["finish"]
            case .close: return names + ["close"]
            case .reset: return names + ["reset"]
            case .linger: return names + ["linger"]
            }
        }
    }

    @Test func waitsStandWhereTheyShould() {
        #expect(Self.steps(fault: nil, interval: nil) == ["6", "finish"])
        let wait = "wait \(Duration.milliseconds(5))"
        #expect(
            Self.steps(fault: nil, interval: .milliseconds(5))
                == ["1", "1", wait, "1", wait, "1", wait, "1", "1", "finish"])
        #expect(
            Self.steps(fault: .stallAfterChunks(2, .milliseconds(5)), interval: nil) == ["2", wait, "4", "finish"])
        #expect(Self.steps(fault: .resetAfterChunks(2), interval: nil) == ["2", "reset"])
    }
}
