internal import CHiredis

/// What Redis answers.
public enum RedisValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case bytes([UInt8])
    case array([RedisValue])
    /// An error, as its first word, such as `OOM`: what follows may hold what was sent.
    case error(String)

    /// The bytes of a text or a status; nil otherwise.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = self { return bytes }
        return nil
    }

    /// A number; nil otherwise.
    public var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// The elements of an array; nil otherwise.
    public var array: [RedisValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// Reads a reply of the library.
    init(_ reply: UnsafePointer<redisReply>) {
        let value = reply.pointee
        func bytes() -> [UInt8] {
            guard let text = value.str else { return [] }
            return Array(UnsafeRawBufferPointer(start: text, count: value.len))
        }
        switch value.type {
        case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .bytes(bytes())
        case REDIS_REPLY_INTEGER: self = .integer(value.integer)
        case REDIS_REPLY_ARRAY:
            self = .array(
                (0..<value.elements).map { index in
                    value.element?[index].map { RedisValue(UnsafePointer($0)) } ?? .null
                })
        case REDIS_REPLY_ERROR:
            let word = bytes().prefix { (65...90).contains($0) }.prefix(32)
            self = .error(word.isEmpty ? "ERR" : String(decoding: word, as: UTF8.self))
        default: self = .null
        }
    }
}
