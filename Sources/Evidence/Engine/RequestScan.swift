internal import Lexical
internal import Routing
internal import Wire

/// What all signals of a recipe share: the sets in which one walk over a text finds every pattern and every literal.
final class SharedMatchers: Sendable {
    let patterns: PatternSet
    let literals: LiteralSet
    let languages: LanguageIdentifier?
    let compression: SignalCompression?

    init(
        patterns: PatternSet, literals: LiteralSet, languages: LanguageIdentifier?, compression: SignalCompression?
    ) {
        self.patterns = patterns
        self.literals = literals
        self.languages = languages
        self.compression = compression
    }
}

/// The languages possible for a text.
struct LanguageFindings: Sendable {
    /// Scalars that identification reads of a long text.
    private static let window = 2_048

    /// The likeliest first.
    var ranking: [(language: String, probability: Double)]
    /// The share of the text that was read.
    var coverage = 1.0

    init(_ text: String, _ identifier: LanguageIdentifier) {
        ranking = identifier.probabilities(text)
        guard text.utf8.count > Self.window else { return }
        coverage = min(1, Double(Self.window) / Double(text.unicodeScalars.count))
    }
}

/// What matchers whose time per letter is high read of a text: all of it up to a bound, else its head and its tail.
struct BoundedText: Sendable {
    /// Bytes of each of the two pieces.
    private static let piece = 32_768

    let text: String
    /// The share of the bytes that is kept.
    let coverage: Double

    init(_ whole: String) {
        let bytes = whole.utf8
        guard bytes.count > 2 * Self.piece else {
            text = whole
            coverage = 1
            return
        }
        // A letter cut in two becomes a replacement character, which no keyword holds.
        text =
            String(decoding: bytes.prefix(Self.piece), as: UTF8.self) + "\n"
            + String(decoding: bytes.suffix(Self.piece), as: UTF8.self)
        coverage = Double(2 * Self.piece) / Double(bytes.count)
    }
}

/// The facts of one request, each worked out once, when the first signal asks.
struct RequestScan: Sendable {
    let conversation: Conversation
    let identity: CallerIdentity?
    /// The text that most signals read (spec signals-decisions §1).
    let text: String
    private let estimator: TokenEstimator
    private let matchers: SharedMatchers

    private var patterns = MatchSet()
    private var literals = MatchSet()
    private var hasPatterns = false
    private var hasLiterals = false
    private var units: Int?
    private var tokens: Int?
    private var findings: LanguageFindings?
    private var bounded: BoundedText?
    /// What models found out so far.
    private(set) var facts = EvidenceFacts()
    private var groups: [ObjectIdentifier: [Reading]] = [:]
    private var collected: Set<ObjectIdentifier> = []
    private var compressed: String?

    init(_ request: EvidenceRequest, _ matchers: SharedMatchers) {
        conversation = request.conversation
        identity = request.identity
        text = request.conversation.evaluationText
        estimator = request.tokenEstimator
        self.matchers = matchers
    }

    /// The indices of the policy's patterns that occur in the text.
    var patternMatches: MatchSet {
        mutating get {
            if !hasPatterns {
                patterns = MatchSet(capacity: matchers.patterns.count)
                matchers.patterns.matches(in: text, into: &patterns)
                hasPatterns = true
            }
            return patterns
        }
    }

    /// The indices of the policy's literals that occur in the text.
    var literalMatches: MatchSet {
        mutating get {
            if !hasLiterals {
                literals = MatchSet(capacity: matchers.literals.count)
                matchers.literals.matches(in: text, into: &literals)
                hasLiterals = true
            }
            return literals
        }
    }

    /// The text for matchers that cost more than a walk.
    var boundedText: BoundedText {
        mutating get {
            if let bounded { return bounded }
            let made = BoundedText(text)
            bounded = made
            return made
        }
    }

    /// The length of the text in units that compare across languages.
    var textUnits: Int {
        mutating get {
            if let units { return units }
            let count = TextUnits.count(text)
            units = count
            return count
        }
    }

    /// Tokens of the whole request: the larger of the estimate from its text and the floor from its structure.
    /// What is reserved for the answer does not count. Spec signals-decisions §3.2.
    var requestTokens: Int {
        mutating get {
            if let tokens { return tokens }
            let count = max(
                estimator.estimate(bytes: conversation.contextByteCount), conversation.tokenFloor)
            tokens = count
            return count
        }
    }

    /// The languages possible for the text; nil without a language model.
    var languages: LanguageFindings? {
        mutating get {
            if findings == nil { findings = matchers.languages.map { LanguageFindings(text, $0) } }
            return findings
        }
    }
}

extension RequestScan {
    /// Takes what models found out.
    mutating func supply(_ facts: EvidenceFacts) { self.facts.merge(facts) }

    /// The text that a learned family reads: shortened where the policy says so and does not except the family.
    mutating func learnedText(_ family: String) -> String {
        guard let compression = matchers.compression, !compression.skippedFamilies.contains(family) else { return text }
        if let compressed { return compressed }
        let made = compression.compressor.compress(text).text
        compressed = made
        return made
    }

    /// What a reader found in a text for a task; nil when it was not asked.
    func findings(_ reader: Int, _ source: TextSource, _ task: LearnedTask) -> TextFindings? {
        facts.findings[reader]?[source]?[task]
    }

    /// Adds what a group needs, once.
    mutating func collect(_ group: any SignalGroup, into needs: inout EvidenceNeeds) {
        guard collected.insert(ObjectIdentifier(group)).inserted else { return }
        group.collect(&self, into: &needs)
    }

    /// What the members of a group say.
    mutating func readings(of group: any SignalGroup) -> [Reading] {
        let identifier = ObjectIdentifier(group)
        if let known = groups[identifier] { return known }
        let readings = group.read(&self)
        groups[identifier] = readings
        return readings
    }
}
