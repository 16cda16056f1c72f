/// Snowball's English stemmer (Porter2).
public enum EnglishStemmer {
    /// The stem of one lower-case word. Words with other letters than a–z and the apostrophe come back as they are.
    public static func stem(_ word: String) -> String {
        String(decoding: stem(Array(word.utf8)), as: UTF8.self)
    }

    static func stem(_ word: [UInt8]) -> [UInt8] {
        guard word.count > 2, word.count <= 64, word.allSatisfy({ ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x27 }) else {
            return word
        }
        if let exception = irregular[word] { return exception }
        var stem = Stem(word)
        stem.removePossessive()
        stem.removePlural()
        if invariantAfterPlural.contains(stem.word) { return stem.word }
        stem.removePast()
        stem.replaceFinalY()
        stem.shortenDerived()
        stem.shortenAdjective()
        stem.removeResidual()
        stem.removeFinal()
        return stem.word.map { $0 == Stem.consonantY ? UInt8(ascii: "y") : $0 }
    }

    private static let irregular: [[UInt8]: [UInt8]] = {
        let pairs = [
            ("skis", "ski"), ("skies", "sky"), ("dying", "die"), ("lying", "lie"), ("tying", "tie"), ("idly", "idl"),
            ("gently", "gentl"), ("ugly", "ugli"), ("early", "earli"), ("only", "onli"), ("singly", "singl"),
        ]
        let unchanged = ["sky", "news", "howe", "atlas", "cosmos", "bias", "andes"]
        return Dictionary(
            uniqueKeysWithValues: (pairs + unchanged.map { ($0, $0) }).map { (Array($0.0.utf8), Array($0.1.utf8)) })
    }()

    private static let invariantAfterPlural = Set(
        ["inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed"].map { Array($0.utf8) })
}

/// A word on its way to the stem, with the regions R1 and R2 in which suffixes may go.
private struct Stem {
    /// A `y` that is a consonant.
    static let consonantY = UInt8(ascii: "Y")

    private(set) var word: [UInt8]
    private var region1: Int
    private var region2: Int

    init(_ text: [UInt8]) {
        word = text.first == UInt8(ascii: "'") ? Array(text.dropFirst()) : text
        region1 = 0
        region2 = 0
        for index in word.indices where word[index] == UInt8(ascii: "y") {
            if index == 0 || isVowel(index - 1) { word[index] = Self.consonantY }
        }
        let prefixes: [StaticString] = ["gener", "commun", "arsen"]
        if let prefix = prefixes.first(where: { prefix in word.starts(with: bytes(prefix)) }) {
            region1 = prefix.utf8CodeUnitCount
        } else {
            region1 = regionEnd(from: 0)
        }
        region2 = regionEnd(from: region1)
    }

    /// Step 0.
    mutating func removePossessive() {
        for suffix: StaticString in ["'s'", "'s", "'"] where ends(suffix) {
            drop(suffix)
            return
        }
    }

    /// Step 1a.
    mutating func removePlural() {
        if ends("sses") {
            drop("es")
        } else if ends("ied") || ends("ies") {
            word.removeLast(word.count > 4 ? 2 : 1)
        } else if ends("s"), !ends("us"), !ends("ss"), hasVowel(before: word.count - 2) {
            drop("s")
        }
    }

    /// Step 1b.
    mutating func removePast() {
        for suffix: StaticString in ["eedly", "eed"] where ends(suffix) {
            if start(of: suffix) >= region1 { replace(suffix, "ee") }
            return
        }
        for suffix: StaticString in ["ingly", "edly", "ing", "ed"] where ends(suffix) {
            guard hasVowel(before: start(of: suffix)) else { return }
            drop(suffix)
            if ends("at") || ends("bl") || ends("iz") {
                word.append(UInt8(ascii: "e"))
            } else if let last = word.last, word.count > 1, word[word.count - 2] == last,
                Self.contains("bdfgmnprt", last)
            {
                word.removeLast()
            } else if region1 >= word.count, endsInShortSyllable(word.count) {
                word.append(UInt8(ascii: "e"))
            }
            return
        }
    }

    /// Step 1c.
    mutating func replaceFinalY() {
        guard word.count > 2, ends("y") || ends("Y"), !isVowel(word.count - 2) else { return }
        word[word.count - 1] = UInt8(ascii: "i")
    }

