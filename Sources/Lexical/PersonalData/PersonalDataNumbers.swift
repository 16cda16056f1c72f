/// Cards, social security numbers and what else begins with a digit.
extension PersonalDataScan {
    /// Tries every rule for what begins with a digit, surest first; returns where to go on.
    mutating func visitNumber(at start: Int) -> Int {
        let digitsEnd = end(from: start + 1, limit: bytes.count, while: Self.isDigit)
        guard isStart(start) else { return digitsEnd }
        if let end = matchHostOrAddress(at: start) { return end }
        guard !isAttached(start) else { return digitsEnd }
        // A longer number is none of ours, and is not read twice.
        guard digitsEnd - start <= PersonalDataNumberRun.limit else { return digitsEnd }
        if let end = matchDriverLicense(at: start) { return end }
        let run = PersonalDataNumberRun(at: start, in: self)
        guard run.groupCount > 0 else { return digitsEnd }
        matchAge(run)
        if let end = matchDate(run) { return end }
        let isLong = run.isLong
        if isLong, let end = matchCard(run) { return end }
        if isLong, let end = matchSocialSecurity(run) { return end }
        if let end = matchPostalCode(run) { return end }
        if isLong, let end = matchPhone(run) { return end }
        return max(digitsEnd, run.groupEnd(0))
    }

    /// A number that begins with a digit may also be an IP address or a host such as `3com.com`.
    private mutating func matchHostOrAddress(at start: Int) -> Int? {
        guard Self.isDigit(bytes[start]) else { return nil }
        if let end = matchIPv4(at: start) ?? matchIPv6(at: start) { return end }
        matchHost(at: start)
        return nil
    }

    /// Whether the sign before a number makes it a part of something longer, an amount or a marked number.
    private func isAttached(_ start: Int) -> Bool {
        switch at(start - 1) {
        case UInt8(ascii: "$"), UInt8(ascii: "#"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"),
            UInt8(ascii: "_"), UInt8(ascii: "%"), UInt8(ascii: "&"):
            return start > 0
        case UInt8(ascii: ","), UInt8(ascii: ":"):
            return start > 1 && Self.isDigit(bytes[start - 2])
        default:
            return false
        }
    }

    /// Whether the words right before say that the number is an order, a part, an amount, more recently than anything
    /// says that it is `topic`.
    func isOtherNumber(_ offset: Int, unless topic: PersonalDataContext) -> Bool {
        memory.isNear(.otherNumber, offset, within: 20) && memory.lastEnd(.otherNumber) > memory.lastEnd(topic)
            || memory.isNear(.version, offset, within: 12) && memory.lastEnd(.version) > memory.lastEnd(topic)
    }

    /// Whether what ends here does not go on as a longer number, a decimal or a name.
    func isNumberEnd(_ end: Int) -> Bool {
        guard isEnd(end) else { return false }
        switch at(end) {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: ":"):
            return !Self.isAlphanumeric(at(end + 1)) || at(end) == UInt8(ascii: "-") && Self.isLetter(at(end + 1))
        case UInt8(ascii: "%"): return false
        default: return true
        }
    }

    // MARK: Cards

    /// A card number, plain or in groups that one kind of sign parts.
    private mutating func matchCard(_ run: PersonalDataNumberRun) -> Int? {
        guard bytes[run.start] != UInt8(ascii: "+") else { return nil }
        var count = run.groupCount
        while count > 0 {
            defer { count -= 1 }
            let digitCount = run.digitCount(count)
            guard digitCount >= 12 else { return nil }
            guard digitCount <= 19, isCardShape(run, count), isNumberEnd(run.groupEnd(count - 1)) else { continue }
            let digits = run.digits(count, in: self)
            let isNamed = memory.isNear(.card, run.start, within: 48)
            guard Self.isCardIssuer(digits) || isNamed && digitCount >= 13, Self.passesLuhn(digits) else { continue }
            let isOther = isOtherNumber(run.start, unless: .card)
            add(
                .creditCard, run.start..<run.groupEnd(count - 1), isOther ? 0.5 : Self.isCardIssuer(digits) ? 0.99 : 0.9
            )
            return run.groupEnd(count - 1)
        }
        return nil
    }

    private func isCardShape(_ run: PersonalDataNumberRun, _ count: Int) -> Bool {
        guard count > 1 else { return true }
        let sign = bytes[run.groupEnd(0)]
        guard sign == UInt8(ascii: " ") || sign == UInt8(ascii: "-"), run.isSeparated(by: sign, count, in: self) else {
            return false
        }
        return (0..<count).allSatisfy { (1...7).contains(run.length($0)) } && run.length(0) == 4
    }

