internal import Lexical
public import Policy
public import Routing

/// How a keyword signal combines its keywords.
public enum KeywordOperator: String, Sendable, CaseIterable {
    /// Every keyword is found.
    case and = "AND"
    /// Any keyword is found.
    case or = "OR"
    /// No keyword is found.
    case nor = "NOR"
}

/// How a keyword signal looks for its keywords.
public enum KeywordMethod: String, Sendable, CaseIterable {
    /// As whole words; what an omitted method means.
    case literal
    /// Each keyword is a pattern, used as it is written.
    case regex
    /// By the BM25 score of each keyword for the text.
    case bm25
    /// By shared character n-grams.
    case ngram
    /// As whole words or within an edit distance.
    case fuzzy
    /// As whole words, within an edit distance, or by BM25.
    case hybrid
}

/// The configuration of a keyword signal. Spec config §5.1.
public struct KeywordSignal: SignalConfiguration {
    public var name = ""
    public var description = ""
    public var combination = KeywordOperator.or
    public var keywords: [String] = []
    public var isCaseSensitive = false
    public var method = KeywordMethod.literal
    public var matchesFuzzily = false
    /// Most edits up to 10, above it the least similarity in percent; 0 is 2 edits.
    public var fuzzyThreshold = 0
    /// Least BM25 score; 0 is 0.1.
    public var bm25Threshold = 0.0
    /// Least n-gram similarity; 0 is 0.4.
    public var ngramThreshold = 0.0
    /// Letters of a gram; 0 is 3.
    public var ngramArity = 0

    /// A signal without keywords.
    public init() {}

    /// The declaration.
    public static let schema = Schema<KeywordSignal>(
        "keyword signal", "Matches by words, phrases or patterns in the text.", initial: KeywordSignal(),
        keys: commonKeys + [
            Key("operator", \.combination, .enumeration(), "Whether all, any or none must be found.", required: true),
            Key("keywords", \.keywords, .list(.nonEmptyString), "Words, phrases or, with `regex`, patterns."),
            Key("case_sensitive", \.isCaseSensitive, .boolean, "Whether upper and lower case differ."),
            Key("method", \.method, .enumeration(caseInsensitive: true), "How keywords are looked for."),
            Key("fuzzy_match", \.matchesFuzzily, .boolean, "Finds words with typing errors too."),
            Key(
                "fuzzy_threshold", \.fuzzyThreshold, .integer(0...100),
                "Most edits up to 10, above it the least similarity in percent; 0 is 2 edits."),
            Key("bm25_threshold", \.bm25Threshold, .nonNegative, "Least BM25 score of a keyword; 0 is 0.1."),
            Key("ngram_threshold", \.ngramThreshold, .fraction, "Least similarity of a keyword; 0 is 0.4."),
            Key("ngram_arity", \.ngramArity, .integer(0...6), "Letters of a gram, 2 to 6; 0 is 3."),
        ]
    ).checking { value, node, context in
        value.check(node, &context)
    }

    /// Whether keywords may be found within an edit distance.
    var usesFuzzyMatching: Bool {
        switch method {
        case .fuzzy, .hybrid: true
        case .literal, .regex: matchesFuzzily
        case .bm25, .ngram: false
        }
    }

    private func check(_ node: Node, _ context: inout DecodingContext) {
        if node["keywords"]?.elements?.isEmpty ?? (node["keywords"] == nil) {
            context.warning(.noEffect, "a keyword signal without keywords finds nothing", key: "keywords", in: node)
        }
        if method == .bm25, isCaseSensitive {
            context.warning(.noEffect, "bm25 compares word stems, which have no case", key: "case_sensitive", in: node)
        }
        let usesBM25 = method == .bm25 || method == .hybrid
        let uses: [(key: String, isUsed: Bool, isSet: Bool)] = [
            ("fuzzy_match", method != .bm25 && method != .ngram, matchesFuzzily),
            ("fuzzy_threshold", usesFuzzyMatching, fuzzyThreshold != 0),
            ("bm25_threshold", usesBM25, bm25Threshold != 0),
            ("ngram_threshold", method == .ngram, ngramThreshold != 0),
            ("ngram_arity", method == .ngram, ngramArity != 0),
        ]
        for use in uses where use.isSet && !use.isUsed {
            context.warning(
                .noEffect, "\(use.key) has no effect with the method \(method.rawValue)", key: use.key, in: node)
        }
        if ngramArity == 1 {
            context.error(.outOfRange, "1 is too small: at least 2 letters make a gram", key: "ngram_arity", in: node)
        }
        guard method == .regex else { return }
        context.checkPatterns(node["keywords"], at: "keywords", caseInsensitive: !isCaseSensitive)
    }
}

/// The keyword family: words, phrases and patterns.
public enum KeywordSignals: SignalFamilyMember {
    /// The declaration, for the policy loader.
    public static let family = SignalFamily(
        type: "keyword", key: "keywords", schema: KeywordSignal.schema.description,
        decode: { node, context in KeywordSignal.schema.decode(node, &context) })

    /// Microseconds on this processor.
    public static let cost = CostClass.free

    /// Compiles the declarations; literals and patterns go into the shared sets.
    public static func compile(_ declarations: [SignalDeclaration], _ builder: inout EvidenceBuilder) {
        for (declaration, signal) in builder.configurations(declarations, as: KeywordSignal.self) {
            builder.add(declaration, KeywordRule(signal, declaration, &builder), cost: cost)
        }
    }
}
