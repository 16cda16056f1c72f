import Foundation
import Policy
import State
import Testing
import Wire

@testable import Retrieval

@Suite struct IngestionTests {
    /// What becomes of one file: its status, and the code of its error.
    static func outcome(
        _ name: String, _ content: [UInt8], _ fixture: DocumentsFixture
    ) async throws -> (status: String, code: String?, store: String) {
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        let file = try await fixture.upload(name, content)
        _ = try await fixture.call("POST", "/v1/vector_stores/\(store)/files", ["file_id": .string(file)])
        try await fixture.settle(store)
        let attachment = try await fixture.attachment(store, file)
        return (
            try #require(attachment["status"]?.string), attachment["last_error"]?["code"]?.string, store
        )
    }

    @Test func hostileFilesFailOrAreReadAndNothingElse() async throws {
        let fixture = try DocumentsFixture()
        let nested = Array((String(repeating: "<div>", count: 200_000) + "deep inside").utf8)
        let wide = Array(("h\n" + String(repeating: "cell,", count: 50_000) + "\n").utf8)
        let growing = Array(
            (String(repeating: "h", count: 100_000) + "\n" + String(repeating: "1\n", count: 2_000)).utf8)
        for (name, content, status, code) in [
            ("deep.html", nested, "completed", nil), ("bad.txt", [0xFF, 0xFE, 0x41], "failed", "parse_error"),
            ("wide.csv", wide, "completed", nil), ("growing.csv", growing, "failed", "parse_error"),
            ("blank.md", Array(" \n\t\n ".utf8), "failed", "empty_content"),
            ("bad.json", Array("{\"a\": ".utf8), "failed", "parse_error"),
            ("deep.json", Array(String(repeating: "[", count: 100_000).utf8), "failed", "parse_error"),
            ("bad.pdf", Array("%PDF-1.7\ngarbage".utf8), "failed", "parse_error"),
            ("script.html", Array("<script>x</script><style>y</style>".utf8), "failed", "empty_content"),
            ("nul.txt", Array("one\u{0}two".utf8), "completed", nil),
        ] as [(String, [UInt8], String, String?)] {
            let outcome = try await Self.outcome(name, content, fixture)
            #expect(outcome.status == status && outcome.code == code, "\(name): \(outcome)")
        }
        await fixture.stop()
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/pdftotext"), "run Scripts/prepare test"))
    func portableDocumentsAreRead() async throws {
        let fixture = try DocumentsFixture()
        let outcome = try await Self.outcome("paper.pdf", Self.portableDocument("The heron waits at dawn"), fixture)
        #expect(outcome.status == "completed", "\(outcome)")
        let texts = try await fixture.texts(outcome.store, ["query": "heron at dawn"])
        #expect(texts.first?.contains("The heron waits at dawn") == true, "\(texts)")
        await fixture.stop()
    }

    @Test func childrenAreBounded() async throws {
        let slow = BoundedProcess(seconds: 1, memoryBytes: 1 << 30, outputBytes: 100)
        #expect(await slow.output(of: "/bin/sleep", ["60"]) == .failure(.tooSlow))
        let loud = BoundedProcess(seconds: 20, memoryBytes: 1 << 30, outputBytes: 1_000)
        #expect(await loud.output(of: "/usr/bin/yes", []) == .failure(.tooMuch))
        #expect(await loud.output(of: "/bin/false", []) == .failure(.failed))
        #expect(await loud.output(of: "/bin/echo", ["x"]) == .success(Array("x\n".utf8)))
        let missing = PortableDocumentReader(program: nil)
        await #expect(throws: ReadingFailure.self) { try await missing.text(of: [1], path: nil) }
    }

    @Test(arguments: ["../../etc/passwd.txt", "..\\..\\boot.txt", "/etc/cron.d/x.txt", "a\u{1}b.txt", "..txt"])
    func namesAreForPeopleAlone(_ name: String) async throws {
        try await withDirectory { directory in
            let fixture = try DocumentsFixture(directory: directory, reads: false)
            let id = try await fixture.upload(name, "text")
            let file = try await fixture.call("GET", "/v1/files/\(id)")
            let shown = try #require(file["filename"]?.string)
            #expect(!shown.contains("/") && !shown.contains("\\") && !shown.contains("\u{1}"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/files") == [id])
        }
    }

    @Test func uploadsAreBounded() async throws {
        var limits = DocumentService.Limits()
        limits.tenantBytes = 1_500_000
        limits.waitingFiles = 1
        let fixture = try DocumentsFixture(limits: limits, reads: false) { $0.maximumFileSizeMegabytes = 1 }
        func code(_ name: String, _ count: Int) async -> DocumentError.Code? {
            do {
                _ = try await fixture.upload(name, [UInt8](repeating: 0x61, count: count))
                return nil
            } catch { return (error as? DocumentError)?.code }
        }
        #expect(await code("a.exe", 1) == .invalidFileType)
        #expect(await code("a", 1) == .invalidFileType)
        #expect(await code("a.txt", 0) == .invalidInput)
        #expect(await code("a.txt", (1 << 20) + 1) == .tooLarge)
        #expect(await code("a.txt", 1 << 20) == nil)
        #expect(await code("a.txt", 1 << 20) == .quotaExceeded)
        // Only so many files wait; the next says so at once.
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        var last: JSON = .null
        for _ in 0..<2 {
            let id = try await fixture.upload("b.txt", "b")
            last = try await fixture.call("POST", "/v1/vector_stores/\(store)/files", ["file_id": .string(id)])
        }
        #expect(last["status"]?.string == "failed" && last["last_error"]?["code"]?.string == "queue_full")
    }

    @Test func overloadPassesAndMissingModelsFail() async throws {
        let patient = try DocumentsFixture(embedder: WordEmbedder(failures: 2))
        #expect(try await Self.outcome("a.txt", Array("text".utf8), patient).status == "completed")
        await patient.stop()
        let without = try DocumentsFixture(embedder: nil)
        let outcome = try await Self.outcome("a.txt", Array("text".utf8), without)
        #expect(outcome.code == "embedding_error")
        #expect(
            await without.refusal("POST", "/v1/vector_stores/\(outcome.store)/search", ["query": "x"])
                == .embeddingFailed)
        await without.stop()
    }

