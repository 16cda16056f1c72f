/// A parameter of a statement, in PostgreSQL's binary form.
public enum PostgresParameter: Sendable {
    case null
    case bytes([UInt8])
    case text(String)
    case double(Double)
    case integer(Int64)

    /// Bytes of a text that may hold anything, zeros too; nil is null.
    public static func bytes(of text: String?) -> PostgresParameter { text.map { .bytes(Array($0.utf8)) } ?? .null }

    /// The bytes that are sent; nil is null.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        case .bytes(let bytes): bytes
        case .text(let text): Array(text.utf8)
        case .double(let value): withUnsafeBytes(of: value.bitPattern.bigEndian) { Array($0) }
        case .integer(let value): withUnsafeBytes(of: value.bigEndian) { Array($0) }
        }
    }
}

/// What a statement gave: rows of cells in binary form, and how many rows it changed.
public struct PostgresResult: Sendable {
    public var rows: [[[UInt8]?]] = []
    public var changed = 0
}

/// Reads cells of a row.
public enum PostgresCell {
    /// A text, or a `bytea` that holds one.
    public static func text(_ cell: [UInt8]?) -> String? { cell.map { String(decoding: $0, as: UTF8.self) } }

    /// A `float8`.
    public static func double(_ cell: [UInt8]?) -> Double? {
        integer(cell).map { Double(bitPattern: UInt64(bitPattern: $0)) }
    }

    /// A `bigint`.
    public static func integer(_ cell: [UInt8]?) -> Int64? {
        guard let cell, cell.count == 8 else { return nil }
        return Int64(bitPattern: cell.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}
