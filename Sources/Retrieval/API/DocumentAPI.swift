internal import State
public import Wire

/// A call about files or vector stores, whichever door it came through.
public struct DocumentCall: Sendable {
    /// `GET`, `POST` or `DELETE`.
    public var method: String
    /// Without query, such as `/v1/files/file_1`.
    public var path: String
    /// The query, by name and decoded.
    public var query: [String: String]
    public var contentType: String
    public var body: [UInt8]
    /// On whose behalf; nobody else's files are seen.
    public var tenant: String

    /// A call.
    public init(
        method: String, path: String, query: [String: String] = [:], contentType: String = "application/json",
        body: [UInt8] = [], tenant: String
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.contentType = contentType
        self.body = body
        self.tenant = tenant
    }
}

/// The answer to a call that succeeded.
public enum DocumentAnswer: Sendable {
    case json(JSON)
    /// The bytes of a file with its name. They are a client's, so nothing may run them.
    case bytes([UInt8], name: String)
}

/// OpenAI's files and vector stores. Spec pipeline-api §5.8.
public struct DocumentAPI: Sendable {
    let service: DocumentService

    /// Most bytes of a body that is JSON.
    public static let jsonLimit = 1 << 20
    /// Bytes of a form beside its file.
    private static let formOverhead = 64 << 10

    /// The API over a service.
    public init(_ service: DocumentService) {
        self.service = service
    }

