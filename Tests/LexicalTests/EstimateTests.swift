import Lexical
import Testing

@Suite struct TokenEstimatorTests {
    @Test func startsWithFourBytesPerToken() {
        let estimator = TokenEstimator()
        #expect(estimator.estimate(bytes: 400) == 100)
        #expect(estimator.estimate(bytes: 401) == 101)
        #expect(estimator.estimate(bytes: 0) == 1)
        #expect(estimator.estimate(bytes: -5) == 1)
        #expect(estimator.estimate(bytes: Int.max) > 0)
    }

    @Test func learnsAfterTenSamples() {
        var estimator = TokenEstimator()
        for _ in 0..<9 { estimator.learn(bytes: 300, promptTokens: 100) }
        #expect(estimator.ratio == 4)
        estimator.learn(bytes: 300, promptTokens: 100)
        #expect(estimator.ratio == 3)
        #expect(estimator.estimate(bytes: 300) == 100)
        estimator.learn(bytes: 200, promptTokens: 100)  // falls by .90 of the way
        #expect(abs(estimator.ratio - 2.1) < 1e-12)
        #expect(abs(estimator.meanRatio - 2.995) < 1e-12)
        estimator.learn(bytes: 310, promptTokens: 100)  // rises by .10 of the way
        #expect(abs(estimator.ratio - 2.2) < 1e-12)
    }

    @Test func ignoresImpossibleObservations() {
        var estimator = TokenEstimator()
        estimator.learn(bytes: 0, promptTokens: 5)
        estimator.learn(bytes: 5, promptTokens: 0)
        estimator.learn(bytes: 1_000_000, promptTokens: 1)
        estimator.learn(bytes: 1, promptTokens: 1_000_000)
        #expect(estimator == TokenEstimator())
    }
}

@Suite struct TextWindowTests {
    @Test func shortTextsStayWhole() {
        let text = String(repeating: "é", count: 2048)
        #expect(TextWindow.sample(text).text == text)
        #expect(TextWindow.sample(text).coverage == 1)
        #expect(TextWindow.sample("").coverage == 1)
    }

    @Test func keepsHeadMiddleAndTail() {
        let letters = (0..<5000).map { Unicode.Scalar(UInt32(0x4E00 + $0)).map(String.init) ?? "" }
        let sample = TextWindow.sample(letters.joined())
        let pieces = [letters[..<682], letters[2159..<2841], letters[4316...]].map { $0.joined() }
        #expect(sample.text == pieces.joined(separator: TextWindow.marker))
        #expect(sample.coverage == 2048.0 / 5000)
    }

    @Test func piecesNeverOverlap() {
        for limit in 3...40 {
            for total in (limit + 1)...(limit + 5) {
                let text = String(
                    String.UnicodeScalarView((0..<total).compactMap { Unicode.Scalar(UInt32(0x4E00 + $0)) }))
                let kept = TextWindow.sample(text, limit: limit).text.unicodeScalars.filter { $0.value >= 0x4E00 }
                #expect(kept.count == limit && Set(kept).count == limit, "limit \(limit), total \(total)")
            }
        }
    }
}
