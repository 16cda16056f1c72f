import Foundation
import Testing

@testable import State

@Suite struct DocumentDatabaseTests {
    static func made() async throws -> (DocumentDatabase, StoredVectorStore) {
        let database = DocumentDatabase(try StateDatabase.inMemory())
        let store = StoredVectorStore(id: "vs_1", tenant: "anna", name: "s", createdAt: 1)
        try await database.add(store)
        return (database, store)
    }

    static func attach(_ database: DocumentDatabase, _ file: String, tenant: String = "anna") async throws {
        try await database.add(
            StoredFile(id: file, tenant: tenant, name: file, purpose: "assistants", byteCount: 3, createdAt: 1))
        _ = try await database.attach(
            StoredAttachment(
                storeID: "vs_1", fileID: file, createdAt: 1, strategy: "auto", size: 800, overlap: 400), waiting: 10)
    }

    static func passage(_ text: String, _ vector: [Float]?) -> NewPassage {
        NewPassage(text: text, terms: text, vector: vector)
    }

    @Test func passagesComeAllOrNotAtAll() async throws {
        let (database, _) = try await Self.made()
        try await Self.attach(database, "file_a")
        let passages = [Self.passage("heron dawn", [1, 0]), Self.passage("cat \"day\"", nil)]
        func complete(_ limit: Int) async throws -> DocumentDatabase.Completion {
            try await database.complete(
                store: "vs_1", file: "file_a", passages: passages, embedder: "m", maximumPassages: limit)
        }
        #expect(try await complete(1) == .storeFull)
        #expect(try await database.matrix(store: "vs_1").count == 0)
        #expect(try await complete(2) == .completed)
        #expect(try await complete(2) == .noLongerWanted, "it is read already")
        let matrix = try await database.matrix(store: "vs_1")
        #expect(matrix.count == 1 && matrix.dimension == 2)
        let hit = try #require(matrix.nearest([0.6, 0.8], count: 5) { $0 == "file_a" }.first)
        #expect(abs(hit.cosine - 0.6) < 1e-6)
        #expect(matrix.nearest([1, 0], count: 5) { _ in false }.isEmpty)
        #expect(matrix.nearest([1, 0, 0], count: 5) { _ in true }.isEmpty, "another length")
        let ids = try await database.passages(holding: ["day\"", "heron"], store: "vs_1", limit: 10)
        #expect(try await database.passages(ids, store: "vs_1").count == 2)
        #expect(try await database.passages(holding: ["heron"], store: "vs_2", limit: 10).isEmpty)
        #expect(try await database.passages(ids, store: "vs_2").isEmpty)
        // Another model: it is to be read again, and what it had is replaced.
        #expect(try await database.readAgain(unlessEmbeddedBy: "m") == 0)
        #expect(try await database.readAgain(unlessEmbeddedBy: "n") == 1)
        #expect(try await complete(2) == .completed)
        #expect(try await database.passages(store: "vs_1", file: "file_a") == ["heron dawn", "cat \"day\""])
        #expect(try await database.detach(store: "vs_1", file: "file_a"))
        #expect(try await database.passages(holding: ["heron"], store: "vs_1", limit: 10).isEmpty)
    }

    @Test func theWordsOfOneStoreAreNotAnothers() async throws {
        let (database, _) = try await Self.made()
        for id in ["vs_a1", "vs_a2"] {
            try await database.add(StoredVectorStore(id: id, tenant: "anna", name: "", createdAt: 1))
            try await database.add(
                StoredFile(id: "file_" + id, tenant: "anna", name: "", purpose: "p", byteCount: 1, createdAt: 1))
            _ = try await database.attach(
                StoredAttachment(
                    storeID: id, fileID: "file_" + id, createdAt: 1, strategy: "auto", size: 8, overlap: 0), waiting: 9)
            _ = try await database.complete(
                store: id, file: "file_" + id, passages: [Self.passage("heron \(id)", nil)], embedder: "m",
                maximumPassages: 9)
        }
        let ids = try await database.passages(holding: ["heron", "vsa2"], store: "vs_a1", limit: 10)
        #expect(try await database.passages(ids, store: "vs_a1").map(\.text) == ["heron vs_a1"])
        #expect(ids.count == 1)
    }

    /// The nearest by the matrix are the nearest by hand, for random vectors and filters.
    @Test func exactSearchIsExact() throws {
        var generator = SystemRandomNumberGenerator()
        var matrix = PassageMatrix()
        var rows: [(id: Int64, file: String, vector: [Float])] = []
        for id in 0..<500 {
            let vector = (0..<19).map { _ in Float.random(in: -1...1, using: &generator) }
            let file = "f\(id % 7)"
            rows.append((Int64(id), file, vector))
            matrix.append(id: Int64(id), file: file, vector: vector.withUnsafeBytes { Data($0) })
        }
        for _ in 0..<20 {
            let query = (0..<19).map { _ in Float.random(in: -1...1, using: &generator) }
            let expected = rows.filter { $0.file != "f3" }.map { row in
                (row.id, zip(row.vector, query).reduce(Float(0)) { $0 + $1.0 * $1.1 })
            }.sorted { $0.1 > $1.1 }.prefix(10)
            let found = matrix.nearest(query, count: 10) { $0 != "f3" }
            #expect(found.map(\.id) == expected.map(\.0))
        }
    }

    @Test func vaultsKeepBytesUnderTheirIDs() throws {
        let directory = NSTemporaryDirectory() + "martlet-vault-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for vault in [try DirectoryVault(directory, isExclusive: true), MemoryVault(limit: 10)] as [any FileVault] {
            try vault.put([1, 2, 3], id: "file_a")
            try vault.put([], id: "file_b")
            #expect(try vault.get("file_a") == [1, 2, 3])
            #expect(try vault.get("file_b") == [])
            #expect(try vault.get("file_c") == nil)
            vault.keepOnly(["file_a"])
            #expect(try vault.get("file_b") == nil)
            vault.remove("file_a")
            #expect(try vault.get("file_a") == nil)
        }
        let vault = try DirectoryVault(directory, isExclusive: true)
        for id in ["../x", "a/b", "", "a.b", String(repeating: "a", count: 200)] {
            #expect(throws: StateError.self) { try vault.put([1], id: id) }
            #expect(vault.path(id) == nil)
        }
        #expect(throws: StateError.self) { try MemoryVault(limit: 2).put([1, 2, 3], id: "file_a") }
    }
}
