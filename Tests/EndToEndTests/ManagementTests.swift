import Foundation
import Testing

/// The management API beside live traffic.
@Suite(.serialized, .blocking) struct ManagementTests {
    static let martlet = Result {
        try MartletProcess.serve(["--demo"])
    }
    static let prompts = [
        "Hello, how are you?", "Thanks a lot.", "Write a function that sorts a list in Python.", "Fix this bug.",
        "Why does my unit test fail?", "Refactor the api.", "Prove that there are infinitely many primes.",
        "Find the root cause.", "Compare the trade-offs.", "Derive the formula step by step.",
        "First read the file, then compile it.", "First wash, then dry.", "Who? What? When?",
        "Who calls this function? When? Why?", "A migration plan for sql.",
        "Design the architecture of a python service.",
        "My key is sk-abcdefgh12345678.", "078-05-1120", "語 🦆", "Improve the rapid approach.",
    ]

    @Test(.timeLimit(.minutes(1))) func healthAndReadiness() throws {
        let martlet = try Self.martlet.get()
        #expect(try martlet.manage("GET", "/health").status == 200)
        let ready = try martlet.manage("GET", "/ready")
        #expect(ready.status == 200)
        #expect(ready.object["ready"] as? Bool == true)
        #expect(try martlet.manage("GET", "/nothing").status == 404)
    }

    @Test(.timeLimit(.minutes(1)), arguments: prompts)
    func evaluationAgreesWithTraffic(_ prompt: String) throws {
        let martlet = try Self.martlet.get()
        let live = try martlet.chat(prompt)
        let body = String(decoding: try MartletProcess.body(prompt), as: UTF8.self)
        let evaluated = try martlet.manage("POST", "/api/v1/eval", body: body)
        #expect(evaluated.status == 200, "\(evaluated.text)")
        let result = evaluated.object["decision_result"] as? [String: Any]
        #expect(live.decision != nil)
        #expect(result?["decision_name"] as? String == live.decision)
        #expect(evaluated.object["original_text"] as? String == prompt)
        if let model = live.model { #expect(evaluated.object["selected_model"] as? String == model) }
    }

    @Test(.timeLimit(.minutes(1))) func badEvaluationsAreRefused() throws {
        let martlet = try Self.martlet.get()
        for body in ["", "{", "[]", #"{"text":7}"#, "{}"] {
            let reply = try martlet.manage("POST", "/api/v1/eval", body: body)
            #expect(reply.status == 400, "\(body): \(reply.status) \(reply.text)")
            #expect((reply.object["error"] as? [String: Any])?["code"] is String, "\(reply.text)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func aForeignHostNameIsRefused() throws {
        let martlet = try Self.martlet.get()
        let connection = try HTTPConnection(port: martlet.managementPort)
        connection.socket.send("GET /config/router HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        #expect((400..<500).contains(try connection.reply().status), "DNS rebinding reaches the configuration")
    }

    @Test(.timeLimit(.minutes(1))) func secretsOfThePolicyAreMasked() throws {
        let directory = try TemporaryDirectory()
        let policy = try Surroundings.text(Surroundings.fixture("gateway.yaml")).replacingOccurrences(
            of: #"backend_refs: [{ endpoint: "${BACKEND}" }]"#,
            with:
                #"backend_refs: [{ endpoint: "${BACKEND}", api_key: "${THE_KEY}", extra_headers: { x-token: tok-24680-plain } }]"#
        )
        let file = try directory.write(policy, to: "policy.yaml")
        let backend = try RecordingBackend()
        let martlet = try MartletProcess.serve(
            ["--config", file],
            environment: ["BACKEND": "127.0.0.1:\(backend.port)", "THE_KEY": "key-13579-secret"])
        let view = try martlet.manage("GET", "/config/router")
        #expect(view.status == 200)
        #expect(view.text.contains("gateway") || view.text.contains("fragile_work"))
        for secret in ["key-13579-secret", "tok-24680-plain"] { #expect(!view.text.contains(secret)) }
        #expect(try martlet.chat("Hello.", headers: [("authorization", "Bearer the-clients")]).status == 200)
        let received = try backend.lastRequest()
        #expect(received["authorization"] == "Bearer key-13579-secret")
        #expect(received["x-token"] == "tok-24680-plain")
        for secret in ["key-13579-secret", "tok-24680-plain", "the-clients"] {
            #expect(!(martlet.process.errors + martlet.process.output).contains(secret), "a secret is in the log")
        }
        let hash = try martlet.manage("GET", "/config/hash")
        #expect(hash.status == 200)
    }
}