    @Test func storesHaveARoomForPassages() async throws {
        let fixture = try DocumentsFixture { $0.memory.maximumEntriesPerStore = 3 }
        let text = Array((1...200).map { "word\($0)" }.joined(separator: " ").utf8)
        let store = try #require(try await fixture.call("POST", "/v1/vector_stores")["id"]?.string)
        let file = try await fixture.upload("a.txt", text)
        _ = try await fixture.call(
            "POST", "/v1/vector_stores/\(store)/files",
            [
                "file_id": .string(file),
                "chunking_strategy": [
                    "type": "static", "static": ["max_chunk_size_tokens": 20, "chunk_overlap_tokens": 0],
                ],
            ])
        try await fixture.settle(store)
        #expect(try await fixture.attachment(store, file)["last_error"]?["code"]?.string == "storage_error")
        await fixture.stop()
    }

    @Test func whatWaitsIsReadAfterARestart() async throws {
        try await withDirectory { directory in
            let first = try DocumentsFixture(directory: directory, reads: false)
            let store = try #require(try await first.call("POST", "/v1/vector_stores")["id"]?.string)
            let file = try await first.upload("a.txt", "The heron waits at dawn")
            _ = try await first.call("POST", "/v1/vector_stores/\(store)/files", ["file_id": .string(file)])
            // Bytes of an upload that was never acknowledged.
            try first.vault.put([1, 2, 3], id: "file_orphan")
            let second = try DocumentsFixture(directory: directory)
            try await second.settle(store)
            #expect(try await second.attachment(store, file)["status"]?.string == "completed")
            #expect(try await second.texts(store, ["query": "heron at dawn"]) == ["The heron waits at dawn"])
            #expect(try second.vault.get("file_orphan") == nil)
            await second.stop()
            // Vectors of two models do not compare: the file is read again.
            let third = try DocumentsFixture(
                directory: directory, embedder: WordEmbedder(identity: "other"), reads: false)
            #expect(try await third.texts(store, ["query": "heron at dawn"]).isEmpty)
            let fourth = try DocumentsFixture(directory: directory, embedder: WordEmbedder(identity: "other"))
            // Until it is read again it is not found: its vectors are the other model's.
            for _ in 0..<2_000 where try await fourth.texts(store, ["query": "heron at dawn"]).isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(try await fourth.texts(store, ["query": "heron at dawn"]).count == 1)
            await fourth.stop()
        }
    }

    /// A page with one line of text.
    static func portableDocument(_ line: String) -> [UInt8] {
        var document = "%PDF-1.4\n"
        var offsets: [Int] = []
        let stream = "BT /F1 12 Tf 72 720 Td (\(line)) Tj ET"
        for (index, object) in [
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            "<< /Length \(stream.utf8.count) >>\nstream\n\(stream)\nendstream",
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ].enumerated() {
            offsets.append(document.utf8.count)
            document += "\(index + 1) 0 obj\n\(object)\nendobj\n"
        }
        let start = document.utf8.count
        document += "xref\n0 6\n0000000000 65535 f \n"
        for offset in offsets {
            let digits = String(offset)
            document += String(repeating: "0", count: 10 - digits.count) + digits + " 00000 n \n"
        }
        return Array((document + "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF\n").utf8)
    }
}
