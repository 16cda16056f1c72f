internal import Wire

/// Reads passages from the answers of services, whose shapes differ.
enum RetrievalAnswer {
    static let byteLimit = 8 << 20
    private static let maximumPassages = 200

    /// The passages of an answer with a status of 2xx.
    static func passages(
        status: Int, body: [UInt8], source: String
    ) throws(RetrievalError) -> [RetrievedPassage] {
        guard (200..<300).contains(status) else {
            throw RetrievalError(.badStatus, "\(source) answered with the status \(status)")
        }
        let tree: JSON
        do throws(JSONError) { tree = try JSON(parsing: body, limits: JSONLimits(maxBytes: byteLimit)) } catch {
            throw RetrievalError(.badAnswer, "\(source) answered with something else than JSON")
        }
        guard let (items, highest) = results(of: tree) else {
            throw RetrievalError(.badAnswer, "\(source) answered without a list of results")
        }
        return items.prefix(maximumPassages).compactMap { item in
            guard let text = text(of: item), !text.isEmpty else { return nil }
            let name =
                ["filename", "source", "title", "url", "id", "_id", "file_id"].lazy
                .compactMap { item[$0]?.string ?? item["metadata"]?[$0]?.string ?? item["_source"]?[$0]?.string }.first
            return RetrievedPassage(source: name ?? source, text: text, score: score(of: item, highest: highest))
        }
    }

    /// The results, and the best score of a search engine whose scores have no upper bound.
    private static func results(of tree: JSON) -> (items: [JSON], highest: Double?)? {
        if let list = tree.array { return (list, nil) }
        if let hits = tree["hits"] {
            if let list = hits["hits"]?.array { return (list, hits["max_score"]?.double) }
            if let list = hits.array { return (list, nil) }
        }
        for name in ["data", "results", "matches", "documents", "passages", "items"] {
            if let list = tree[name]?.array { return (list, nil) }
        }
        return nil
    }

    private static func text(of item: JSON) -> String? {
        if let text = item.string { return text }
        for place in [item, item["metadata"], item["_source"], item["payload"], item["document"], item["fields"]] {
            guard let place else { continue }
            for name in ["content", "text", "passage", "page_content", "chunk", "body"] {
                if let text = place[name]?.string { return text }
                if let parts = place[name]?.array {
                    return parts.compactMap { $0["text"]?.string ?? $0.string }.joined(separator: "\n")
                }
            }
        }
        return nil
    }

    private static func score(of item: JSON, highest: Double?) -> Double? {
        for name in ["score", "similarity", "relevance_score", "certainty"] {
            if let score = item[name]?.double { return min(max(score, 0), 1) }
        }
        if let score = item["_score"]?.double, let highest {
            return highest > 0 ? min(max(score / highest, 0), 1) : 0
        }
        if let distance = item["distance"]?.double { return min(max(1 - distance, 0), 1) }
        return nil
    }
}
