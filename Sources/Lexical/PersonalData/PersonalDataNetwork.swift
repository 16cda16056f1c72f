/// IP addresses.
extension PersonalDataScan {
    /// Four octets without leading zeros. Five parts or a word such as "version" make it something else.
    mutating func matchIPv4(at start: Int) -> Int? {
        guard at(start - 1) != UInt8(ascii: ".") || start == 0 else { return nil }
        var offset = start
        var largest = 0
        for part in 0..<4 {
            let end = end(from: offset, limit: 4, while: Self.isDigit)
            guard (1...3).contains(end - offset), end - offset == 1 || bytes[offset] != UInt8(ascii: "0") else {
                return nil
            }
            let octet = (offset..<end).reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) }
            guard octet <= 255 else { return nil }
            largest = max(largest, octet)
            offset = end
            if part < 3 {
                guard at(offset) == UInt8(ascii: ".") else { return nil }
                offset += 1
            }
        }
        guard isEnd(offset) else { return nil }
        let follower = at(offset)
        if follower == UInt8(ascii: ".") || follower == UInt8(ascii: "-"), Self.isAlphanumeric(at(offset + 1)) {
            return nil
        }
        let isNamed = memory.isNear(.network, start, within: 32)
        guard
            isNamed || !memory.isNear(.version, start, within: 24)
                || memory.lastEnd(.version) < memory.lastEnd(.network)
        else { return nil }
        add(.ipAddress, start..<offset, isNamed ? 0.95 : largest < 20 ? 0.5 : 0.85)
        return offset
    }

    /// Eight groups, or fewer around one `::` (RFC 4291 §2.2). Times, ratios and scope operators have the same signs,
    /// so short forms need a digit and long forms twelve.
    mutating func matchIPv6(at start: Int) -> Int? {
        let end = end(from: start, limit: 46) { Self.isHexadecimal($0) || $0 == UInt8(ascii: ":") }
        guard end - start >= 3, end - start <= 39, isEnd(end) else { return nil }
        var groups = 0
        var gaps = 0
        var digits = 0
        var hasDecimal = false
        var offset = start
        var run = 0
        while offset < end {
            if bytes[offset] == UInt8(ascii: ":") {
                if run > 0 { groups += 1 }
                run = 0
                if at(offset + 1) == UInt8(ascii: ":") {
                    gaps += 1
                    offset += 1
                } else if offset == start || offset + 1 == end {
                    return nil
                }
            } else {
                run += 1
                digits += 1
                hasDecimal = hasDecimal || Self.isDigit(bytes[offset])
                guard run <= 4 else { return nil }
            }
            offset += 1
        }
        if run > 0 { groups += 1 }
        let isNamed = memory.isNear(.network, start, within: 32)
        let isAddress = gaps == 0 ? groups == 8 && digits >= 12 : gaps == 1 && (1...7).contains(groups)
        guard isAddress, hasDecimal || groups >= 4 else { return nil }
        add(.ipAddress, start..<end, isNamed ? 0.95 : gaps == 0 || groups >= 4 ? 0.85 : 0.6)
        return end
    }
}
