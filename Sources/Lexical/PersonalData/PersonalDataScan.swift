/// One pass over one text.
struct PersonalDataScan {
    let bytes: UnsafeBufferPointer<UInt8>
    private(set) var findings: [PersonalDataFinding] = []
    var memory = PersonalDataMemory()
    let vocabulary = PersonalDataVocabulary.shared

    /// Hosts and keys before this offset have been looked at.
    var hostsReadTo = 0
    /// Where the word before the present one ended, and its topics.
    private(set) var wordBefore = (end: -1, topics: PersonalDataContext())

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// Visits every place where something can begin.
    mutating func run() {
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            let next: Int
            if Self.isLetter(byte) || byte >= 0x80 {
                next = visitWord(at: offset)
            } else if Self.isDigit(byte) {
                next = visitNumber(at: offset)
            } else {
                next = visitSign(byte, at: offset)
            }
            offset = max(next, offset + 1)
        }
    }

    mutating func add(_ kind: PersonalDataKind, _ range: Range<Int>, _ confidence: Double) {
        findings.append(PersonalDataFinding(kind: kind, range: range, confidence: confidence))
    }

    /// Whether no letter, digit or underscore stands right before an offset.
    func isStart(_ offset: Int) -> Bool { offset == 0 || !Self.isWord(bytes[offset - 1]) }

    /// Whether no letter, digit or underscore stands at an offset.
    func isEnd(_ offset: Int) -> Bool { offset >= bytes.count || !Self.isWord(bytes[offset]) }

    /// The byte at an offset, a line feed beyond either end.
    @inline(__always)
    func at(_ offset: Int) -> UInt8 { offset >= 0 && offset < bytes.count ? bytes[offset] : 0x0A }

    /// Whether the bytes from an offset are these ASCII letters in either case.
    func hasWord(_ word: StaticString, at offset: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard offset >= 0, offset + length <= bytes.count else { return false }
        for index in 0..<length where Self.lower(bytes[offset + index]) != word.utf8Start[index] { return false }
        return true
    }

    /// The end of a run that starts at an offset and is at most `limit` bytes long.
    func end(from offset: Int, limit: Int, while isMember: (UInt8) -> Bool) -> Int {
        var end = offset
        let stop = min(bytes.count, offset + limit)
        while end < stop, isMember(bytes[end]) { end += 1 }
        return end
    }

    // MARK: Visits

    private mutating func visitWord(at start: Int) -> Int {
        var end = start
        var hash = PersonalDataContext.seed
        while end < bytes.count, Self.isLetter(bytes[end]) || bytes[end] >= 0x80 {
            hash = PersonalDataContext.step(hash, Self.lower(bytes[end]))
            end += 1
        }
        if Self.joins(at(end)), isStart(start), let matched = matchAlphanumeric(at: start) { return matched }
        let topics = vocabulary.topics(hash: hash)
        matchSecretAssignment(start..<end, topics: topics, qualifier: wordBefore)
        if !topics.isEmpty {
            memory.note(topics, at: end)
            if isStart(start), isEnd(end) {
                if topics.contains(.title) { matchTitle(start..<end) }
                if topics.contains(.month) { matchMonthDate(start..<end) }
                if topics.contains(.age) { matchAgeAfterWord(start..<end) }
                if topics.contains(.at) { matchDisguisedEmail(start..<end) }
            }
        }
        wordBefore = (end, topics)
        return end
    }

    /// Whether a byte after letters can carry on a key, an account, a host or an address.
    @inline(__always)
    private static func joins(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: "_")
    }

    /// What begins with a letter and is not a word: accounts, keys, hosts, IPv6 addresses, postal codes.
    private mutating func matchAlphanumeric(at start: Int) -> Int? {
        if let end = matchKey(at: start) { return end }
        if let end = matchBankAccount(at: start) { return end }
        matchHost(at: start)
        if let end = matchIPv6(at: start) { return end }
        if let end = matchDriverLicense(at: start) { return end }
        return matchLetteredPostalCode(at: start)
    }

    private mutating func visitSign(_ byte: UInt8, at offset: Int) -> Int {
        switch byte {
        case UInt8(ascii: "@"): return matchEmail(at: offset)
        case UInt8(ascii: "+"):
            return isStart(offset) && Self.isDigit(at(offset + 1)) ? visitNumber(at: offset) : offset + 1
        case UInt8(ascii: "("):
            // An area code; any other number begins after the parenthesis.
            let codeEnd = end(from: offset + 1, limit: 5, while: Self.isDigit)
            let isAreaCode = codeEnd > offset + 1 && at(codeEnd) == UInt8(ascii: ")") && isStart(offset)
            return isAreaCode ? visitNumber(at: offset) : offset + 1
        case UInt8(ascii: ":"):
            matchUserInfo(at: offset)
            return isStart(offset) ? matchIPv6(at: offset) ?? offset + 1 : offset + 1
        case UInt8(ascii: "-"): return matchPrivateKey(at: offset) ?? offset + 1
        default: return offset + 1
        }
    }

    // MARK: Bytes

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

    @inline(__always)
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }

    @inline(__always)
    static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

    @inline(__always)
    static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == 0x5F || byte >= 0x80 }

    @inline(__always)
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

    @inline(__always)
    static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}
