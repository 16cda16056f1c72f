internal import Foundation

/// What is kept of one routed request. `document` is the record as a reader sees it; the columns beside it are what
/// records are found and added up by.
public struct ReplayRecord: Sendable, Hashable, Codable {
    /// How a request ended.
    public enum Lifecycle: String, Sendable, Hashable, Codable, CaseIterable {
        /// The request is under way. No store holds such a record.
        case inProgress = "in_progress"
        case completed
        case failed
        /// The client left before the answer was complete.
        case aborted
    }

    /// The name under which the record is asked for; unique within a store.
    public var id: String
    /// When the request came, in seconds since 1970.
    public var timestamp: Double
    public var requestID = ""
    /// Empty where the request names no session.
    public var sessionID = ""
    public var recipe = ""
    /// Empty when no decision matched.
    public var decision = ""
    public var category = ""
    /// The signals that matched, as `family:name`.
    public var signals: [String] = []
    public var requestedModel = ""
    /// Empty when no model was asked.
    public var selectedModel = ""
    public var status = 0
    public var lifecycle = Lifecycle.completed
    public var isCached = false
    public var isStream = false
    /// Nil where the backend reported no usage.
    public var promptTokens: Int?
    public var cachedTokens: Int?
    public var cacheWriteTokens: Int?
    public var completionTokens: Int?
    /// Nil where the cost is not known.
    public var actualCost: Double?
    public var baselineCost: Double?
    public var currency = ""
    /// A JSON object without texts of the conversation.
    @JSONBytes public var document: [UInt8] = []
    /// A JSON object with the texts that were captured; empty where none were.
    @JSONBytes public var payload: [UInt8] = []
    /// Most records that are kept of its decision.
    public var limit = 10_000

    /// A record of a request that came at a moment.
    public init(id: String, timestamp: Double) {
        self.id = id
        self.timestamp = timestamp
    }

    /// The matched signals as a JSON array, the form in which stores keep them.
    var signalsText: String {
        (try? JSONEncoder().encode(signals)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// Reads what `signalsText` wrote.
    static func signals(_ text: String) -> [String] {
        (try? JSONDecoder().decode([String].self, from: Data(text.utf8))) ?? []
    }

    /// Bytes that it takes in memory, roughly.
    public var byteCount: Int { document.count + payload.count + 512 }
}

/// Bytes that are JSON, and so a text where they are encoded.
@propertyWrapper
public struct JSONBytes: Sendable, Hashable, Codable {
    public var wrappedValue: [UInt8]

    /// Bytes of a JSON text.
    public init(wrappedValue: [UInt8]) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        wrappedValue = Array(try decoder.singleValueContainer().decode(String.self).utf8)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: wrappedValue, as: UTF8.self))
    }
}

/// Which records are meant; nil and empty mean all.
public struct ReplayFilter: Sendable, Hashable {
    /// Which answers are meant.
    public enum CacheStatus: String, Sendable, Hashable, CaseIterable {
        case all
        case cached
        case streamed
    }

    /// A part of the request's id or of the recipe's name.
    public var search: String?
    public var recipe: String?
    public var decision: String?
    public var model: String?
    public var sessionID: String?
    public var cacheStatus = CacheStatus.all
    /// Bounds of the time at which requests came, in seconds since 1970; the later one is excluded.
    public var since: Double?
    public var until: Double?

    /// All records.
    public init() {}

    /// Whether a record is meant.
    func allows(_ record: ReplayRecord) -> Bool {
        if let search, !search.isEmpty {
            let wanted = search.lowercased()
            guard record.requestID.lowercased().contains(wanted) || record.recipe.lowercased().contains(wanted) else {
                return false
            }
        }
        let matches: [(wanted: String?, given: String)] = [
            (recipe, record.recipe), (decision, record.decision), (model, record.selectedModel),
            (sessionID, record.sessionID),
        ]
        guard matches.allSatisfy({ $0.wanted == nil || $0.wanted == $0.given }) else { return false }
        guard record.timestamp >= since ?? -.infinity, record.timestamp < until ?? .infinity else { return false }
        switch cacheStatus {
        case .all: return true
        case .cached: return record.isCached
        case .streamed: return record.isStream
        }
    }
}

/// Records in the order of their coming, newest first, with the number of all that are meant.
public struct ReplayPage: Sendable {
    public var records: [ReplayRecord]
    public var total: Int

    /// A page.
    public init(records: [ReplayRecord], total: Int) {
        self.records = records
        self.total = total
    }
}

/// Records added up.
public struct ReplayAggregate: Sendable, Hashable {
    /// A name and how often it occurs.
    public struct Count: Sendable, Hashable {
        public var name: String
        public var count: Int
    }

    /// Tokens of one model.
    public struct Tokens: Sendable, Hashable {
        public var model: String
        public var prompt: Int
        public var cached: Int
        public var completion: Int
    }

    public var recordCount = 0
    public var lifecycle: [Count] = []
    /// The currency in which most records are priced; amounts of others are left out.
    public var currency = ""
    public var actualCost = 0.0
    public var baselineCost = 0.0
    /// Records whose cost is in the sums, and those whose cost is unknown or in another currency.
    public var pricedRecords = 0
    public var excludedRecords = 0
    public var models: [Count] = []
    public var decisions: [Count] = []
    public var recipes: [Count] = []
    /// Matched signals, as `family:name`.
    public var signals: [Count] = []
    public var tokens: [Tokens] = []

    /// Nothing.
    public init() {}
}
