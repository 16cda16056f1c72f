/// A protobuf message taken apart, for looking at what was encoded; written from the format's description and not
/// from the encoder.
struct ProtobufMessage {
    enum Value: Equatable {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes([UInt8])
        case fixed32(UInt32)
    }

    struct Malformed: Error {}

    private(set) var fields: [(number: Int, value: Value)] = []

    init(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        func byte() throws -> UInt8 {
            guard let byte = rest.popFirst() else { throw Malformed() }
            return byte
        }
        func varint() throws -> UInt64 {
            var value: UInt64 = 0
            for shift in stride(from: 0, to: 64, by: 7) {
                let next = try byte()
                value |= UInt64(next & 0x7F) << UInt64(shift)
                if next & 0x80 == 0 { return value }
            }
            throw Malformed()
        }
        func littleEndian(_ count: Int) throws -> UInt64 {
            try (0..<count).reduce(0) { try $0 | UInt64(byte()) << UInt64(8 * $1) }
        }
        while !rest.isEmpty {
            let tag = try varint()
            let value: Value
            switch tag & 7 {
            case 0: value = .varint(try varint())
            case 1: value = .fixed64(try littleEndian(8))
            case 2:
                let count = Int(try varint())
                guard count <= rest.count else { throw Malformed() }
                value = .bytes(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            case 5: value = .fixed32(UInt32(try littleEndian(4)))
            default: throw Malformed()
            }
            fields.append((Int(tag >> 3), value))
        }
    }

    /// The numbers of all fields, in order, each once.
    var numbers: [Int] { fields.map(\.number).reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }

    func values(_ number: Int) -> [Value] { fields.filter { $0.number == number }.map(\.value) }

    func bytes(_ number: Int) -> [UInt8]? {
        if case .bytes(let bytes) = values(number).first { bytes } else { nil }
    }

    func text(_ number: Int) -> String? { bytes(number).map { String(decoding: $0, as: UTF8.self) } }

    func messages(_ number: Int) throws -> [ProtobufMessage] {
        try values(number).map { value in
            guard case .bytes(let bytes) = value else { throw Malformed() }
            return try ProtobufMessage(bytes)
        }
    }

    func message(_ number: Int) throws -> ProtobufMessage {
        guard let first = try messages(number).first else { throw Malformed() }
        return first
    }

    /// The `KeyValue`s under a number: key to the one field of its `AnyValue`.
    func attributes(_ number: Int) throws -> [String: (number: Int, value: Value)] {
        try messages(number).reduce(into: [:]) { all, pair in
            guard let key = pair.text(1), let field = try pair.message(2).fields.first else { throw Malformed() }
            all[key] = field
        }
    }
}
