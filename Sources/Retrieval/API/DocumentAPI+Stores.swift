internal import Policy
internal import State
internal import Wire

extension DocumentAPI {
    func createStore(_ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(
            call, ["name", "description", "file_ids", "expires_after", "chunking_strategy", "metadata"])
        let name = try Self.name(body) ?? ""
        let fileIDs = try Self.fileIDs(body)
        let strategy = try Self.strategy(body)
        for id in fileIDs { _ = try await service.file(id, tenant: call.tenant) }
        let store = StoredVectorStore(
            id: DocumentService.identifier("vs_"), tenant: call.tenant, name: name, createdAt: service.clock(),
            expiresAfterDays: try Self.expiry(body) ?? nil,
            metadata: try Self.smallObject(body["metadata"], "metadata", allowingNumbers: false) ?? "{}")
        do throws(StateError) { try await service.database.add(store) } catch {
            throw service.failed(.createFailed, error)
        }
        for id in fileIDs { _ = try await service.attach(id, to: store, strategy: strategy, attributes: "{}") }
        return json(try await service.store(store.id, tenant: call.tenant))
    }

    func listStores(_ call: DocumentCall) async throws(DocumentError) -> JSON {
        let page = try Self.page(call.query)
        let found: (items: [StoredVectorStore], hasMore: Bool)?
        do throws(StateError) { found = try await service.database.stores(tenant: call.tenant, page) } catch {
            throw service.failed(.readFailed, error)
        }
        guard let found else { throw Self.badCursor }
        return Self.list(found.items.map(json), hasMore: found.hasMore)
    }

    func updateStore(_ id: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(call, ["name", "expires_after", "metadata"])
        var store = try await service.store(id, tenant: call.tenant)
        if let name = try Self.name(body) { store.name = name }
        if let expiry = try Self.expiry(body) { store.expiresAfterDays = expiry }
        if let metadata = try Self.smallObject(body["metadata"], "metadata", allowingNumbers: false) {
            store.metadata = metadata
        }
        store.lastActiveAt = service.clock()
        do throws(StateError) { try await service.database.update(store) } catch {
            throw service.failed(.saveFailed, error)
        }
        return json(store)
    }

    func deleteStore(_ id: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        _ = try await service.store(id, tenant: call.tenant)
        do throws(StateError) { _ = try await service.database.deleteStore(id, tenant: call.tenant) } catch {
            throw service.failed(.saveFailed, error)
        }
        service.matrices.forget(id)
        return ["id": .string(id), "object": "vector_store.deleted", "deleted": true]
    }

    func json(_ store: StoredVectorStore) -> JSON {
        let status =
            store.isExpired(at: service.clock())
            ? "expired" : store.fileCounts.inProgress > 0 ? "in_progress" : "completed"
        return [
            "id": .string(store.id), "object": "vector_store", "created_at": .int(Int(store.createdAt)),
            "name": .string(store.name), "usage_bytes": .int(store.usageBytes),
            "file_counts": Self.json(store.fileCounts), "status": .string(status),
            "expires_after": store.expiresAfterDays.map { ["anchor": "last_active_at", "days": .int($0)] } ?? .null,
            "expires_at": store.expiresAt.map { .int(Int($0)) } ?? .null,
            "last_active_at": .int(Int(store.lastActiveAt)),
            "metadata": (try? JSON(parsing: store.metadata)) ?? .object([]),
            "backend_type": .string(service.settings.backend?.rawValue ?? "memory"),
        ]
    }

    static func json(_ counts: StoredVectorStore.FileCounts) -> JSON {
        [
            "in_progress": .int(counts.inProgress), "completed": .int(counts.completed), "failed": .int(counts.failed),
            "cancelled": .int(counts.cancelled), "total": .int(counts.total),
        ]
    }

    // MARK: Input

    private static func name(_ body: JSON) throws(DocumentError) -> String? {
        guard let value = body["name"] else { return nil }
        if case .null = value { return nil }
        guard let name = value.string, name.utf8.count <= 512 else {
            throw DocumentError(.invalidInput, "name must be a text of at most 512 bytes.", parameter: "name")
        }
        return name
    }

    static func fileIDs(_ body: JSON) throws(DocumentError) -> [String] {
        guard let value = body["file_ids"] else { return [] }
        let ids = value.array?.compactMap(\.string) ?? []
        guard let all = value.array, ids.count == all.count, ids.count <= 500, Set(ids).count == ids.count else {
            throw DocumentError(
                .invalidInput, "file_ids must be a list of at most 500 different ids.", parameter: "file_ids")
        }
        return ids
    }

    /// Nil where nothing is said, a nil within where the store is to stay.
    private static func expiry(_ body: JSON) throws(DocumentError) -> Int?? {
        guard let value = body["expires_after"] else { return nil }
        if case .null = value { return .some(nil) }
        guard value["anchor"]?.string == "last_active_at", let days = value["days"]?.int, (1...365).contains(days)
        else {
            throw DocumentError(
                .invalidInput, "expires_after must be {\"anchor\": \"last_active_at\", \"days\": 1 to 365}.",
                parameter: "expires_after")
        }
        return days
    }

    static func strategy(_ body: JSON) throws(DocumentError) -> ChunkingChoice {
        guard let value = body["chunking_strategy"] else { return ChunkingChoice() }
        if case .null = value { return ChunkingChoice() }
        func invalid(_ what: String) -> DocumentError {
            DocumentError(.invalidInput, "chunking_strategy: \(what)", parameter: "chunking_strategy")
        }
        switch value["type"]?.string {
        case "auto": return ChunkingChoice()
        case "static":
            guard let details = value["static"] else { return ChunkingChoice(name: "static") }
            let size = details["max_chunk_size_tokens"]?.int ?? 800
            let overlap = details["chunk_overlap_tokens"]?.int ?? size / 2
            guard (16...4_096).contains(size) else { throw invalid("max_chunk_size_tokens must be from 16 to 4096") }
            guard (0...size / 2).contains(overlap) else {
                throw invalid("chunk_overlap_tokens must be at most half of max_chunk_size_tokens")
            }
            return ChunkingChoice(name: "static", size: size, overlap: overlap)
        default: throw invalid("type must be auto or static")
        }
    }
}
