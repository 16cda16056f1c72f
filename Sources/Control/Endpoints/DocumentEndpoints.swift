internal import Exchange
internal import HTTPTypes
internal import Retrieval

/// OpenAI's files and vector stores for operators. Spec pipeline-api §5.8.
enum DocumentEndpoints {
    static let all: [Endpoint] = [
        ("POST", "/v1/files", "Uploads a file: a form with file and purpose"),
        ("GET", "/v1/files", "The files, newest first"),
        ("GET", "/v1/files/{id}", "A file's name, size and purpose"),
        ("DELETE", "/v1/files/{id}", "Deletes a file, and its passages in every vector store"),
        ("GET", "/v1/files/{id}/content", "The bytes of a file"),
        ("POST", "/v1/vector_stores", "Makes a vector store"),
        ("GET", "/v1/vector_stores", "The vector stores, newest first"),
        ("GET", "/v1/vector_stores/{id}", "A vector store and how far its files are read"),
        ("POST", "/v1/vector_stores/{id}", "Changes name, metadata or expiry"),
        ("DELETE", "/v1/vector_stores/{id}", "Deletes a vector store; its files stay"),
        ("POST", "/v1/vector_stores/{id}/search", "The passages that answer a question"),
        ("POST", "/v1/vector_stores/{id}/files", "Attaches a file, which is then read"),
        ("GET", "/v1/vector_stores/{id}/files", "The files of a vector store"),
        ("GET", "/v1/vector_stores/{id}/files/{file_id}", "How far a file is read"),
        ("POST", "/v1/vector_stores/{id}/files/{file_id}", "Changes a file's attributes"),
        ("DELETE", "/v1/vector_stores/{id}/files/{file_id}", "Detaches a file"),
        ("GET", "/v1/vector_stores/{id}/files/{file_id}/content", "The text of a file as it was cut"),
        ("POST", "/v1/vector_stores/{id}/file_batches", "Attaches several files"),
        ("GET", "/v1/vector_stores/{id}/file_batches/{batch_id}", "How far a batch is read"),
        ("GET", "/v1/vector_stores/{id}/file_batches/{batch_id}/files", "The files of a batch"),
        ("POST", "/v1/vector_stores/{id}/file_batches/{batch_id}/cancel", "Gives up what is not read yet"),
    ].map { (method: String, path: String, description: String) in
        let reads = method == "GET" || path.hasSuffix("/search")
        return Endpoint(
            method: HTTPRequest.Method(rawValue: method) ?? .get, path: path,
            permission: reads ? "data.read" : "data.write", description: description, handle: answer)
    }

    @Sendable private static func answer(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        guard let documents = source.memory.retrieval.documents else {
            throw ManagementError(DocumentAPI.disabled(request.path))
        }
        // The operator's own, unless an administrator acts for a user.
        let tenant = request.query["tenant"] ?? ""
        guard tenant.isEmpty || request.caller.may("data.tenants") else {
            throw ManagementError(.forbidden, "acting for a tenant needs the permission data.tenants")
        }
        let call = DocumentCall(
            method: request.method.rawValue, path: request.path, query: request.query,
            contentType: request.contentType, body: request.body, tenant: tenant)
        do throws(DocumentError) {
            switch try await DocumentAPI(documents).answer(call) {
            case .json(let json): return ManagementAnswer(json)
            case .bytes(let bytes, _):
                return ManagementAnswer(
                    body: bytes, contentType: "application/octet-stream",
                    headers: [(.contentDisposition, "attachment")])
            }
        } catch { throw ManagementError(error) }
    }

    /// Most bytes of a request's body; nil for other paths.
    static func bodyLimit(_ method: HTTPRequest.Method, _ path: String, _ source: any ManagementSource) -> Int? {
        guard DocumentAPI.serves(path) else { return nil }
        return source.memory.retrieval.documents.map {
            DocumentAPI($0).bodyLimit(method: method.rawValue, path: path)
        } ?? DocumentAPI.jsonLimit
    }
}

extension ManagementError {
    /// A refusal of the documents API in the shape of this door.
    init(_ error: DocumentError) {
        self.init(Code(rawValue: error.code.rawValue) ?? .invalidInput, error.description)
    }
}
