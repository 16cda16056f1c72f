internal import Evidence
internal import NIOCore
internal import NIOHTTP1
internal import Policy
internal import Retrieval
internal import Wire

/// OpenAI's files and vector stores on the gateway: each user by a trusted proxy's word has its own.
extension Router {
    /// What becomes of such a request by its head; nil for other paths.
    func admitDocuments(_ head: RequestHead, _ path: RequestPath) -> Admission? {
        guard head.door == .gateway, DocumentAPI.serves(path.text) else { return nil }
        let generation = current
        do throws(ExchangeError) {
            let methods = DocumentAPI.methods(of: path.text)
            guard !methods.isEmpty else { throw ExchangeError(.notFound, status: 404, "There is no such path.") }
            guard methods.contains(head.method.rawValue) else {
                let allowed = methods.joined(separator: ", ")
                throw ExchangeError(
                    .methodNotAllowed, status: 405, "\(head.method.rawValue) is not allowed here; use \(allowed).",
                    allow: allowed)
            }
            guard let documents = generation.memory.retrieval.documents else {
                throw ExchangeError(DocumentAPI.disabled(path.text))
            }
            _ = try documentTenant(head, generation)
            return .readBody(
                limit: DocumentAPI(documents).bodyLimit(method: head.method.rawValue, path: path.text))
        } catch {
            return .respond(refuse(error, head))
        }
    }

    /// Whose documents the request is about. Where proxies name users, nobody goes without a name.
    private func documentTenant(_ head: RequestHead, _ generation: RouterGeneration) throws(ExchangeError) -> String {
        if let identity = RequestIdentity(head, generation: generation).identity { return identity.userID }
        guard generation.trustedProxies.isEmpty else {
            throw ExchangeError(
                code: "identity_required", status: 401,
                message: "Documents belong to users, and no trusted proxy names yours with this request.")
        }
        return ""
    }

    /// Begins such a request; nil for other paths.
    func beginDocuments(_ head: RequestHead, body: ByteBuffer, on loop: any EventLoop) -> ExchangeStart? {
        guard head.door == .gateway else { return nil }
        let path = RequestPath(head.target).text
        guard DocumentAPI.serves(path) else { return nil }
        let generation = current
        let caller = RequestIdentity(head, generation: generation)
        do throws(ExchangeError) {
            guard let documents = generation.memory.retrieval.documents else {
                throw ExchangeError(DocumentAPI.disabled(path))
            }
            let call = DocumentCall(
                method: head.method.rawValue, path: path, query: Self.query(head.target),
                contentType: head.headers.first(name: "content-type") ?? "", body: [UInt8](body.readableBytesView),
                tenant: try documentTenant(head, generation))
            return .awaiting(on: loop) { () async -> Result<DocumentAnswer, DocumentError> in
                do throws(DocumentError) { return .success(try await DocumentAPI(documents).answer(call)) } catch {
                    return .failure(error)
                }
            } then: { result in
                switch result {
                case .success(let answer): return .respond(Self.response(answer, caller.requestID))
                case .failure(let error):
                    return .respond(ExchangeError(error).response(requestID: caller.requestID))
                }
            }
        } catch {
            return .respond(error.response(requestID: caller.requestID))
        }
    }

    private static func response(_ answer: DocumentAnswer, _ requestID: String) -> LocalResponse {
        switch answer {
        case .json(let json):
            LocalResponse(
                status: 200, headers: [("content-type", "application/json"), ("x-request-id", requestID)],
                body: ByteBuffer(bytes: json.serialized()))
        case .bytes(let bytes, _):
            LocalResponse(
                status: 200,
                headers: [
                    ("content-type", "application/octet-stream"), ("content-disposition", "attachment"),
                    ("x-content-type-options", "nosniff"), ("x-request-id", requestID),
                ], body: ByteBuffer(bytes: bytes))
        }
    }

    /// The query of a target by name, decoded; of repeated names the last.
    private static func query(_ target: String) -> [String: String] {
        guard let mark = target.firstIndex(of: "?") else { return [:] }
        var query: [String: String] = [:]
        for pair in target[target.index(after: mark)...].prefix(while: { $0 != "#" }).split(separator: "&").prefix(32) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1]).replacing("+", with: " ") : ""
            query[PercentDecoding.decode(String(parts[0]))] = PercentDecoding.decode(value)
        }
        return query
    }
}

extension ExchangeError {
    /// A refusal of the documents API in the shape of this door.
    init(_ error: DocumentError) {
        self.init(
            code: error.code.rawValue, status: error.status, message: error.description, parameter: error.parameter)
    }
}
