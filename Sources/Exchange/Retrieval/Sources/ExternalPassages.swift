internal import Policy
internal import Retrieval
internal import Wire

/// Passages of a service over HTTP.
struct ExternalPassages: PassageSource {
    /// Forms of the request.
    enum Format: String {
        /// The query's vector, as Pinecone's `query` takes it.
        case pinecone
        /// A match of words, as Elasticsearch's `_search` takes it. Its scores count as shares of the best.
        case elasticsearch
        /// A template of the policy's own.
        case custom
    }

    let name = "external_api"
    private let settings: ExternalRetrieval

    init(_ settings: ExternalRetrieval) {
        self.settings = settings
    }

    func passages(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [RetrievedPassage] {
        let transport = try resources.reachable()
        var headers = settings.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        let key = settings.apiKey.reveal()
        if !key.isEmpty {
            let header = settings.authorizationHeader ?? "authorization"
            headers.append((header, header.lowercased() == "authorization" ? "Bearer \(key)" : key))
        }
        let call = RetrievalCall(url: settings.endpoint, headers: headers, body: try await body(question, resources))
        let answer = try await transport.send(
            call, within: .seconds(settings.timeoutSeconds > 0 ? settings.timeoutSeconds : 30),
            limit: RetrievalAnswer.byteLimit)
        return try RetrievalAnswer.passages(status: answer.status, body: answer.body, source: name)
    }

    private func body(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [UInt8] {
        switch Format(rawValue: settings.requestFormat) {
        case .pinecone?:
            guard let embedder = resources.documents?.embedder else {
                throw RetrievalError(.unavailable, "pinecone needs an embedding model and global.stores.vector_store")
            }
            let vectors: [[Float]?]
            do throws(EmbeddingError) {
                vectors = try await embedder.vectors(of: [question.text], within: .seconds(10))
            } catch { throw RetrievalError(.failed, error.description) }
            guard let vector = vectors.first ?? nil else {
                throw RetrievalError(.failed, "the embedding model cannot read the question")
            }
            return JSON.object([
                ("vector", .array(vector.map { .number(Double($0)) })), ("topK", .int(question.count)),
                ("includeMetadata", true),
            ]).serialized()
        case .elasticsearch?:
            return JSON.object([
                ("query", ["match": ["content": .string(question.text)]]), ("size", .int(question.count)),
            ]).serialized()
        case .custom?, nil: return try Self.filled(settings.requestTemplate, question)
        }
    }

    /// The template with what is asked put in. Values are escaped as the inside of a JSON string and are not looked
    /// into again; what comes out must be JSON.
    static func filled(_ template: String, _ question: RetrievalQuestion) throws(RetrievalError) -> [UInt8] {
        guard !template.isEmpty else { throw RetrievalError(.badTemplate, "request_template is empty") }
        let text = Array(JSONFragment.string(question.text).bytes.dropFirst().dropLast())
        let values: [(String, [UInt8])] = [
            ("query", text), ("user_content", text), ("top_k", Array("\(question.count)".utf8)),
            ("threshold", Array("\(question.threshold)".utf8)),
        ]
        let places = values.flatMap { name, value in
            ["{{\(name)}}", "{{.\(name)}}", "${\(name)}"].map { (Array($0.utf8), value) }
        }
        var output: [UInt8] = []
        var rest = Array(template.utf8)[...]
        while let first = rest.first {
            let isMark = first == UInt8(ascii: "{") || first == UInt8(ascii: "$")
            if isMark, let (mark, value) = places.first(where: { rest.starts(with: $0.0) }) {
                output += value
                rest = rest.dropFirst(mark.count)
            } else {
                output.append(first)
                rest = rest.dropFirst()
            }
        }
        guard (try? JSONDocument(parsing: output)) != nil else {
            throw RetrievalError(
                .badTemplate,
                "request_template does not become JSON; put quotes around {{query}} and none around {{top_k}}")
        }
        return output
    }
}
