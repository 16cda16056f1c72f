internal import Lexical
internal import Policy
internal import Routing

/// A compiled keyword signal. Spec signals-decisions §3.1.
struct KeywordRule: SignalRule {
    /// Where the shared walk over the text finds each keyword.
    private enum Lookup {
        case literals(SharedIndices)
        case patterns(SharedIndices)
        case none
    }

    /// The places of a rule's keywords in a set that all rules share.
    private struct SharedIndices {
        /// Up to here asking for every keyword is cheaper than asking whose every hit is.
        private static let fewKeywords = 64

        private let places: [Int]
        /// The same as a set: most requests hold none of a rule's keywords.
        private let set: MatchSet
        /// The keyword of a place, for long lists.
        private let keywords: [Int: Int]

        init(_ places: [Int]) {
            self.places = places
            set = MatchSet(of: places)
            keywords =
                places.count <= Self.fewKeywords
                ? [:] : Dictionary(places.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }

        /// The keywords that were found, in their order. The cost follows the hits, not the length of a long list.
        func hits(in found: MatchSet) -> [Int] {
            if found.isDisjoint(with: set) { return [] }
            if keywords.isEmpty { return places.indices.filter { found.contains(places[$0]) } }
            return found.indices.compactMap { keywords[$0] }.sorted()
        }
    }

    /// Matchers that read the text by themselves.
    private struct Inexact {
        var fuzzy: FuzzyMatcher?
        var bm25: BM25KeywordIndex?
        var bm25Threshold: Double
        var ngram: NGramMatcher?
        var ngramThreshold: Double
    }

    /// Most keywords that a reading names.
    private static let shownKeywords = 8

    private let combination: KeywordOperator
    private let keywords: [String]
    private let lookup: Lookup
    private let inexact: Inexact?

    init(_ signal: KeywordSignal, _ declaration: SignalDeclaration, _ builder: inout EvidenceBuilder) {
        let distinct = Self.distinct(signal)
        combination = signal.combination
        keywords = distinct
        switch signal.method {
        case .literal, .fuzzy, .hybrid:
            lookup = .literals(
                SharedIndices(
                    distinct.map { builder.literal($0, caseSensitive: signal.isCaseSensitive, boundaries: true) }))
        case .regex:
            let isValid = distinct.map { keyword in
                builder.compilePattern(
                    keyword, caseInsensitive: !signal.isCaseSensitive, in: declaration, key: ["keywords"]) != nil
            }
            lookup =
                isValid.contains(false)
                ? .none
                : .patterns(
                    SharedIndices(distinct.map { builder.pattern($0, caseInsensitive: !signal.isCaseSensitive) }))
        case .bm25, .ngram:
            lookup = .none
        }
        let usesBM25 = signal.method == .bm25 || signal.method == .hybrid
        let usesNGrams = signal.method == .ngram
        guard signal.usesFuzzyMatching || usesBM25 || usesNGrams else {
            inexact = nil
            return
        }
        let edits = signal.fuzzyThreshold == 0 ? 2 : signal.fuzzyThreshold
        let arity = signal.ngramArity == 0 ? 3 : signal.ngramArity
        inexact = Inexact(
            fuzzy: signal.usesFuzzyMatching
                ? FuzzyMatcher(keywords: distinct, threshold: edits, caseSensitive: signal.isCaseSensitive) : nil,
            bm25: usesBM25 ? BM25KeywordIndex(keywords: distinct) : nil,
            bm25Threshold: signal.bm25Threshold == 0 ? 0.1 : signal.bm25Threshold,
            ngram: usesNGrams
                ? NGramMatcher(keywords: distinct, arity: arity, caseSensitive: signal.isCaseSensitive) : nil,
            ngramThreshold: signal.ngramThreshold == 0 ? 0.4 : signal.ngramThreshold)
    }

    /// The value is the number of distinct keywords found.
    func read(_ scan: inout RequestScan) -> Reading {
        var count = 0
        var coverage = 1.0
        var details: [String] = []
        func note(_ index: Int, _ suffix: String = "") {
            count += 1
            if details.count < Self.shownKeywords { details.append(keywords[index] + suffix) }
        }
        if let inexact {
            let exact = MatchSet(of: exactHits(&scan))
            let bounded = scan.boundedText
            coverage = bounded.coverage
            let fuzzy = MatchSet(of: inexact.fuzzy?.matches(in: bounded.text) ?? [])
            let scores = inexact.bm25?.scores(for: bounded.text)
            let ngrams = MatchSet(of: inexact.ngram?.matches(in: bounded.text, threshold: inexact.ngramThreshold) ?? [])
            for index in keywords.indices {
                if exact.contains(index) || ngrams.contains(index)
                    || scores.map({ $0[index] > 0 && $0[index] >= inexact.bm25Threshold }) == true
                {
                    note(index)
                } else if fuzzy.contains(index) {
                    note(index, " (fuzzy)")
                }
            }
        } else {
            for index in exactHits(&scan) { note(index) }
        }
        let isMatched =
            switch combination {
            case .and: count == keywords.count && count > 0
            case .or: count > 0
            case .nor: count == 0
            }
        guard isMatched else { return .unmatched(value: Double(count), coverage: coverage) }
        return .matched(value: Double(count), coverage: coverage, details: details)
    }

    private func exactHits(_ scan: inout RequestScan) -> [Int] {
        switch lookup {
        case .literals(let shared): return shared.hits(in: scan.literalMatches)
        case .patterns(let shared): return shared.hits(in: scan.patternMatches)
        case .none: return []
        }
    }

    /// The keywords without repetitions; where case does not matter, spellings that differ only in it are one.
    private static func distinct(_ signal: KeywordSignal) -> [String] {
        let keepsCase = signal.isCaseSensitive || signal.method == .regex
        var seen: Set<[UInt8]> = []
        return signal.keywords.filter { seen.insert(Array((keepsCase ? $0 : $0.lowercased()).utf8)).inserted }
    }
}

extension MatchSet {
    /// A set of the given indices.
    fileprivate init(of indices: [Int]) {
        self.init()
        for index in indices { insert(index) }
    }
}
