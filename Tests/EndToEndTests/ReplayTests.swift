import Foundation
import Testing

/// Replay records of a real process: kept through kills, and decided anew from the command line.
@Suite(.serialized, .blocking) struct ReplayTests {
    private func serve(_ backend: RecordingBackend, _ directory: String) throws -> MartletProcess {
        try MartletProcess.serve(
            fixture: "replay.yaml", backend: backend.port, arguments: ["--state-directory", directory])
    }

    private func records(_ martlet: MartletProcess, _ query: String = "") throws -> [[String: Any]] {
        let answer = try martlet.manage("GET", "/v1/router_replay\(query)")
        return try #require(answer.object["data"] as? [[String: Any]])
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGKILL, SIGTERM])
    func recordsAndOutcomesSurvive(signal: CInt) throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let first = try serve(backend, directory.path)
        let id = try #require(try first.chat("Prove it.")["x-vsr-replay-id"])
        _ = try first.chat("Hello.")
        try Deadline(10).poll("both records") { try records(first).count == 2 ? true : nil }
        first.process.send(signal)
        _ = try first.process.waitForExit()
        let second = try serve(backend, directory.path)
        #expect(try records(second).map { $0["decision"] as? String } == ["rest", "maths"])
        let told = try second.manage(
            "POST", "/v1/router/outcomes", body: #"{"replay_id":"\#(id)","verdict":"failed"}"#,
            headers: [("Idempotency-Key", "k1")])
        #expect(told.status == 200, "an outcome may be told after a restart")
        let record = try second.manage("GET", "/v1/router_replay/\(id)").object
        #expect((record["outcomes"] as? [[String: Any]])?.first?["verdict"] as? String == "failed")
        #expect((record["prompt"] as? String) == "Prove it.")
    }

    @Test(.timeLimit(.minutes(2))) func recordedTrafficIsDecidedByAnotherPolicy() throws {
        let directory = try TemporaryDirectory()
        let backend = try RecordingBackend()
        let martlet = try serve(backend, directory.path)
        for text in ["Prove it.", "Prove that.", "Hello."] { _ = try martlet.chat(text) }
        try Deadline(10).poll("three records") { try records(martlet).count == 3 ? true : nil }
        let policy = Surroundings.fixture("replay.yaml")
        let cheaper = try directory.write(
            try String(contentsOfFile: policy, encoding: .utf8).replacingOccurrences(
                of: "modelRefs: [{model: large}]", with: "modelRefs: [{model: small}]"), to: "cheaper.yaml")
        let environment = ["BACKEND": "127.0.0.1:1"]
        let state = ["--state-directory", directory.path]
        // Read while the router goes on writing.
        let result = try CommandResult.martlet(
            ["replay", "--against", cheaper, "--json", "--fail-on", "model,safety"] + state, environment: environment)
        #expect(result.code == 1, "\(result.errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(report["decided"] as? Int == 3 && report["from_text"] as? Int == 3)
        let models = try #require(report["models"] as? [String: Any])
        #expect(models["count"] as? Int == 2)
        #expect((models["changes"] as? [[String: Any]])?.first?["new"] as? String == "small")
        #expect(result.errors.contains("failed on model"))
        let exported = directory.path + "/records.jsonl"
        #expect(try CommandResult.martlet(["replay", "--export", exported] + state).code == 0)
        let again = try CommandResult.martlet(
            ["replay", "--against", policy, "--records", exported, "--fail-on", "route,model,cost"],
            environment: environment)
        #expect(again.code == 0, "the policy that decided changes nothing: \(again.errors)")
        let nothing = try CommandResult.martlet(
            ["replay", "--against", cheaper, "--state-directory", directory.path + "/none"], environment: environment)
        #expect(nothing.code == 2 && nothing.errors.contains("state.sqlite is not there"))
    }
}
