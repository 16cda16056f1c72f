/// A text cut into words, kept as scalars in one array.
struct WordRuns {
    /// What makes a word.
    struct Rule: Sendable {
        /// Further scalars that count as letters.
        var extraScalars: Set<UInt32> = []
        /// Whether each Han, kana or Hangul scalar is a word of its own.
        var splitsCJK = false
        var foldsCase = true
    }

    private(set) var scalars: [UInt32] = []
    private(set) var ranges: [Range<Int>] = []

    /// Words are runs of letters and digits with their marks.
    init(_ text: String, _ rule: Rule) {
        var start = 0
        func isExtra(_ value: UInt32) -> Bool { !rule.extraScalars.isEmpty && rule.extraScalars.contains(value) }
        for scalar in text.unicodeScalars {
            let kind = ScalarClass.of(scalar.value)
            let value = rule.foldsCase ? CaseFolding.fold(scalar.value) : scalar.value
            if rule.splitsCJK, kind.contains(.cjk), kind.contains(.letterOrDigit) {
                close(from: start)
                start = scalars.count
                scalars.append(value)
                close(from: start)
                start = scalars.count
            } else if kind.contains(.letterOrDigit) || kind.contains(.mark) && scalars.count > start
                || isExtra(scalar.value)
            {
                scalars.append(value)
            } else {
                close(from: start)
                start = scalars.count
            }
        }
        close(from: start)
    }

    var count: Int { ranges.count }

    subscript(index: Int) -> ArraySlice<UInt32> { scalars[ranges[index]] }

    /// The words of a range as one phrase, with a space between them except beside a CJK scalar.
    func phrase(_ words: Range<Int>) -> ArraySlice<UInt32> {
        if words.count == 1 { return self[words.lowerBound] }
        var result: [UInt32] = []
        for index in words {
            let word = self[index]
            if let last = result.last, let first = word.first,
                !ScalarClass.of(last).contains(.cjk), !ScalarClass.of(first).contains(.cjk)
            {
                result.append(0x20)
            }
            result.append(contentsOf: word)
        }
        return result[...]
    }

    private mutating func close(from start: Int) {
        if scalars.count > start { ranges.append(start..<scalars.count) }
    }
}
