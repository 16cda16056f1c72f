import Foundation
import Testing

/// Files, vector stores and retrieval from outside: OpenAI's own client, real processes, kills and restarts.
@Suite(.serialized, .blocking) struct DocumentTests {
    static let isReady = Surroundings.pythonPackages != nil && LearnedSignalTests.isInstalled

    /// Runs OpenAI's client and gives what it printed.
    static func client(_ port: Int, _ ids: [String] = []) throws -> [String: String] {
        let result = try CommandResult.run(
            "/usr/bin/env",
            ["python3", Surroundings.fixture("documents_client.py"), "http://127.0.0.1:\(port)/v1"] + ids,
            environment: [
                "PYTHONPATH": Surroundings.pythonPackages ?? "", "PYTHONDONTWRITEBYTECODE": "1",
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            ])
        guard result.code == 0 else { throw TestFailure("\(result.output)\n\(result.errors)") }
        var printed: [String: String] = [:]
        for line in result.output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            printed[words[0]] = words.count > 1 ? words[1] : ""
        }
        return printed
    }

    static func serve(_ backend: RecordingBackend, _ directory: String, store: String = "") throws -> MartletProcess {
        try MartletProcess.serve(
            ["--config", Surroundings.fixture("documents.yaml"), "--state-directory", directory],
            environment: ["BACKEND": "127.0.0.1:\(backend.port)"].merging(store.isEmpty ? [:] : ["STORE": store]) { $1 }
        )
    }

    @Test(.enabled(if: isReady, "run make build and Scripts/prepare test"), .timeLimit(.minutes(2)))
    func whatOpenAIsClientKeepsIsThereAfterAKill() throws {
        let backend = try RecordingBackend()
        let directory = try TemporaryDirectory()
        let first = try Self.serve(backend, directory.path)
        let printed = try Self.client(first.port)
        let store = try #require(printed["store"])
        let file = try #require(printed["file"])
        // The policy's store is not there, and the decision does not answer without it.
        let blocked = try first.chat("When do I get my money back?")
        #expect(blocked.status == 503 && blocked.text.contains("retrieval_no_store"), "\(blocked.text)")
        // Attached and killed at once: the next process reads it.
        let late = try first.manage(
            "POST", "/v1/vector_stores", body: #"{"name":"late","file_ids":["\#(file)"]}"#)
        #expect(late.status == 200, "\(late.text)")
        first.process.send(SIGKILL)
        _ = try first.process.waitForExit()

        let second = try Self.serve(backend, directory.path, store: store)
        #expect(try Self.client(second.port, [store, file])["ok"] != nil)
        let stores = try second.manage("GET", "/v1/vector_stores?limit=1")
        let object = try JSONSerialization.jsonObject(with: Data(stores.body)) as? [String: Any]
        let newest = try #require((object?["data"] as? [[String: Any]])?.first?["id"] as? String)
        try Deadline(20).poll("the file that waited to be read") {
            try second.manage("GET", "/v1/vector_stores/\(newest)").text.contains("\"completed\":1") ? true : nil
        }

        let reply = try second.chat("When do I get my money back?", headers: [("x-vsr-debug", "true")])
        #expect(reply.status == 200, "\(reply.text)")
        #expect(reply["x-vsr-rag-backend"] == "vectorstore")
        #expect(reply["x-vsr-rag-passages"] == "1")
        let sent = try backend.lastRequest().text
        #expect(sent.contains("fourteen days") && sent.contains("tool_call_id") && sent.contains("handbook.md"))
        #expect(second.process.stop() == 0)
    }

    @Test(.timeLimit(.minutes(1))) func withoutAStoreThePathsSaySo() throws {
        let martlet = try MartletProcess.serve(["--demo"])
        let files = try martlet.get("/v1/files")
        #expect(files.status == 503 && files.text.contains("FILE_STORE_DISABLED"))
        let stores = try martlet.manage("GET", "/v1/vector_stores")
        #expect(stores.status == 503 && stores.text.contains("VECTOR_STORE_DISABLED"))
        #expect(try martlet.manage("GET", "/api/v1").text.contains("/v1/vector_stores/{id}/search"))
    }
}
