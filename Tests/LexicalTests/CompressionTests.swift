import Testing

@testable import Lexical

@Suite struct CompressionTests {
    @Test(arguments: [
        ("", 0), (" \n", 0), ("word", 1), ("one two three four", 5), ("a b c d e f g h i j", 13), ("...", 1),
        ("日本語", 4), ("今天很好。", 6), ("GPU性能很好", 7), ("日 本", 3), ("안녕하세요", 7),
    ])
    func estimatesTokens(_ text: String, _ tokens: Int) {
        #expect(PromptCompressor.estimatedTokens(text) == tokens)
    }

    @Test func positionOfTheSpecification() {
        let scores = scores(of: ["a", "b", "c", "d", "e"])
        for (score, expected) in zip(scores.position(depth: 0.5), [1, 0.6464466, 0.5, 0.6464466, 1]) {
            #expect(abs(score - expected) < 1e-6)
        }
        #expect(self.scores(of: ["a"]).position(depth: 0.5) == [1])
        #expect(scores.position(depth: 0) == [1, 1, 1, 1, 1])
        #expect(scores.position(depth: .nan) == [1, 1, 1, 1, 1])
    }

    @Test func rarityOfWords() {
        // N = 3: "cat" is in 2 sentences, "dog" and "fox" in 1, "the" in all.
        let scores = scores(of: ["the cat", "the cat dog", "the fox"]).tfidf()
        let (twice, once) = (log43 / 2, log2 / 2)
        let greatest = max(twice, once, (log43 + log2) / 3)
        #expect(zip(scores, [twice, (log43 + log2) / 3, once]).allSatisfy { abs($0 - $1 / greatest) < 1e-12 })
    }

    private let log43 = 0.2876820724517809
    private let log2 = 0.6931471805599453

    @Test func noveltyIsDistanceFromTheMean() {
        // Counts (1,0) and (1,0) and (0,1): their mean is along (2,1), the cosines are 2/√5 and 1/√5.
        let scores = scores(of: ["a", "a", "b"]).novelty()
        let (near, far) = (1 - 2 / 5.0.squareRoot(), 1 - 1 / 5.0.squareRoot())
        #expect(zip(scores, [near / far, near / far, 1]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(self.scores(of: ["a b", "..."]).novelty()[1] == 0)
    }

    @Test func graphOfSentencesMatchesTheMatrix() {
        for seed in UInt64(1)...40 {
            var random = LexicalRandom(seed: seed)
            let count = Int.random(in: 1...12, using: &random)
            let sentences = (0..<count).map { _ in
                random.text(of: ["red ", "blue ", "green ", "sky ", "sea ", "one ", "two ", "日本", ", "], count: 0...8)
            }
            let terms = sentenceTerms(of: sentences)
            for (score, expected) in zip(SentenceScores(terms).textRank(), Self.denseTextRank(terms)) {
                #expect(abs(score - expected) < 1e-9, "seed \(seed)")
            }
        }
    }

