/// The words of a text as the language model reads them: folded letters, without addresses, code and markup.
struct LanguageTextReader {
    /// A run of letters of one script.
    struct Word {
        let script: LanguageScript
        /// Where its letters are in `letters`; a space stands before and after them.
        let range: Range<Int>
    }

    /// The most scalars that are read of a text.
    static let maximumScalars = 2_048
    /// The longest inline code or tag that is skipped as such, in scalars.
    static let longestMarkup = 200

    private(set) var letters: [UInt32] = [0x20]
    private(set) var words: [Word] = []

    private let source: [UInt32]
    private var script = LanguageScript.none
    private var wordStart = 1

    /// Reads the words of `text`.
    init(_ text: String) {
        source = Self.sample(text)
        letters.reserveCapacity(source.count + 2)
        words.reserveCapacity(source.count / 4 + 1)
        readWords()
    }

    /// The scalars that are read: all of them up to the bound, else the head (a half), middle and tail (a quarter each).
    static func sample(_ text: String) -> [UInt32] {
        let sampled = text.utf8.withContiguousStorageIfAvailable { sample($0) }
        return sampled ?? Array(text.utf8).withUnsafeBufferPointer { sample($0) }
    }

    private static func sample(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var scalars: [UInt32] = []
        scalars.reserveCapacity(min(bytes.count, maximumScalars) + 2)
        let wholeEnd = decode(bytes, from: 0, count: maximumScalars, into: &scalars)
        guard wholeEnd < bytes.count else { return scalars }

        let quarter = maximumScalars / 4
        scalars.removeAll(keepingCapacity: true)
        let headEnd = decode(bytes, from: 0, count: 2 * quarter, into: &scalars)
        scalars.append(0x20)
        var start = max(headEnd, bytes.count / 2)
        while start < bytes.count, bytes[start] & 0xC0 == 0x80 { start += 1 }
        let middleEnd = decode(bytes, from: start, count: quarter, into: &scalars)
        scalars.append(0x20)
        start = bytes.count
        var left = quarter
        while start > middleEnd, left > 0 {
            start -= 1
            if bytes[start] & 0xC0 != 0x80 { left -= 1 }
        }
        _ = decode(bytes, from: start, count: quarter, into: &scalars)
        return scalars
    }

    /// Appends up to `count` scalars of valid UTF-8 and returns the offset after the last of them.
    private static func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, count: Int, into scalars: inout [UInt32]
    ) -> Int {
        var at = start
        var left = count
        while at < bytes.count, left > 0 {
            let first = UInt32(bytes[at])
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            guard at + length <= bytes.count else { return bytes.count }
            var scalar = length == 1 ? first : first & (0x7F >> UInt32(length))
            for offset in stride(from: 1, to: length, by: 1) {
                scalar = scalar << 6 | UInt32(bytes[at + offset] & 0x3F)
            }
            scalars.append(scalar)
            at += length
            left -= 1
        }
        return at
    }

    private mutating func readWords() {
        var at = 0
        var runEnd = 0
        while at < source.count {
            let scalar = source[at]
            if scalar >= 0x21, scalar <= 0x7E {
                if let end = skippable(at: at, runEnd: &runEnd) {
                    endWord()
                    at = end
                    continue
                }
            }
            take(scalar, next: at + 1 < source.count ? source[at + 1] : 0x20)
            at += 1
        }
        endWord()
    }

    private mutating func take(_ scalar: UInt32, next: UInt32) {
        let found = LanguageScript(of: scalar)
        let inWord = letters.count > wordStart
        switch found {
        case .mark:
            if inWord { letters.append(scalar) }
        case .none:
            switch scalar {
            case 0xAD: break
            // Zero-width joiners sit inside Persian and Indic words.
            case 0x200C, 0x200D: if inWord { letters.append(0x200C) }
            case 0x27 where inWord && LanguageScript(of: next) == script,
                0x2019 where inWord && LanguageScript(of: next) == script:
                letters.append(0x27)
            default: endWord()
            }
        default:
            if found != script { endWord() }
            script = found
            letters.append(LanguageScript.fold(scalar))
        }
    }

    private mutating func endWord() {
        guard letters.count > wordStart else { return }
        words.append(Word(script: script, range: wordStart..<letters.count))
        letters.append(0x20)
        wordStart = letters.count
    }

    /// The end of the code, tag, address or identifier that starts here, if one does.
    private func skippable(at: Int, runEnd: inout Int) -> Int? {
        if source[at] == 0x60 { return afterBackticks(at) }
        if source[at] == 0x3C, let end = afterTag(at) { return end }
        guard at >= runEnd else { return nil }
        runEnd = at
        while runEnd < source.count, source[runEnd] >= 0x21, source[runEnd] <= 0x7E, source[runEnd] != 0x60,
            source[runEnd] != 0x3C
        {
            runEnd += 1
        }
        runEnd = max(runEnd, at + 1)
        return isCode(source[at..<runEnd]) ? runEnd : nil
    }

    private func afterBackticks(_ at: Int) -> Int {
        if at + 2 < source.count, source[at + 1] == 0x60, source[at + 2] == 0x60 {
            var end = at + 3
            while end + 2 < source.count {
                if source[end] == 0x60, source[end + 1] == 0x60, source[end + 2] == 0x60 { return end + 3 }
                end += 1
            }
            return source.count
        }
        return closing(0x60, from: at + 1, opened: at, unless: 0x0A) ?? at + 1
    }

    private func afterTag(_ at: Int) -> Int? {
        guard at + 1 < source.count else { return nil }
        let next = source[at + 1]
        guard next == 0x2F || next == 0x21 || (next < 0x80 && LanguageScript(of: next) == .latin) else { return nil }
        return closing(0x3E, from: at + 2, opened: at, unless: 0x3C)
    }

    /// The offset after the next `mark` on this line, if it comes soon and before `stop`.
    private func closing(_ mark: UInt32, from start: Int, opened: Int, unless stop: UInt32) -> Int? {
        var end = start
        while end < source.count, end - opened <= Self.longestMarkup, source[end] != 0x0A, source[end] != stop {
            if source[end] == mark { return end + 1 }
            end += 1
        }
        return nil
    }

    /// Whether a run of printable ASCII is an address, a path or an identifier and not words.
    private func isCode(_ run: ArraySlice<UInt32>) -> Bool {
        if starts(run, with: "/") || starts(run, with: "./") || starts(run, with: "~/") || starts(run, with: "www.") {
            return true
        }
        var before: UInt32 = 0
        var beforeThat: UInt32 = 0
        for scalar in run {
            switch scalar {
            case 0x40, 0x5F, 0x5C, 0x3D: return true
            case 0x3A where before == 0x3A: return true
            case 0x29 where before == 0x28: return true
            case 0x2F where before == 0x2F && beforeThat == 0x3A: return true
            default: break
            }
            beforeThat = before
            before = scalar
        }
        return false
    }

    private func starts(_ run: ArraySlice<UInt32>, with prefix: StaticString) -> Bool {
        guard run.count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { bytes in
            zip(run, bytes).allSatisfy { LanguageScript.fold($0) == UInt32($1) }
        }
    }
}
