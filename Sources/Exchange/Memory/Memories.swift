internal import Evidence
internal import Logging
internal import Policy
internal import State
internal import Synchronization
internal import Telemetry
internal import Wire

/// Why nothing was recalled.
struct MemoryFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The code, stable.
    var code: String
    var description: String

    static let late = MemoryFailure(code: "timeout", description: "memories took too long")
}

/// The memories of users, with the model that places texts in meaning.
final class Memories: Sendable {
    private let table: MemoryTable
    /// Nil where there is no such model: then words alone are compared.
    private let reader: (any TextReader)?
    private let inspector: MemoryInspector
    private let extractor: RemoteMemoryExtractor?
    private let rewriter: RemoteQueryRewriter?
    private let waiting = Atomic<Int>(0)

    /// Turns that may wait to be kept; more are lost, and the log says so.
    private static let maximumWaiting = 256
    /// How long a request waits for memories.
    private static let patience = Duration.seconds(2)
    /// What is read of a request to find memories.
    static let longestQuery = 4_000

    /// Memories whose texts `promptGuard` reads before they are kept; without it the rules alone do. `extractor` says what
    /// of a turn is worth remembering, in the place of rules, and `rewriter` writes questions as they stand alone.
    init(
        _ table: MemoryTable, reader: (any TextReader)?, promptGuard: PromptGuard?,
        extractor: RemoteMemoryExtractor? = nil, rewriter: RemoteQueryRewriter? = nil
    ) {
        (self.extractor, self.rewriter) = (extractor, rewriter)
        self.table = table
        self.reader = reader
        inspector = MemoryInspector(promptGuard)
    }

    /// Whether rules alone decide what is kept apart.
    var lacksLearnedGuard: Bool { inspector.promptGuard == nil }

    // MARK: Recalling

    /// The memories of a user that belong to a text, best first. Has a deadline.
    func recall(
        _ conversation: Conversation, of user: String, _ settings: MemorySettings, at now: Double, logger: Logger
    ) async -> Result<[StoredMemory], MemoryFailure> {
        do {
            return .success(
                try await Self.within(
                    rewriter == nil ? Self.patience : Self.patience + RemoteQueryRewriter.patience
                ) { [self] in
                    let query = await query(conversation, logger)
                    return try await find(query, of: user, settings, at: now, logger: logger)
                })
        } catch let failure as MemoryFailure {
            return .failure(failure)
        } catch let error as StateError {
            return .failure(MemoryFailure(code: error.code.rawValue, description: error.description))
        } catch {
            return .failure(MemoryFailure(code: "cancelled", description: "\(error)"))
        }
    }

    /// What memories are compared with: the request's text, as it stands alone where somebody can say that.
    private func query(_ conversation: Conversation, _ logger: Logger) async -> String {
        let text = String(conversation.currentUserText.prefix(Self.longestQuery))
        // A first message stands alone already.
        guard let rewriter, conversation.turns.contains(where: { $0.role == .assistant }) else { return text }
        let spoken = conversation.turns.filter { ($0.role == .user || $0.role == .assistant) && !$0.text.isEmpty }
        do throws(RemoteModelError) {
            return try await rewriter.rewrite(
                spoken.suffix(RemoteQueryRewriter.messages).map {
                    ($0.role == .user ? "user" : "assistant", String($0.text.prefix(Self.longestQuery)))
                })
        } catch {
            logger.warning("memory_rewrite_failed", metadata: ["reason": "\(error.code.rawValue)"])
            return text
        }
    }

    private func find(
        _ query: String, of user: String, _ settings: MemorySettings, at now: Double, logger: Logger
    ) async throws -> [StoredMemory] {
        let memories = try await table.usable(of: user)
        guard !memories.isEmpty else { return [] }
        let vector = await place(query)
        let (scale, model) = (reader?.similarity ?? .identity, reader?.identity ?? "")
        let recall = MemoryRecall(settings: settings, query: query) { memory in
            guard let vector, memory.vectorModel == model, memory.vector.count == vector.count else { return nil }
            return scale(vector, memory.vector)
        }
        let found = recall.choose(from: memories, at: now).map(\.memory)
        if !found.isEmpty {
            Task { [table] in
                do throws(StateError) { try await table.noteUse(of: found.map(\.id), by: user, at: now) } catch {
                    logger.error("memory_write_failed", metadata: ["reason": "\(error.description)"])
                }
            }
        }
        return found
    }