    /// The formula as it is written, with the whole matrix.
    private static func denseTextRank(_ terms: SentenceTerms) -> [Double] {
        let count = terms.sentenceCount
        let rows = (0..<count).map { sentence in
            var row = [Double](repeating: 0, count: terms.documentFrequency.count)
            for entry in terms.starts[sentence]..<terms.starts[sentence + 1] {
                row[Int(terms.terms[entry])] = Double(terms.counts[entry]) / terms.lengths[sentence]
            }
            return row
        }
        func dot(_ left: [Double], _ right: [Double]) -> Double { zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
        var weights = [[Double]](repeating: Array(repeating: 0, count: count), count: count)
        for i in 0..<count {
            for j in 0..<count where i != j {
                let norm = (dot(rows[i], rows[i]) * dot(rows[j], rows[j])).squareRoot()
                weights[i][j] = norm > 0 ? dot(rows[i], rows[j]) / norm : 0
            }
        }
        let out = (0..<count).map { j in (0..<count).reduce(0) { $0 + weights[$1][j] } }
        var scores = [Double](repeating: 1 / Double(count), count: count)
        for _ in 0..<100 {
            let next = (0..<count).map { i in
                0.15 / Double(count)
                    + 0.85 * (0..<count).reduce(0) { $0 + (out[$1] > 0 ? weights[i][$1] / out[$1] * scores[$1] : 0) }
            }
            let change = zip(scores, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
            scores = next
            if change < 1e-5 { break }
        }
        let greatest = scores.max() ?? 1
        return scores.map { $0 / greatest }
    }

    @Test func wordsAreFoldedAndStripped() {
        let terms = sentenceTerms(of: ["Hello, hello! (HELLO)", "don't \"don't\" dont", "日本語GPU", "c++ c c == ."])
        #expect(terms.lengths == [3, 3, 6, 4])
        #expect((0..<4).map { terms.starts[$0 + 1] - terms.starts[$0] } == [1, 2, 6, 3])
    }

    /// Costs 40, 30, 50, 20 and 30 with a budget of 100 (spec signals-decisions §8).
    @Test func budgetOfTheSpecification() {
        var settings = PromptCompressor.Settings(maximumTokens: 100)
        settings.preservedFirstSentences = 1
        settings.preservedLastSentences = 1
        let text = zip(["alpha", "beta", "gamma", "delta", "omega"], [31, 24, 39, 16, 24]).map { word, count in
            Array(repeating: word, count: count).joined(separator: " ") + "."
        }
        #expect(text.map(PromptCompressor.estimatedTokens) == [40, 31, 50, 20, 31])
        let compressed = PromptCompressor(settings: settings).compress(text.joined(separator: " "))
        #expect(compressed.text == [text[0], text[3], text[4]].joined(separator: " "))
        #expect(compressed.originalTokens == 174 && compressed.keptTokens == 92)
        #expect(abs(compressed.ratio - 92.0 / 174) < 1e-12)
        #expect(compressed.isCompressed && compressed.rankedShare == 1)
    }

    @Test func firstAndLastComeBeforeTheRest() {
        let text = (1...40).map { "Sentence number \($0) says something." }.joined(separator: " ")
        for profile in PromptCompressor.Profile.allCases {
            let settings = PromptCompressor.Settings(profile: profile, maximumTokens: 60)
            let kept = PromptCompressor(settings: settings).compress(text)
            let expected =
                Array(1...settings.preservedFirstSentences)
                + Array((41 - settings.preservedLastSentences)...40)
            for number in expected { #expect(kept.text.contains("number \(number) says"), "\(profile)") }
        }
    }

    @Test func profilesDiffer() {
        let lines = Self.report
        let kept = PromptCompressor.Profile.allCases.map { profile in
            [60, 90, 120, 150].map {
                PromptCompressor(settings: .init(profile: profile, maximumTokens: $0)).compress(lines).text
            }
        }
        #expect(Set(kept).count == kept.count)
        #expect(kept.joined().allSatisfy { $0.hasPrefix("The engineer opened the incident at nine.") })
    }

    @Test func aWeightOfZeroTakesItsScoreOut() {
        var settings = PromptCompressor.Settings(maximumTokens: 12)
        (settings.preservedFirstSentences, settings.preservedLastSentences) = (0, 0)
        (settings.textRankWeight, settings.positionWeight, settings.tfidfWeight) = (0, 0, 0)
        let text = "The cat sat here. The cat sat there. Quartz veins glitter. The cat sat here."
        #expect(PromptCompressor(settings: settings).compress(text).text.contains("Quartz"))
        (settings.noveltyWeight, settings.textRankWeight) = (0, 1)
        #expect(!PromptCompressor(settings: settings).compress(text).text.contains("Quartz"))
        settings.textRankWeight = 0
        #expect(PromptCompressor(settings: settings).compress(text).text == "The cat sat here. The cat sat there.")
    }

    /// 21 sentences of which 10 are ranked: 1 + ⌊i · 19 / 8 + ½⌋ between the first and the last.
    @Test func samplesTooManySentences() {
        let text = (0..<21).map { "s\($0)." }.joined(separator: "\n")
        let bytes = Array(text.utf8)
        let units = bytes.withUnsafeBufferPointer { CompressionUnits(text, $0, budget: 50, sentenceLimit: 10) }
        let kept = units.ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
        #expect(kept == [0, 1, 3, 6, 8, 11, 13, 15, 18, 20].map { "s\($0)." })
        #expect(units.costs == Array(repeating: 13, count: 10) && units.omitted == 11)
    }

    @Test func profileNames() {
        typealias Profile = PromptCompressor.Profile
        #expect(Profile(named: " Multi-Turn ") == .multiTurn)
        #expect(Profile(named: "CODING") == .coding)
        #expect(Profile(named: "") == nil && Profile(named: "turn") == nil)
        #expect(Profile.allCases.allSatisfy { Profile(named: $0.rawValue) == $0 })
    }

    private func sentenceTerms(of sentences: [String]) -> SentenceTerms {
        var bytes: [UInt8] = []
        let ranges = sentences.map { sentence in
            bytes.append(contentsOf: sentence.utf8)
            return bytes.count - sentence.utf8.count..<bytes.count
        }
        return bytes.withUnsafeBufferPointer { SentenceTerms($0, ranges) }
    }

    private func scores(of sentences: [String]) -> SentenceScores { SentenceScores(sentenceTerms(of: sentences)) }

    private static let report = """
        The engineer opened the incident at nine. Latency rose in the payment service. Latency rose again at ten.
        The database reported slow queries. The queries touched the ledger table. An index was missing there.
        The index had been dropped by a migration. The migration ran on Sunday. Nobody noticed on Sunday.
        Traffic was low on Sunday. A zebra crossed the car park, which amused the guard. The cache absorbed the reads.
        The cache expired on Monday. The ledger table then took every read. The payment service queued its requests.
        Requests in the queue timed out. Customers saw errors. Customers wrote to support. Support wrote to us.
        We restored the index. The queries became fast again. Latency fell. The queue drained within minutes.
        We added a check that compares indexes before a migration. We added an alert on slow queries.
        The review found no loss of data. The engineer closed the incident at noon.
        """
}
