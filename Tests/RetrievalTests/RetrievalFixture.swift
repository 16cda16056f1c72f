import Foundation
import Logging
import Policy
import State
import Synchronization
import Testing
import Wire

@testable import Retrieval

/// A model for tests: a text lies where its words are. Han is unreadable to it.
final class WordEmbedder: PassageEmbedder {
    let identity: String
    private let failures: Mutex<Int>

    init(identity: String = "words", failures: Int = 0) {
        self.identity = identity
        self.failures = Mutex(failures)
    }

    func vectors(of texts: [String], within limit: Duration) async throws(EmbeddingError) -> [[Float]?] {
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw EmbeddingError("the model is overloaded", isTransient: true) }
        return texts.map(Self.vector)
    }

    static func vector(_ text: String) -> [Float]? {
        if text.unicodeScalars.contains(where: { (0x4E00...0x9FFF).contains($0.value) }) { return nil }
        var vector = [Float](repeating: 0, count: 64)
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            let place = word.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
            vector[Int(place % 64)] += 1
        }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return length > 0 ? vector.map { $0 / length } : vector
    }

    func similarity(_ cosine: Double) -> Double { cosine }

    func tokenStarts(_ text: Substring) -> [Int] {
        var starts: [Int] = []
        var wasSpace = true
        for (offset, byte) in text.utf8.enumerated() {
            let isSpace = byte == 0x20 || byte == 0x0A
            if !isSpace, wasSpace { starts.append(offset) }
            wasSpace = isSpace
        }
        return starts
    }
}

/// A documents API over a store in memory, or over a file.
final class DocumentsFixture: Sendable {
    let service: DocumentService
    let api: DocumentAPI
    let vault: any FileVault
    private let running: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(
        directory: String? = nil, embedder: (any PassageEmbedder)? = WordEmbedder(), at start: Double = 1_700_000_000,
        limits: DocumentService.Limits = .init(), reads: Bool = true,
        configure: (inout VectorStoreSettings) -> Void = { _ in }
    ) throws {
        var settings = VectorStoreSettings()
        settings.isEnabled = true
        settings.backend = .memory
        configure(&settings)
        let database = try directory.map { try StateDatabase(path: $0 + "/state.sqlite") } ?? StateDatabase.inMemory()
        vault = try directory.map { try DirectoryVault($0 + "/files", isExclusive: true) } ?? MemoryVault()
        var logger = Logger(label: "retrieval-tests")
        logger.logLevel = .critical
        let clock = Clock(start)
        self.clock = clock
        service = DocumentService(
            settings, database: DocumentDatabase(database), vault: vault, limits: limits, logger: logger,
            clock: { clock.now })
        service.embedder = embedder
        api = DocumentAPI(service)
        if reads { running.withLock { $0 = Task { [service] in await service.run() } } }
    }

    let clock: Clock

    final class Clock: Sendable {
        private let value: Mutex<Double>
        init(_ start: Double) { value = Mutex(start) }
        var now: Double { value.withLock { $0 } }
        func advance(days: Double) { value.withLock { $0 += days * 86_400 } }
    }

    func stop() async {
        if let task = running.withLock({ $0 }) { await service.close(task) }
    }

    func call(
        _ method: String, _ path: String, _ body: JSON? = nil, query: [String: String] = [:], tenant: String = ""
    ) async throws -> JSON {
        let call = DocumentCall(
            method: method, path: path, query: query, body: body?.serialized() ?? [], tenant: tenant)
        guard case .json(let json) = try await api.answer(call) else { throw Unexpected(description: "bytes") }
        return json
    }

    /// The code of a call that must be refused.
    func refusal(
        _ method: String, _ path: String, _ body: JSON? = nil, query: [String: String] = [:], tenant: String = ""
    ) async -> DocumentError.Code? {
        do {
            _ = try await call(method, path, body, query: query, tenant: tenant)
            return nil
        } catch { return (error as? DocumentError)?.code }
    }

    func upload(_ name: String, _ content: [UInt8], tenant: String = "") async throws -> String {
        let boundary = "b0undary"
        var body = Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nassistants\r\n".utf8)
        body += Array(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\nContent-Type: text/plain\r\n\r\n"
                .utf8)
        body += content + Array("\r\n--\(boundary)--\r\n".utf8)
        let call = DocumentCall(
            method: "POST", path: "/v1/files", contentType: "multipart/form-data; boundary=\(boundary)", body: body,
            tenant: tenant)
        guard case .json(let json) = try await api.answer(call) else { throw Unexpected(description: "bytes") }
        return try #require(json["id"]?.string)
    }

    func upload(_ name: String, _ text: String, tenant: String = "") async throws -> String {
        try await upload(name, Array(text.utf8), tenant: tenant)
    }

    /// A store with files, all of them read.
    func store(
        _ files: [(name: String, text: String, attributes: JSON)], tenant: String = "",
        strategy: JSON = ["type": "auto"]
    ) async throws -> String {
        let store = try #require(
            try await call("POST", "/v1/vector_stores", ["name": "s"], tenant: tenant)["id"]?.string)
        for file in files {
            let id = try await upload(file.name, file.text, tenant: tenant)
            _ = try await call(
                "POST", "/v1/vector_stores/\(store)/files",
                ["file_id": .string(id), "attributes": file.attributes, "chunking_strategy": strategy], tenant: tenant)
        }
        try await settle(store, tenant: tenant)
        return store
    }

    /// Waits until no file of a store is in progress.
    func settle(_ store: String, tenant: String = "") async throws {
        for _ in 0..<2_000 {
            let counts = try await call("GET", "/v1/vector_stores/\(store)", tenant: tenant)["file_counts"]
            if counts?["in_progress"]?.int == 0 { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw Unexpected(description: "files stay in progress")
    }

    func attachment(_ store: String, _ file: String) async throws -> JSON {
        try await call("GET", "/v1/vector_stores/\(store)/files/\(file)")
    }

    func texts(_ store: String, _ body: JSON, tenant: String = "") async throws -> [String] {
        let answer = try await call("POST", "/v1/vector_stores/\(store)/search", body, tenant: tenant)
        return (answer["data"]?.array ?? []).compactMap { $0["content"]?[0]?["text"]?.string }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
}

/// A directory that goes away.
func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let path = NSTemporaryDirectory() + "martlet-retrieval-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}
