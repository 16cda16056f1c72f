import Lexical
import Testing

@Suite struct BM25KeywordIndexTests {
    private func isNear(_ value: Double, _ expected: Double) -> Bool { abs(value - expected) < 1e-9 }

    @Test func singleKeyword() {
        // ln(1 + .5/1.5), spec signals-decisions §3.1.4
        let scores = BM25KeywordIndex(keywords: ["urgent"]).scores(for: "This is URGENT, urgently so")
        #expect(isNear(scores[0], 0.28768207245178085))
    }

    @Test func lengthAndRarity() {
        // N = 3, terms: [refund], [refund, polici], [ship]; avgdl 4/3.
        let index = BM25KeywordIndex(keywords: ["refund", "refund policy", "shipping"])
        let scores = index.scores(for: "What are the refunds policies?")
        #expect(isNear(scores[0], 0.4700036292457356 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 0.75))))
        #expect(isNear(scores[1], (0.4700036292457356 + 0.9808292530117262) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1.5))))
        #expect(scores[2] == 0)
    }

    @Test func foldsAccentsCaseAndStopWords() {
        let index = BM25KeywordIndex(keywords: ["café", "naïve approach", "the", "не работает", "紧急", "don’t"])
        #expect(index.scores(for: "CAFES").map { $0 > 0 } == [true, false, false, false, false, false])
        #expect(index.scores(for: "cafe\u{301}")[0] > 0)
        #expect(index.scores(for: "a naive one")[1] > 0)
        #expect(index.scores(for: "the")[2] > 0)
        #expect(index.scores(for: "НЕ знаю")[3] > 0)
        #expect(index.scores(for: "请紧急处理")[4] > 0)
        #expect(index.scores(for: "i don't know")[5] > 0)
        #expect(index.scores(for: "a an of to") == [0, 0, 0, 0, 0, 0])
        #expect(BM25KeywordIndex(keywords: []).scores(for: "x") == [])
        #expect(BM25KeywordIndex(keywords: ["", "…"]).scores(for: "x") == [0, 0])
    }

    @Test func repetitionAddsNothing() {
        let index = BM25KeywordIndex(keywords: ["urgent", "asap"])
        #expect(index.scores(for: "urgent urgent urgent") == index.scores(for: "urgent"))
    }
}

@Suite struct NGramMatcherTests {
    @Test func workedExample() {
        #expect(NGramMatcher.similarity("urgent", "urgnt", arity: 3) == 0.75)
        let matcher = NGramMatcher(keywords: ["urgent", "immediate"], arity: 3)
        #expect(matcher.similarities(in: "this is URGNT!")[0] == 0.75)
        #expect(matcher.matches(in: "this is urgnt", threshold: 0.4) == [0])
        #expect(matcher.matches(in: "immediatly", threshold: 0.4) == [1])
        #expect(matcher.matches(in: "nothing here", threshold: 0.4) == [])
    }

    @Test func multisetsAndIdentity() {
        #expect(NGramMatcher.similarity("aaaa", "aaaa") == 1)
        // Bigrams " a" aa×3 "a " against " a" aa "a ": 3 shared of 5.
        #expect(abs(NGramMatcher.similarity("aaaa", "aa", arity: 2) - (25.0 - 4) / 25) < 1e-12)
        #expect(NGramMatcher.similarity("", "a") == 0)
        #expect(NGramMatcher.similarity("ab", "ba", arity: 0) == NGramMatcher.similarity("ab", "ba", arity: 2))
    }

    @Test func phrasesAndCase() {
        let matcher = NGramMatcher(keywords: ["credit card", "follow-up", "snake_case"])
        let similarities = matcher.similarities(in: "my Credit, Card needs a follow-up on snake_case")
        #expect(similarities == [1, 1, 1])
        let exact = NGramMatcher(keywords: ["URGENT"], caseSensitive: true)
        #expect(exact.matches(in: "urgent", threshold: 0.9) == [])
        #expect(exact.matches(in: "URGENT", threshold: 0.9) == [0])
    }

    @Test func similarityIsSymmetricAndBounded() {
        for seed in UInt64(1)...300 {
            var random = LexicalRandom(seed: seed)
            let first = random.text(of: ["a", "b", "é", "日", " "], count: 0...10)
            let second = random.text(of: ["a", "b", "é", "日", " "], count: 0...10)
            let arity = Int.random(in: 2...6, using: &random)
            let similarity = NGramMatcher.similarity(first, second, arity: arity)
            #expect(similarity == NGramMatcher.similarity(second, first, arity: arity), "seed \(seed)")
            #expect((0...1).contains(similarity), "seed \(seed)")
            #expect(NGramMatcher.similarity(first, first, arity: arity) == (first.isEmpty ? 0 : 1), "seed \(seed)")
        }
    }
}