    /// Step 2.
    mutating func shortenDerived() {
        let rules: [(StaticString, StaticString)] = [
            ("ational", "ate"), ("fulness", "ful"), ("iveness", "ive"), ("ization", "ize"), ("ousness", "ous"),
            ("biliti", "ble"), ("lessli", "less"), ("tional", "tion"), ("alism", "al"), ("aliti", "al"),
            ("ation", "ate"), ("entli", "ent"), ("fulli", "ful"), ("iviti", "ive"), ("ousli", "ous"), ("abli", "able"),
            ("alli", "al"), ("anci", "ance"), ("ator", "ate"), ("enci", "ence"), ("izer", "ize"), ("bli", "ble"),
        ]
        if apply(rules) { return }
        if ends("ogi") {
            if start(of: "ogi") >= region1, precedes(start(of: "ogi"), "l") { drop("i") }
        } else if ends("li"), start(of: "li") >= region1, precedes(start(of: "li"), "cdeghkmnrt") {
            drop("li")
        }
    }

    /// Step 3.
    mutating func shortenAdjective() {
        let rules: [(StaticString, StaticString)] = [("ational", "ate"), ("tional", "tion"), ("alize", "al")]
        if apply(rules) { return }
        if ends("ative") {
            if start(of: "ative") >= region2 { drop("ative") }
            return
        }
        _ = apply([("icate", "ic"), ("iciti", "ic"), ("ical", "ic"), ("ness", ""), ("ful", "")])
    }

    /// Step 4.
    mutating func removeResidual() {
        let suffixes: [StaticString] = [
            "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize",
            "al",
            "er", "ic",
        ]
        for suffix in suffixes where ends(suffix) {
            if start(of: suffix) >= region2 { drop(suffix) }
            return
        }
        if ends("ion"), start(of: "ion") >= region2, precedes(start(of: "ion"), "st") { drop("ion") }
    }

    /// Step 5.
    mutating func removeFinal() {
        let last = word.count - 1
        if ends("e") {
            if last >= region2 || last >= region1 && !endsInShortSyllable(last) { word.removeLast() }
        } else if ends("ll"), last >= region2 {
            word.removeLast()
        }
    }

    /// Replaces the longest suffix that is present, if it lies in R1; true when one was present.
    private mutating func apply(_ rules: [(StaticString, StaticString)]) -> Bool {
        for (suffix, replacement) in rules where ends(suffix) {
            if start(of: suffix) >= region1 { replace(suffix, replacement) }
            return true
        }
        return false
    }

    /// The offset after the first consonant that follows a vowel.
    private func regionEnd(from start: Int) -> Int {
        var index = start
        while index < word.count, !isVowel(index) { index += 1 }
        while index < word.count, isVowel(index) { index += 1 }
        return min(index + 1, word.count)
    }

    private func isVowel(_ index: Int) -> Bool { Self.contains("aeiouy", word[index]) }

    private func hasVowel(before end: Int) -> Bool { end > 0 && (0..<end).contains(where: isVowel) }

    /// Whether the first `end` letters end in a short syllable.
    private func endsInShortSyllable(_ end: Int) -> Bool {
        guard end >= 2, !isVowel(end - 1), isVowel(end - 2) else { return false }
        return end == 2 || !isVowel(end - 3) && !Self.contains("wxY", word[end - 1])
    }

    private func ends(_ suffix: StaticString) -> Bool {
        word.count >= suffix.utf8CodeUnitCount && word.suffix(suffix.utf8CodeUnitCount).elementsEqual(bytes(suffix))
    }

    private func start(of suffix: StaticString) -> Int { word.count - suffix.utf8CodeUnitCount }

    private func precedes(_ index: Int, _ letters: StaticString) -> Bool {
        index > 0 && Self.contains(letters, word[index - 1])
    }

    private mutating func drop(_ suffix: StaticString) { word.removeLast(suffix.utf8CodeUnitCount) }

    private mutating func replace(_ suffix: StaticString, _ replacement: StaticString) {
        drop(suffix)
        word.append(contentsOf: bytes(replacement))
    }

    private func bytes(_ text: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private static func contains(_ letters: StaticString, _ letter: UInt8) -> Bool {
        UnsafeBufferPointer(start: letters.utf8Start, count: letters.utf8CodeUnitCount).contains(letter)
    }
}
