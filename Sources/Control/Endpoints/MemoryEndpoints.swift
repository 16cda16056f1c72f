internal import Exchange
internal import HTTPTypes
internal import State
internal import Wire

/// What is remembered of users, for operators: the query's `user_id` says whose. Spec pipeline-api §5.7.
enum MemoryEndpoints {
    private static let maximumListed = 100
    private static let maximumContentBytes = 16 << 10

    @Sendable static func list(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let (table, user) = (try table(source), try user(request.query["user_id"]))
        var filter = MemoryTable.Filter()
        filter.limit = try limit(request)
        for name in (request.query["type"] ?? "").split(separator: ",") { filter.kinds.append(try kind(String(name))) }
        switch request.query["status"] ?? "active" {
        case "active": break
        case "quarantined": filter.isQuarantined = true
        default: throw ManagementError(.invalidInput, "status must be active or quarantined")
        }
        let page: (memories: [StoredMemory], total: Int)
        do throws(StateError) { page = try await table.list(of: user, filter) } catch { throw ManagementError(error) }
        return ManagementAnswer([
            "memories": .array(page.memories.map(json)), "total": .int(page.total), "limit": .int(filter.limit),
        ])
    }

    @Sendable static func get(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let (table, user, id) = (try table(source), try user(request.query["user_id"]), try identifier(request))
        let found: StoredMemory?
        do throws(StateError) { found = try await table.get(id, of: user) } catch { throw ManagementError(error) }
        guard let found else { throw notFound }
        return ManagementAnswer(json(found))
    }

    @Sendable static func create(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let body: JSON
        do throws(JSONError) { body = try JSON(parsing: request.body, limits: JSONLimits(maxBytes: 1 << 20)) } catch {
            throw ManagementError(.invalidInput, "the body must be a JSON object: \(error)")
        }
        let user = try user(body["user_id"]?.string ?? request.query["user_id"])
        guard let content = body["content"]?.string, !content.allSatisfy(\.isWhitespace),
            content.utf8.count <= maximumContentBytes
        else {
            throw ManagementError(.invalidInput, "content must be a text of at most \(maximumContentBytes) bytes")
        }
        var generator = SystemRandomNumberGenerator()
        let memory = StoredMemory(
            id: "mem_" + String(generator.next() as UInt64, radix: 16), user: user,
            kind: try kind(body["type"]?.string ?? "semantic"), content: content, source: .manual, importance: 0.7,
            at: Timestamp.seconds)
        let kept: StoredMemory?
        do throws(StateError) { kept = try await source.currentGeneration.remember(memory) } catch {
            throw ManagementError(error)
        }
        guard let kept else { throw notAvailable }
        return ManagementAnswer(json(kept), status: .created)
    }

    /// What is kept apart, of all users: whoever looks after memories must not have to guess names.
    @Sendable static func quarantine(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let (table, limit) = (try table(source), try limit(request))
        guard let offset = Int(request.query["offset"] ?? "0"), offset >= 0 else {
            throw ManagementError(.invalidInput, "offset must be a number from 0")
        }
        let page: (memories: [StoredMemory], total: Int)
        do throws(StateError) { page = try await table.quarantined(limit: limit, offset: offset) } catch {
            throw ManagementError(error)
        }
        return ManagementAnswer([
            "memories": .array(page.memories.map(json)), "total": .int(page.total), "limit": .int(limit),
            "offset": .int(offset),
        ])
    }

    /// Lets what was kept apart be used. The memory says who did and why it had been kept apart.
    @Sendable static func release(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        _ = try table(source)
        let (user, id) = (try user(request.query["user_id"]), try identifier(request))
        let released: StoredMemory?
        do throws(StateError) {
            released = try await source.currentGeneration.release(
                id, of: user, by: request.caller.role, at: Timestamp.seconds)
        } catch { throw ManagementError(error) }
        guard let released else {
            throw ManagementError(.notFound, "the user has no such memory that is kept apart")
        }
        return ManagementAnswer(json(released))
    }

