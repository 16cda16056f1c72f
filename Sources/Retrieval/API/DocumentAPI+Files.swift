internal import State
internal import Wire

/// What a list is asked for.
typealias ListQuery = ListPage

extension DocumentAPI {
    func upload(_ call: DocumentCall) async throws(DocumentError) -> JSON {
        let form: MultipartForm
        do throws(MultipartError) { form = try MultipartForm(parsing: call.body, contentType: call.contentType) } catch
        {
            throw DocumentError(.invalidInput, "The upload cannot be read: \(error.description).", parameter: "file")
        }
        guard let file = form["file"], let name = file.filename else {
            throw DocumentError(.invalidInput, "The form has no file \"file\".", parameter: "file")
        }
        let purpose = form["purpose"]?.text ?? "assistants"
        guard (1...64).contains(purpose.utf8.count),
            purpose.utf8.allSatisfy({ ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 == 0x5F || $0 == 0x2D })
        else { throw DocumentError(.invalidInput, "purpose must be a name.", parameter: "purpose") }
        var lifetime: Double?
        if let seconds = form["expires_after[seconds]"]?.text {
            guard let value = Int(seconds), (3_600...2_592_000).contains(value),
                form["expires_after[anchor]"]?.text ?? "created_at" == "created_at"
            else {
                throw DocumentError(
                    .invalidInput, "expires_after must be 3600 to 2592000 seconds from created_at.",
                    parameter: "expires_after")
            }
            lifetime = Double(value)
        }
        return Self.json(
            try await service.upload(
                Array(file.content), name: name, purpose: purpose, lifetime: lifetime, tenant: call.tenant))
    }

    func listFiles(_ call: DocumentCall) async throws(DocumentError) -> JSON {
        let page = try Self.page(call.query)
        let found: (items: [StoredFile], hasMore: Bool)?
        do throws(StateError) {
            found = try await service.database.files(
                tenant: call.tenant, purpose: call.query["purpose"], page, at: service.clock())
        } catch { throw service.failed(.readFailed, error) }
        guard let found else { throw Self.badCursor }
        return Self.list(found.items.map(Self.json), hasMore: found.hasMore)
    }

    static func json(_ file: StoredFile) -> JSON {
        [
            "id": .string(file.id), "object": "file", "bytes": .int(file.byteCount),
            "created_at": .int(Int(file.createdAt)), "expires_at": file.expiresAt.map { .int(Int($0)) } ?? .null,
            "filename": .string(file.name), "purpose": .string(file.purpose), "status": "uploaded",
        ]
    }
}
