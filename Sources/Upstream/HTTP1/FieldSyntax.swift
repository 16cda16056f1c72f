import Glibc

/// Byte classes and names of HTTP/1.1 (RFC 9110 §5, RFC 9112).
package enum FieldSyntax {
    private static let tokenLow: UInt64 = {
        var bits: UInt64 = 0
        for byte in "!#$%&'*+-.0123456789".utf8 { bits |= 1 << UInt64(byte) }
        return bits
    }()

    private static let tokenHigh: UInt64 = {
        var bits: UInt64 = 0
        for byte in "ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~".utf8 { bits |= 1 << UInt64(byte - 64) }
        return bits
    }()

    /// Whether the bytes form a token: at least one byte, only token characters.
    package static func isToken(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return false }
        // Nearly every name: letters and dashes.
        if bytes.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 == 0x2D }) { return true }
        let low = self.tokenLow
        let high = self.tokenHigh
        for byte in bytes {
            let member: UInt64 =
                byte < 64 ? (low >> UInt64(byte)) & 1 : byte < 128 ? (high >> UInt64(byte - 64)) & 1 : 0
            if member == 0 { return false }
        }
        return true
    }

    /// Whether the bytes may stand in a field value: no control characters but the tabulator.
    package static func isFieldValue(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var offset = 0
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            // A byte's high bit is set in `small` when it may be below 0x20, in `delete` when it may be 0x7F.
            let small = (word &- ones &* 0x20) & ~word
            let flipped = word ^ (ones &* 0x7F)
            let delete = (flipped &- ones) & ~flipped
            if (small | delete) & (ones &* 0x80) != 0 { break }
            offset += 8
        }
        while offset < bytes.count {
            let byte = bytes[offset]
            if (byte < 0x20 && byte != 0x09) || byte == 0x7F { return false }
            offset += 1
        }
        return true
    }

    /// Compares ASCII bytes with a lowercase literal, ignoring case.
    @inline(__always)
    package static func equals(_ bytes: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount else { return false }
        let expected = literal.utf8Start
        for index in 0..<bytes.count {
            let byte = bytes[index]
            let lowered = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            if lowered != expected[index] { return false }
        }
        return true
    }

    /// Compares bytes with a literal, case and all.
    @inline(__always)
    static func isExactly(_ bytes: UnsafeRawBufferPointer, _ literal: StaticString) -> Bool {
        guard bytes.count == literal.utf8CodeUnitCount, let base = bytes.baseAddress else { return false }
        return memcmp(base, literal.utf8Start, bytes.count) == 0
    }

    /// Whether a field belongs to one connection only and is never forwarded.
    package static func isHopByHop(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: self.equals(name, "te")
        case 7: self.equals(name, "trailer") || self.equals(name, "upgrade")
        case 10: self.equals(name, "connection") || self.equals(name, "keep-alive")
        case 16: self.equals(name, "proxy-connection")
        case 17: self.equals(name, "transfer-encoding")
        default: false
        }
    }

    /// The bytes without spaces and tabulators at both ends.
    @inline(__always)
    package static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var start = 0
        var end = bytes.count
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }

    /// The members of a comma-separated list, trimmed; empty ones left out.
    package static func forEachListMember(
        of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        for part in bytes.split(separator: 0x2C) {
            let member = self.trimmed(UnsafeRawBufferPointer(rebasing: part))
            if !member.isEmpty { body(member) }
        }
    }
}
