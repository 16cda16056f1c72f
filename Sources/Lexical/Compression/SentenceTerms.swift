/// The words of each sentence with their counts, as the rows of a sparse matrix.
///
/// A word is a run between white space without the punctuation at its edges, in folded case; each ideograph is one,
/// and so is each pair of neighbouring ideographs. Words are told apart by a 64-bit hash: two that share one count as
/// the same word, which can only shift a rank.
struct SentenceTerms {
    /// Where each sentence's entries begin; one more than there are sentences.
    private(set) var starts: [Int] = [0]
    /// The word of each entry, numbered by first appearance.
    private(set) var terms: [UInt32] = []
    /// How often the sentence has the word.
    private(set) var counts: [UInt32] = []
    /// Words of each sentence, repetitions counted.
    private(set) var lengths: [Double] = []
    /// Sentences that have each word.
    private(set) var documentFrequency: [UInt32] = []

    var sentenceCount: Int { lengths.count }

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ sentences: [Range<Int>]) {
        var numbers: [UInt64: UInt32] = [:]
        /// For each word the entry that counted it last.
        var lastEntry: [Int] = []
        for sentence in sentences {
            let start = terms.count
            var length = 0
            Self.forEachHash(bytes, sentence) { hash in
                length += 1
                let number = numbers[hash, default: UInt32(truncatingIfNeeded: lastEntry.count)]
                if Int(number) == lastEntry.count {
                    numbers[hash] = number
                    lastEntry.append(-1)
                    documentFrequency.append(0)
                }
                let entry = lastEntry[Int(number)]
                if entry >= start {
                    counts[entry] += 1
                } else {
                    lastEntry[Int(number)] = terms.count
                    documentFrequency[Int(number)] += 1
                    terms.append(number)
                    counts.append(1)
                }
            }
            lengths.append(Double(length))
            starts.append(terms.count)
        }
    }

    /// The Euclidean length of each sentence's counts; 0 without words.
    func norms() -> [Double] {
        (0..<sentenceCount).map { sentence in
            (starts[sentence]..<starts[sentence + 1]).reduce(0.0) { $0 + Double(counts[$1]) * Double(counts[$1]) }
                .squareRoot()
        }
    }

    @inline(__always)
    private static func forEachHash(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ body: (UInt64) -> Void
    ) {
        var word = Word()
        var previous: UInt32?
        var position = range.lowerBound
        while position < range.upperBound {
            let (value, length) = UTF8Text.scalar(in: bytes, at: position)
            position += length
            let kind = ScalarClass.of(value)
            if kind.contains(.cjk) {
                word.close(body)
                body(Word.step(Word.seed, value))
                if let previous { body(Word.step(Word.step(Word.seed, previous), value)) }
                previous = value
                continue
            }
            previous = nil
            if kind.contains(.whitespace) {
                word.close(body)
            } else if kind.contains(.letterOrDigit) || !isPunctuation(value) {
                word.push(CaseFolding.fold(value))
            } else {
                word.pushPunctuation(value)
            }
        }
        word.close(body)
    }

    /// The FNV-1a hash of a word's scalars while it is read.
    private struct Word {
        static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

        /// Up to the last scalar that is not punctuation.
        private var hash: UInt64?
        private var withPunctuation = seed

        static func step(_ hash: UInt64, _ value: UInt32) -> UInt64 { (hash ^ UInt64(value)) &* 0x100_0000_01B3 }

        mutating func push(_ value: UInt32) {
            withPunctuation = Self.step(withPunctuation, value)
            hash = withPunctuation
        }

        mutating func pushPunctuation(_ value: UInt32) {
            if hash != nil { withPunctuation = Self.step(withPunctuation, value) }
        }

        mutating func close(_ body: (UInt64) -> Void) {
            if let hash { body(hash) }
            self = Word()
        }
    }

    /// General categories P*.
    private static func isPunctuation(_ value: UInt32) -> Bool {
        switch value {
        case 0x24, 0x2B, 0x3C...0x3E, 0x5E, 0x60, 0x7C, 0x7E: return false
        case 0..<0x80: return value > 0x20 && value < 0x7F
        default: break
        }
        switch Unicode.Scalar(value)?.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return true
        default: return false
        }
    }
}
