import Exchange
import Gateway
import Logging
import NIOCore
import Testing
import Upstream

/// What the door refuses, and how.
@Suite(.timeLimit(.minutes(2)))
struct DoorTests {
    private func backend() async throws -> RawBackend {
        try await RawBackend.start { request, channel in channel.respond("ok:\(request.body)") }
    }

    @Test(arguments: [
        (
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n", "400",
            "ambiguous_length"
        ),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n", "400", "ambiguous_length"),
        ("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: +5\r\n\r\n", "400", "bad_request"),
        ("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", "501", "unsupported"),
        ("GET / HTTP/1.1\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/1.1\r\nhost : a\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n", "400", "bad_request"),
        ("GET / HTTP/1.1\nhost: a\n\n", "400", "bad_request"),
        ("GET / HTTP/2.0\r\nhost: a\r\n\r\n", "505", "version_not_supported"),
        ("CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", "501", "unsupported"),
        ("nonsense\r\n\r\n", "400", "bad_request"),
    ])
    func unacceptableRequest(bytes: String, status: String, code: String) async throws {
        try await withGateway(TestHandler(plan: .init(targets: []))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(bytes)
            let answer = try await client.waitForText(code)
            #expect(answer.text.hasPrefix("HTTP/1.1 \(status) "))
            if status == "400" { try await client.waitForClose() }
            await client.close()
        }
    }

    @Test func headerFloodIs431() async throws {
        try await withGateway(TestHandler(plan: .init(targets: []))) { address, _ in
            let many = try await RawClient.connect(address)
            try await many.send(
                "GET / HTTP/1.1\r\nhost: a\r\n" + (0..<200).map { "x-\($0): 1\r\n" }.joined() + "\r\n")
            try await many.waitForText("HTTP/1.1 431 ")
            try await many.waitForClose()
            let large = try await RawClient.connect(address)
            try await large.send("GET / HTTP/1.1\r\nhost: a\r\nx: " + String(repeating: "a", count: 70_000))
            try await large.waitForText("HTTP/1.1 431 ")
            try await large.waitForClose()
        }
    }

