internal import Policy
internal import Wire

/// Passages of a vector store behind OpenAI's API.
struct FileSearchPassages: PassageSource {
    let name = "openai"
    private let settings: FileSearchRetrieval

    init(_ settings: FileSearchRetrieval) {
        self.settings = settings
    }

    func passages(
        _ question: RetrievalQuestion, _ resources: RetrievalResources
    ) async throws(RetrievalError) -> [RetrievedPassage] {
        let transport = try resources.reachable()
        var base = settings.baseURL.isEmpty ? "https://api.openai.com/v1" : settings.baseURL
        while base.last == "/" { base.removeLast() }
        var body: [(String, JSON)] = [
            ("query", .string(question.text)),
            ("max_num_results", .int(settings.maximumResults > 0 ? settings.maximumResults : question.count)),
            ("ranking_options", ["score_threshold": .number(question.threshold)]),
        ]
        var filters: [JSON] = []
        if !settings.fileIDs.isEmpty {
            filters.append(["type": "in", "key": "file_id", "value": .array(settings.fileIDs.map(JSON.string))])
        }
        if settings.filter != .null { filters.append(JSON(settings.filter)) }
        if filters.count == 1 { body.append(("filters", filters[0])) }
        if filters.count > 1 { body.append(("filters", ["type": "and", "filters": .array(filters)])) }
        let call = RetrievalCall(
            url: "\(base)/vector_stores/\(Self.segment(settings.vectorStoreID))/search",
            headers: [("authorization", "Bearer \(settings.apiKey.reveal())")],
            body: JSON.object(body).serialized())
        let answer = try await transport.send(
            call, within: .seconds(settings.timeoutSeconds > 0 ? settings.timeoutSeconds : 10),
            limit: RetrievalAnswer.byteLimit)
        return try RetrievalAnswer.passages(status: answer.status, body: answer.body, source: name)
    }

    /// An id as one part of a path.
    private static func segment(_ id: String) -> String {
        var text = ""
        for byte in id.utf8 {
            let isPlain =
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (0x30...0x39).contains(byte) || byte == 0x2D
                || byte == 0x5F
            if isPlain {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
