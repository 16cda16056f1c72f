internal import Lexical
internal import Logging
internal import Policy
internal import State
internal import Synchronization

/// Files become passages. What waits is in the database alone: a file whose reading this process did not finish is read
/// again by the next.
extension DocumentService {
    /// Passages that are placed at once.
    private static let batch = 16
    /// How often what is overloaded is asked again.
    private static let attempts = 4

    /// Reads what waits, until `close`. Call once.
    public func run() async {
        await recover()
        wake.yield()
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                while !isClosing.load(ordering: .relaxed), !Task.isCancelled {
                    await expire()
                    try? await Task.sleep(for: .seconds(30))
                }
            }
            for await _ in wakeUps {
                if isClosing.load(ordering: .relaxed) { break }
                for item in await next() {
                    group.addTask { [self] in
                        await read(item.attachment, tenant: item.tenant, name: item.name)
                        _ = underway.withLock { $0.remove(Self.key(item.attachment)) }
                        wake.yield()
                    }
                }
            }
            group.cancelAll()
        }
    }

    /// Takes no more files, and waits for those that are being read for as long as the policy says; the rest goes on
    /// after the next start.
    public func close(_ running: Task<Void, Never>) async {
        isClosing.store(true, ordering: .relaxed)
        let patience = Duration.seconds(settings.ingestionDrainTimeoutSeconds)
        let deadline = ContinuousClock.now + patience
        while !underway.withLock({ $0.isEmpty }), .now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        running.cancel()
        wake.finish()
        await running.value
    }

    private static func key(_ attachment: StoredAttachment) -> String { attachment.storeID + attachment.fileID }

    private func recover() async {
        do throws(StateError) {
            vault.keepOnly(try await database.allFileIDs())
            if let embedder {
                let count = try await database.readAgain(unlessEmbeddedBy: embedder.identity)
                if count > 0 {
                    logger.notice(
                        "documents_read_again",
                        metadata: ["files": "\(count)", "reason": "another model places passages now"])
                }
            }
        } catch { _ = failed(.readFailed, error) }
    }

    /// Clears away what has expired.
    func expire() async {
        do throws(StateError) {
            for file in try await database.expiredFiles(at: clock()) {
                _ = try await database.deleteFile(file.id, tenant: file.tenant)
                vault.remove(file.id)
                matrices.forgetAll()
            }
            for store in try await database.clearExpiredStores(at: clock()) { matrices.forget(store) }
        } catch { _ = failed(.readFailed, error) }
    }

    /// The files to be read now: as many as there are workers free.
    private func next() async -> [(attachment: StoredAttachment, tenant: String, name: String)] {
        let busy = underway.withLock { $0 }
        let free = max(1, min(settings.ingestionWorkers, 16)) - busy.count
        guard free > 0 else { return [] }
        do throws(StateError) {
            let waiting = try await database.waiting(limit: busy.count + free)
                .filter { !busy.contains(Self.key($0.attachment)) }.prefix(free)
            underway.withLock { for item in waiting { $0.insert(Self.key(item.attachment)) } }
            return Array(waiting)
        } catch {
            _ = failed(.readFailed, error)
            return []
        }
    }

    // MARK: One file

    private func read(_ attachment: StoredAttachment, tenant: String, name: String) async {
        let (store, file) = (attachment.storeID, attachment.fileID)
        do throws(StateError) {
            do throws(ReadingFailure) {
                let passages = try await passages(of: attachment, name: name)
                // Stopped: the file stays in progress.
                guard let passages else { return }
                let outcome: DocumentDatabase.Completion
                do throws(StateError) {
                    outcome = try await database.complete(
                        store: store, file: file, passages: passages, embedder: embedder?.identity ?? "",
                        maximumPassages: settings.memory.maximumEntriesPerStore)
                } catch {
                    _ = failed(.saveFailed, error)
                    throw ReadingFailure("storage_error", "the passages cannot be kept")
                }
                matrices.forget(store)
                guard outcome != .storeFull else {
                    throw ReadingFailure(
                        "storage_error",
                        "the store would have more than \(settings.memory.maximumEntriesPerStore) passages")
                }
                logger.debug(
                    "document_read",
                    metadata: ["file": "\(file)", "store": "\(store)", "passages": "\(passages.count)"])
            } catch {
                logger.info(
                    "document_not_read",
                    metadata: ["file": "\(file)", "store": "\(store)", "code": "\(error.code)"])
                try await database.fail(store: store, file: file, code: error.code, message: error.message)
            }
        } catch {
            _ = failed(.saveFailed, error)
            // It stays in progress; a disk that is full is not asked without a pause.
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// The passages of a file with their places in meaning; nil where the process stops before all are there.
    private func passages(
        of attachment: StoredAttachment, name: String
    ) async throws(ReadingFailure) -> [NewPassage]? {
        guard let embedder else {
            throw ReadingFailure(
                "embedding_error",
                "no embedding model is installed on the router; install one and attach the file again")
        }
        let bytes: [UInt8]?
        do throws(StateError) { bytes = try vault.get(attachment.fileID) } catch {
            throw ReadingFailure("read_error", "the file's bytes cannot be read")
        }
        guard let bytes else { throw ReadingFailure("read_error", "the file's bytes are missing") }
        let text = try await reader.text(of: bytes, name: name, path: vault.path(attachment.fileID))
        let splitter = PassageSplitter(
            PassageSplitter.Strategy(rawValue: attachment.strategy) ?? .auto, size: attachment.size,
            overlap: attachment.overlap)
        let pieces = splitter.passages(in: text, tokenStarts: embedder.tokenStarts).map(String.init)
            .filter { piece in piece.contains { !$0.isWhitespace } }
        guard pieces.count <= settings.memory.maximumEntriesPerStore else {
            throw ReadingFailure(
                "storage_error",
                "the file has \(pieces.count) passages, and a store may have \(settings.memory.maximumEntriesPerStore)")
        }
        var passages: [NewPassage] = []
        var rest = pieces[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.batch))
            rest = rest.dropFirst(Self.batch)
            guard let vectors = try await vectors(of: batch, by: embedder) else { return nil }
            for (piece, vector) in zip(batch, vectors) {
                passages.append(
                    NewPassage(
                        text: piece, terms: HybridRanking.terms(of: piece).joined(separator: " "), vector: vector))
            }
        }
        return passages
    }

    private func vectors(
        of batch: [String], by embedder: any PassageEmbedder
    ) async throws(ReadingFailure) -> [[Float]?]? {
        for attempt in 1...Self.attempts {
            if Task.isCancelled { return nil }
            do throws(EmbeddingError) {
                return try await embedder.vectors(of: batch, within: limits.embeddingTimeout)
            } catch {
                if Task.isCancelled { return nil }
                guard error.isTransient, attempt < Self.attempts else {
                    throw ReadingFailure("embedding_error", error.description)
                }
                // Requests go first: passages wait for a quieter moment.
                try? await Task.sleep(for: .milliseconds(250 << attempt))
            }
        }
        return nil
    }
}
