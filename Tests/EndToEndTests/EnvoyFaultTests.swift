import Foundation
import Synchronization
import Testing

/// What a client of Envoy notices when something breaks.
@Suite(
    .serialized, .blocking,
    .enabled(if: EnvoyProcess.binary != nil, "run Scripts/prepare test to install Envoy"))
struct EnvoyFaultTests {
    /// A mock backend, Martlet, and Envoy in front.
    private struct House {
        let mock: MartletProcess
        let martlet: MartletProcess
        let envoy: EnvoyProcess
        let extProcPort: Int

        init(_ modes: EnvoyProcess.Modes = .init(), mock arguments: [String] = []) throws {
            mock = try MartletProcess.mock(arguments)
            extProcPort = try Socket.freePort()
            martlet = try Self.router(mock.port, extProcPort)
            envoy = try EnvoyProcess(
                fixture: "gateway.yaml", backend: mock.port, extProcPort: extProcPort, modes: modes)
        }

        static func router(_ backend: Int, _ port: Int) throws -> MartletProcess {
            try MartletProcess.serve(
                fixture: "gateway.yaml", backend: backend, arguments: ["--ext-proc-port", "\(port)"])
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["STREAMED", "BUFFERED", "FULL_DUPLEX_STREAMED"])
    func streamsArriveAsTheyCome(_ response: String) throws {
        let text = (0..<20).map { "word\($0)" }.joined(separator: " ")
        let house = try House(.init(response: response), mock: ["--token-rate", "20", "--answer", text])
        let connection = try house.envoy.connection()
        let body = try MartletProcess.body("Hello.", stream: true)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        let start = ContinuousClock.now
        connection.socket.send(body)
        var first: [UInt8] = []
        while !first.contains(Array("data:".utf8)) { first += try connection.socket.receive() }
        let wait = ContinuousClock.now - start
        var rest = first
        while !String(decoding: rest, as: UTF8.self).contains("[DONE]") { rest += try connection.socket.receive() }
        let total = ContinuousClock.now - start
        // The first event does not wait for the last, which comes a second later.
        #expect(wait < total - .milliseconds(400), "\(wait) of \(total)")
        #expect(String(decoding: rest, as: UTF8.self).contains("x-vsr-selected-model: small"))
        try Deadline(10).poll("the tokens to be counted") {
            try house.martlet.metric("llm_model_requests_total", "small") == 1 ? true : nil
        }
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatVanishesFreesEverything() throws {
        let house = try House(mock: ["--token-rate", "5", "--answer", String(repeating: "word ", count: 200)])
        try {
            let connection = try house.envoy.connection()
            let body = try MartletProcess.body("Hello.", stream: true)
            connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
            connection.socket.send(body)
            _ = try connection.socket.receive()
            #expect(try house.martlet.metric("martlet_requests_in_flight") == 1)
        }()
        try Deadline(10).poll("the request to be closed") {
            let isGone = try house.martlet.metric("martlet_client_disconnects_total") == 1
            return isGone ? try house.martlet.metric("martlet_requests_in_flight") == 0 ? true : nil : nil
        }
    }

    @Test(.timeLimit(.minutes(1))) func aBackendThatResetsIsNoSuccess() throws {
        let house = try House()
        let reset = try house.envoy.chat("Hello.", headers: [("x-mock-fault", "reset")])
        #expect(reset.status == 503)
        #expect(reset["x-vsr-response-path"] == "upstream")
        #expect(try house.envoy.chat("Hello.").status == 200)
        try Deadline(10).poll("nothing to be in flight") {
            try house.martlet.metric("martlet_requests_in_flight") == 0 ? true : nil
        }
    }

    /// Envoy resets every stream when it has heard enough; a server that takes that for an attack ends the connection,
    /// and with it whatever is being decided on it, which then goes to the default route unseen.
    @Test(.timeLimit(.minutes(2))) func underLoadEveryRequestIsRouted() throws {
        let house = try House()
        let missed = Mutex<[String]>([])
        let done = DispatchSemaphore(value: 0)
        let envoy = house.envoy
        for _ in 0..<16 {
            Thread.detachNewThread {
                for _ in 0..<75 {
                    let model = (try? envoy.chat("Prove it."))?.model
                    if model != "large" { missed.withLock { $0.append(model ?? "none") } }
                }
                done.signal()
            }
        }
        for _ in 0..<16 { done.wait() }
        #expect(missed.withLock { $0 } == [])
        #expect(try house.envoy.statistic("ext_proc.streams_failed") ?? 0 == 0)
    }

    @Test(.timeLimit(.minutes(1))) func withoutMartletTheDefaultModelAnswers() throws {
        let house = try House()
        #expect(try house.envoy.chat("Prove it.").model == "large")
        house.martlet.process.send(SIGKILL)
        _ = try house.martlet.process.waitForExit()
        for stream in [false, true] {
            let reply = try house.envoy.chat("Prove it.", stream: stream, headers: [("x-selected-model", "large")])
            #expect(reply.status == 200)
            #expect(reply.model == nil)
            #expect(reply.text.contains("[auto]"), "the body is the client's")
        }
        let again = try House.router(house.mock.port, house.extProcPort)
        try Deadline(10).poll("requests to be routed again") {
            try house.envoy.chat("Prove it.").model == "large" ? true : nil
        }
        withExtendedLifetime(again) {}
    }

    @Test(.timeLimit(.minutes(1))) func aRequestThatWaitsForMartletIsAnsweredWhenItDies() throws {
        let house = try House()
        #expect(try house.envoy.chat("Prove it.").model == "large")
        // Held, so that the request is certainly being decided when the process dies.
        house.martlet.process.send(SIGSTOP)
        let connection = try house.envoy.connection()
        let body = try MartletProcess.body("Prove it.")
        let asked = try house.envoy.statistic("ext_proc.stream_msgs_sent")
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        connection.socket.send(body)
        try Deadline(10).poll("Envoy to ask") {
            try house.envoy.statistic("ext_proc.stream_msgs_sent") == asked ? nil : true
        }
        house.martlet.process.send(SIGKILL)
        let reply = try connection.reply()
        #expect(reply.status == 200)
        #expect(reply.text.contains("[auto]"), "the default route's answer to the client's own body")
    }

    @Test(.timeLimit(.minutes(1))) func withoutMartletAClosedDoorRefuses() throws {
        let house = try House(.init(failsOpen: false))
        #expect(try house.envoy.chat("Prove it.").model == "large")
        house.martlet.process.send(SIGKILL)
        _ = try house.martlet.process.waitForExit()
        #expect(try house.envoy.chat("Prove it.").status >= 500)
    }

    @Test(.timeLimit(.minutes(2))) func aRestartUnderLoadFailsNoRequest() throws {
        // A stream that Envoy opens while the old process goes may wait for the timeout; the client waits for longer.
        let house = try House(.init(messageTimeoutMilliseconds: 5_000))
        let isOver = Atomic<Bool>(false)
        let failures = Mutex<[String]>([])
        let answered = Atomic<Int>(0)
        let done = DispatchSemaphore(value: 0)
        let envoy = house.envoy
        for _ in 0..<4 {
            Thread.detachNewThread {
                while !isOver.load(ordering: .relaxed) {
                    do {
                        let reply = try envoy.chat("Prove it.")
                        if reply.status == 200 {
                            answered.add(1, ordering: .relaxed)
                        } else {
                            failures.withLock { $0.append("\(reply.status): \(reply.text.prefix(200))") }
                        }
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
                done.signal()
            }
        }
        var routers: [MartletProcess] = []
        for _ in 0..<2 {
            try Deadline(20).poll("load") { answered.load(ordering: .relaxed) > 50 ? true : nil }
            let router = routers.last ?? house.martlet
            router.process.send(SIGTERM)
            #expect(try router.process.waitForExit(seconds: 40) == 0)
            routers.append(try House.router(house.mock.port, house.extProcPort))
            answered.store(0, ordering: .relaxed)
        }
        try Deadline(20).poll("routing after the restart") { try envoy.chat("Prove it.").model == "large" ? true : nil }
        isOver.store(true, ordering: .relaxed)
        for _ in 0..<4 { done.wait() }
        #expect(failures.withLock { $0 } == [])
    }

    @Test(.timeLimit(.minutes(1))) func aStreamInFlightFinishesWhileMartletDrains() throws {
        let text = (0..<30).map { "word\($0)" }.joined(separator: " ")
        let house = try House(mock: ["--token-rate", "20", "--answer", text])
        let connection = try house.envoy.connection()
        let body = try MartletProcess.body("Hello.", stream: true)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        connection.socket.send(body)
        try Deadline(10).poll("the stream to be in flight") {
            try house.martlet.metric("martlet_requests_in_flight") == 1 ? true : nil
        }
        house.martlet.process.send(SIGTERM)
        let reply = try connection.reply()
        #expect(reply.isComplete)
        #expect(reply.streamedContent == text)
        #expect(try house.martlet.process.waitForExit(seconds: 10) == 0)
    }
}
