/// What a similarity of meaning does not see: numbers, negations, opposites, and who is who. Two questions whose vectors
/// lie close may still ask for different answers; then an answer to one is none to the other.
public struct QuestionGuard: Sendable, Hashable {
    /// Numbers with their signs and units, and operators between them, in order.
    private let numbers: [String]
    /// Whether an odd number of negations is in it.
    private let isNegated: Bool
    /// Words of which the opposite would change the answer, sorted.
    private let poles: [String]
    /// Names, identifiers and quoted texts, in order.
    private let names: [String]

    /// What a question says.
    public init(_ text: String) {
        var numbers: [String] = []
        var names: [String] = []
        var poles: [String] = []
        var negations = 0
        var startsSentence = true
        for word in Self.words(text) {
            let bare = word.trimmed
            defer { startsSentence = word.endsSentence }
            guard !bare.isEmpty else { continue }
            let lower = bare.lowercased()
            if word.isOperator || bare.contains(where: \.isNumber) {
                numbers.append(lower)
            } else if Self.numerals[lower] != nil {
                numbers.append(Self.numerals[lower] ?? lower)
            } else if Self.negations.contains(lower) || lower.hasSuffix("n't") || lower.hasSuffix("n’t") {
                negations += 1
            } else if Self.opposites[lower] != nil {
                poles.append(lower)
            } else if Self.isName(bare, startsSentence: startsSentence) {
                names.append(lower)
            }
        }
        self.numbers = numbers
        self.names = names
        self.poles = poles.sorted()
        isNegated = negations % 2 == 1
    }

    /// Whether an answer to the one question may be an answer to the other, as far as these things go.
    public func allows(_ other: QuestionGuard) -> Bool {
        guard numbers == other.numbers, isNegated == other.isNegated, names == other.names else { return false }
        // Each pole must not meet its opposite in the other question, unless both have both.
        return poles == other.poles
            || !poles.contains { pole in
                guard let opposites = Self.opposites[pole] else { return false }
                return other.poles.contains { opposites.contains($0) }
            }
    }

    // MARK: Words

    private struct Word {
        var trimmed: Substring
        var endsSentence: Bool
        /// Nothing but signs of arithmetic and comparison.
        var isOperator: Bool
    }

    private static func words(_ text: String) -> [Word] {
        text.split(whereSeparator: \.isWhitespace).map { raw in
            let edges: Set<Character> = [
                ".", ",", ";", ":", "!", "?", "(", ")", "[", "]", "{", "}", "\"", "'", "“", "”", "‘", "’", "`", "*",
            ]
            var word = raw
            while let first = word.first, edges.contains(first) { word.removeFirst() }
            var ends = false
            while let last = word.last, edges.contains(last) {
                if ".!?:".contains(last) { ends = true }
                word.removeLast()
            }
            let isOperator = raw.allSatisfy { "+-*/=<>^%×÷−≤≥".contains($0) }
            return Word(trimmed: isOperator ? raw : word, endsSentence: ends, isOperator: isOperator)
        }
    }

    /// A word that names something: capitals inside a sentence, or letters mixed with marks as in identifiers.
    private static func isName(_ word: Substring, startsSentence: Bool) -> Bool {
        if word.contains(where: { "_./\\@#".contains($0) }) { return true }
        guard let first = word.first, first.isUppercase, word != "I" else { return false }
        return !startsSentence || word.dropFirst().contains(where: \.isUppercase)
    }

    private static let negations: Set<String> = [
        "not", "no", "never", "without", "none", "nobody", "nothing", "neither", "nor", "cannot", "cant", "dont",
        "doesnt",
        "isnt", "wont", "shouldnt", "except",
    ]

    private static let numerals: [String: String] = [
        "zero": "0", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
        "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "hundred": "100", "thousand": "1000",
        "million": "1000000", "first": "1st", "second": "2nd", "third": "3rd",
    ]

    private static let opposites: [String: Set<String>] = {
        let pairs = [
            ("min", "max"), ("minimum", "maximum"), ("least", "most"), ("lowest", "highest"), ("smallest", "largest"),
            ("small", "large"), ("shortest", "longest"), ("short", "long"), ("cheapest", "dearest"),
            ("cheap", "expensive"), ("fast", "slow"), ("fastest", "slowest"), ("before", "after"), ("start", "stop"),
            ("begin", "end"), ("open", "close"), ("enable", "disable"), ("enabled", "disabled"), ("on", "off"),
            ("increase", "decrease"), ("raise", "lower"), ("gain", "lose"), ("win", "lose"), ("buy", "sell"),
            ("add", "remove"), ("insert", "delete"), ("create", "delete"), ("install", "uninstall"),
            ("import", "export"),
            ("encode", "decode"), ("encrypt", "decrypt"), ("compress", "decompress"), ("upload", "download"),
            ("push", "pull"), ("send", "receive"), ("read", "write"), ("client", "server"), ("good", "bad"),
            ("best", "worst"), ("better", "worse"), ("advantages", "disadvantages"), ("pros", "cons"),
            ("true", "false"),
            ("positive", "negative"), ("hot", "cold"), ("north", "south"), ("east", "west"), ("left", "right"),
            ("male", "female"), ("men", "women"), ("man", "woman"), ("boys", "girls"), ("husband", "wife"),
            ("ascending", "descending"), ("legal", "illegal"), ("safe", "dangerous"), ("possible", "impossible"),
            ("why", "how"), ("when", "where"), ("who", "when"), ("who", "where"), ("over", "under"), ("more", "less"),
            ("more", "fewer"), ("up", "down"), ("in", "out"), ("above", "below"), ("past", "future"), ("old", "new"),
        ]
        var result: [String: Set<String>] = [:]
        for (one, other) in pairs {
            result[one, default: []].insert(other)
            result[other, default: []].insert(one)
        }
        return result
    }()
}
