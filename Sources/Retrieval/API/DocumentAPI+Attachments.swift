internal import State
internal import Wire

extension DocumentAPI {
    func attach(_ id: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(call, ["file_id", "chunking_strategy", "attributes"])
        guard let file = body["file_id"]?.string else {
            throw DocumentError(.invalidInput, "file_id is missing.", parameter: "file_id")
        }
        let strategy = try Self.strategy(body)
        let attributes = try Self.smallObject(body["attributes"], "attributes", allowingNumbers: true) ?? "{}"
        let store = try await service.activeStore(id, tenant: call.tenant)
        return Self.json(try await service.attach(file, to: store, strategy: strategy, attributes: attributes))
    }

    func listAttachments(_ id: String, batch: String?, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let page = try Self.page(call.query)
        var status: StoredAttachment.Status?
        if let filter = call.query["filter"] {
            guard let known = StoredAttachment.Status(rawValue: filter) else {
                let names = StoredAttachment.Status.allCases.map(\.rawValue).joined(separator: ", ")
                throw DocumentError(.invalidInput, "filter must be one of \(names).", parameter: "filter")
            }
            status = known
        }
        let store = try await service.store(id, tenant: call.tenant)
        let found: (items: [StoredAttachment], hasMore: Bool)?
        do throws(StateError) {
            found = try await service.database.attachments(store: store.id, status: status, batch: batch, page)
        } catch { throw service.failed(.readFailed, error) }
        guard let found else { throw Self.badCursor }
        return Self.list(found.items.map(Self.json), hasMore: found.hasMore)
    }

    func updateAttachment(_ id: String, _ file: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(call, ["attributes"])
        guard let attributes = try Self.smallObject(body["attributes"], "attributes", allowingNumbers: true) else {
            throw DocumentError(.invalidInput, "attributes is missing.", parameter: "attributes")
        }
        let store = try await service.activeStore(id, tenant: call.tenant)
        _ = try await service.attachment(of: file, in: store.id)
        do throws(StateError) {
            try await service.database.setAttributes(attributes, store: store.id, file: file)
        } catch { throw service.failed(.saveFailed, error) }
        service.matrices.forget(store.id)
        return Self.json(try await service.attachment(of: file, in: store.id))
    }

    func detach(_ id: String, _ file: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let store = try await service.store(id, tenant: call.tenant)
        _ = try await service.attachment(of: file, in: store.id)
        do throws(StateError) { _ = try await service.database.detach(store: store.id, file: file) } catch {
            throw service.failed(.saveFailed, error)
        }
        service.matrices.forget(store.id)
        return ["id": .string(file), "object": "vector_store.file.deleted", "deleted": true]
    }

    /// The text of a file as it was cut.
    func text(_ id: String, _ file: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let store = try await service.store(id, tenant: call.tenant)
        _ = try await service.attachment(of: file, in: store.id)
        let passages: [String]
        do throws(StateError) { passages = try await service.database.passages(store: store.id, file: file) } catch {
            throw service.failed(.readFailed, error)
        }
        return [
            "object": "vector_store.file_content.page",
            "data": .array(passages.map { ["type": "text", "text": .string($0)] }), "has_more": false,
            "next_page": .null,
        ]
    }

    // MARK: Batches

    func createBatch(_ id: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let body = try object(call, ["file_ids", "chunking_strategy", "attributes"])
        let files = try Self.fileIDs(body)
        guard !files.isEmpty else {
            throw DocumentError(.invalidInput, "file_ids is missing.", parameter: "file_ids")
        }
        let strategy = try Self.strategy(body)
        let attributes = try Self.smallObject(body["attributes"], "attributes", allowingNumbers: true) ?? "{}"
        let store = try await service.activeStore(id, tenant: call.tenant)
        for file in files { _ = try await service.file(file, tenant: call.tenant) }
        let batch = DocumentService.identifier("vsfb_")
        for file in files {
            _ = try await service.attach(file, to: store, strategy: strategy, attributes: attributes, batch: batch)
        }
        return try await self.batch(id, batch, call)
    }

    func batch(_ id: String, _ batch: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let store = try await service.store(id, tenant: call.tenant)
        var items: [StoredAttachment] = []
        do throws(StateError) {
            let all = ListPage(limit: 500, isAscending: true)
            items = try await service.database.attachments(store: store.id, status: nil, batch: batch, all)?.items ?? []
        } catch { throw service.failed(.readFailed, error) }
        guard let first = items.first else {
            throw DocumentError(.notFound, "There is no batch '\(batch.prefix(128))' in the vector store.")
        }
        var counts = StoredVectorStore.FileCounts()
        for item in items {
            switch item.status {
            case .inProgress: counts.inProgress += 1
            case .completed: counts.completed += 1
            case .failed: counts.failed += 1
            case .cancelled: counts.cancelled += 1
            }
        }
        let status =
            counts.inProgress > 0
            ? "in_progress"
            : counts.cancelled > 0 ? "cancelled" : counts.failed == counts.total ? "failed" : "completed"
        return [
            "id": .string(batch), "object": "vector_store.file_batch", "created_at": .int(Int(first.createdAt)),
            "vector_store_id": .string(store.id), "status": .string(status), "file_counts": Self.json(counts),
        ]
    }

    func cancelBatch(_ id: String, _ batch: String, _ call: DocumentCall) async throws(DocumentError) -> JSON {
        let store = try await service.store(id, tenant: call.tenant)
        do throws(StateError) { _ = try await service.database.cancel(store: store.id, batch: batch) } catch {
            throw service.failed(.saveFailed, error)
        }
        return try await self.batch(id, batch, call)
    }

    static func json(_ attachment: StoredAttachment) -> JSON {
        let strategy: JSON = [
            "type": "static",
            "static": [
                "max_chunk_size_tokens": .int(attachment.size), "chunk_overlap_tokens": .int(attachment.overlap),
            ],
        ]
        return [
            "id": .string(attachment.fileID), "object": "vector_store.file",
            "usage_bytes": .int(attachment.usageBytes), "created_at": .int(Int(attachment.createdAt)),
            "vector_store_id": .string(attachment.storeID), "file_id": .string(attachment.fileID),
            "status": .string(attachment.status.rawValue),
            "last_error": attachment.errorCode.map {
                ["code": .string($0), "message": .string(attachment.errorMessage ?? "")]
            } ?? .null,
            "chunking_strategy": attachment.strategy == "static" ? strategy : ["type": "auto"],
            "attributes": (try? JSON(parsing: attachment.attributes)) ?? .object([]),
        ]
    }
}