    /// Where a text lies in meaning; nil where no model says.
    private func place(_ text: String) async -> [Float]? {
        let need = TextNeed(.text(text), LearnedTasks(.embedding))
        guard let findings = await reader?.findings(of: need, within: Self.patience), findings.problem == nil,
            !findings.embedding.isEmpty
        else { return nil }
        return findings.embedding
    }

    private static func within<Value: Sendable>(
        _ time: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: time)
                throw MemoryFailure.late
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw MemoryFailure.late }
            return first
        }
    }

    // MARK: Keeping

    /// Keeps what is worth remembering of a turn, behind its answer. `suspicion` says why the turn as a whole is not to
    /// be trusted.
    func keep(
        _ chunks: [MemoryExtraction.Chunk], of user: String, suspicion: String?, aging: MemoryAging, at now: Double,
        logger: Logger
    ) {
        guard !chunks.isEmpty else { return }
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.maximumWaiting else {
            waiting.subtract(1, ordering: .relaxed)
            logger.error("memory_write_failed", metadata: ["reason": "too many turns wait to be kept"])
            return
        }
        Task { [self] in
            defer { waiting.subtract(1, ordering: .relaxed) }
            for chunk in await extracted(chunks, logger) {
                let memory = StoredMemory(
                    id: Router.identifier("mem_"), user: user, kind: chunk.kind, content: chunk.text,
                    source: chunk.source, importance: chunk.importance, at: now, quarantine: suspicion)
                do throws(StateError) { try await keep(memory, aging: aging) } catch {
                    logger.error("memory_write_failed", metadata: ["reason": "\(error.description)"])
                }
            }
        }
    }

    /// The chunks of a turn with what the extractor finds in it, in the place of what rules found. Where it says nothing
    /// of use the rules' stay.
    private func extracted(
        _ chunks: [MemoryExtraction.Chunk], _ logger: Logger
    ) async -> [MemoryExtraction.Chunk] {
        guard let extractor, let turn = chunks.first(where: { $0.kind == .episodic }) else { return chunks }
        let found: [ExtractedMemory]
        do throws(RemoteModelError) { found = try await extractor.memories(in: turn.text) } catch {
            logger.warning("memory_extraction_failed", metadata: ["reason": "\(error.code.rawValue)"])
            return chunks
        }
        return chunks.filter { $0.kind == .episodic }
            + found.filter { MemoryExtraction.isGrounded($0.content, in: turn.text) }.map { memory in
                MemoryExtraction.Chunk(
                    kind: StoredMemory.Kind(rawValue: memory.kind.rawValue) ?? .semantic, text: memory.content,
                    source: .conversation, importance: 0.8)
            }
    }

    /// Keeps a memory, apart where its text is suspicious. Returns it as it was kept.
    @discardableResult
    func keep(_ memory: StoredMemory, aging: MemoryAging) async throws(StateError) -> StoredMemory {
        var memory = memory
        if memory.quarantine == nil, let suspicion = await inspector.suspicion(of: memory.content) {
            memory.quarantine = suspicion.reason
            memory.quarantineScore = suspicion.score
        }
        if memory.quarantine == nil { memory = await placed(memory) }
        return try await table.keep(memory, aging: aging)
    }

    /// Lets a memory that was kept apart be used from now on, in the name of a role. Returns it; nil where the user has
    /// no such memory.
    func release(
        _ id: String, of user: String, by role: String, at now: Double
    ) async throws(StateError) -> StoredMemory? {
        guard var memory = try await table.get(id, of: user), let reason = memory.quarantine else { return nil }
        memory = await placed(memory)
        memory.release = StoredMemory.Release(reason: reason, role: role, time: now)
        (memory.quarantine, memory.quarantineScore) = (nil, nil)
        return try await table.release(memory) ? memory : nil
    }

    private func placed(_ memory: StoredMemory) async -> StoredMemory {
        guard let vector = await place(memory.content) else { return memory }
        var memory = memory
        memory.vector = vector
        memory.vectorModel = reader?.identity ?? ""
        return memory
    }
}
