import Evidence
import Routing
import Testing

@Suite struct LanguageTests {
    private let signals = """
            language:
              - { name: en }
              - { name: es, threshold: 0.0 }
              - { name: zh, threshold: 0.9999 }
        """

    @Test func withoutModelNothingIsKnown() throws {
        let made = try engine(signals: signals)
        #expect(try made.read("language", "en", "This is English text.") == .unknown(.modelMissing))
    }

    @Test func aBrokenModelIsAnError() {
        #expect(throws: EvidenceError.self) {
            _ = try engine(signals: signals, resources: EvidenceResources(languageModel: [1, 2, 3]))
        }
    }

    @Test(.enabled(if: NearbyFile.package("Models/language/language.bin") != nil, "the language model is absent"))
    func tellsLanguages() throws {
        let model = NearbyFile.package("Models/language/language.bin")
        let made = try engine(signals: signals, resources: EvidenceResources(languageModel: model))
        let spanish = "¿Puedes explicarme cómo funciona este programa y por qué no termina nunca?"
        let reading = try made.read("language", "es", spanish)
        #expect(reading.isMatched && reading.confidence == 1 && reading.details == ["es"])
        #expect((reading.value ?? 0) > 0.8)
        let english = try made.read("language", "en", spanish)
        #expect(!english.isMatched && english.unknownReason == nil && (english.value ?? 1) < 0.2)
    }

    @Test(.enabled(if: NearbyFile.package("Models/language/language.bin") != nil, "the language model is absent"))
    func whatCannotBeToldIsUnknownAndNeverEnglish() throws {
        let model = NearbyFile.package("Models/language/language.bin")
        let made = try engine(signals: signals, resources: EvidenceResources(languageModel: model))
        for text in ["", "12345 !!", "{}[]();"] {
            #expect(try made.read("language", "en", text) == .unknown(.inconclusive))
            #expect(try made.read("language", "es", text) == .unknown(.inconclusive))
        }
    }

    @Test(.enabled(if: NearbyFile.package("Models/language/language.bin") != nil, "the language model is absent"))
    func aThresholdConcernsItsOwnRuleOnly() throws {
        let model = NearbyFile.package("Models/language/language.bin")
        let made = try engine(signals: signals, resources: EvidenceResources(languageModel: model))
        let chinese = "我们首先看一下"
        let strict = try made.read("language", "zh", chinese)
        #expect(!strict.isMatched && strict.unknownReason == nil && (strict.value ?? 0) > 0.3)
        let spanish = "¿Puedes explicarme cómo funciona este programa y por qué no termina nunca?"
        #expect(try made.read("language", "es", spanish).isMatched)
    }

    @Test(.enabled(if: NearbyFile.package("Models/language/language.bin") != nil, "the language model is absent"))
    func coverageSaysHowMuchWasRead() throws {
        let model = NearbyFile.package("Models/language/language.bin")
        let made = try engine(signals: signals, resources: EvidenceResources(languageModel: model))
        let text = String(repeating: "This is a plain English sentence. ", count: 200)
        let reading = try made.read("language", "en", text)
        #expect(reading.isMatched && reading.coverage == 2_048.0 / 6_800)
    }
}
