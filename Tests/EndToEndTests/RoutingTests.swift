import Foundation
import Testing

/// Which prompt goes where, seen from outside.
@Suite(.serialized, .blocking) struct RoutingTests {
    static let demo = Result { try MartletProcess.serve(["--demo"]) }
    static let backend = Result { try RecordingBackend() }
    static let gateway = Result { try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.get().port) }
    static let refusal = "First line.\n\n  Third line, \"quoted\" \\ naïve 語 🦆.\n"

    /// A prompt, and where the demo policy sends it.
    static let table: [(prompt: String, decision: String, model: String)] = [
        ("Hello, how are you?", "small_talk", "small"),
        ("Write a function that sorts a list in Python.", "everyday_work", "medium"),
        ("Why is there a bug in my regex?", "everyday_work", "medium"),
        ("Prove that there are infinitely many primes.", "hard_work", "large"),
        ("Compare the TRADE-OFFS of both designs.", "hard_work", "large"),
        ("First read the file, then refactor the parser.", "hard_work", "large"),
        ("Really? Now? Here?", "small_talk", "small"),
        ("What? Why? How does this function compile?", "hard_work", "large"),
        ("He improves every day.", "small_talk", "small"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: table)
    func theDemoRoutes(_ row: (prompt: String, decision: String, model: String)) throws {
        let reply = try Self.demo.get().chat(row.prompt)
        #expect(reply.status == 200)
        #expect(reply.decision == row.decision)
        #expect(reply.model == row.model)
        #expect(reply.object["model"] as? String == row.model, "the backend was asked for another model")
        #expect(reply["x-vsr-schema-version"] == "2")
        #expect(reply["x-vsr-response-path"] == "upstream")
        #expect(reply["x-request-id"]?.isEmpty == false)
    }

    @Test(.timeLimit(.minutes(1))) func longTextAndToolsMakeARequestHarder() throws {
        let martlet = try Self.demo.get()
        let long = String(repeating: "The quick brown fox jumps over the lazy dog. ", count: 1200)
        #expect(try martlet.chat(long).decision == "everyday_work")
        let tool: [String: Any] = ["type": "function", "function": ["name": "look_up"]]
        #expect(try martlet.chat("Hello there.", more: ["tools": [tool]]).decision == "everyday_work")
    }

    @Test(.timeLimit(.minutes(1))) func secretsAreAnsweredWithoutAModel() throws {
        for secret in [
            "My key is sk-abcdefgh12345678.", "My number is 078-05-1120.", "-----BEGIN RSA PRIVATE KEY-----",
        ] {
            let reply = try Self.demo.get().chat(secret)
            #expect(reply.status == 200)
            #expect(reply.decision == "refuse_secrets")
            #expect(reply["x-vsr-fast-response"] == "true")
            #expect(reply["x-vsr-response-path"] == "fast_response")
            #expect(reply.model == nil)
            #expect((reply.message["content"] as? String)?.contains("no model was asked") == true)
        }
    }

    @Test(.timeLimit(.minutes(1))) func fastResponsesKeepEveryCharacter() throws {
        let martlet = try Self.gateway.get()
        let asked = try Self.backend.get().requests.count
        #expect(try martlet.chat("xyzzy").message["content"] as? String == Self.refusal)
        let stream = try martlet.chat("xyzzy", stream: true)
        #expect(stream["content-type"]?.hasPrefix("text/event-stream") == true)
        #expect(stream.streamedContent == Self.refusal)
        #expect(stream.events.last == "[DONE]")
        #expect(try Self.backend.get().requests.count == asked, "a model was asked")
    }

    @Test(.timeLimit(.minutes(1))) func aPhysicalModelIsUsedAsAsked() throws {
        let reply = try Self.gateway.get().chat("Prove it.", model: "small")
        #expect(reply.status == 200)
        #expect(reply.decision == nil)
        let received = try Self.backend.get().lastRequest()
        #expect(received.text.contains("\"model\":\"small\""))
    }

    @Test(.timeLimit(.minutes(1))) func theBackendSeesItsOwnNameOfAModel() throws {
        let reply = try Self.gateway.get().chat("Describe the architecture.")
        #expect(reply.decision == "hard")
        #expect(reply.model == "large")
        let received = try Self.backend.get().lastRequest()
        #expect(received.text.contains("\"model\":\"vendor/large-2\""))
        #expect(received["x-selected-model"] == "large")
        #expect(received.target == "/v1/chat/completions")
    }

    @Test(.timeLimit(.minutes(1))) func anUnknownModelIsAnError() throws {
        let reply = try Self.gateway.get().chat("Hello.", model: "no-such-model")
        #expect(reply.status == 404)
        #expect(reply.errorCode == "model_not_found")
        #expect(reply.text.contains("GET /v1/models"))
    }

    @Test(.timeLimit(.minutes(1))) func debugHeadersComeOnlyWhenAskedFor() throws {
        let debug = ["x-vsr-matched-keywords", "x-vsr-selected-reasoning", "x-vsr-client-protocol"]
        let quiet = try Self.demo.get().chat("Prove it with python.")
        for name in debug { #expect(quiet[name] == nil, "\(name)") }
        let loud = try Self.demo.get().chat("Prove it with python.", headers: [("x-vsr-debug", "true")])
        for name in debug { #expect(loud[name] != nil, "\(name)") }
        let keywords = Set((loud["x-vsr-matched-keywords"] ?? "").split(separator: ",").map(String.init))
        #expect(keywords == ["code", "deep_reasoning"])
    }

    @Test(.timeLimit(.minutes(1))) func theClientCannotSpeakForTheRouter() throws {
        let spoofed = [
            ("X-VSR-Selected-Model", "evil"), ("x-vsr-debug", "true"), ("x-selected-model", "evil"),
            ("x-authz-user-id", "root"), ("X-Authz-User-Groups", "platform-admins"), ("x-user-role", "admin"),
        ]
        let reply = try Self.gateway.get().chat("Hello.", headers: spoofed + [("x-custom", "kept")])
        #expect(reply.decision == "rest", "identity headers from an untrusted peer granted a role")
        let received = try Self.backend.get().lastRequest()
        #expect(received["x-custom"] == "kept")
        #expect(received["x-selected-model"] == "small")
        for (name, _) in received.headers {
            let name = name.lowercased()
            #expect(!name.hasPrefix("x-vsr-") && !name.hasPrefix("x-authz-") && !name.hasPrefix("x-user-"), "\(name)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func aTrustedProxyGrantsARole() throws {
        let directory = try TemporaryDirectory()
        let policy = try Surroundings.text(Surroundings.fixture("gateway.yaml"))
        let trust = "\nglobal:\n  services:\n    authz:\n      identity:\n        trusted_proxies: [127.0.0.1]\n"
        let file = try directory.write(policy + trust, to: "trusted.yaml")
        let backend = try RecordingBackend()
        let martlet = try MartletProcess.serve(
            ["--config", file], environment: ["BACKEND": "127.0.0.1:\(backend.port)"])
        let user = ("x-authz-user-id", "ada")
        let admin = try martlet.chat("Hello.", headers: [user, ("x-authz-user-groups", "staff, platform-admins")])
        #expect(admin.decision == "for_administrators")
        let other = try martlet.chat("Hello.", headers: [user, ("x-authz-user-groups", "staff")])
        #expect(other.decision == "rest")
        #expect(try backend.lastRequest()["x-authz-user-id"] == nil)
    }

    @Test(.timeLimit(.minutes(1))) func theBackendCannotSpeakForTheRouter() throws {
        let backend = try RecordingBackend { _ in
            RecordingBackend.response(200, "{}", headers: "X-VSR-Selected-Decision: evil\r\nX-Backend: kept\r\n")
        }
        let martlet = try MartletProcess.serve(fixture: "gateway.yaml", backend: backend.port)
        let reply = try martlet.chat("Hello.")
        let decisions = reply.headers.filter { $0.name.lowercased() == "x-vsr-selected-decision" }.map(\.value)
        #expect(decisions == ["rest"])
        #expect(reply["x-backend"] == "kept")
    }

    @Test(.timeLimit(.minutes(1))) func theSmallEndpointsAnswer() throws {
        let martlet = try Self.gateway.get()
        let list = try martlet.get("/v1/models")
        #expect(list.status == 200)
        let names = (list.object["data"] as? [[String: Any]])?.compactMap { $0["id"] as? String } ?? []
        #expect(names.contains("auto"))
        #expect(try martlet.get("/health").status == 200)
        #expect(try martlet.get("/ready").object["ready"] as? Bool == true)
        #expect(try martlet.get("/metrics").text.contains("\nmartlet_"))
        let missing = try martlet.get("/v1/nothing")
        #expect(missing.status == 404 && missing.errorCode == "not_found")
        let wrong = try martlet.get("/v1/chat/completions")
        #expect(wrong.status == 405 && wrong["allow"] == "POST")
    }
}
