internal import Wire

/// What a guard that answers in words says about a text. Spec signals-decisions §4.9.
///
/// Unlike there, the numbers are the risk of an attack whatever the verdict: .1 for a safe text and .6 for a
/// controversial one, and an answer without a verdict is an error in place of .5.
public struct GuardVerdict: Sendable, Hashable {
    /// How bad the text is, from harmless to bad.
    public enum Severity: Int, Sendable, Hashable, Comparable {
        case safe
        case controversial
        case unsafe

        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How the answer is written.
    public enum Parser: String, Sendable, CaseIterable {
        /// Lines `Safety: Safe|Controversial|Unsafe` and `Categories: …`.
        case qwen3guard
        /// An object with a verdict, anywhere in the text.
        case json
        /// A word such as `safe` or `unsafe`, anywhere in the text.
        case simple
        /// The first of the others that finds a verdict.
        case auto

        /// The parser of this name, in any letter case; an empty name is ``auto``.
        public init?(named name: String) {
            self.init(rawValue: name.isEmpty ? Parser.auto.rawValue : name.lowercased())
        }
    }

    /// How bad the text is.
    public var severity: Severity
    /// The risk of an attack, 0 to 1.
    public var risk: Double
    /// What the guard found, as it names it.
    public var categories: [String] = []

    /// Reads the answer of a guard; `positive` and `negative` are further words for an attack and for a harmless text.
    /// Throws when it names no verdict.
    public init(
        parsing text: String, as parser: Parser, positive: String = "jailbreak", negative: String = "benign"
    ) throws(RemoteModelError) {
        let answer = RemoteChat.withoutThought(text)
        let words = VerdictWords(positive: positive, negative: negative)
        let found: GuardVerdict? =
            switch parser {
            case .qwen3guard: Self.qwen3guard(answer, words)
            case .json: try Self.json(answer, words)
            case .simple: Self.simple(answer, words)
            case .auto: try Self.automatic(answer, words)
            }
        guard let found else { throw RemoteModelError(.unreadableVerdict, "the guard's answer names no verdict") }
        self = found
    }

    private init(_ severity: Severity, risk: Double? = nil, categories: [String] = []) {
        self.severity = severity
        self.risk = risk ?? Self.risk(of: severity)
        self.categories = categories
    }

    private static func risk(of severity: Severity) -> Double {
        switch severity {
        case .safe: 0.1
        case .controversial: 0.6
        case .unsafe: 0.9
        }
    }

    private static func qwen3guard(_ text: String, _ words: VerdictWords) -> GuardVerdict? {
        var severity: Severity?
        var categories: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            switch VerdictWords.trimmed(line[..<colon]).lowercased() {
            case "safety": severity = severity ?? words.severity(of: VerdictWords.trimmed(value))
            case "categories":
                categories += value.split(separator: ",").map(VerdictWords.trimmed)
                    .filter { !$0.isEmpty && $0.lowercased() != "none" }
            default: break
            }
        }
        return severity.map { GuardVerdict($0, categories: categories) }
    }

    private static func json(_ text: String, _ words: VerdictWords) throws(RemoteModelError) -> GuardVerdict? {
        let object = try RemoteAnswer.lenient(text)
        var severities: [Severity] = []
        for key in ["verdict", "safety", "label", "classification", "result", "severity"] {
            if let word = object[key]?.string, let severity = words.severity(of: VerdictWords.trimmed(word[...])) {
                severities.append(severity)
            }
        }
        for key in ["unsafe", "is_unsafe", "jailbreak", "is_jailbreak", "flagged"] {
            if let isUnsafe = object[key]?.bool { severities.append(isUnsafe ? .unsafe : .safe) }
        }
        for key in ["safe", "is_safe"] {
            if let isSafe = object[key]?.bool { severities.append(isSafe ? .safe : .unsafe) }
        }
        guard let severity = severities.max() else { return nil }
        let categories = (object["categories"]?.elements).map { $0.compactMap(\.string) } ?? []
        guard let confidence = object["confidence"], !confidence.isNull, severity != .controversial else {
            return GuardVerdict(severity, categories: categories)
        }
        guard let value = confidence.double, (0...1).contains(value) else {
            throw RemoteModelError(.scoreOutOfRange, "the guard's confidence is not between 0 and 1")
        }
        return GuardVerdict(severity, risk: severity == .unsafe ? value : 1 - value, categories: categories)
    }

    private static func simple(_ text: String, _ words: VerdictWords) -> GuardVerdict? {
        words.worst(in: text).map { GuardVerdict($0, risk: $0 == .unsafe ? 0.8 : nil) }
    }

    private static func automatic(_ text: String, _ words: VerdictWords) throws(RemoteModelError) -> GuardVerdict? {
        if let verdict = qwen3guard(text, words) { return verdict }
        do throws(RemoteModelError) {
            if let verdict = try json(text, words) { return verdict }
        } catch {
            guard error.code == .invalidJSON else { throw error }
        }
        return simple(text, words)
    }
}

/// The words by which guards name a verdict.
struct VerdictWords {
    let positive: String
    let negative: String

    init(positive: String, negative: String) {
        self.positive = positive.lowercased()
        self.negative = negative.lowercased()
    }

    /// The severity that a word names, in any letter case.
    func severity(of word: String) -> GuardVerdict.Severity? {
        switch word.lowercased() {
        case positive: .unsafe
        case negative: .safe
        case "unsafe", "jailbreak", "harmful", "malicious": .unsafe
        case "controversial": .controversial
        case "safe", "benign", "harmless": .safe
        default: nil
        }
    }

    /// The worst verdict among the words of a text; "not" before a word turns it round.
    func worst(in text: String) -> GuardVerdict.Severity? {
        var worst: GuardVerdict.Severity?
        var isNegated = false
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "'") }
        for word in words {
            let name = word.lowercased()
            if let found = severity(of: name) {
                let severity: GuardVerdict.Severity =
                    isNegated ? (found == .safe ? .unsafe : .safe) : found
                worst = max(worst ?? severity, severity)
                isNegated = false
            } else {
                isNegated = Self.negations.contains(name) || isNegated && Self.fillers.contains(name)
            }
        }
        return worst
    }

    private static let negations: Set<String> = ["not", "no", "non", "isn't", "never", "neither", "nor"]
    /// Words that may stand between a negation and what it negates.
    private static let fillers: Set<String> = ["a", "an", "any", "at", "all", "considered", "really", "entirely"]

    static func trimmed(_ text: Substring) -> String {
        func isEdge(_ character: Character) -> Bool { character.isWhitespace || "*\".".contains(character) }
        var text = text.drop(while: isEdge)
        while let last = text.last, isEdge(last) { text.removeLast() }
        return String(text)
    }
}
