internal import Foundation
public import Logging
public import Policy
public import State
internal import Synchronization

/// Files and vector stores: keeps them, reads files into passages, finds passages. One for the life of the process.
public final class DocumentService: Sendable {
    /// Bounds that policies do not set.
    public struct Limits: Sendable {
        /// Files that may wait to be read.
        public var waitingFiles = 100
        /// Bytes of all files of a tenant.
        public var tenantBytes = 10 << 30
        /// Bytes of vectors that are held for searching.
        public var matrixBytes = 512 << 20
        /// How long one batch of passages may be on its way through the model.
        public var embeddingTimeout = Duration.seconds(60)
        /// How long a query may be.
        public var queryTimeout = Duration.seconds(10)

        /// The defaults.
        public init() {}
    }

    public let settings: VectorStoreSettings
    public let limits: Limits
    let database: DocumentDatabase
    let vault: any FileVault
    let logger: Logger
    let reader = DocumentReader()
    let matrices: MatrixCache
    private let model = Mutex<(any PassageEmbedder)?>(nil)
    let clock: @Sendable () -> Double

    /// Wakes who reads files.
    let wakeUps: AsyncStream<Void>
    let wake: AsyncStream<Void>.Continuation
    /// Files that are being read, as store and file.
    let underway = Mutex<Set<String>>([])
    let isClosing = Atomic<Bool>(false)

