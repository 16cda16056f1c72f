import Foundation
import Testing

/// Two routers, each with a state directory of its own, over one Redis; and what a kill leaves.
@Suite(
    .serialized, .blocking,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server"), "redis-server is not installed")
)
struct SharedStateTests {
    private static let identity = [("x-session-id", "s1"), ("x-conversation-id", "c1"), ("x-vsr-debug", "true")]

    /// A Redis of the test's own, with its log written at every change.
    private final class Redis {
        let port: Int
        private let directory: TemporaryDirectory
        /// Of the routers, which must not lose theirs while they run.
        var directories: [TemporaryDirectory] = []
        private var process: ChildProcess?

        init() throws {
            // Below the ports that the system gives to clients, so that it is still free after a kill.
            port = Int.random(in: 20_000..<32_000)
            directory = try TemporaryDirectory()
            try start()
        }

        func start() throws {
            process = try ChildProcess(
                "/usr/bin/redis-server",
                [
                    "--bind", "127.0.0.1", "--port", "\(port)", "--dir", directory.path, "--save", "", "--appendonly",
                    "yes", "--appendfsync", "always",
                ], environment: ["PATH": "/usr/bin:/bin"])
        }

        func kill() throws {
            process?.send(SIGKILL)
            _ = try process?.waitForExit()
        }

        deinit { process?.send(SIGKILL) }
    }

    private func serve(_ redis: Redis, _ backend: RecordingBackend) throws -> MartletProcess {
        let directory = try TemporaryDirectory()
        redis.directories.append(directory)
        let policy =
            try Surroundings.text(Surroundings.fixture("sessions.yaml"))
                + """
                      state_store: {backend: redis, timeout_ms: 2000, redis: {address: "127.0.0.1:\(redis.port)"}}
                  services:
                    response_api: {store_backend: redis, redis: {address: "127.0.0.1:\(redis.port)", max_retries: 0}}
                """
        let path = try directory.write(
            policy.replacingOccurrences(of: "learning: {enabled: true}", with: "learning:\n      enabled: true"),
            to: "policy.yaml")
        return try MartletProcess.serve(
            ["--config", path, "--state-directory", directory.path + "/state"],
            environment: ["BACKEND": "127.0.0.1:\(backend.port)"])
    }

    private func post(_ martlet: MartletProcess, _ body: [String: Any]) throws -> HTTPReply {
        try HTTPConnection(port: martlet.port).request(
            "POST", "/v1/responses", body: [UInt8](try JSONSerialization.data(withJSONObject: body)))
    }

    private func id(_ reply: HTTPReply) throws -> String { try #require(reply.object["id"] as? String) }

    @Test(.timeLimit(.minutes(2))) func aToolLoopStaysWithItsModelAtTheOtherReplica() throws {
        let redis = try Redis()
        let backend = try RecordingBackend(answer: SessionTests.toolCall)
        let (first, second) = (try serve(redis, backend), try serve(redis, backend))
        let tools: [String: Any] = ["tools": [["type": "function", "function": ["name": "search"]]]]
        #expect(try first.chat("Look it up.", more: tools, headers: Self.identity).model == "small")
        let reply = try second.post(SessionTests.toolResult(), headers: Self.identity)
        #expect(reply.model == "small")
        #expect(reply["x-vsr-learning-actions"]?.hasSuffix("protection=hold_current") == true)
        // Another session is another one there too.
        let stranger = [("x-session-id", "s2"), ("x-conversation-id", "c1"), ("x-vsr-debug", "true")]
        #expect(try second.chat("Prove it.", headers: stranger).model == "large")
    }

    @Test(.timeLimit(.minutes(2))) func aResponseIsContinuedAtTheOtherReplica() throws {
        let redis = try Redis()
        let backend = try RecordingBackend()
        let (first, second) = (try serve(redis, backend), try serve(redis, backend))
        let made = try post(first, ["model": "auto", "input": "My name is Ada."])
        let next = try post(
            second, ["model": "auto", "input": "Who am I?", "previous_response_id": try id(made)])
        #expect(next.status == 200)
        #expect(try backend.lastRequest().text.contains("My name is Ada."))
        #expect(try first.get("/v1/responses/" + id(next)).object["previous_response_id"] as? String == id(made))
        #expect(try HTTPConnection(port: second.port).request("DELETE", "/v1/responses/" + id(made)).status == 200)
        #expect(try first.get("/v1/responses/" + id(made)).status == 404)
    }

    /// Without the engine responses are refused and nothing is kept here in secret; chats go on.
    @Test(.timeLimit(.minutes(2))) func anEngineThatIsAwayIsSaid() throws {
        let redis = try Redis()
        let backend = try RecordingBackend()
        let martlet = try serve(redis, backend)
        let kept = try id(try post(martlet, ["model": "auto", "input": "Hello."]))
        try redis.kill()
        let refused = try post(martlet, ["model": "auto", "input": "Hello."])
        #expect(refused.status == 503)
        #expect((refused.object["error"] as? [String: Any])?["code"] as? String == "response_not_stored")
        #expect(try martlet.get("/v1/responses/" + kept).status == 503)
        let chat = try martlet.chat("Hello.", headers: Self.identity)
        #expect(chat.status == 200 && chat.model == "small")
        #expect(try (martlet.metric("martlet_shared_session_failures_total", "unavailable") ?? 0) > 0)
        #expect(martlet.process.errors.contains("state_engine_away"))
        try redis.start()
        try Deadline(20).poll("the engine's return") {
            try martlet.get("/v1/responses/" + kept).status == 200 ? true : nil
        }
        #expect(try post(martlet, ["model": "auto", "input": "Hello."]).status == 200)
        #expect(martlet.process.errors.contains("state_engine_back"))
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ("responses", "sqlite"), ("responses", "redis"), ("responses", "postgres"), ("replay", "sqlite"),
            ("replay", "postgres"),
        ])
    func whatWasAcknowledgedOutlivesKills(what: String, engine: String) throws {
        let result = try CommandResult.run(
            Surroundings.root + "/Benchmarks/State/kill",
            ["--rounds", "4", "--what", what, "--engines", engine, "--binary", Surroundings.binary], seconds: 240)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        #expect(result.output.contains(", 0 lost or changed"))
        #expect(!result.output.contains(", 0 kept"))
    }
}
