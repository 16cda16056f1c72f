#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A range of IP addresses, such as `10.0.0.0/8`, `::1` or the word `loopback`.
public struct AddressRange: Sendable, Hashable {
    private let ranges: [(bytes: [UInt8], bits: Int)]

    /// Reads an address, an address with a prefix length, or `loopback`; nil for anything else.
    public init?(_ text: String) {
        if text == "loopback" {
            ranges = [([127, 0, 0, 0], 8), ([UInt8](repeating: 0, count: 15) + [1], 128)]
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
        var bits = bytes.count * 8
        if parts.count == 2 {
            // The prefix of an IPv4 address inside IPv6 counts from the start of the IPv6 address.
            let skipped = bits == 32 && parts[0].contains(":") ? 96 : 0
            guard let given = Int(parts[1]), (0...skipped + bits).contains(given) else { return nil }
            if given < skipped {
                // Wider than all IPv4 addresses together: a range of IPv6 addresses.
                ranges = [([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + bytes, given)]
                return
            }
            bits = given - skipped
        }
        ranges = [(bytes, bits)]
    }

    /// Whether an address lies in the range. An IPv4 address inside IPv6 counts as IPv4.
    public func contains(_ address: String) -> Bool {
        guard let bytes = Self.bytes(of: address) else { return false }
        return ranges.contains { range in
            guard range.bytes.count == bytes.count else { return false }
            for bit in 0..<range.bits where (range.bytes[bit / 8] ^ bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) != 0 {
                return false
            }
            return true
        }
    }

    private static func bytes(of text: String) -> [UInt8]? {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: &v4) { Array($0) } }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &v6) { Array($0) }
        let mapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return mapped ? Array(bytes[12...]) : bytes
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.ranges.map(\.bytes) == right.ranges.map(\.bytes) && left.ranges.map(\.bits) == right.ranges.map(\.bits)
    }

    public func hash(into hasher: inout Hasher) {
        for range in ranges {
            hasher.combine(range.bytes)
            hasher.combine(range.bits)
        }
    }
}