    @Sendable static func delete(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let (table, user, id) = (try table(source), try user(request.query["user_id"]), try identifier(request))
        let wasThere: Bool
        do throws(StateError) { wasThere = try await table.delete(id, of: user) } catch { throw ManagementError(error) }
        guard wasThere else { throw notFound }
        return ManagementAnswer(["success": true, "message": "the memory is forgotten"])
    }

    @Sendable static func deleteAll(
        _ request: ManagementRequest, _ source: any ManagementSource
    ) async throws(ManagementError) -> ManagementAnswer {
        let (table, user) = (try table(source), try user(request.query["user_id"]))
        let only = try request.query["type"].map { name throws(ManagementError) in try kind(name) }
        let count: Int
        do throws(StateError) { count = try await table.deleteAll(of: user, kind: only) } catch {
            throw ManagementError(error)
        }
        return ManagementAnswer(["success": true, "message": .string("\(count) memories are forgotten")])
    }

    // MARK: Parts

    private static let notFound = ManagementError(.notFound, "the user has no such memory")
    private static let notAvailable = ManagementError(
        .memoryNotAvailable, "memory is off: set global.stores.memory.enabled")

    private static func table(_ source: any ManagementSource) throws(ManagementError) -> MemoryTable {
        guard let table = source.memory.memories else { throw notAvailable }
        return table
    }

    private static func limit(_ request: ManagementRequest) throws(ManagementError) -> Int {
        guard let text = request.query["limit"] else { return maximumListed }
        guard let limit = Int(text), (1...maximumListed).contains(limit) else {
            throw ManagementError(.invalidLimit, "limit must be from 1 to \(maximumListed)")
        }
        return limit
    }

    private static func user(_ given: String?) throws(ManagementError) -> String {
        guard let user = given, !user.isEmpty else {
            throw ManagementError(.missingUserID, "say whose memories are meant: user_id=NAME")
        }
        guard isName(user) else {
            throw ManagementError(
                .invalidUserID, "user_id must have letters, digits and . _ @ : / $ - only, at most 256")
        }
        return user
    }

    private static func identifier(_ request: ManagementRequest) throws(ManagementError) -> String {
        let id = request.parameters["id"] ?? ""
        guard isName(id) else { throw ManagementError(.invalidID, "this is no id of a memory") }
        return id
    }

    private static func isName(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                let scalar = Unicode.Scalar(byte)
                return scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "._@:/$-".unicodeScalars.contains(scalar))
            }
    }

    private static func kind(_ name: String) throws(ManagementError) -> StoredMemory.Kind {
        guard let kind = StoredMemory.Kind(rawValue: name) else {
            throw ManagementError(.invalidType, "type must be semantic, procedural or episodic")
        }
        return kind
    }

    private static func json(_ memory: StoredMemory) -> JSON {
        var members: [(String, JSON)] = [
            ("id", .string(memory.id)), ("type", .string(memory.kind.rawValue)), ("content", .string(memory.content)),
            ("user_id", .string(memory.user)), ("source", .string(memory.source.rawValue)),
            ("importance", .number(memory.importance)), ("access_count", .int(memory.accessCount)),
            ("created_at", .string(Timestamp.text(memory.createdAt))),
            ("updated_at", .string(Timestamp.text(memory.updatedAt))),
        ]
        if let reason = memory.quarantine { members.append(("quarantine", .string(reason))) }
        if let score = memory.quarantineScore { members.append(("quarantine_score", .number(score))) }
        if let release = memory.release {
            members.append(
                (
                    "release",
                    .object([
                        ("reason", .string(release.reason)), ("released_by", .string(release.role)),
                        ("released_at", .string(Timestamp.text(release.time))),
                    ])
                ))
        }
        return .object(members)
    }
}
