/// Writes protobuf's wire format: a field is its number and wire type as a varint, then the value
/// (https://protobuf.dev/programming-guides/encoding). Fields with their default value are left to the caller to skip.
public struct ProtobufWriter {
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    /// What has been written.
    public private(set) var bytes: [UInt8] = []

    /// An empty message; `capacity` is reserved at once.
    public init(capacity: Int = 0) {
        if capacity > 0 { bytes.reserveCapacity(capacity) }
    }

    /// An unsigned number, a flag or an enumeration.
    public mutating func field(_ number: UInt64, varint value: UInt64) {
        tag(number, .varint)
        append(varint: value)
    }

    /// A signed number (`int64`): two's complement, so that a negative one takes ten bytes.
    public mutating func field(_ number: UInt64, int64 value: Int64) {
        field(number, varint: UInt64(bitPattern: value))
    }

    /// Eight bytes, least significant first.
    public mutating func field(_ number: UInt64, fixed64 value: UInt64) {
        tag(number, .fixed64)
        append(littleEndian: value, bytes: 8)
    }

    /// Four bytes, least significant first.
    public mutating func field(_ number: UInt64, fixed32 value: UInt32) {
        tag(number, .fixed32)
        append(littleEndian: UInt64(value), bytes: 4)
    }

    /// A double.
    public mutating func field(_ number: UInt64, double value: Double) {
        field(number, fixed64: value.bitPattern)
    }

    /// A text.
    public mutating func field(_ number: UInt64, string value: String) {
        tag(number, .lengthDelimited)
        append(varint: UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Bytes as they are.
    public mutating func field(_ number: UInt64, bytes value: some Collection<UInt8>) {
        tag(number, .lengthDelimited)
        append(varint: UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    /// Sixteen or eight bytes of an identifier, most significant first.
    public mutating func field(_ number: UInt64, bigEndian words: UInt64...) {
        tag(number, .lengthDelimited)
        append(varint: UInt64(words.count * 8))
        for word in words { append(littleEndian: word.byteSwapped, bytes: 8) }
    }

    /// A message, which `body` writes. It is written in place; its length is put before it when it is known.
    public mutating func field(_ number: UInt64, message body: (inout ProtobufWriter) -> Void) {
        tag(number, .lengthDelimited)
        let place = bytes.count
        bytes.append(0)
        body(&self)
        let length = UInt64(bytes.count - place - 1)
        if length <= 0x7F {
            bytes[place] = UInt8(length)
        } else {
            var prefix = ProtobufWriter()
            prefix.append(varint: length)
            bytes.replaceSubrange(place...place, with: prefix.bytes)
        }
    }

    private mutating func tag(_ number: UInt64, _ type: WireType) {
        append(varint: number << 3 | type.rawValue)
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(littleEndian value: UInt64, bytes count: Int) {
        for position in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * position))) }
    }
}
