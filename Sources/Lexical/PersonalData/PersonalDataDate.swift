/// Dates and ages.
///
/// A date of birth is personal and is reported at 0.95. Any other full date is reported at 0.5, so that a policy that
/// asks for dates can have them and a threshold above that leaves them out; parts of dates are not reported at all.
extension PersonalDataScan {
    private static let plainDate = 0.5
    private static let birthDate = 0.95

    private mutating func addDate(_ range: Range<Int>) {
        add(.dateTime, range, memory.isNear(.birth, range.lowerBound, within: 40) ? Self.birthDate : Self.plainDate)
    }

    /// `1984-03-12`, `12/03/1984`, `3.12.1984`; `12 March 1984`. Two-digit years count only after words about birth.
    mutating func matchDate(_ run: PersonalDataNumberRun) -> Int? {
        guard run.start == run.groupStart(0) else { return nil }
        if let end = matchDayMonthYear(run) { return end }
        guard run.groupCount >= 3, isDateEnd(run.groupEnd(2)) else { return nil }
        let sign = bytes[run.groupEnd(0)]
        guard [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")].contains(sign),
            run.isSeparated(by: sign, 3, in: self), run.length(1) <= 2
        else { return nil }
        let (first, second, third) = (run.value(0, in: self), run.value(1, in: self), run.value(2, in: self))
        let isBirth = memory.isNear(.birth, run.start, within: 40)
        let isDate: Bool
        switch (run.length(0), run.length(2)) {
        case (4, 1...2):
            isDate = (1900...2100).contains(first) && isDayAndMonth(third, second)
            // A date with a time set close to it is the stamp of a machine.
            if isDate, !isBirth, at(run.groupEnd(2)) == UInt8(ascii: "T") { return run.groupEnd(2) }
        case (1...2, 4):
            isDate = (1900...2100).contains(third) && (isDayAndMonth(first, second) || isDayAndMonth(second, first))
        case (1...2, 2):
            isDate = isBirth && (isDayAndMonth(first, second) || isDayAndMonth(second, first))
        default:
            isDate = false
        }
        guard isDate else { return nil }
        addDate(run.start..<run.groupEnd(2))
        return run.groupEnd(2)
    }

    private func isDateEnd(_ end: Int) -> Bool {
        isNumberEnd(end) || at(end) == UInt8(ascii: "T") && Self.isDigit(at(end + 1))
    }

    private func isDayAndMonth(_ day: Int, _ month: Int) -> Bool { (1...31).contains(day) && (1...12).contains(month) }

    /// `12 March 1984`, `12th of March, 1984`.
    private mutating func matchDayMonthYear(_ run: PersonalDataNumberRun) -> Int? {
        guard run.length(0) <= 2, (1...31).contains(run.value(0, in: self)) else { return nil }
        var offset = run.groupEnd(0)
        if hasWord("st", at: offset) || hasWord("nd", at: offset) || hasWord("rd", at: offset)
            || hasWord("th", at: offset)
        {
            offset += 2
        }
        guard at(offset) == 0x20 else { return nil }
        offset += 1
        if hasWord("of ", at: offset) { offset += 3 }
        let wordEnd = end(from: offset, limit: 10, while: Self.isLetter)
        guard isMonth(offset..<wordEnd), let year = year(after: wordEnd) else { return nil }
        addDate(run.start..<year)
        return year
    }

    /// `March 12, 1984`, `Mar. 12th 1984`; also `March 1984` after words about birth.
    mutating func matchMonthDate(_ word: Range<Int>) {
        var offset = word.upperBound
        if at(offset) == UInt8(ascii: ".") { offset += 1 }
        guard at(offset) == 0x20, Self.isDigit(at(offset + 1)) else { return }
        let dayEnd = end(from: offset + 1, limit: 3, while: Self.isDigit)
        guard dayEnd - offset <= 3 else {
            if memory.isNear(.birth, word.lowerBound, within: 40), let year = year(after: word.upperBound) {
                addDate(word.lowerBound..<year)
            }
            return
        }
        var after = dayEnd
        if hasWord("st", at: after) || hasWord("nd", at: after) || hasWord("rd", at: after) || hasWord("th", at: after)
        {
            after += 2
        }
        guard let year = year(after: after) else { return }
        addDate(word.lowerBound..<year)
    }

    private func isMonth(_ range: Range<Int>) -> Bool {
        var hash = PersonalDataContext.seed
        for offset in range { hash = PersonalDataContext.step(hash, Self.lower(bytes[offset])) }
        return !range.isEmpty && vocabulary.topics(hash: hash).contains(.month)
    }

    /// The end of a year between 1900 and 2100 that follows, after a comma, dot or space.
    private func year(after end: Int) -> Int? {
        var offset = end
        if at(offset) == UInt8(ascii: ",") || at(offset) == UInt8(ascii: ".") { offset += 1 }
        guard at(offset) == 0x20 else { return nil }
        offset += 1
        let stop = self.end(from: offset, limit: 5, while: Self.isDigit)
        guard stop - offset == 4, isEnd(stop) else { return nil }
        let century = (bytes[offset], bytes[offset + 1])
        return century == (0x31, 0x39) || century == (0x32, 0x30) ? stop : nil
    }

    // MARK: Ages

    /// `34-year-old`, `34 years old`, `34 y/o`.
    mutating func matchAge(_ run: PersonalDataNumberRun) {
        guard run.start == run.groupStart(0), run.length(0) <= 3, (1...125).contains(run.value(0, in: self)) else {
            return
        }
        let end = run.groupEnd(0)
        guard at(end) == 0x20 || at(end) == UInt8(ascii: "-") else { return }
        let offset = end + 1
        let isAge =
            hasWord("year-old", at: offset) || hasWord("years-old", at: offset) || hasWord("year old", at: offset)
            || hasWord("years old", at: offset) || hasWord("yrs old", at: offset) || hasWord("yr old", at: offset)
            || hasWord("years of age", at: offset) || hasWord("y/o", at: offset)
            || hasWord("yo", at: offset) && isEnd(offset + 2)
        if isAge { add(.age, run.start..<end, 0.9) }
    }

    /// `aged 34`, `age: 34`, `turned 34`; `I'm 34`, `he was 34` at the end of a clause.
    mutating func matchAgeAfterWord(_ word: Range<Int>) {
        var offset = word.upperBound
        while offset < word.upperBound + 3, [0x20, UInt8(ascii: ":"), UInt8(ascii: "=")].contains(at(offset)) {
            offset += 1
        }
        if hasWord("is ", at: offset) || hasWord("of ", at: offset) { offset += 3 }
        guard offset > word.upperBound, Self.isDigit(at(offset)) else { return }
        let end = self.end(from: offset, limit: 4, while: Self.isDigit)
        guard isNumberEnd(end), let value = age(offset..<end) else { return }
        if hasWord("aged", at: word.lowerBound) || word.count == 3 && hasWord("age", at: word.lowerBound) {
            add(.age, offset..<end, 0.9)
        } else if isClauseEnd(end) {
            if hasWord("turn", at: word.lowerBound) {
                if value >= 5 { add(.age, offset..<end, 0.75) }
            } else if value >= 13, isPersonBefore(word) {
                add(.age, offset..<end, 0.6)
            }
        }
    }

    private func age(_ range: Range<Int>) -> Int? {
        let value = range.reduce(0) { $0 * 10 + Int(bytes[$1] - 0x30) }
        return range.count <= 3 && (1...125).contains(value) ? value : nil
    }

    private func isClauseEnd(_ end: Int) -> Bool {
        end >= bytes.count
            || [UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: ";"), 0x0A].contains(at(end))
            || hasWord(" and ", at: end)
    }

    /// Whether "am", "'m" or "was" has a person before it: I, he or she.
    private func isPersonBefore(_ word: Range<Int>) -> Bool {
        let sign = at(word.lowerBound - 1)
        if word.count == 1 {
            return sign == UInt8(ascii: "'") && hasWord("i", at: word.lowerBound - 2) && isStart(word.lowerBound - 2)
        }
        guard sign == 0x20 else { return false }
        return hasWord("i", at: word.lowerBound - 2) && isStart(word.lowerBound - 2)
            || hasWord("he", at: word.lowerBound - 3)
                && (isStart(word.lowerBound - 3) || hasWord("she", at: word.lowerBound - 4))
    }
}