    @Test func largeBodyIsRefusedByItsLength() async throws {
        var handler = TestHandler(plan: .init(targets: []))
        handler.bodyLimit = 100
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n")
            try await client.waitForText("body_too_large")
            try await client.waitForClose()
        }
    }

    @Test func largeBodyIsRefusedByCount() async throws {
        var handler = TestHandler(plan: .init(targets: []))
        handler.bodyLimit = 100
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(
                "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
                    + String(repeating: "32\r\n" + String(repeating: "a", count: 50) + "\r\n", count: 3))
            try await client.waitForText("HTTP/1.1 413 ")
            try await client.waitForClose()
        }
    }

    @Test func smallUnwantedBodyKeepsTheConnection() async throws {
        let backend = try await self.backend()
        var handler = TestHandler(plan: .init(targets: [backend.target]))
        handler.early["/no"] = LocalResponse(status: 404, body: ByteBuffer(string: "nothing here"))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("POST /no HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nab")
            try await client.waitForText("nothing here")
            try await client.send("cd" + client.post("next"))
            try await client.waitForText("ok:next")
            await client.close()
        }
        await backend.stop()
    }

    @Test func slowHeaderIs408() async throws {
        try await withGateway(
            TestHandler(plan: .init(targets: [])), configure: { $0.headerTimeout = .milliseconds(50) }
        ) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("GET / HTTP/1.1\r\nhos")
            try await client.waitForText("HTTP/1.1 408 ")
            try await client.waitForClose()
        }
    }

    @Test func slowBodyIs408() async throws {
        try await withGateway(
            TestHandler(plan: .init(targets: [])), configure: { $0.bodyIdleTimeout = .milliseconds(50) }
        ) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc")
            try await client.waitForText("request_timeout")
            try await client.waitForClose()
        }
    }

    @Test func idleConnectionIsClosedSilently() async throws {
        try await withGateway(
            TestHandler(plan: .init(targets: [])), configure: { $0.keepAliveTimeout = .milliseconds(50) }
        ) { address, _ in
            let client = try await RawClient.connect(address)
            let answer = try await client.waitForClose()
            #expect(answer.count == 0)
        }
    }

    @Test func continueIsSentWhenExpected() async throws {
        let backend = try await self.backend()
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
            try await client.waitForText("HTTP/1.1 100 Continue\r\n\r\n")
            try await client.send("abc")
            try await client.waitForText("ok:abc")
            #expect(backend.seen.value.requests.first?.head.contains("expect") == false)
            await client.close()
        }
        await backend.stop()
    }

    @Test func tooManyConnectionsAre503() async throws {
        try await withGateway(TestHandler(plan: .init(targets: [])), configure: { $0.maxConnections = 1 }) {
            address, server in
            let first = try await RawClient.connect(address)
            try await first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            try await first.waitForText("HTTP/1.1 502 ")
            let second = try await RawClient.connect(address)
            let answer = try await second.waitForClose()
            #expect(answer.text.hasPrefix("HTTP/1.1 503 "))
            #expect(answer.text.contains("retry-after: 1\r\n"))
            #expect(server.statistics.refusals >= 1)
            await first.close()
        }
    }

    @Test func tooManyRequestsAre503WithRetryAfter() async throws {
        let backend = try await RawBackend.start { _, _ in }
        try await withGateway(
            TestHandler(plan: .init(targets: [backend.target])), configure: { $0.maxRequestsInFlight = 1 }
        ) { address, _ in
            let first = try await RawClient.connect(address)
            try await first.send(first.post("1"))
            try await backend.seen.wait("request") { $0.requests.count == 1 }
            let second = try await RawClient.connect(address)
            try await second.send(second.post("2"))
            let answer = try await second.waitForText("overloaded")
            #expect(answer.text.contains("retry-after: 1\r\n"))
            await first.close()
            await second.close()
        }
        await backend.stop()
    }

    @Test func drainLetsRequestsFinish() async throws {
        let channels = Observed<[any Channel]>([])
        let backend = try await RawBackend.start { _, channel in channels.update { $0.append(channel) } }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, server in
            let idle = try await RawClient.connect(address)
            try await idle.send("GET /partial")
            let busy = try await RawClient.connect(address)
            try await busy.send(busy.post("x"))
            let channel = try await channels.wait("request") { !$0.isEmpty }[0]
            let spare = try await RawClient.connect(address)
            async let drained: Void = server.drain(deadline: .now() + .seconds(20))
            try await spare.waitForClose()
            try await idle.send(" HTTP/1.1\r\nhost: a\r\n\r\n")
            let refused = try await idle.waitForClose()
            #expect(refused.text.contains("HTTP/1.1 503 "))
            #expect(!busy.received.value.isClosed)
            channel.respond("finished")
            let answer = try await busy.waitForClose()
            #expect(answer.text.contains("connection: close\r\n"))
            #expect(answer.text.hasSuffix("finished"))
            await drained
            #expect(server.statistics.openConnections == 0)
        }
        await backend.stop()
    }

    @Test func drainEndsAtItsDeadline() async throws {
        let backend = try await RawBackend.start { _, _ in }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, server in
            let busy = try await RawClient.connect(address)
            try await busy.send(busy.post("x"))
            try await backend.seen.wait("request") { $0.requests.count == 1 }
            await server.drain(deadline: .now() + .milliseconds(50))
            try await busy.waitForClose()
        }
        await backend.stop()
    }

    @Test func takenPortIsABindFailure() async throws {
        let backend = try await self.backend()
        var configuration = GatewayConfiguration(listeners: [.init(host: "127.0.0.1", port: backend.port)])
        configuration.eventLoopCount = 1
        let server = GatewayServer(
            configuration: configuration, handler: TestHandler(plan: .init(targets: [])), logger: .init(label: "test"))
        await #expect(throws: GatewayError.self) { _ = try await server.start() }
        await server.stop()
        await backend.stop()
    }
}
