import Testing

@testable import Lexical

@Suite struct LanguageIdentifierTextTests {
    private func words(_ text: String) -> [String] {
        let reader = LanguageTextReader(text)
        return reader.words.map { word in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: reader.letters[word.range].compactMap { Unicode.Scalar($0) })
            return String(view)
        }
    }

    @Test func wordsAreFoldedAndKeepApostrophes() {
        #expect(words("L’Eau d'Or, ÉTÉ 'quoted' İŞ") == ["l'eau", "d'or", "été", "quoted", "iş"])
        #expect(words("Привет, МИР Ґанок") == ["привет", "мир", "ґанок"])
    }

    @Test func aChangeOfScriptEndsAWord() {
        #expect(words("日本語です") == ["日本語", "です"])
        #expect(words("Pythonで") == ["python", "で"])
    }

    @Test func markupAndCodeAreSkipped() {
        #expect(words("see https://a.b/c?d now") == ["see", "now"])
        #expect(words("see www.example.org now") == ["see", "now"])
        #expect(words("mail anna@example.org now") == ["mail", "now"])
        #expect(words("call foo_bar and f() or a::b") == ["call", "and", "or"])
        #expect(words("open /etc/hosts and ./run.sh") == ["open", "and"])
        #expect(words("a <b class='x'>bold</b> word") == ["a", "bold", "word"])
        #expect(words("1 < two and three > 2") == ["two", "and", "three"])
        #expect(words("use `let x` here") == ["use", "here"])
        #expect(words("before ```swift\nlet x = 1\n``` after") == ["before", "after"])
        #expect(words("before ``` never closed") == ["before"])
        #expect(words("a ` lone\nbacktick ` stays") == ["a", "lone", "backtick", "stays"])
        #expect(words("看https://x.com吧") == ["看", "吧"])
    }

    @Test func foldingEqualsTheStandardLibrary() {
        let folded: [ClosedRange<UInt32>] = [0x41...0x5A, 0xC0...0x17F, 0x400...0x481, 0x48A...0x4BF, 0x4C1...0x52F]
        for value in folded.joined() {
            guard let scalar = Unicode.Scalar(value), value != 0x130 else { continue }
            let lower = scalar.properties.lowercaseMapping.unicodeScalars.first?.value
            #expect(LanguageScript.fold(value) == lower, "U+\(String(value, radix: 16))")
        }
    }

    @Test func lettersHaveTheScriptOfTheirBlock() {
        let samples: [(Character, LanguageScript)] = [
            ("a", .latin), ("ễ", .latin), ("ж", .cyrillic), ("ش", .arabic), ("ह", .devanagari), ("漢", .han),
            ("か", .kana), ("ハ", .kana), ("한", .hangul), ("ა", .georgian), ("ไ", .thai), ("7", .none), ("×", .none),
            ("።", .other), ("λ", .greek),
        ]
        for (character, script) in samples {
            #expect(LanguageScript(of: character.unicodeScalars.first?.value ?? 0) == script, "\(character)")
        }
    }

    @Test func samplesHeadMiddleAndTail() {
        let head = String(repeating: "é", count: 5_000)
        let middle = String(repeating: "ж", count: 5_000)
        let tail = String(repeating: "漢", count: 5_000)
        let sample = LanguageTextReader.sample(head + middle + tail)
        #expect(sample.count == 2_048 + 2)
        #expect(sample.first == 0xE9)
        #expect(sample[1_024] == 0x20)
        #expect(sample.last == 0x6F22)
        let whole = String(repeating: "ж", count: 2_048)
        #expect(LanguageTextReader.sample(whole) == whole.unicodeScalars.map(\.value))
    }

    @Test func anyBytesAreReadWithoutTrapping() {
        var state: UInt64 = 42
        let alphabet = Array("ab`<>/@:. \n'’ЖがñZ\u{301}\u{200C}😀_=").map(String.init)
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<400 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += alphabet[Int(state >> 33) % alphabet.count]
            }
            let reader = LanguageTextReader(text)
            for word in reader.words {
                #expect(word.range.lowerBound > 0 && word.range.upperBound < reader.letters.count)
            }
        }
    }
}

@Suite(.enabled(if: LanguageIdentifierModel.bytes != nil, "Models/language/language.bin is absent"))
struct LanguageIdentifierFileTests {
    @Test func otherBytesAreRefused() {
        let error = #expect(throws: LanguageModelError.self) {
            try LanguageIdentifier(modelBytes: Array("not a model".utf8))
        }
        #expect(error?.code == .unsupportedFormat)
        #expect(throws: LanguageModelError.self) { try LanguageIdentifier(modelBytes: []) }
    }

    @Test func everyCutIsRefused() throws {
        let bytes = try #require(LanguageIdentifierModel.bytes)
        for length in Array(0..<400) + [bytes.count / 2, bytes.count - 1] {
            #expect(throws: LanguageModelError.self, "cut at \(length)") {
                try LanguageIdentifier(modelBytes: Array(bytes[..<length]))
            }
        }
        #expect(throws: LanguageModelError.self) { try LanguageIdentifier(modelBytes: bytes + [0]) }
    }

    @Test func damagedHeadersAreRefusedOrHarmless() throws {
        let bytes = try #require(LanguageIdentifierModel.bytes)
        for offset in [0, 5, 7, 8, 12, 16, 18, 20, 22, 24, 26, 28, 31, 300, 330, 400] {
            var damaged = bytes
            damaged[offset] ^= 0x80
            let identifier = try? LanguageIdentifier(modelBytes: damaged)
            _ = identifier?.identify("Every text still gets an answer, or none.")
        }
    }
}