    /// A service over stores. `clock` tells the seconds since 1970, the system's where it is nil.
    public init(
        _ settings: VectorStoreSettings, database: DocumentDatabase, vault: any FileVault, limits: Limits = Limits(),
        logger: Logger, clock: (@Sendable () -> Double)? = nil
    ) {
        self.settings = settings
        self.limits = limits
        self.database = database
        self.vault = vault
        self.logger = logger
        self.clock = clock ?? { Date().timeIntervalSince1970 }
        matrices = MatrixCache(limit: limits.matrixBytes)
        (wakeUps, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The model that places passages; nil where none is installed.
    public var embedder: (any PassageEmbedder)? {
        get { model.withLock { $0 } }
        set { model.withLock { $0 = newValue } }
    }

    /// Most bytes of an uploaded file.
    public var maximumFileBytes: Int { settings.maximumFileSizeMegabytes.multipliedReportingOverflow(by: 1 << 20).0 }

    /// The ends of names that may be uploaded, in lower case.
    var formats: Set<String> {
        var formats = Set(settings.supportedFormats.map { $0.lowercased() })
        if formats.contains(".html") { formats.insert(".htm") }
        return formats
    }

    /// How often the passages of a store have changed in this process; it makes results that were kept stale.
    public func revision(of store: String) -> Int { matrices.revision(store) }

    /// A new id: a prefix and 32 random hexadecimal digits.
    static func identifier(_ prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return prefix
            + [generator.next(), generator.next()].map { (value: UInt64) in
                let digits = String(value, radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }.joined()
    }

    // MARK: Files

    /// Keeps a file. Its bytes are on the disk before its entry is, and both are before this returns.
    func upload(
        _ bytes: [UInt8], name: String, purpose: String, lifetime: Double?, tenant: String
    ) async throws(DocumentError) -> StoredFile {
        let name = Self.shownName(name)
        let ending = DocumentReader.ending(of: name)
        guard formats.contains(ending) else {
            throw DocumentError(
                .invalidFileType,
                "\"\(ending.prefix(16))\" is not supported; files may end with \(formats.sorted().joined(separator: ", "))",
                parameter: "file")
        }
        guard bytes.count <= maximumFileBytes else {
            throw DocumentError(.tooLarge, "the file has more than \(settings.maximumFileSizeMegabytes) MB")
        }
        guard !bytes.isEmpty else { throw DocumentError(.invalidInput, "the file is empty", parameter: "file") }
        let now = clock()
        let file = StoredFile(
            id: Self.identifier("file_"), tenant: tenant, name: name, purpose: purpose, byteCount: bytes.count,
            createdAt: now, expiresAt: lifetime.map { now + $0 })
        let kept: Int
        do throws(StateError) { kept = try await database.fileBytes(tenant: tenant) } catch {
            throw failed(.saveFailed, error)
        }
        guard kept + bytes.count <= limits.tenantBytes else {
            throw DocumentError(
                .quotaExceeded, "your files would have more than \(limits.tenantBytes >> 20) MB; delete some")
        }
        do throws(StateError) {
            try vault.put(bytes, id: file.id)
            try await database.add(file)
        } catch {
            vault.remove(file.id)
            throw failed(.saveFailed, error)
        }
        return file
    }

    func file(_ id: String, tenant: String) async throws(DocumentError) -> StoredFile {
        let found: StoredFile?
        do throws(StateError) { found = try await database.file(id, tenant: tenant, at: clock()) } catch {
            throw failed(.readFailed, error)
        }
        guard let found else { throw DocumentError(.notFound, "There is no file '\(id.prefix(128))'.") }
        return found
    }

    func content(of file: StoredFile) throws(DocumentError) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(StateError) { bytes = try vault.get(file.id) } catch { throw failed(.readFailed, error) }
        guard let bytes else {
            throw DocumentError(.readFailed, "The bytes of '\(file.id)' are missing; upload the file again.")
        }
        return bytes
    }

    func deleteFile(_ id: String, tenant: String) async throws(DocumentError) {
        _ = try await file(id, tenant: tenant)
        do throws(StateError) {
            _ = try await database.deleteFile(id, tenant: tenant)
        } catch { throw failed(.saveFailed, error) }
        vault.remove(id)
        matrices.forgetAll()
    }

    // MARK: Stores

    func store(_ id: String, tenant: String) async throws(DocumentError) -> StoredVectorStore {
        let found: StoredVectorStore?
        do throws(StateError) { found = try await database.store(id, tenant: tenant) } catch {
            throw failed(.readFailed, error)
        }
        guard let found else { throw DocumentError(.notFound, "There is no vector store '\(id.prefix(128))'.") }
        return found
    }

    /// A store whose time has not come.
    func activeStore(_ id: String, tenant: String) async throws(DocumentError) -> StoredVectorStore {
        let store = try await store(id, tenant: tenant)
        guard !store.isExpired(at: clock()) else {
            throw DocumentError(.expired, "The vector store '\(store.id)' has expired; make a new one.")
        }
        return store
    }

    /// Puts a file into a store and has it read.
    func attach(
        _ fileID: String, to store: StoredVectorStore, strategy: ChunkingChoice, attributes: String,
        batch: String? = nil
    ) async throws(DocumentError) -> StoredAttachment {
        let file = try await file(fileID, tenant: store.tenant)
        let attachment = StoredAttachment(
            storeID: store.id, fileID: file.id, createdAt: clock(), strategy: strategy.name, size: strategy.size,
            overlap: strategy.overlap, attributes: attributes, batchID: batch)
        let outcome: DocumentDatabase.Attaching
        do throws(StateError) {
            outcome = try await database.attach(attachment, waiting: limits.waitingFiles)
            try await database.touch(store.id, at: clock())
        } catch { throw failed(.attachFailed, error) }
        guard outcome != .exists else {
            throw DocumentError(
                .attachFailed, "The file '\(file.id)' is in the vector store already; detach it first.",
                parameter: "file_id")
        }
        wake.yield()
        return try await self.attachment(of: file.id, in: store.id)
    }

    func attachment(of file: String, in store: String) async throws(DocumentError) -> StoredAttachment {
        let found: StoredAttachment?
        do throws(StateError) { found = try await database.attachment(store: store, file: file) } catch {
            throw failed(.readFailed, error)
        }
        guard let found else {
            throw DocumentError(.notFound, "There is no file '\(file.prefix(128))' in the vector store.")
        }
        return found
    }

    /// A failure of the state: its particulars go to the log.
    func failed(_ code: DocumentError.Code, _ error: StateError) -> DocumentError {
        logger.error("documents_unavailable", metadata: ["code": "\(code.rawValue)", "reason": "\(error)"])
        return DocumentError(code, error)
    }

    /// A name for people: the last part of what the client said, without control characters.
    static func shownName(_ given: String) -> String {
        let last = given.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let scalars = last.unicodeScalars.filter { $0.properties.generalCategory != .control && $0.value != 0x7F }
        var name = String(String.UnicodeScalarView(scalars))
        while name.utf8.count > 255 { name.removeFirst() }
        return name.isEmpty ? "file" : name
    }
}

/// How a file is cut.
struct ChunkingChoice: Sendable, Hashable {
    var name = "auto"
    var size = 800
    var overlap = 400
}
