import Foundation
import Testing

/// Ending and reloading, without a request lost.
@Suite(.serialized, .blocking) struct LifecycleTests {
    @Test(.timeLimit(.minutes(1)))
    func aStreamInFlightFinishesWhileTheServerDrains() throws {
        let text = (0..<30).map { "word\($0)" }.joined(separator: " ")
        let mock = try MartletProcess.mock(["--model", "small", "--token-rate", "20", "--answer", text])
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: mock.port)
        let idle = try HTTPConnection(port: martlet.port)
        #expect(try idle.request("GET", "/health").status == 200)
        let connection = try HTTPConnection(port: martlet.port)
        let body = try MartletProcess.body("Hello.", stream: true)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        connection.socket.send(body)
        try Deadline(10).poll("the stream to be in flight") {
            try martlet.metric("martlet_requests_in_flight") == 1 ? true : nil
        }
        martlet.process.send(SIGTERM)
        try Deadline(5).poll("new connections to be refused") { (try? martlet.get("/health")) == nil ? true : nil }
        #expect(try idle.isClosed(), "an idle connection is closed")
        #expect(martlet.process.exitCode == nil, "it ended with a stream in flight")
        let reply = try connection.reply()
        #expect(reply.isComplete)
        #expect(reply.streamedContent == text)
        #expect(reply.events.last == "[DONE]")
        #expect(try martlet.process.waitForExit(seconds: 10) == 0)
        #expect(martlet.process.errors.contains("draining"))
    }

    @Test(.timeLimit(.minutes(1))) func aStreamThatOutlastsTheDrainIsCut() throws {
        let text = (0..<400).map { "word\($0)" }.joined(separator: " ")
        let mock = try MartletProcess.mock(["--model", "small", "--token-rate", "5", "--answer", text])
        let martlet = try MartletProcess.serve(
            fixture: "gateway.yaml", backend: mock.port, arguments: ["--drain-seconds", "1"])
        let connection = try HTTPConnection(port: martlet.port)
        let body = try MartletProcess.body("Hello.", stream: true)
        connection.socket.send(HTTPConnection.head("POST", "/v1/chat/completions", length: body.count))
        connection.socket.send(body)
        try Deadline(10).poll("the stream to be in flight") {
            try martlet.metric("martlet_requests_in_flight") == 1 ? true : nil
        }
        martlet.process.send(SIGTERM)
        #expect(try martlet.process.waitForExit(seconds: 10) == 0)
        let reply = try? connection.reply()
        #expect(reply?.events.contains("[DONE]") != true, "a cut stream looks complete")
    }

    @Test(.timeLimit(.minutes(1))) func aSignalRightAfterTheFirstAnswerEndsInOrder() throws {
        for _ in 0..<5 {
            let martlet = try MartletProcess.launch(["--demo"])
            try Deadline(20).poll("port \(martlet.port) to answer") {
                (try? martlet.get("/health").status) == 200 ? true : nil
            }
            martlet.process.send(SIGTERM)
            #expect(try martlet.process.waitForExit(seconds: 10) == 0, "killed by the signal, with no drain")
        }
    }

    @Test(.timeLimit(.minutes(1))) func anIdleServerEndsAtOnce() throws {
        for signal in [SIGTERM, SIGINT] {
            let martlet = try MartletProcess.serve(["--demo"])
            martlet.process.send(signal)
            #expect(try martlet.process.waitForExit(seconds: 10) == 0)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aChangedPolicyIsUsedAndABrokenOneIsNot() throws {
        let directory = try TemporaryDirectory()
        let policy = try Surroundings.text(Surroundings.fixture("gateway.yaml"))
        let file = try directory.write(policy, to: "policy.yaml")
        let backend = try RecordingBackend()
        let martlet = try MartletProcess.serve(
            ["--config", file], environment: ["BACKEND": "127.0.0.1:\(backend.port)"])
        let kept = try HTTPConnection(port: martlet.port)
        func decision() throws -> String? {
            try kept.request("POST", "/v1/chat/completions", body: MartletProcess.body("Prove it.")).decision
        }
        #expect(try decision() == "hard")

        try directory.write(policy.replacingOccurrences(of: "name: hard", with: "name: harder"), to: "policy.yaml")
        try Deadline(3).poll("the new policy") { try decision() == "harder" ? true : nil }
        #expect(try martlet.metric("martlet_config_reloads_total", "succeeded") == 1)
        #expect(try martlet.metric("martlet_config_generation") == 2)

        try directory.write(policy.replacingOccurrences(of: "priority: 200", with: "priority: many"), to: "policy.yaml")
        try Deadline(3).poll("the refusal of the broken policy") {
            try martlet.metric("martlet_config_reloads_total", "failed") == 1 ? true : nil
        }
        #expect(try decision() == "harder")
        #expect(try martlet.metric("martlet_config_generation") == 2)
        let line = martlet.process.errors.split(separator: "\n").first { $0.contains("config_reload_failed") }
        #expect(line?.contains("policy.yaml") == true, "\(martlet.process.errors)")

        try directory.write(policy.replacingOccurrences(of: "name: hard", with: "name: hardest"), to: "policy.yaml")
        try Deadline(3).poll("the mended policy") { try decision() == "hardest" ? true : nil }

        martlet.process.send(SIGHUP)
        try Deadline(3).poll("the reload by signal") {
            try martlet.metric("martlet_config_reloads_total", "succeeded") == 3 ? true : nil
        }
        #expect(try decision() == "hardest")
    }

    /// What is heeded at the start alone is named when a reload changes it, and secrets are not.
    @Test(.timeLimit(.minutes(1))) func aReloadSaysWhatNeedsARestart() throws {
        let directory = try TemporaryDirectory()
        let policy = try Surroundings.text(Surroundings.fixture("memory.yaml"))
        let file = try directory.write(policy, to: "policy.yaml")
        let martlet = try MartletProcess.serve(
            ["--config", file, "--state-directory", directory.path + "/state"], environment: ["BACKEND": "127.0.0.1:1"])
        func reload(_ changed: String, _ count: Double) throws -> String {
            try directory.write(changed, to: "policy.yaml")
            try Deadline(5).poll("the reload") {
                try martlet.metric("martlet_config_reloads_total", "succeeded") == count ? true : nil
            }
            return martlet.process.errors
        }
        #expect(try !reload(policy.replacing("name: all", with: "name: every"), 1).contains("config_needs_restart"))
        let engines = """
            response_api: {store_backend: redis, redis: {address: "127.0.0.1:1", password: swordfish}}, \
            router_replay: {enabled: true, ttl_seconds: 60},
            """
        let log = try reload(policy.replacing("services: {authz", with: "services: {\(engines) authz"), 2)
        let line = try #require(log.split(separator: "\n").first { $0.contains("config_needs_restart") })
        #expect(line.contains("global.services.response_api") && line.contains("router_replay.ttl_seconds"))
        #expect(!line.contains("listeners") && !log.contains("swordfish"))
    }
}
