/// International bank account numbers.
extension PersonalDataScan {
    /// Country code, check digits and account, together or in groups of four; the check is ISO 7064 mod 97-10.
    mutating func matchBankAccount(at start: Int) -> Int? {
        guard start + 15 <= bytes.count, Self.isLetter(bytes[start + 1]), Self.isDigit(bytes[start + 2]),
            Self.isDigit(bytes[start + 3]),
            let length = Self.accountLength(Self.lower(bytes[start]), Self.lower(bytes[start + 1]))
        else { return nil }
        var symbols: [UInt8] = []
        symbols.reserveCapacity(length)
        var offset = start
        while symbols.count < length, offset < bytes.count {
            let byte = bytes[offset]
            if Self.isAlphanumeric(byte) {
                symbols.append(Self.lower(byte))
            } else if byte != 0x20 && byte != UInt8(ascii: "-") || symbols.count % 4 != 0
                || !Self.isAlphanumeric(at(offset + 1))
            {
                return nil
            }
            offset += 1
        }
        guard symbols.count == length, isEnd(offset) else { return nil }
        if Self.accountRemainder(symbols) == 1 {
            add(.bankAccount, start..<offset, 0.99)
            return offset
        }
        guard memory.isNear(.account, start, within: 32), symbols.dropFirst(4).contains(where: Self.isDigit) else {
            return nil
        }
        add(.bankAccount, start..<offset, 0.6)
        return offset
    }

    /// The account with its first four symbols moved to the end, letters read as 10 to 35, modulo 97.
    static func accountRemainder(_ symbols: [UInt8]) -> Int {
        var remainder = 0
        for symbol in symbols.dropFirst(4) + symbols.prefix(4) {
            remainder =
                isDigit(symbol) ? remainder * 10 + Int(symbol - 0x30) : remainder * 100 + Int(symbol - 0x61) + 10
            remainder %= 97
        }
        return remainder
    }

    /// Length of a country's account numbers (SWIFT IBAN registry).
    static func accountLength(_ first: UInt8, _ second: UInt8) -> Int? {
        lengths[UInt16(first) << 8 | UInt16(second)]
    }

    private static let lengths: [UInt16: Int] = {
        let registry: [(Int, String)] = [
            (15, "no"), (16, "be"), (18, "dk fi fo gl nl sd"), (19, "mk si"), (20, "at ba ee kz lt lu xk"),
            (21, "ch hr li lv"), (22, "bg bh cr de gb ge ie me rs va"), (23, "ae gi il iq om so tl"),
            (24, "ad cz es md pk ro sa se sk st tn vg"), (25, "ly pt"), (26, "is tr"),
            (27, "bi dj fr gr it mc mr sm"), (28, "al az by cy do gt hu lb ni pl sv"), (29, "br eg ps qa ua"),
            (30, "jo kw mu"), (31, "mt sc"), (32, "lc"), (33, "ru"),
        ]
        var lengths: [UInt16: Int] = [:]
        for (length, countries) in registry {
            for country in countries.split(separator: " ") {
                let code = Array(country.utf8)
                lengths[UInt16(code[0]) << 8 | UInt16(code[1])] = length
            }
        }
        return lengths
    }()
}