    /// The Luhn check, ISO/IEC 7812-1 annex B.
    static func passesLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let weighted = Int(digit) << (place & 1)
            sum += weighted > 9 ? weighted - 9 : weighted
        }
        return sum % 10 == 0 && digits.contains { $0 != digits[0] }
    }

    /// Issuer prefixes and the lengths they use, as ISO/IEC 7812 registrations and the schemes publish them.
    static func isCardIssuer(_ digits: [UInt8]) -> Bool {
        let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
        switch digits.count {
        case 12, 13, 17, 18:
            return four / 1000 == 4 && digits.count == 13 || isMaestro(four)
        case 14:
            return (3000...3059).contains(four) || four / 100 == 36 || (3800...3999).contains(four) || isMaestro(four)
        case 15:
            return four / 100 == 34 || four / 100 == 37 || four == 2131 || four == 1800 || isMaestro(four)
        case 16, 19:
            return four / 1000 == 4 || (5100...5599).contains(four) && digits.count == 16
                || (2221...2720).contains(four) && digits.count == 16 || four == 6011 || (6440...6599).contains(four)
                || (3528...3589).contains(four) || four / 100 == 62 || (2200...2204).contains(four)
                || (3000...3059).contains(four) || four / 100 == 36 || four / 100 == 38 || isMaestro(four)
        default: return false
        }
    }

    private static func isMaestro(_ four: Int) -> Bool {
        [5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].contains(four)
    }

    // MARK: Social security numbers

    /// `AAA-GG-SSSS` with the areas, groups and serials that are never issued left out (SSA, randomised issuance since
    /// 2011); without hyphens only where words say what it is.
    private mutating func matchSocialSecurity(_ run: PersonalDataNumberRun) -> Int? {
        let isNamed = memory.isNear(.socialSecurity, run.start, within: 48)
        let isPlain = run.length(0) == 9
        guard isPlain || run.groupCount >= 3 else { return nil }
        let count = isPlain ? 1 : 3
        let end = run.groupEnd(count - 1)
        guard isNumberEnd(end), run.groupStart(0) == run.start else { return nil }
        let parts: (area: Int, group: Int, serial: Int)
        let isHyphenated: Bool
        if isPlain {
            let value = run.value(0, in: self)
            parts = (value / 1_000_000, value / 10_000 % 100, value % 10_000)
            isHyphenated = false
        } else {
            isHyphenated = run.isSeparated(by: UInt8(ascii: "-"), 3, in: self)
            guard run.length(0) == 3, run.length(1) == 2, run.length(2) == 4,
                isHyphenated || run.isSeparated(by: UInt8(ascii: " "), 3, in: self)
            else { return nil }
            parts = (run.value(0, in: self), run.value(1, in: self), run.value(2, in: self))
        }
        guard parts.area != 0, parts.area != 666, parts.area < 900, parts.group != 0, parts.serial != 0,
            isNamed || isHyphenated && !isOtherNumber(run.start, unless: .socialSecurity)
        else { return nil }
        add(.socialSecurityNumber, run.start..<end, isNamed ? (isHyphenated ? 0.95 : 0.9) : 0.85)
        return end
    }

    // MARK: Driver licences

    /// A licence number after words such as "driver's license number is": 5 to 17 letters and digits, four digits at
    /// least.
    mutating func matchDriverLicense(at start: Int) -> Int? {
        guard memory.isNear(.licence, start, within: 32), memory.lastEnd(.licence) > memory.lastEnd(.phone),
            memory.lastEnd(.licence) - memory.lastEnd(.driver) <= 20
                || memory.lastEnd(.driver) < 0 && isLicenceAbbreviation()
        else { return nil }
        let end = end(from: start, limit: 20) { Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        let digitCount = (start..<end).reduce(0) { $0 + (Self.isDigit(bytes[$1]) ? 1 : 0) }
        guard (5...17).contains(end - start), digitCount >= 4, isNumberEnd(end), bytes[end - 1] != UInt8(ascii: "-"),
            !isDateShaped(start, end)
        else { return nil }
        add(.driverLicense, start..<end, 0.9)
        return end
    }

    private func isLicenceAbbreviation() -> Bool {
        let end = memory.lastEnd(.licence)
        return hasWord("dl", at: end - 2) && isStart(end - 2) || hasWord("dln", at: end - 3) && isStart(end - 3)
    }

    private func isDateShaped(_ start: Int, _ end: Int) -> Bool {
        end - start == 10 && at(start + 4) == UInt8(ascii: "-") && at(start + 7) == UInt8(ascii: "-")
    }
}
