internal import Evidence
internal import Logging
internal import Policy
internal import State
internal import Synchronization
internal import Telemetry

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
    private let waiting = Atomic<Int>(0)

    /// Turns that may wait to be kept; more are lost, and the log says so.
    private static let maximumWaiting = 256
    /// How long a request waits for memories.
    private static let patience = Duration.seconds(2)
    /// What is read of a request to find memories.
    static let longestQuery = 4_000

    /// Memories whose texts `promptGuard` reads before they are kept; without it the rules alone do.
    init(_ table: MemoryTable, reader: (any TextReader)?, promptGuard: PromptGuard?) {
        self.table = table
        self.reader = reader
        inspector = MemoryInspector(promptGuard)
    }

    /// Whether rules alone decide what is kept apart.
    var lacksLearnedGuard: Bool { inspector.promptGuard == nil }

    // MARK: Recalling

    /// The memories of a user that belong to a text, best first. Has a deadline.
    func recall(
        _ query: String, of user: String, _ settings: MemorySettings, at now: Double, logger: Logger
    ) async -> Result<[StoredMemory], MemoryFailure> {
        do {
            return .success(
                try await Self.within(Self.patience) { [self] in
                    try await find(query, of: user, settings, at: now, logger: logger)
                })
        } catch let failure as MemoryFailure {
            return .failure(failure)
        } catch let error as StateError {
            return .failure(MemoryFailure(code: error.code.rawValue, description: error.description))
        } catch {
            return .failure(MemoryFailure(code: "cancelled", description: "\(error)"))
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
            for chunk in chunks {
                let memory = StoredMemory(
                    id: Router.identifier("mem_"), user: user, kind: chunk.kind, content: chunk.text,
                    source: chunk.source, importance: chunk.importance, at: now, quarantine: suspicion)
                do throws(StateError) { try await keep(memory, aging: aging) } catch {
                    logger.error("memory_write_failed", metadata: ["reason": "\(error.description)"])
                }
            }
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
