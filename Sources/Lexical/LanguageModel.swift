/// The weights of the language model: a sparse table from the hash of an n-gram to what it says for each language.
///
/// The layout of the file is documented in its model card, `Models/language/README.md`.
struct LanguageModel: Sendable {
    /// The languages that share one script, and how their scores grow with the length of a text.
    struct ScriptModel {
        let languages: [UInt8]
        /// Scores are divided by the number of n-grams to this power.
        let exponent: Double
    }

    /// The languages the weights speak of, in the order of the scores.
    let languages: [String]
    /// What one unit of a score is worth for each language; the temperature is part of it.
    let scales: [Double]
    let scripts: [LanguageScript: ScriptModel]

    private let seed: UInt32
    private let wordSeed: UInt32
    /// Open addressing: hash in the upper half, then 24 bits of first pair and 8 bits of pair count (0: empty).
    private let slots: [UInt64]
    /// Language in the low byte, weight in the high byte.
    private let pairs: [UInt16]

    static let longestGram = 5
    static let wordLengths = 4...24

    /// Reads the model from the bytes of its file.
    init(bytes: [UInt8]) throws(LanguageModelError) {
        guard bytes.count <= 16 << 20 else {
            throw LanguageModelError(code: .corrupt, message: "more than 16 MiB", offset: 0)
        }
        var reader = LanguageModelReader(bytes: bytes)
        guard try reader.bytes(4) == Array("MTLI".utf8) else {
            throw LanguageModelError(code: .unsupportedFormat, message: "it does not begin with MTLI", offset: 0)
        }
        let version = try reader.uint16()
        let gramLength = try reader.uint16()
        guard version == 1, gramLength == Self.longestGram else {
            throw LanguageModelError(code: .unsupportedFormat, message: "version \(version) is not 1", offset: 4)
        }
        seed = try reader.uint32()
        wordSeed = try reader.uint32()
        let rowCount = Int(try reader.uint32())
        let pairCount = Int(try reader.uint32())
        let languageCount = Int(try reader.uint16())
        let scriptCount = Int(try reader.uint16())
        guard rowCount < 1 << 22, pairCount < 1 << 24, (1...128).contains(languageCount), scriptCount <= 16 else {
            throw reader.corrupt("a count is out of range")
        }

        (languages, scales) = try Self.readLanguages(&reader, count: languageCount)
        scripts = try Self.readScripts(&reader, count: scriptCount, languageCount: languageCount)

        let hashes = try reader.take(4 * rowCount)
        let counts = try reader.take(rowCount)
        let indices = try reader.take(pairCount)
        let weights = try reader.take(pairCount)
        guard reader.isAtEnd else { throw reader.corrupt("bytes are left over") }

        guard indices.allSatisfy({ $0 < languageCount }) else { throw reader.corrupt("a pair names no language") }
        pairs = zip(indices, weights).map { UInt16($0) | UInt16($1) << 8 }
        slots = try Self.table(hashes: hashes, counts: counts, pairCount: pairCount, reader: reader)
    }

    /// Adds what the n-grams of a word say to `scores` and returns how many n-grams it has, unknown ones included.
    func add(
        word: LanguageTextReader.Word, of letters: UnsafeBufferPointer<UInt32>, to scores: inout [Int32]
    ) -> Int {
        let first = word.range.lowerBound - 1
        let last = word.range.upperBound
        let script = UInt32(word.script.rawValue)
        var count = 0
        scores.withUnsafeMutableBufferPointer { scores in
            for start in first...last {
                var hash = seed ^ script
                for end in start...min(start + Self.longestGram - 1, last) {
                    hash = (hash ^ letters[end]) &* 16_777_619
                    guard end > start || (start > first && start < last) else { continue }
                    add(Self.mix(hash), to: scores)
                    count += 1
                }
            }
            guard Self.wordLengths.contains(word.range.count) else { return }
            var hash = wordSeed ^ script
            for position in word.range { hash = (hash ^ letters[position]) &* 16_777_619 }
            add(Self.mix(hash), to: scores)
            count += 1
        }
        return count
    }