    /// Whether a path belongs to this API.
    public static func serves(_ path: String) -> Bool {
        ["/v1/files", "/v1/vector_stores"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// Most bytes of the body of a call.
    public func bodyLimit(method: String, path: String) -> Int {
        method == "POST" && path == "/v1/files" ? service.maximumFileBytes + Self.formOverhead : Self.jsonLimit
    }

    /// The methods of a path; empty where there is no such path.
    public static func methods(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropFirst()
        switch (parts.first, parts.count) {
        case ("files", 1): return ["GET", "POST"]
        case ("files", 2): return ["GET", "DELETE"]
        case ("files", 3): return parts.last == "content" ? ["GET"] : []
        case ("vector_stores", 1): return ["GET", "POST"]
        case ("vector_stores", 2): return ["GET", "POST", "DELETE"]
        case ("vector_stores", 3):
            switch parts.last {
            case "files": return ["GET", "POST"]
            case "search", "file_batches": return ["POST"]
            default: return []
            }
        case ("vector_stores", 4):
            let kind = parts[parts.startIndex + 2]
            return kind == "files" ? ["GET", "POST", "DELETE"] : kind == "file_batches" ? ["GET"] : []
        case ("vector_stores", 5):
            switch (parts[parts.startIndex + 2], parts.last) {
            case ("files", "content"), ("file_batches", "files"): return ["GET"]
            case ("file_batches", "cancel"): return ["POST"]
            default: return []
            }
        default: return []
        }
    }

    /// Answers a call. Throws why it is refused or failed.
    public func answer(_ call: DocumentCall) async throws(DocumentError) -> DocumentAnswer {
        let methods = Self.methods(of: call.path)
        guard !methods.isEmpty else { throw DocumentError(.notFound, "There is no such path.") }
        guard methods.contains(call.method) else {
            throw DocumentError(.methodNotAllowed, "Use \(methods.joined(separator: " or ")) here.")
        }
        let parts = call.path.split(separator: "/").dropFirst().map(String.init)
        if parts[0] == "files" {
            switch (parts.count, call.method) {
            case (1, "GET"): return .json(try await listFiles(call))
            case (1, _): return .json(try await upload(call))
            case (2, "GET"): return .json(Self.json(try await service.file(parts[1], tenant: call.tenant)))
            case (2, _):
                try await service.deleteFile(parts[1], tenant: call.tenant)
                return .json(["id": .string(parts[1]), "object": "file", "deleted": true])
            default:
                let file = try await service.file(parts[1], tenant: call.tenant)
                return .bytes(try service.content(of: file), name: file.name)
            }
        }
        if parts.count == 1 {
            return .json(call.method == "GET" ? try await listStores(call) : try await createStore(call))
        }
        if parts.count == 2 {
            switch call.method {
            case "GET": return .json(json(try await service.store(parts[1], tenant: call.tenant)))
            case "POST": return .json(try await updateStore(parts[1], call))
            default: return .json(try await deleteStore(parts[1], call))
            }
        }
        switch (parts[2], parts.count, call.method) {
        case ("search", _, _): return .json(try await search(parts[1], call))
        case ("files", 3, "GET"): return .json(try await listAttachments(parts[1], batch: nil, call))
        case ("files", 3, _): return .json(try await attach(parts[1], call))
        case ("files", 4, "GET"):
            let store = try await service.store(parts[1], tenant: call.tenant)
            return .json(Self.json(try await service.attachment(of: parts[3], in: store.id)))
        case ("files", 4, "POST"): return .json(try await updateAttachment(parts[1], parts[3], call))
        case ("files", 4, _): return .json(try await detach(parts[1], parts[3], call))
        case ("files", _, _): return .json(try await text(parts[1], parts[3], call))
        case (_, 3, _): return .json(try await createBatch(parts[1], call))
        case (_, 4, _): return .json(try await batch(parts[1], parts[3], call))
        default:
            if parts[4] == "files" { return .json(try await listAttachments(parts[1], batch: parts[3], call)) }
            return .json(try await cancelBatch(parts[1], parts[3], call))
        }
    }

    // MARK: Input

    /// The body as an object with no other members than these.
    func object(_ call: DocumentCall, _ known: [String]) throws(DocumentError) -> JSON {
        if call.body.isEmpty { return .object([]) }
        let body: JSON
        do throws(JSONError) { body = try JSON(parsing: call.body, limits: JSONLimits(maxBytes: Self.jsonLimit)) } catch
        {
            throw DocumentError(.invalidInput, "The body is not JSON (\(error.code.rawValue) at byte \(error.offset)).")
        }
        guard let members = body.object else { throw DocumentError(.invalidInput, "The body must be a JSON object.") }
        if let unknown = members.first(where: { !known.contains($0.0) }) {
            throw DocumentError(
                .invalidInput,
                "\"\(unknown.0.prefix(64))\" is not known here; known are \(known.joined(separator: ", ")).",
                parameter: String(unknown.0.prefix(64)))
        }
        return body
    }

    static func page(_ query: [String: String]) throws(DocumentError) -> ListQuery {
        var page = ListQuery()
        if let text = query["limit"] {
            guard let limit = Int(text), (1...100).contains(limit) else {
                throw DocumentError(.invalidLimit, "limit must be from 1 to 100.", parameter: "limit")
            }
            page.limit = limit
        }
        if let order = query["order"] {
            guard order == "asc" || order == "desc" else {
                throw DocumentError(.invalidOrder, "order must be asc or desc.", parameter: "order")
            }
            page.isAscending = order == "asc"
        }
        page.after = query["after"]
        page.before = query["before"]
        return page
    }

    static let badCursor = DocumentError(
        .invalidCursor, "The cursor names nothing in this list; use the first_id or last_id of an answer.",
        parameter: "after")

    static func list(_ items: [JSON], hasMore: Bool) -> JSON {
        [
            "object": "list", "data": .array(items), "first_id": items.first?["id"] ?? .null,
            "last_id": items.last?["id"] ?? .null, "has_more": .bool(hasMore),
        ]
    }

    /// An object whose members are few and short, as it is kept.
    static func smallObject(
        _ value: JSON?, _ name: String, allowingNumbers: Bool
    ) throws(DocumentError) -> String? {
        guard let value else { return nil }
        if case .null = value { return "{}" }
        func isFine(_ value: JSON) -> Bool {
            switch value {
            case .string(let text): text.utf8.count <= 2_048
            case .int, .number, .bool: allowingNumbers
            default: false
            }
        }
        guard let members = value.object, members.count <= 16,
            members.allSatisfy({ (1...64).contains($0.0.unicodeScalars.count) && isFine($0.1) })
        else {
            throw DocumentError(
                .invalidInput,
                "\(name) must be an object of at most 16 names with "
                    + (allowingNumbers ? "texts, numbers or truth values." : "texts."), parameter: name)
        }
        return value.text()
    }
}

extension DocumentAPI {
    /// What every call gets where the policy keeps no documents.
    public static func disabled(_ path: String) -> DocumentError {
        DocumentError(
            path.hasPrefix("/v1/files") ? .filesDisabled : .storesDisabled,
            "This router keeps no documents; set global.stores.vector_store.enabled: true and backend_type: memory.")
    }
}
