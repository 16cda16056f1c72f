import Exchange
import Gateway
import NIOCore
import NIOPosix
import Testing
import Upstream

/// What comes from a backend reaches the client, over real sockets.
@Suite(.timeLimit(.minutes(2)))
struct RelayTests {
    @Test func plainResponse() async throws {
        let backend = try await RawBackend.start { request, channel in
            channel.respond(
                "echo:\(request.body)", headers: "content-type: text/plain\r\nconnection: x-hop\r\nx-hop: 1\r\n")
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("hello", headers: "connection: x-secret\r\nx-secret: 1\r\nx-keep: 2\r\n"))
            let answer = try await client.waitForText("echo:hello")
            #expect(answer.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.text.contains("content-length: 10\r\n"))
            #expect(!answer.text.contains("x-hop"))
            let request = try #require(backend.seen.value.requests.first)
            #expect(request.head.hasPrefix("POST /v1/chat/completions HTTP/1.1\r\n"))
            #expect(request.head.contains("host: test\r\n"))
            #expect(request.head.contains("x-keep: 2"))
            #expect(!request.head.contains("x-secret"))
            #expect(request.head.hasSuffix("connection: keep-alive"))
            await client.close()
        }
        await backend.stop()
    }

    @Test func chunkedBothWays() async throws {
        let backend = try await RawBackend.start { request, channel in
            channel.send(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4;x=1\r\nabcd\r\n3\r\nefg\r\n0\r\nt: 1\r\n\r\n")
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(
                "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n")
            let answer = try await client.waitForText("0\r\n\r\n")
            #expect(answer.text.hasSuffix("\r\n\r\n4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n"))
            #expect(backend.seen.value.requests.first?.body == "hello!")
            #expect(backend.seen.value.requests.first?.head.contains("content-length: 6") == true)
            await client.close()
        }
        await backend.stop()
    }

    @Test func eventStreamArrivesAsItIsSent() async throws {
        let channels = Observed<[any Channel]>([])
        let backend = try await RawBackend.start { _, channel in
            channel.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: 1\n\n")
            channels.update { $0.append(channel) }
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("{}"))
            try await client.waitForText("data: 1\n\n")
            let channel = try await channels.wait("backend channel") { !$0.isEmpty }[0]
            channel.send("data: 2\n\n")
            try await client.waitForText("data: 2\n\n")
            #expect(!client.received.value.text.contains("\r\n0\r\n\r\n"))
            channel.close(promise: nil)
            try await client.waitForText("\r\n0\r\n\r\n")
            await client.close()
        }
        await backend.stop()
    }

    @Test func keepAliveConnectionsAreReused() async throws {
        let backend = try await RawBackend.start { request, channel in channel.respond("n\(request.number);") }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            for number in 0..<5 {
                try await client.send(client.post("x"))
                try await client.waitForText("n\(number);")
            }
            #expect(backend.seen.value.connections == 1)
            await client.close()
        }
        await backend.stop()
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let backend = try await RawBackend.start { request, channel in channel.respond("[\(request.body)]") }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send((0..<20).map { client.post("r\($0)") }.joined())
            let answer = try await client.waitForText("[r19]")
            var rest = Substring(answer.text)
            for number in 0..<20 {
                let range = try #require(rest.firstRange(of: "[r\(number)]"))
                #expect(!rest[..<range.lowerBound].contains("[r"))
                rest = rest[range.upperBound...]
            }
            await client.close()
        }
        await backend.stop()
    }

    @Test(arguments: 1..<8)
    func segmentsOfAnySizeAreTheSameRequests(size: Int) async throws {
        let backend = try await RawBackend.start { request, channel in channel.respond("[\(request.body)]") }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            let chunked =
                "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\nc1\r\n1\r\n!\r\n0\r\n\r\n"
            var rest = Substring(client.post("r1") + chunked + client.post("") + client.post("r4"))
            while !rest.isEmpty {
                // A CRLF is one Character; the unicode scalars are the bytes here.
                let piece = String(String.UnicodeScalarView(rest.unicodeScalars.prefix(size)))
                rest = Substring(String(String.UnicodeScalarView(rest.unicodeScalars.dropFirst(size))))
                try await client.send(piece)
            }
            try await client.waitForText("[r4]")
            #expect(backend.seen.value.requests.map(\.body) == ["r1", "c1!", "", "r4"])
            #expect(client.received.value.occurrences(of: "HTTP/1.1 200 OK") == 4)
            await client.close()
        }
        await backend.stop()
    }

    @Test func headAndEmptyResponses() async throws {
        let backend = try await RawBackend.start { request, channel in
            channel.send(
                request.head.hasPrefix("HEAD")
                    ? "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n" : "HTTP/1.1 204 No Content\r\n\r\n")
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("HEAD / HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\n\r\n")
            let answer = try await client.waitForText("\r\n\r\n", times: 2)
            #expect(answer.text == "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")
            #expect(backend.seen.value.connections == 1)
            await client.close()
        }
        await backend.stop()
    }

    @Test func oldClientGetsBodyUpToTheClose() async throws {
        let backend = try await RawBackend.start { _, channel in
            channel.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send("GET / HTTP/1.0\r\n\r\n")
            let answer = try await client.waitForClose()
            #expect(answer.text == "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nabc")
        }
        await backend.stop()
    }

    @Test func changedLengthIsSentInChunks() async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("abc") }
        let handler = TestHandler(plan: .init(targets: [backend.target], dropsLength: true))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            let answer = try await client.waitForText("0\r\n\r\n")
            #expect(answer.text == "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
            await client.close()
        }
        await backend.stop()
    }

    @Test func heldResponseIsAnsweredWhole() async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("abc") }
        let handler = TestHandler(plan: .init(targets: [backend.target], holds: true))
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            try await client.waitForText("\r\n\r\nABC")
            #expect(handler.log.value == ["attempt:first", "head:200", "held", "finished"])
            await client.close()
        }
        await backend.stop()
    }

    /// The client is told the end only when the exchange has finished its work, and what was relayed does not wait.
    @Test(arguments: [true, false]) func theEndWaitsForWhatMustBeDoneBefore(holds: Bool) async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("abc") }
        let work = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        var plan = TestExchange.Plan(targets: [backend.target], holds: holds, dropsLength: true)
        let settled = Observed<[String]>([])
        plan.settles = { work.futureResult.always { _ in settled.update { $0.append("done") } } }
        let handler = TestHandler(plan: plan)
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            if !holds { try await client.waitForText("3\r\nabc\r\n") }
            while !handler.log.value.contains("settle") { await Task.yield() }
            #expect(!handler.log.value.contains { $0.hasPrefix("end") || $0 == "held" })
            work.succeed()
            try await client.waitForText(holds ? "\r\n\r\nABC" : "0\r\n\r\n")
            #expect(settled.value == ["done"])
            let told = holds ? "held" : "end:complete"
            #expect(handler.log.value == ["attempt:first", "head:200", "settle", told, "finished"])
            await client.close()
        }
        await backend.stop()
    }

    @Test func aClientThatVanishesMeanwhileIsNotAnswered() async throws {
        let backend = try await RawBackend.start { _, channel in channel.respond("abc") }
        let work = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Void.self)
        var plan = TestExchange.Plan(targets: [backend.target], holds: true)
        plan.settles = { work.futureResult }
        let handler = TestHandler(plan: plan)
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("x"))
            while !handler.log.value.contains("settle") { await Task.yield() }
            await client.close()
            while !handler.log.value.contains("finished") { await Task.yield() }
            work.succeed()
            #expect(handler.log.value == ["attempt:first", "head:200", "settle", "gone", "finished"])
        }
        await backend.stop()
    }

    @Test func pendingStartIsResolvedLater() async throws {
        var handler = TestHandler(plan: .init(targets: []))
        handler.start = { _, body, loop in
            let pending = PendingStart()
            let bound = NIOLoopBound(pending, eventLoop: loop)
            loop.execute { bound.value.resolve(.respond(LocalResponse(status: 200, body: body))) }
            return .pending(pending)
        }
        try await withGateway(handler) { address, _ in
            let client = try await RawClient.connect(address)
            try await client.send(client.post("later"))
            try await client.waitForText("\r\n\r\nlater")
            await client.close()
        }
    }

    @Test func slowReaderHoldsTheBackendBack() async throws {
        let total = 64 << 20
        let piece = ByteBuffer(repeating: 0x61, count: 1 << 20)
        let backend = try await RawBackend.start { _, channel in
            channel.send("HTTP/1.1 200 OK\r\ncontent-length: \(total)\r\n\r\n")
            for _ in 0..<(total >> 20) { channel.writeAndFlush(piece, promise: nil) }
        }
        try await withGateway(TestHandler(plan: .init(targets: [backend.target]))) { address, server in
            let client = try await RawClient.connect(address, reads: false, keepsText: false)
            try await client.send(client.post("x"))
            // One read at a time: the gateway must stop and go many times.
            let statistics = Observed(0)
            while statistics.value < 8 << 20 {
                let before = client.received.value.count
                client.channel.read()
                try await client.received.wait("more bytes") { $0.count > before }
                let now = client.received.value.count
                statistics.update { $0 = now }
            }
            #expect(server.statistics.upstreamPauses > 0)
            #expect(server.statistics.peakBufferedBytes <= 512 * 1024)
            try await client.channel.setOption(.autoRead, value: true).get()
            try await client.received.wait("everything", seconds: 60) { $0.count >= total }
            #expect(server.statistics.peakBufferedBytes <= 512 * 1024)
            await client.close()
        }
        await backend.stop()
    }
}
