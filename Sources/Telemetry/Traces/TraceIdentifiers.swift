/// A 128-bit trace identifier, never zero.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
    /// The first eight bytes.
    public let high: UInt64
    /// The last eight bytes.
    public let low: UInt64

    /// Creates an identifier; `nil` if all bits are zero.
    public init?(high: UInt64, low: UInt64) {
        guard high != 0 || low != 0 else { return nil }
        self.high = high
        self.low = low
    }

    /// A random identifier.
    public static func random(using generator: inout some RandomNumberGenerator) -> TraceID {
        while true {
            if let identifier = TraceID(high: generator.next(), low: generator.next()) { return identifier }
        }
    }

    /// 32 lowercase hexadecimal digits.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    var bytes: [UInt8] { Hexadecimal.digits(high) + Hexadecimal.digits(low) }
}

/// A 64-bit span identifier, never zero.
public struct SpanID: Sendable, Hashable, CustomStringConvertible {
    /// The eight bytes as a number, most significant first.
    public let value: UInt64

    /// Creates an identifier; `nil` if all bits are zero.
    public init?(_ value: UInt64) {
        guard value != 0 else { return nil }
        self.value = value
    }

    /// A random identifier.
    public static func random(using generator: inout some RandomNumberGenerator) -> SpanID {
        while true {
            if let identifier = SpanID(generator.next()) { return identifier }
        }
    }

    /// 16 lowercase hexadecimal digits.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    var bytes: [UInt8] { Hexadecimal.digits(value) }
}

/// Lowercase hexadecimal of fixed width, the only form W3C Trace Context allows.
enum Hexadecimal {
    static func digits(_ value: UInt64) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            write(value, width: 16, to: buffer, at: 0)
            count = 16
        }
    }

    static func write(_ value: UInt64, width: Int, to buffer: UnsafeMutableBufferPointer<UInt8>, at offset: Int) {
        var rest = value
        for position in stride(from: offset + width - 1, through: offset, by: -1) {
            let digit = UInt8(rest & 0xF)
            buffer[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            rest >>= 4
        }
    }

    /// The number that `width` (at most 16) digits from `offset` on write; `nil` for any other character.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int, width: Int) -> UInt64? {
        var value: UInt64 = 0
        for position in offset..<offset + width {
            let digit: UInt8
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[position] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[position] - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }
}
