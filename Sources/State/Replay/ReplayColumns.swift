/// What a store keeps in one column of a record.
enum ReplayCell: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// UTF-8.
    case text([UInt8])
}

/// One column of the tables of records: its name, and its part of a record.
struct ReplayColumn: Sendable {
    /// What is in it.
    enum Form: Sendable {
        case integer
        case real
        /// The router's own words.
        case word
        /// Words of clients and operators, which may hold anything, zeros too.
        case text
    }

    let name: String
    let form: Form
    let read: @Sendable (ReplayRecord) -> ReplayCell
    let write: @Sendable (inout ReplayRecord, ReplayCell) -> Void
}

extension ReplayRecord {
    /// All columns in the order in which stores list them, the texts of the conversation last: those are not always read.
    static let columns: [ReplayColumn] = [
        .text("id", { $0.id }) { $0.id = $1 },
        .real("timestamp", { $0.timestamp }) { $0.timestamp = $1 ?? 0 },
        .text("request_id", { $0.requestID }) { $0.requestID = $1 },
        .text("session_id", { $0.sessionID }) { $0.sessionID = $1 },
        .text("recipe", { $0.recipe }) { $0.recipe = $1 },
        .text("decision", { $0.decision }) { $0.decision = $1 },
        .text("category", { $0.category }) { $0.category = $1 },
        .text("requested_model", { $0.requestedModel }) { $0.requestedModel = $1 },
        .text("selected_model", { $0.selectedModel }) { $0.selectedModel = $1 },
        .integer("status", { $0.status }) { $0.status = $1 ?? 0 },
        .word("lifecycle", { $0.lifecycle.rawValue }) { $0.lifecycle = Lifecycle(rawValue: $1) ?? .failed },
        .integer("is_cached", { $0.isCached ? 1 : 0 }) { $0.isCached = $1 == 1 },
        .integer("is_stream", { $0.isStream ? 1 : 0 }) { $0.isStream = $1 == 1 },
        .integer("prompt_tokens", { $0.promptTokens }) { $0.promptTokens = $1 },
        .integer("cached_tokens", { $0.cachedTokens }) { $0.cachedTokens = $1 },
        .integer("cache_write_tokens", { $0.cacheWriteTokens }) { $0.cacheWriteTokens = $1 },
        .integer("completion_tokens", { $0.completionTokens }) { $0.completionTokens = $1 },
        .real("actual_cost", { $0.actualCost }) { $0.actualCost = $1 },
        .real("baseline_cost", { $0.baselineCost }) { $0.baselineCost = $1 },
        .word("currency", { $0.currency }) { $0.currency = $1 },
        .integer("record_limit", { $0.limit }) { $0.limit = $1 ?? $0.limit },
        ReplayColumn(name: "document", form: .text, read: { .text($0.document) }, write: { $0.document = $1.bytes }),
        .word("signals", { $0.signalsText }) { $0.signals = signals($1) },
        ReplayColumn(
            name: "payload", form: .text, read: { $0.payload.isEmpty ? .null : .text($0.payload) },
            write: { $0.payload = $1.bytes }),
    ]

    /// The names of all columns, with a comma between them.
    static let columnNames = columns.map(\.name).joined(separator: ", ")

    /// The record in a store's cells, in the order of the columns.
    var cells: [ReplayCell] { Self.columns.map { $0.read(self) } }

    /// The record in a store's cells, which are in the order of the columns.
    init(_ cells: [ReplayCell]) {
        self.init(id: "", timestamp: 0)
        for (column, cell) in zip(Self.columns, cells) { column.write(&self, cell) }
    }
}

extension ReplayCell {
    fileprivate var bytes: [UInt8] { if case .text(let bytes) = self { bytes } else { [] } }
}

extension ReplayColumn {
    fileprivate static func text(
        _ name: String, form: Form = .text, _ read: @escaping @Sendable (ReplayRecord) -> String,
        write: @escaping @Sendable (inout ReplayRecord, String) -> Void
    ) -> ReplayColumn {
        ReplayColumn(
            name: name, form: form, read: { .text(Array(read($0).utf8)) },
            write: { write(&$0, String(decoding: $1.bytes, as: UTF8.self)) })
    }

    fileprivate static func word(
        _ name: String, _ read: @escaping @Sendable (ReplayRecord) -> String,
        write: @escaping @Sendable (inout ReplayRecord, String) -> Void
    ) -> ReplayColumn { text(name, form: .word, read, write: write) }

    fileprivate static func integer(
        _ name: String, _ read: @escaping @Sendable (ReplayRecord) -> Int?,
        write: @escaping @Sendable (inout ReplayRecord, Int?) -> Void
    ) -> ReplayColumn {
        ReplayColumn(
            name: name, form: .integer, read: { read($0).map { .integer(Int64($0)) } ?? .null },
            write: { record, cell in
                if case .integer(let value) = cell { write(&record, Int(value)) } else { write(&record, nil) }
            })
    }

    fileprivate static func real(
        _ name: String, _ read: @escaping @Sendable (ReplayRecord) -> Double?,
        write: @escaping @Sendable (inout ReplayRecord, Double?) -> Void
    ) -> ReplayColumn {
        ReplayColumn(
            name: name, form: .real, read: { read($0).map { .real($0) } ?? .null },
            write: { record, cell in
                if case .real(let value) = cell { write(&record, value) } else { write(&record, nil) }
            })
    }
}
