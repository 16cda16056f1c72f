/// A file that was uploaded. Its name is for people; nothing on disk is called by it.
public struct StoredFile: Sendable, Hashable {
    public var id: String
    /// Who it belongs to; nobody else sees it.
    public var tenant: String
    public var name: String
    public var purpose: String
    public var byteCount: Int
    /// Seconds since 1970.
    public var createdAt: Double
    /// When it goes away; nil for never.
    public var expiresAt: Double?

    /// A file.
    public init(
        id: String, tenant: String, name: String, purpose: String, byteCount: Int, createdAt: Double,
        expiresAt: Double? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.purpose = purpose
        self.byteCount = byteCount
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// A collection of files whose passages can be searched.
public struct StoredVectorStore: Sendable, Hashable {
    /// Files by status.
    public struct FileCounts: Sendable, Hashable {
        public var inProgress = 0
        public var completed = 0
        public var failed = 0
        public var cancelled = 0
        /// All of them.
        public var total: Int { inProgress + completed + failed + cancelled }

        /// None.
        public init() {}
    }

    public var id: String
    /// Who it belongs to; nobody else sees it.
    public var tenant: String
    public var name: String
    /// Seconds since 1970.
    public var createdAt: Double
    /// When it was last searched or changed.
    public var lastActiveAt: Double
    /// Days after the last activity when it expires; nil for never.
    public var expiresAfterDays: Int?
    /// A JSON object.
    public var metadata: String
    /// Bytes of the texts of its passages.
    public var usageBytes = 0
    public var fileCounts = FileCounts()

    /// A store without files.
    public init(
        id: String, tenant: String, name: String, createdAt: Double, expiresAfterDays: Int? = nil,
        metadata: String = "{}"
    ) {
        self.id = id
        self.tenant = tenant
        self.name = name
        self.createdAt = createdAt
        lastActiveAt = createdAt
        self.expiresAfterDays = expiresAfterDays
        self.metadata = metadata
    }

    /// When it expires, in seconds since 1970.
    public var expiresAt: Double? { expiresAfterDays.map { lastActiveAt + Double($0) * 86_400 } }

    /// Whether its time has come.
    public func isExpired(at now: Double) -> Bool { expiresAt.map { $0 <= now } ?? false }
}

/// A file in a store: how it is cut, how far that has come, and what filters may ask of it.
public struct StoredAttachment: Sendable, Hashable {
    /// How far reading has come; raw values are the API's.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case inProgress = "in_progress"
        case completed
        case failed
        case cancelled
    }

    public var storeID: String
    public var fileID: String
    /// Seconds since 1970.
    public var createdAt: Double
    public var status = Status.inProgress
    /// Why reading failed: a stable code and a sentence.
    public var errorCode: String?
    public var errorMessage: String?
    /// `static` or `auto`.
    public var strategy: String
    /// Tokens of a passage, and how many of them two neighbours share.
    public var size: Int
    public var overlap: Int
    /// A JSON object of texts, numbers and truth values.
    public var attributes: String
    public var usageBytes = 0
    /// The batch that it was attached with.
    public var batchID: String?

    /// A file that is still to be read.
    public init(
        storeID: String, fileID: String, createdAt: Double, strategy: String, size: Int, overlap: Int,
        attributes: String = "{}", batchID: String? = nil
    ) {
        self.storeID = storeID
        self.fileID = fileID
        self.createdAt = createdAt
        self.strategy = strategy
        self.size = size
        self.overlap = overlap
        self.attributes = attributes
        self.batchID = batchID
    }
}

/// A piece of a file with its place in meaning.
public struct StoredPassage: Sendable, Hashable {
    public var id: Int64
    public var fileID: String
    /// Its place in the file, from 0.
    public var position: Int
    public var text: String

    /// A passage.
    public init(id: Int64, fileID: String, position: Int, text: String) {
        self.id = id
        self.fileID = fileID
        self.position = position
        self.text = text
    }
}

/// A passage on its way into a store.
public struct NewPassage: Sendable {
    public var text: String
    /// Its index terms, separated by spaces.
    public var terms: String
    /// A unit vector; nil where no model can read the text.
    public var vector: [Float]?

    /// A passage.
    public init(text: String, terms: String, vector: [Float]?) {
        self.text = text
        self.terms = terms
        self.vector = vector
    }
}

/// A part of a list in order of creation.
public struct ListPage: Sendable, Hashable {
    public var limit: Int
    public var isAscending: Bool
    /// Begins behind, or ends before, the one with this id.
    public var after: String?
    public var before: String?

    /// A part of at most `limit`, newest first by default.
    public init(limit: Int = 20, isAscending: Bool = false, after: String? = nil, before: String? = nil) {
        self.limit = limit
        self.isAscending = isAscending
        self.after = after
        self.before = before
    }
}
