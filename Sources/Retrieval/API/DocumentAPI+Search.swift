internal import Lexical
internal import Wire

extension DocumentAPI {
    private static let limits = (queries: 8, queryBytes: 32_768, results: 50)

    func search(_ id: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(
            call, ["query", "max_num_results", "filters", "ranking_options", "rewrite_query", "hybrid"])
        let query = try Self.query(body)
        let found = try await service.search(id, tenant: call.tenant, query)
        return [
            "object": "vector_store.search_results.page",
            "search_query": .array(query.texts.map(JSON.string)),
            "data": .array(found.map(Self.json)), "has_more": false, "next_page": .null,
        ]
    }

    static func query(_ body: JSON) throws(DocumentError) -> PassageQuery {
        let texts: [String]
        switch body["query"] {
        case .string(let text)?: texts = [text]
        case .array(let list)? where list.allSatisfy({ $0.string != nil }): texts = list.compactMap(\.string)
        default: throw invalid("query", "must be a text or a list of texts")
        }
        guard (1...limits.queries).contains(texts.count),
            texts.allSatisfy({ text in
                text.utf8.count <= limits.queryBytes && text.contains { !$0.isWhitespace }
            })
        else {
            throw invalid(
                "query",
                "must be 1 to \(limits.queries) texts of at most \(limits.queryBytes) bytes, none of them blank")
        }
        var query = PassageQuery(texts)
        if let limit = body["max_num_results"] {
            guard let count = limit.int, count >= 1 else { throw invalid("max_num_results", "must be at least 1") }
            query.limit = min(count, limits.results)
        }
        // Rewriting needs a language model; to take the question as it is would not be what was asked for.
        if body["rewrite_query"]?.bool == true {
            throw invalid("rewrite_query", "is not supported; send the query as it is to be looked for")
        }
        if let filters = body["filters"], filters != .null { query.filter = try AttributeFilter(filters) }
        if let options = body["ranking_options"], options != .null {
            try check(options, "ranking_options", ["ranker", "score_threshold", "hybrid_search"])
            if let threshold = options["score_threshold"] {
                guard let value = threshold.double, (0...1).contains(value) else {
                    throw invalid("ranking_options", "score_threshold must be from 0 to 1")
                }
                query.threshold = value
            }
            if let weights = options["hybrid_search"], weights != .null {
                try check(weights, "ranking_options", ["embedding_weight", "text_weight"])
                let embedding = try number(weights, "embedding_weight", 0...1_000) ?? 0.5
                let text = try number(weights, "text_weight", 0...1_000) ?? 0.5
                query.ranking = HybridRanking(fusion: .weighted(vector: embedding, bm25: text, ngram: 0))
            }
        }
        if let hybrid = body["hybrid"], hybrid != .null { query.ranking = try ranking(hybrid) }
        return query
    }

    private static func ranking(_ hybrid: JSON) throws(DocumentError) -> HybridRanking {
        try check(
            hybrid, "hybrid",
            [
                "mode", "vector_weight", "bm25_weight", "ngram_weight", "rrf_constant", "bm25_k1", "bm25_b",
                "ngram_size",
            ])
        var ranking = HybridRanking()
        switch hybrid["mode"]?.string ?? "weighted" {
        case "weighted":
            let vector = try number(hybrid, "vector_weight", 0...1_000) ?? 0.7
            let bm25 = try number(hybrid, "bm25_weight", 0...1_000) ?? 0.2
            let ngram = try number(hybrid, "ngram_weight", 0...1_000) ?? 0.1
            guard vector + bm25 + ngram > 0 else { throw invalid("hybrid", "one of the weights must be over 0") }
            ranking.fusion = .weighted(vector: vector, bm25: bm25, ngram: ngram)
        case "rrf": ranking.fusion = .reciprocalRank(constant: try number(hybrid, "rrf_constant", 1...10_000) ?? 60)
        default: throw invalid("hybrid", "mode must be weighted or rrf")
        }
        ranking.k1 = try number(hybrid, "bm25_k1", 0...10) ?? ranking.k1
        ranking.b = try number(hybrid, "bm25_b", 0...1) ?? ranking.b
        ranking.arity = Int(try number(hybrid, "ngram_size", 1...6) ?? 3)
        return ranking
    }

    private static func number(
        _ object: JSON, _ name: String, _ range: ClosedRange<Double>
    ) throws(DocumentError) -> Double? {
        guard let value = object[name], value != .null else { return nil }
        guard let number = value.double, range.contains(number) else {
            throw invalid(name, "must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func check(_ object: JSON, _ name: String, _ known: [String]) throws(DocumentError) {
        guard let members = object.object else { throw invalid(name, "must be an object") }
        if let unknown = members.first(where: { !known.contains($0.0) }) {
            throw invalid(name, "has the unknown key \"\(unknown.0.prefix(64))\"")
        }
    }

    private static func invalid(_ name: String, _ what: String) -> DocumentError {
        DocumentError(.invalidInput, "\(name) \(what).", parameter: name)
    }

    private static func json(_ passage: FoundPassage) -> JSON {
        var members: [(String, JSON)] = [
            ("file_id", .string(passage.fileID)), ("filename", .string(passage.fileName)),
            ("score", .number(passage.score)),
            ("attributes", (try? JSON(parsing: passage.attributes)) ?? .object([])),
            ("content", [["type": "text", "text": .string(passage.text)]]),
            ("chunk_index", .int(passage.position)),
        ]
        if let parts = passage.parts {
            if let vector = parts.vector { members.append(("vector_score", .number(vector))) }
            members.append(("bm25_score", .number(parts.bm25)))
            members.append(("ngram_score", .number(parts.ngram)))
        }
        return .object(members)
    }
}