    @inline(__always)
    private func add(_ hash: UInt32, to scores: UnsafeMutableBufferPointer<Int32>) {
        slots.withUnsafeBufferPointer { slots in
            var at = Int(hash) & (slots.count - 1)
            while true {
                let slot = slots[at]
                let count = Int(slot & 0xFF)
                if count == 0 { return }
                if UInt32(truncatingIfNeeded: slot >> 32) == hash {
                    let first = Int(slot >> 8 & 0xFF_FFFF)
                    pairs.withUnsafeBufferPointer { pairs in
                        for pair in pairs[first..<first + count] {
                            scores[Int(pair & 0xFF)] &+= Int32(Int8(truncatingIfNeeded: pair >> 8))
                        }
                    }
                    return
                }
                at = (at + 1) & (slots.count - 1)
            }
        }
    }

    @inline(__always)
    private static func mix(_ hash: UInt32) -> UInt32 {
        var hash = hash
        hash ^= hash >> 16
        hash = hash &* 0x7FEB_352D
        hash ^= hash >> 15
        hash = hash &* 0x846C_A68B
        return hash ^ hash >> 16
    }

    private static func readLanguages(
        _ reader: inout LanguageModelReader, count: Int
    ) throws(LanguageModelError) -> ([String], [Double]) {
        var languages: [String] = []
        var scales: [Double] = []
        for _ in 0..<count {
            let code = String(decoding: try reader.bytes(2), as: UTF8.self)
            guard LanguageIdentifier.languages.contains(code), languages.last.map({ $0 < code }) ?? true else {
                throw reader.corrupt("the languages are not in order or not of the set")
            }
            languages.append(code)
            let scale = Double(try reader.float())
            guard scale.isFinite, scale > 0, scale < 1_000 else { throw reader.corrupt("a scale is out of range") }
            scales.append(scale)
        }
        return (languages, scales)
    }

    private static func readScripts(
        _ reader: inout LanguageModelReader, count: Int, languageCount: Int
    ) throws(LanguageModelError) -> [LanguageScript: ScriptModel] {
        var scripts: [LanguageScript: ScriptModel] = [:]
        for _ in 0..<count {
            guard let script = LanguageScript(rawValue: try reader.uint8()), scripts[script] == nil,
                [.latin, .cyrillic, .arabic, .devanagari].contains(script)
            else {
                throw reader.corrupt("a script is unknown or named twice")
            }
            let members = Int(try reader.uint8())
            let exponent = Double(try reader.float())
            let languages = try reader.bytes(members)
            guard exponent.isFinite, (-1...1).contains(exponent), !languages.isEmpty,
                languages.allSatisfy({ $0 < languageCount })
            else {
                throw reader.corrupt("a script's values are out of range")
            }
            scripts[script] = ScriptModel(languages: languages, exponent: exponent)
        }
        return scripts
    }

    /// The rows as a hash table at most half full.
    private static func table(
        hashes: ArraySlice<UInt8>, counts: ArraySlice<UInt8>, pairCount: Int, reader: LanguageModelReader
    ) throws(LanguageModelError) -> [UInt64] {
        var capacity = 16
        while capacity < 2 * counts.count { capacity *= 2 }
        var slots = [UInt64](repeating: 0, count: capacity)
        var first = 0
        var previous: UInt32?
        var at = hashes.startIndex
        for count in counts {
            let hash =
                UInt32(hashes[at]) | UInt32(hashes[at + 1]) << 8 | UInt32(hashes[at + 2]) << 16
                | UInt32(hashes[at + 3]) << 24
            at += 4
            guard count > 0, previous.map({ $0 < hash }) ?? true, first + Int(count) <= pairCount else {
                throw reader.corrupt("the rows are not in order")
            }
            previous = hash
            var slot = Int(hash) & (capacity - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (capacity - 1) }
            slots[slot] = UInt64(hash) << 32 | UInt64(first) << 8 | UInt64(count)
            first += Int(count)
        }
        guard first == pairCount else { throw reader.corrupt("the rows do not use every pair") }
        return slots
    }
}
