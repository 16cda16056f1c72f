/// Postal codes, and forms of address.
extension PersonalDataScan {
    /// A United States code after a state, or any short number right after a word such as "zip".
    mutating func matchPostalCode(_ run: PersonalDataNumberRun) -> Int? {
        guard run.start == run.groupStart(0) else { return nil }
        let hasSuffix = run.groupCount >= 2 && run.length(1) == 4 && run.isSeparated(by: UInt8(ascii: "-"), 2, in: self)
        let end = hasSuffix ? run.groupEnd(1) : run.groupEnd(0)
        if run.length(0) == 5, isNumberEnd(end), isStateBefore(run.start) {
            let isAddress =
                memory.isNear(.address, run.start, within: 80) || memory.isNear(.postal, run.start, within: 24)
            add(
                .zipCode, run.start..<end,
                isAddress || at(run.start - 4) == 0x20 && at(run.start - 5) == UInt8(ascii: ",") ? 0.9 : 0.6)
            return end
        }
        guard (3...6).contains(run.length(0)) || run.groupCount >= 2 && run.length(0) == 2 && run.length(1) == 3,
            memory.isNear(.postal, run.start, within: 12)
        else { return nil }
        var stop = end
        if !hasSuffix, run.groupCount >= 2, run.groupStart(1) - run.groupEnd(0) == 1, run.length(1) <= 3,
            bytes[run.groupEnd(0)] == UInt8(ascii: "-")
        {
            stop = run.groupEnd(1)
        } else if run.length(0) == 4, at(end) == 0x20, Self.isUpper(at(end + 1)), Self.isUpper(at(end + 2)),
            isEnd(end + 3)
        {
            stop = end + 3
        }
        guard isNumberEnd(stop) else { return nil }
        add(.zipCode, run.start..<stop, 0.9)
        return stop
    }

    /// Whether the two capital letters of a state stand before a number.
    private func isStateBefore(_ start: Int) -> Bool {
        guard at(start - 1) == 0x20, Self.isUpper(at(start - 2)), Self.isUpper(at(start - 3)), isStart(start - 3) else {
            return false
        }
        return Self.states.contains(UInt16(at(start - 3)) << 8 | UInt16(at(start - 2)))
    }

    /// A British (`SW1A 1AA`) or Canadian (`K1A 0B1`) code, in capitals.
    mutating func matchLetteredPostalCode(at start: Int) -> Int? {
        guard Self.isUpper(bytes[start]) else { return nil }
        let outward = end(from: start, limit: 5, while: Self.isAlphanumeric)
        guard (2...4).contains(outward - start), at(outward) == 0x20, isEnd(outward + 4), Self.isDigit(at(outward + 1)),
            Self.isUpper(at(outward + 2)), Self.isAlphanumeric(at(outward + 3)), !Self.isDigit(at(outward + 4))
        else { return nil }
        let symbols = (start..<outward).map { bytes[$0] }
        let isCanadian =
            symbols.count == 3 && Self.isDigit(symbols[1]) && Self.isUpper(symbols[2]) && Self.isDigit(at(outward + 3))
        guard isCanadian || isBritish(symbols) && Self.isUpper(at(outward + 3)) else { return nil }
        let isNamed = memory.isNear(.address, start, within: 80) || memory.isNear(.postal, start, within: 24)
        add(.zipCode, start..<(outward + 4), isNamed ? 0.9 : 0.75)
        return outward + 4
    }

    /// The outward part: one or two letters, a digit, and perhaps one more letter or digit.
    private func isBritish(_ symbols: [UInt8]) -> Bool {
        let letters = symbols.prefix { Self.isUpper($0) }.count
        guard (1...2).contains(letters), symbols.count - letters <= 2, symbols.count > letters,
            Self.isDigit(symbols[letters])
        else { return false }
        return symbols.count - letters == 1 || Self.isUpper(symbols[letters + 1]) || Self.isDigit(symbols[letters + 1])
    }

    private static let states: Set<UInt16> = {
        let list = """
            AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR \
            PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR GU VI AS MP AA AE AP
            """
        return Set(list.split(separator: " ").map { Array($0.utf8) }.map { UInt16($0[0]) << 8 | UInt16($0[1]) })
    }()

    // MARK: Titles

    /// `Mrs.` before a name: a capital letter must follow, and no name or number may stand right before, as in
    /// "12 Maple Dr Springfield" or "Cache Miss Rate".
    mutating func matchTitle(_ word: Range<Int>) {
        let isDotted = at(word.upperBound) == UInt8(ascii: ".")
        let end = isDotted ? word.upperBound + 1 : word.upperBound
        guard at(end) == 0x20, isDotted || Self.isUpper(bytes[word.lowerBound]) else { return }
        let isCapital = Self.isUpper(at(end + 1)) || at(end + 1) >= 0x80
        guard isCapital || isDotted && Self.isLetter(at(end + 1)) && !Self.isUpper(bytes[word.lowerBound]) else {
            return
        }
        // "MS" and "DR" in capitals are more often something else.
        guard isDotted || word.count < 2 || !Self.isUpper(bytes[word.lowerBound + 1]) else { return }
        if at(word.lowerBound - 1) == 0x20, isNameOrNumber(endingAt: word.lowerBound - 1) { return }
        add(.title, word.lowerBound..<end, 0.85)
    }

    private func isNameOrNumber(endingAt end: Int) -> Bool {
        var start = end
        while start > 0, end - start < 32, Self.isWord(bytes[start - 1]) { start -= 1 }
        guard start < end else { return false }
        if Self.isDigit(bytes[start]) { return true }
        // The first word of a sentence is capital whatever it is.
        return Self.isUpper(bytes[start]) && start > 1 && at(start - 1) == 0x20 && Self.isWord(at(start - 2))
    }
}
