import Testing

@testable import Lexical

@Suite(.enabled(if: LanguageIdentifierModel.bytes != nil, "Models/language/language.bin is absent"))
struct LanguageIdentifierTests {
    let identifier: LanguageIdentifier

    init() throws {
        identifier = try LanguageIdentifier(modelBytes: try #require(LanguageIdentifierModel.bytes))
    }

    @Test func setHasSeventyFiveLanguagesInOrder() {
        #expect(LanguageIdentifier.languages.count == 75)
        #expect(LanguageIdentifier.languages == LanguageIdentifier.languages.sorted())
    }

    @Test func everydaySentencesAreIdentified() {
        let cases = LanguageIdentifierSentences.all
        #expect(Set(cases.map(\.language)) == Set(LanguageIdentifier.languages))
        let wrong = cases.filter { identifier.identify($0.text)?.language != $0.language }
        #expect(Double(wrong.count) <= 0.1 * Double(cases.count), "wrong: \(wrong)")
    }

    @Test func probabilitiesEqualTheReference() throws {
        for reference in LanguageIdentifierParity.all {
            let guess = try #require(identifier.identify(reference.text), "\(reference.text)")
            #expect(guess.language == reference.language, "\(reference.text)")
            #expect(abs(guess.confidence - reference.probability) < 1e-4, "\(reference.text)")
        }
    }

    @Test(arguments: [
        "", "   ", "12345 67.8 %", "🙂🙂 !!!", "```\nlet x = 1\n```", "https://example.org/en/page", "`code`",
    ])
    func nothingToGoOnIsNoGuess(text: String) {
        #expect(identifier.identify(text) == nil)
        #expect(identifier.probabilities(text).isEmpty)
    }

    @Test func aScriptOfNoLanguageOfTheSetIsNoGuess() {
        #expect(identifier.identify("ሰላም እንዴት ነህ") == nil)
    }

    @Test(arguments: [
        ("el", "Καλημέρα"), ("th", "สวัสดี"), ("ko", "안녕하세요"), ("ka", "გამარჯობა"), ("hy", "Բարեւ"), ("he", "שלום"),
        ("ta", "வணக்கம்"), ("te", "నమస్కారం"), ("gu", "નમસ્તે"), ("pa", "ਸਤ ਸ੍ਰੀ ਅਕਾਲ"), ("bn", "নমস্কার"),
    ])
    func scriptOfOneLanguageDecides(language: String, text: String) throws {
        let guess = try #require(identifier.identify(text))
        #expect(guess.language == language)
        #expect(guess.confidence == 1)
    }

    @Test func kanaDecidesBetweenJapaneseAndChinese() throws {
        #expect(identifier.identify("東京都に住んでいます")?.language == "ja")
        #expect(identifier.identify("我住在北京，我喜欢吃饺子")?.language == "zh")
        let short = try #require(identifier.identify("東京"))
        let long = try #require(identifier.identify("我住在北京，我喜欢吃饺子，也喜欢喝茶"))
        #expect(short.confidence < long.confidence)
        #expect(short.runnerUp?.language == "ja")
    }

    @Test func ambiguousTextIsNotConfident() throws {
        #expect(try #require(identifier.identify("ok")).confidence < 0.7)
        #expect(try #require(identifier.identify("xqzj vrrk")).confidence < 0.7)
    }

    @Test func codeAndAddressesDoNotDriveTheDecision() throws {
        let code = "```python\nfor line in open(name):\n    print(line.strip().lower())\n```"
        let text = "Warum funktioniert dieses Programm nicht? \(code) Siehe https://example.org/the/best/answers"
        let plain = try #require(identifier.identify("Warum funktioniert dieses Programm nicht?  Siehe"))
        #expect(identifier.identify(text) == plain)
        #expect(plain.language == "de")
    }

    @Test func aForeignNameDoesNotTurnTheText() throws {
        #expect(identifier.identify("Как установить Kubernetes на сервер?")?.language == "ru")
        #expect(identifier.identify("什么是机器学习 machine learning?")?.language == "zh")
        #expect(identifier.identify("Explain the meaning of the word 東京 in this sentence.")?.language == "en")
    }

    @Test func caseIsOfNoMatter() {
        for (_, text) in LanguageIdentifierSentences.all where text.allSatisfy(\.isASCII) {
            let upper = text.uppercased()
            #expect(identifier.identify(upper)?.language == identifier.identify(text)?.language, "\(upper)")
        }
    }

    @Test func probabilitiesAreADistributionInOrder() {
        var state: UInt64 = 7
        let sentences = LanguageIdentifierSentences.all
        for _ in 0..<200 {
            var text = ""
            for _ in 0..<3 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += sentences[Int(state >> 33) % sentences.count].text + " "
            }
            let ranked = identifier.probabilities(text)
            let sum = ranked.reduce(0) { $0 + $1.probability }
            #expect(abs(sum - 1) < 1e-9, "\(text)")
            #expect(zip(ranked, ranked.dropFirst()).allSatisfy { $0.probability >= $1.probability }, "\(text)")
            #expect(Set(ranked.map(\.language)).count == ranked.count, "\(text)")
        }
    }

    @Test func longTextIsSampled() {
        let long = String(repeating: "Das ist ein sehr langer Text. ", count: 20_000)
        #expect(LanguageTextReader.sample(long).count <= LanguageTextReader.maximumScalars + 2)
        #expect(identifier.identify(long)?.language == "de")
    }
}
