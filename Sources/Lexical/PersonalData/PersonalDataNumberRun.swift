/// Groups of digits with signs between them, as card and telephone numbers are written.
struct PersonalDataNumberRun {
    /// The longest run that is read, in bytes.
    static let limit = 48
    /// The most groups that are kept.
    static let maximumGroups = 12

    /// Where the run starts: at a digit, a plus sign or an opening parenthesis.
    let start: Int
    private(set) var groupCount = 0
    // Offsets from `start`; a run is short enough for bytes, and nothing is allocated.
    private var relativeStarts = SIMD16<UInt8>()
    private var relativeEnds = SIMD16<UInt8>()
    private var digitTotals = SIMD16<UInt8>()

    /// Reads the run at an offset. Signs between groups are at most two of space, hyphen, dot, slash and parentheses.
    init(at start: Int, in scan: PersonalDataScan) {
        self.start = start
        let stop = min(scan.bytes.count, start + Self.limit)
        var offset = start
        while offset < stop, !PersonalDataScan.isDigit(scan.bytes[offset]) { offset += 1 }
        while offset < stop, groupCount < Self.maximumGroups {
            relativeStarts[groupCount] = UInt8(truncatingIfNeeded: offset - start)
            while offset < stop, PersonalDataScan.isDigit(scan.bytes[offset]) { offset += 1 }
            relativeEnds[groupCount] = UInt8(truncatingIfNeeded: offset - start)
            let before = groupCount > 0 ? digitTotals[groupCount - 1] : 0
            digitTotals[groupCount] = before + relativeEnds[groupCount] - relativeStarts[groupCount]
            groupCount += 1
            var signs = 0
            while offset < stop, signs < 3, Self.isSeparator(scan.bytes[offset]) {
                offset += 1
                signs += 1
            }
            if signs == 0 || signs > 2 || offset >= stop || !PersonalDataScan.isDigit(scan.bytes[offset]) { break }
        }
    }

    /// The first byte of group `index`.
    func groupStart(_ index: Int) -> Int { start + Int(relativeStarts[index]) }

    /// The byte after group `index`.
    func groupEnd(_ index: Int) -> Int { start + Int(relativeEnds[index]) }

    /// Digits of group `index`.
    func length(_ index: Int) -> Int { Int(relativeEnds[index] - relativeStarts[index]) }

    /// Digits of the first `count` groups.
    func digitCount(_ count: Int) -> Int { count > 0 ? Int(digitTotals[count - 1]) : 0 }

    /// Whether the run may be a card, a social security or a telephone number: six digits, and not all one by one.
    var isLong: Bool {
        groupCount > 0 && digitCount(groupCount) >= 6 && (length(0) > 1 || groupCount > 1 && length(1) > 1)
    }

    /// Whether every gap among the first `count` groups is this one byte.
    func isSeparated(by sign: UInt8, _ count: Int, in scan: PersonalDataScan) -> Bool {
        (1..<max(1, count)).allSatisfy {
            groupStart($0) == groupEnd($0 - 1) + 1 && scan.bytes[groupEnd($0 - 1)] == sign
        }
    }

    /// The digits of the first `count` groups, as values.
    func digits(_ count: Int, in scan: PersonalDataScan) -> [UInt8] {
        (0..<count).flatMap { group in (groupStart(group)..<groupEnd(group)).map { scan.bytes[$0] - 0x30 } }
    }

    /// The value of group `index`; nine digits at most are read.
    func value(_ index: Int, in scan: PersonalDataScan) -> Int {
        (groupStart(index)..<min(groupEnd(index), groupStart(index) + 9)).reduce(0) {
            $0 * 10 + Int(scan.bytes[$1] - 0x30)
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
            UInt8(ascii: ")"):
            true
        default: false
        }
    }
}
