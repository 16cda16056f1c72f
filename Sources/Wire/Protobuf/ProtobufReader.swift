/// Why bytes are not a protobuf message.
public enum ProtobufError: Error, Sendable, Hashable {
    /// The bytes end inside a field.
    case truncated
    /// A varint of more than ten bytes, a field with number 0, or a wire type that is not used any more (groups).
    case malformed
    /// A text that is not UTF-8.
    case invalidText
}

/// Reads protobuf's wire format field by field (https://protobuf.dev/programming-guides/encoding). It allocates nothing;
/// what it returns of the bytes lives as long as the buffer that it reads.
public struct ProtobufReader {
    /// A field's value, as its wire type gives it.
    public enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A text, bytes, a message or packed numbers.
        case bytes(UnsafeRawBufferPointer)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    /// A reader over a whole message.
    public init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The next field, or nil at the end. Fields that the caller does not know are simply not used.
    public mutating func next() throws(ProtobufError) -> (number: UInt64, value: Value)? {
        guard position < bytes.count else { return nil }
        let tag = try varint()
        let number = tag >> 3
        guard number > 0 else { throw .malformed }
        switch tag & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try littleEndian(8)))
        case 2:
            let length = try varint()
            guard length <= UInt64(bytes.count - position) else { throw .truncated }
            let start = position
            position += Int(length)
            return (number, .bytes(UnsafeRawBufferPointer(rebasing: bytes[start..<position])))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try littleEndian(4))))
        default: throw .malformed
        }
    }

    private mutating func varint() throws(ProtobufError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { throw .malformed }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw .truncated
    }

    private mutating func littleEndian(_ count: Int) throws(ProtobufError) -> UInt64 {
        guard bytes.count - position >= count else { throw .truncated }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        return value
    }
}

extension ProtobufReader.Value {
    /// A flag; other wire types are false.
    public var flag: Bool {
        if case .varint(let value) = self { return value != 0 }
        return false
    }

    /// A number that fits; other wire types are 0.
    public var number: Int {
        if case .varint(let value) = self { return Int(truncatingIfNeeded: value) }
        return 0
    }

    /// The bytes of a text, of bytes or of a message; other wire types are malformed.
    public func raw() throws(ProtobufError) -> UnsafeRawBufferPointer {
        guard case .bytes(let bytes) = self else { throw .malformed }
        return bytes
    }

    /// A text.
    public func text() throws(ProtobufError) -> String {
        guard let text = String(validating: try raw(), as: UTF8.self) else { throw .invalidText }
        return text
    }

    /// A text of which only some bytes may be UTF-8; the others are replaced.
    public func lenientText() throws(ProtobufError) -> String {
        String(decoding: try raw(), as: UTF8.self)
    }
}
