import Exchange
import Gateway
import NIOCore
import Testing
import Upstream

/// What happens when backends fail.
@Suite(.timeLimit(.minutes(2)))
struct FailureTests {
    @Test func refusedConnectionLeadsToTheNextAttempt() async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("second") }
        let refusing = try RefusingPort()
        let handler = TestHandler(plan: .init(targets: [refusing.target, backend.target]))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("second")
            // The client may have its answer before the exchange is told that it is over.
            try await handler.log.wait("the end") { $0.last == "finished" }
            #expect(
                handler.log.value
                    == ["attempt:first", "attempt:connect_failed", "head:200", "end:complete", "finished"])
            await client.close()
        }
        withExtendedLifetime(refusing) {}
        await backend.stop()
    }

    @Test func noBackendAtAllIsALocalAnswer() async throws {
        let refusing = try RefusingPort()
        let handler = TestHandler(plan: .init(targets: [refusing.target]))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            let answer = try await client.waitForText("connect_failed")
            #expect(answer.text.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
            await client.close()
        }
        withExtendedLifetime(refusing) {}
    }

    @Test func retryAfterAStatusWaitsAndKeepsTheConnection() async throws {
        let backend = try await RawBackend.start { request, channel in
            if request.number == 0 {
                channel.respond("busy", status: "503 Service Unavailable", headers: "retry-after: 1\r\n")
            } else {
                channel.respond("fine")
            }
        }
        let handler = TestHandler(plan: .init(targets: [backend.target, backend.target], delay: .milliseconds(30)))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            let answer = try await client.waitForText("fine")
            #expect(!answer.text.contains("busy"))
            #expect(
                handler.log.value
                    == ["attempt:first", "head:503", "attempt:backend_status", "head:200", "end:complete", "finished"])
            #expect(backend.seen.value.connections == 1)
            await client.close()
        }
        await backend.stop()
    }

    @Test func deadKeepAliveConnectionIsRetriedUnseen() async throws {
        let backend = try await RawBackend.start { request, channel in
            if request.number == 0 {
                channel.respond("c\(request.connection);")
            } else {
                // A second request on a connection is never answered, as if the idle close had crossed it.
                channel.close(promise: nil)
            }
        }
        let handler = TestHandler(plan: .init(targets: [backend.target]))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("c0;")
            try await client.send(client.post("y"))
            try await client.waitForText("c1;")
            #expect(handler.log.value.filter { $0 == "attempt:first" }.count == 2)
            #expect(handler.log.value.filter { $0.hasPrefix("attempt:") }.count == 2)
            await client.close()
        }
        await backend.stop()
    }

    @Test func freshConnectionThatDiesIsNotRetriedUnseen() async throws {
        let backend = try await RawBackend.start { _, channel in channel.close(promise: nil) }
        let handler = TestHandler(plan: .init(targets: [backend.target]))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("connection_reset")
            #expect(backend.seen.value.requests.count == 1)
            await client.close()
        }
        await backend.stop()
    }

    @Test func silentBackendReachesTheFirstByteLimit() async throws {
        let backend = try await RawBackend.start { _, _ in }
        var plan = TestExchange.Plan(targets: [backend.target])
        plan.timeouts.firstByte = .milliseconds(50)
        let handler = TestHandler(plan: plan)
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("first_byte_timeout")
            try await backend.seen.wait("backend connection closed") { $0.closed == 1 }
            await client.close()
        }
        await backend.stop()
    }

    @Test func nonsenseIsAMalformedResponse() async throws {
        let backend = try await RawBackend.start { _, channel in channel.send("SSH-2.0-OpenSSH\r\n\r\n") }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("malformed_response")
            await client.close()
        }
        await backend.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n",
    ])
    func cutBodyNeverLooksWhole(response: String) async throws {
        let backend = try await RawBackend.start { _, channel in
            channel.send(response)
            channel.close(promise: nil)
        }
        let handler = TestHandler(plan: .init(targets: [backend.target]))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            let answer = try await client.waitForClose()
            #expect(answer.text.contains("part"))
            #expect(!answer.text.contains("\r\n0\r\n\r\n"))
            #expect(handler.log.value.suffix(2) == ["end:connection_reset", "finished"])
        }
        await backend.stop()
    }

    @Test func pausedBodyReachesTheIdleLimitAndEndsAsAnErrorEvent() async throws {
        let backend = try await RawBackend.start { _, channel in
            channel.send(
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n")
        }
        var plan = TestExchange.Plan(targets: [backend.target])
        plan.timeouts.idle = .milliseconds(50)
        plan.errorEvent = "event: error\n\n"
        let handler = TestHandler(plan: plan)
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            let answer = try await client.waitForText("\r\n0\r\n\r\n")
            #expect(answer.text.hasSuffix("3\r\nabc\r\ne\r\nevent: error\n\n\r\n0\r\n\r\n"))
            #expect(handler.log.value.contains("end:idle_timeout"))
            await client.close()
        }
        await backend.stop()
    }

    @Test func vanishedClientCancelsTheAttempt() async throws {
        let backend = try await RawBackend.start { _, _ in }
        let handler = TestHandler(plan: .init(targets: [backend.target]))
        try await withGateway(handler) { address, server in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await backend.seen.wait("request") { $0.requests.count == 1 }
            await client.close()
            try await backend.seen.wait("backend connection closed") { $0.closed == 1 }
            try await handler.log.wait("finished") { $0.last == "finished" }
            #expect(handler.log.value == ["attempt:first", "gone", "finished"])
            #expect(server.statistics.requestsInFlight == 0)
        }
        await backend.stop()
    }

    @Test func busyConnectionsQueueAndOverflow() async throws {
        let channels = Observed<[any Channel]>([])
        let backend = try await RawBackend.start { _, channel in channels.update { $0.append(channel) } }
        let handler = TestHandler(plan: .init(targets: [backend.target]))
        try await withGateway(
            handler,
            configure: {
                $0.upstreamLimits.maxConnectionsPerTarget = 1
                $0.upstreamLimits.maxWaiters = 1
            }
        ) { address, _ in
            let first = try await RawClient.connect(address)
            try await first.send(first.post("1"))
            try await channels.wait("first request") { $0.count == 1 }
            let second = try await RawClient.connect(address)
            try await second.send(second.post("2"))
            try await handler.log.wait("second waits") { $0.count == 2 }
            let third = try await RawClient.connect(address)
            try await third.send(third.post("3"))
            try await third.waitForText("pool_exhausted")
            channels.value[0].respond("one")
            try await first.waitForText("one")
            let both = try await channels.wait("second request") { $0.count == 2 }
            both[1].respond("two")
            try await second.waitForText("two")
            #expect(backend.seen.value.connections == 1)
            for client in [first, second, third] { await client.close() }
        }
        await backend.stop()
    }
}
