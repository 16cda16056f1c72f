/// Telephone numbers.
extension PersonalDataScan {
    /// A telephone number in one of the forms below, or any grouped number of 6 to 13 digits that words call one.
    mutating func matchPhone(_ run: PersonalDataNumberRun) -> Int? {
        let isNamedBefore = memory.isNear(.phone, run.start, within: 40) && !isOtherNumber(run.start, unless: .phone)
        var count = run.groupCount
        while count > 0 {
            defer { count -= 1 }
            let end = run.groupEnd(count - 1)
            let digitCount = run.digitCount(count)
            guard digitCount >= 6 else { return nil }
            guard digitCount <= 15, count <= 7, isPhoneEnd(end) else { continue }
            let isNamed = isNamedBefore || isCalledPhone(after: end)
            guard isNamed || bytes[run.start] == UInt8(ascii: "+") || !isInTable(run, count) else { continue }
            guard let confidence = phoneConfidence(run, count, digitCount, isNamed: isNamed),
                !isAnotherForm(run, count, isNamed: isNamed)
            else { continue }
            guard isNamed || bytes[run.start] == UInt8(ascii: "+") || !isOtherNumber(run.start, unless: .phone) else {
                return nil
            }
            let stop = extensionEnd(end)
            add(.phoneNumber, run.start..<stop, confidence)
            return stop
        }
        return nil
    }

    /// Whether the groups are parted by spaces alone and another number stands before or after, as in a row of a table.
    private func isInTable(_ run: PersonalDataNumberRun, _ count: Int) -> Bool {
        guard run.isSeparated(by: 0x20, count, in: self), run.start == run.groupStart(0) else { return false }
        let (start, end) = (run.start, run.groupEnd(count - 1))
        return at(start - 1) == 0x20 && Self.isDigit(at(start - 2)) || at(end) == 0x20 && Self.isDigit(at(end + 1))
    }

    private func phoneConfidence(
        _ run: PersonalDataNumberRun, _ count: Int, _ digitCount: Int, isNamed: Bool
    ) -> Double? {
        let leading = bytes[run.groupStart(0)]
        if bytes[run.start] == UInt8(ascii: "+") {
            // E.164: 15 digits at most, and no country code begins with 0.
            return digitCount >= 8 && leading != UInt8(ascii: "0") ? (isNamed ? 0.95 : 0.85) : nil
        }
        if isNorthAmerican(run, count) { return isNamed ? 0.95 : 0.75 }
        let isInternational = leading == UInt8(ascii: "0") && at(run.groupStart(0) + 1) == UInt8(ascii: "0")
        if isInternational, (10...15).contains(digitCount), count == 1 || hasUniformGaps(run, count) {
            return isNamed ? 0.95 : 0.7
        }
        let hasParentheses = bytes[run.start] == UInt8(ascii: "(")
        // A lone 0 begins a decimal or a column of a table.
        let isTrunk = leading == UInt8(ascii: "0") && (2...5).contains(run.length(0)) && hasUniformGaps(run, count)
        if isTrunk || hasParentheses, (9...12).contains(digitCount), count >= 2 {
            return isNamed ? 0.9 : 0.6
        }
        guard isNamed else { return nil }
        return (6...13).contains(digitCount) ? (count >= 2 || digitCount >= 7 ? 0.9 : 0.8) : nil
    }

    /// Whether one sign parts all groups, but for the first gap, which may be any.
    private func hasUniformGaps(_ run: PersonalDataNumberRun, _ count: Int) -> Bool {
        guard count > 2 else { return count < 2 || bytes[run.groupEnd(0)] != UInt8(ascii: ".") }
        let sign = bytes[run.groupEnd(1)]
        let isDotted = sign == UInt8(ascii: ".")
        return (1..<count - 1).allSatisfy { bytes[run.groupEnd($0)] == sign }
            && (bytes[run.groupEnd(0)] == UInt8(ascii: ".")) == isDotted
    }

    /// `NXX-NXX-XXXX` with an optional 1 before it, in groups; N is 2 to 9 (North American Numbering Plan).
    private func isNorthAmerican(_ run: PersonalDataNumberRun, _ count: Int) -> Bool {
        let offset = count == 4 && run.length(0) == 1 && bytes[run.groupStart(0)] == UInt8(ascii: "1") ? 1 : 0
        guard count == 3 + offset, run.length(offset) == 3, run.length(offset + 1) == 3, run.length(offset + 2) == 4
        else { return false }
        return bytes[run.groupStart(offset)] > UInt8(ascii: "1")
            && bytes[run.groupStart(offset + 1)] > UInt8(ascii: "1")
    }

    /// Forms that telephone numbers share their digits with: decimals, thousands, versions, ranges of years, ISBNs.
    private func isAnotherForm(_ run: PersonalDataNumberRun, _ count: Int, isNamed: Bool) -> Bool {
        let lengths = (0..<count).map { run.length($0) }
        if count == 1, lengths[0] == 13,
            run.value(0, in: self) / 1_000_000 == 978 || run.value(0, in: self) / 1_000_000 == 979
        {
            return true
        }
        if count == 5, [978, 979].contains(run.value(0, in: self)), run.digitCount(count) == 13 { return true }
        guard count > 1 else { return false }
        let dot = UInt8(ascii: ".")
        let isDotted = run.isSeparated(by: dot, count, in: self)
        let isThousands = lengths[0] <= 3 && lengths.dropFirst().allSatisfy { $0 == 3 }
        let leadsWithZero = bytes[run.groupStart(0)] == UInt8(ascii: "0") || bytes[run.start] == UInt8(ascii: "+")
        if isDotted, count == 2 || isThousands && !leadsWithZero || lengths.allSatisfy({ $0 == 1 }) { return true }
        if isThousands, !leadsWithZero, !isNamed, run.isSeparated(by: UInt8(ascii: " "), count, in: self) {
            return true
        }
        return count == 2 && lengths == [4, 4] && isYear(run.value(0, in: self)) && isYear(run.value(1, in: self))
    }

    private func isYear(_ value: Int) -> Bool { (1800...2100).contains(value) }

    /// The end of a number, or an extension such as `x123`.
    private func isPhoneEnd(_ end: Int) -> Bool { isNumberEnd(end) || extensionEnd(end) > end }

    private func extensionEnd(_ end: Int) -> Int {
        var offset = end
        if at(offset) == 0x20 { offset += 1 }
        if hasWord("ext", at: offset) {
            offset += 3
            if at(offset) == UInt8(ascii: ".") { offset += 1 }
            if at(offset) == 0x20 { offset += 1 }
        } else if Self.lower(at(offset)) == UInt8(ascii: "x") {
            offset += 1
        } else {
            return end
        }
        let stop = self.end(from: offset, limit: 6, while: Self.isDigit)
        return stop > offset && isEnd(stop) ? stop : end
    }

    /// Whether the word after a number says that it is one: "555-0100 office".
    private func isCalledPhone(after end: Int) -> Bool {
        var offset = extensionEnd(end)
        var steps = 0
        while steps < 3, [0x20, UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ",")].contains(at(offset)) {
            offset += 1
            steps += 1
        }
        guard steps > 0 else { return false }
        return hasWord("fax", at: offset) || hasWord("mobile", at: offset) || hasWord("office", at: offset)
            || hasWord("(cell", at: offset) || hasWord("cell", at: offset) || hasWord("landline", at: offset)
    }
}
