/// What memory did for a request, for the log and its replay record.
enum MemoryTrace: Sendable, Hashable, CustomStringConvertible {
    /// So many memories were given to the model.
    case recalled(Int)
    /// Nothing was recalled, by choice.
    case off(reason: String)
    /// Nothing could be recalled.
    case failed(code: String)

    var description: String {
        switch self {
        case .recalled(let count): "\(count) recalled"
        case .off(let reason): "off: \(reason)"
        case .failed(let code): "failed: \(code)"
        }
    }

    /// Stable words for the record: `used`, `empty`, `off` or `failed`.
    var status: String {
        switch self {
        case .recalled(let count): count > 0 ? "used" : "empty"
        case .off: "off"
        case .failed: "failed"
        }
    }

    /// Why there was none; nil where memory was looked at.
    var reason: String? {
        switch self {
        case .recalled: nil
        case .off(let reason), .failed(let reason): reason
        }
    }

    /// Memories that the model got.
    var count: Int { if case .recalled(let count) = self { count } else { 0 } }
}
