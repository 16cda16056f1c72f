public import Lexical
internal import Logging
internal import Policy
internal import State
internal import Wire

/// What is looked for in a store.
public struct PassageQuery: Sendable {
    /// One question, or several that are looked for together.
    public var texts: [String]
    /// Most passages.
    public var limit: Int
    public var filter: AttributeFilter?
    /// Least score, 0 to 1.
    public var threshold: Double
    /// Words count beside meaning; nil for meaning alone.
    public var ranking: HybridRanking?

    /// A query.
    public init(
        _ texts: [String], limit: Int = 10, filter: AttributeFilter? = nil, threshold: Double = 0,
        ranking: HybridRanking? = nil
    ) {
        self.texts = texts
        self.limit = limit
        self.filter = filter
        self.threshold = threshold
        self.ranking = ranking
    }
}

/// A passage that was found.
public struct FoundPassage: Sendable {
    public var fileID: String
    public var fileName: String
    /// A JSON object.
    public var attributes: String
    /// Its place in the file, from 0.
    public var position: Int
    public var text: String
    /// 0 to 1.
    public var score: Double
    /// What the score is made of, where words counted.
    public var parts: HybridRanking.Score?
}

extension DocumentService {
    /// The best passages of a store. Where no model can read the question, words alone decide.
    public func search(
        _ storeID: String, tenant: String, _ query: PassageQuery
    ) async throws(DocumentError) -> [FoundPassage] {
        let store = try await activeStore(storeID, tenant: tenant)
        let vectors = try await vectors(of: query.texts)
        let result: [FoundPassage]
        do throws(StateError) {
            // A search a minute is use enough: not every one has to write.
            if clock() - store.lastActiveAt > 60 { try await database.touch(store.id, at: clock()) }
            result = try await find(query, vectors, in: store.id)
        } catch { throw failed(.searchFailed, error) }
        return result
    }

    private func vectors(of texts: [String]) async throws(DocumentError) -> [[Float]?] {
        guard let embedder else {
            throw DocumentError(
                .embeddingFailed, "No embedding model is installed on the router, so nothing can be searched.")
        }
        do throws(EmbeddingError) {
            return try await embedder.vectors(of: texts, within: limits.queryTimeout)
        } catch {
            logger.warning("query_not_embedded", metadata: ["reason": "\(error)"])
            throw DocumentError(.embeddingFailed, "The query could not be embedded; try again.")
        }
    }

    private func find(
        _ query: PassageQuery, _ vectors: [[Float]?], in store: String
    ) async throws(StateError) -> [FoundPassage] {
        let (database, embedder) = (self.database, self.embedder)
        var files: [String: (name: String, attributes: String)] = [:]
        for entry in try await database.attributes(store: store, embedder: embedder?.identity ?? "") {
            if let filter = query.filter {
                let attributes = (try? JSON(parsing: entry.attributes)) ?? .object([])
                guard filter.matches(file: entry.file, name: entry.name, attributes: attributes) else { continue }
            }
            files[entry.file] = (entry.name, entry.attributes)
        }
        guard !files.isEmpty else { return [] }
        let matrix = try await matrices.matrix(store) { () async throws(StateError) in
            try await database.matrix(store: store)
        }
        let pool = max(50, 4 * query.limit)
        var best: [Int64: FoundPassage] = [:]
        for (text, vector) in zip(query.texts, vectors) {
            var similarities: [Int64: Double] = [:]
            if let vector {
                for hit in matrix.nearest(vector, count: pool, where: { files[$0] != nil }) {
                    similarities[hit.id] = embedder?.similarity(hit.cosine) ?? hit.cosine
                }
            }
            let ranking = query.ranking ?? (vector == nil ? HybridRanking() : nil)
            var ids = Set(similarities.keys)
            if ranking != nil {
                // Words find in all files what the filter then leaves: more are asked for where there is one.
                let words = try await database.passages(
                    holding: Array(Set(HybridRanking.terms(of: text))).sorted(), store: store,
                    limit: query.filter == nil ? pool : pool * 8)
                ids.formUnion(words)
                if let vector {
                    for (id, cosine) in matrix.cosines(vector, of: ids.subtracting(similarities.keys)) {
                        similarities[id] = embedder?.similarity(cosine) ?? cosine
                    }
                }
            }
            let passages = try await database.passages(ids.sorted(), store: store).filter { files[$0.fileID] != nil }
                .sorted { $0.id < $1.id }
            let scores = ranking?.scores(
                for: text, of: passages.map { .init($0.text, similarity: similarities[$0.id]) })
            for (index, passage) in passages.enumerated() {
                let score = scores?[index].total ?? min(max(similarities[passage.id] ?? 0, 0), 1)
                guard score >= query.threshold, score > best[passage.id]?.score ?? -1,
                    let file = files[passage.fileID]
                else { continue }
                best[passage.id] = FoundPassage(
                    fileID: passage.fileID, fileName: file.name, attributes: file.attributes,
                    position: passage.position, text: passage.text, score: score, parts: scores?[index])
            }
        }
        let order = best.sorted { ($0.value.score, $1.key) > ($1.value.score, $0.key) }
        return order.prefix(query.limit).map(\.value)
    }
}
