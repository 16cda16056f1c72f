/// A valid W3C `tracestate` list: at most 32 `key=value` members with distinct keys.
public struct TraceState: Sendable, Hashable {
    /// The most members a list may have (W3C Trace Context §3.3.1.1).
    public static let maximumMembers = 32
    /// A longer header is dropped; the recommendation asks for 512 bytes at least.
    public static let maximumBytes = 8_192

    /// The header as it came.
    public let header: String

    /// Takes a header over; `nil` if it is empty or breaks the grammar. Several header lines are joined with commas
    /// first.
    public init?(_ header: String) {
        var text = header
        guard text.withUTF8({ Self.isValid($0) }) else { return nil }
        self.header = header
    }

    private static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count <= maximumBytes else { return false }
        var keys: [Range<Int>] = []
        var start = 0
        while start <= bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let member = trimmed(bytes, start..<end)
            start = end + 1
            if member.isEmpty { continue }
            guard
                keys.count < maximumMembers,
                let equals = member.first(where: { bytes[$0] == UInt8(ascii: "=") }),
                isKey(bytes, member.lowerBound..<equals), isValue(bytes, equals + 1..<member.upperBound)
            else { return false }
            let key = member.lowerBound..<equals
            guard !keys.contains(where: { bytes[$0].elementsEqual(bytes[key]) }) else { return false }
            keys.append(key)
        }
        return !keys.isEmpty
    }

    private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, isBlank(bytes[lower]) { lower += 1 }
        while upper > lower, isBlank(bytes[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    /// `lcalpha 0*255(keychar)`, or `tenant@system` with 241 and 14 characters at most.
    private static func isKey(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard let at = range.first(where: { bytes[$0] == UInt8(ascii: "@") }) else {
            return range.count <= 256 && isName(bytes, range, mayStartWithDigit: false)
        }
        let tenant = range.lowerBound..<at
        let system = at + 1..<range.upperBound
        return tenant.count <= 241 && system.count <= 14 && isName(bytes, tenant, mayStartWithDigit: true)
            && isName(bytes, system, mayStartWithDigit: false)
    }

    private static func isName(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, mayStartWithDigit: Bool
    ) -> Bool {
        guard let first = range.first else { return false }
        return range.allSatisfy { index in
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): index > first || mayStartWithDigit
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"): index > first
            default: false
            }
        }
    }

    /// 1 to 256 printable characters without `,` and `=`, not ending in a blank.
    private static func isValue(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard (1...256).contains(range.count), bytes[range.upperBound - 1] != UInt8(ascii: " ") else { return false }
        return range.allSatisfy { (0x20...0x7E).contains(bytes[$0]) && bytes[$0] != UInt8(ascii: "=") }
    }
}
