import Lexical
import Testing

@Suite struct CompressionPropertyTests {
    private static let pieces = [
        "a", "word ", "Another ", ". ", "! ", "?", "。", "\n", "\r\n", " ", "日", "本語", "\u{301}", "\u{FE0F}", "3.14",
        "\"",
        "func f() { ", "} ", "; ", "नमस्ते", "।", "\u{2028}", "—", "…",
        "👩‍👩‍👧 ", "x = y ",
    ]

    private func random(_ seed: UInt64) -> (text: String, settings: PromptCompressor.Settings) {
        var random = LexicalRandom(seed: seed)
        let text = random.text(of: Self.pieces, count: 0...120)
        let profiles = PromptCompressor.Profile.allCases
        var settings = PromptCompressor.Settings(
            profile: profiles[Int.random(in: profiles.indices, using: &random)],
            maximumTokens: Int.random(in: 0...40, using: &random),
            minimumLength: Int.random(in: 0...30, using: &random))
        settings.preservedFirstSentences = Int.random(in: -1...4, using: &random)
        settings.preservedLastSentences = Int.random(in: -1...4, using: &random)
        return (text, settings)
    }

    @Test func keepsSentencesInOrderAndWithinTheBudget() {
        for seed in UInt64(1)...1500 {
            let (text, settings) = random(seed)
            let result = PromptCompressor(settings: settings).compress(text)
            let bytes = Array(text.utf8)
            var rest = Array(result.text.utf8)[...]
            var end = 0
            for range in result.sentences {
                #expect(range.lowerBound >= end && !range.isEmpty && range.upperBound <= bytes.count, "seed \(seed)")
                while let first = rest.first, first != bytes[range.lowerBound] {
                    #expect(first == 0x20 || first == 0x0A, "seed \(seed)")
                    rest.removeFirst()
                }
                #expect(rest.starts(with: bytes[range]), "seed \(seed)")
                rest = rest.dropFirst(range.count)
                end = range.upperBound
            }
            #expect(rest.isEmpty, "seed \(seed)")
            #expect(result.keptTokens == PromptCompressor.estimatedTokens(result.text))
            #expect(result.originalTokens == PromptCompressor.estimatedTokens(text))
            #expect((0...1).contains(result.coverage) && (0...1).contains(result.ratio), "seed \(seed)")
            #expect(result.isCompressed || result.text == text, "seed \(seed)")
            if settings.maximumTokens > 0, bytes.count > settings.minimumLength {
                #expect(result.keptTokens <= settings.maximumTokens, "seed \(seed)")
                #expect(!result.text.isEmpty || text.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test func compressingAgainChangesNothing() {
        for seed in UInt64(1)...600 {
            let (text, settings) = random(seed)
            let compressor = PromptCompressor(settings: settings)
            let once = compressor.compress(text)
            let twice = compressor.compress(once.text)
            #expect(twice.text == once.text && !twice.isCompressed, "seed \(seed)")
            #expect(compressor.compress(text) == once, "seed \(seed)")
        }
    }

    @Test func leavesTextsAlone() {
        let text = "One two three. Four five six. Seven eight nine."
        func compress(_ tokens: Int, _ bytes: Int = 0) -> PromptCompressor.Compressed {
            PromptCompressor(settings: .init(maximumTokens: tokens, minimumLength: bytes)).compress(text)
        }
        let whole = [compress(0), compress(-4), compress(11), compress(.max), compress(5, 47), compress(5, .max)]
        for result in whole {
            #expect(result.text == text && result.coverage == 1 && result.ratio == 1 && !result.isCompressed)
            #expect(result.sentences == [0..<47])
        }
        #expect(compress(10).isCompressed)
        #expect(compress(5, 46).isCompressed)
        #expect(compress(5, Int.min).isCompressed)
        #expect(PromptCompressor(settings: .init(maximumTokens: 1)).compress("").sentences.isEmpty)
    }

    @Test func linesOfCodeAreSentences() {
        let code = (0..<60).map { "    let value\($0) = compute(\($0))" }.joined(separator: "\n")
        let source = "func run() {\n\(code)\n    return value59\n}"
        let result = PromptCompressor(settings: .init(profile: .coding, maximumTokens: 60)).compress(source)
        #expect(result.text.hasPrefix("func run() {\nlet value0 = compute(0)\n"))
        #expect(result.text.hasSuffix("\nreturn value59\n}"))
        #expect(result.keptTokens <= 60 && result.keptTokens > 50)
    }

    @Test func ideographsNeedNoSpaces() {
        let text = (0..<30).map { _ in "今天天气很好。我们去公园散步！" }.joined() + "数据库出现故障。"
        let result = PromptCompressor(settings: .init(maximumTokens: 80)).compress(text)
        #expect(result.text.hasPrefix("今天天气很好。我们去公园散步！今天天气很好。"))
        #expect(result.text.hasSuffix("数据库出现故障。"))
        #expect(result.keptTokens <= 80 && result.keptTokens > 65)
    }

    @Test func cutsASentenceThatExceedsTheBudget() {
        let words = (0..<400).map { "word\($0)" }.joined(separator: " ")
        let result = PromptCompressor(settings: .init(maximumTokens: 100)).compress(words)
        #expect(result.text.hasPrefix("word0 word1 ") && result.text.hasSuffix(" word399"))
        #expect(result.sentences.count > 2 && result.keptTokens > 70 && result.keptTokens <= 100)
        let ideographs = String(repeating: "数据，", count: 300)
        let shortened = PromptCompressor(settings: .init(maximumTokens: 40)).compress(ideographs)
        #expect(shortened.keptTokens <= 40 && shortened.text.hasPrefix("数据，"))
    }

    /// One word, one sentence, no words, tiny sentences: none takes more than its length.
    @Test(.timeLimit(.minutes(1)), arguments: ["w", "w ", "—", "a.\n", "日", "数据库 word. ", "\u{301}"])
    func hostileTextsEnd(_ piece: String) {
        let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
        let result = PromptCompressor(settings: .init(maximumTokens: 100)).compress(text)
        #expect(result.keptTokens <= 100 || !result.isCompressed)
        #expect(result.coverage > 0 && result.coverage <= 1)
    }
}
