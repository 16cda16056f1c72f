import Testing

@testable import Encoding

@Suite struct TokenizerTests {
    @Test func knowsItsTokens() throws {
        let tokenizer = try TokenizerFixture.tokenizer("wordpiece_uncased")
        #expect(tokenizer.id(of: "[CLS]") == 2)
        #expect(tokenizer.token(of: 3) == "[SEP]")
        #expect(tokenizer.id(of: "no such token") == nil)
        #expect(tokenizer.token(of: -1) == nil)
        #expect(tokenizer.token(of: 1_000_000) == nil)
        #expect(tokenizer.paddingID == 0)
        #expect(tokenizer.vocabularySize == 350)
    }

    @Test func putsSpecialTokensAroundSegments() throws {
        let bert = try TokenizerFixture.tokenizer("wordpiece_uncased")
        #expect(bert.wrap([[7, 8]]) == [2, 7, 8, 3])
        #expect(bert.wrap([[7], [8, 9]]) == [2, 7, 3, 8, 9, 3])
        #expect(bert.wrap([[]]) == [2, 3])
        let roberta = try TokenizerFixture.tokenizer("bytelevel_roberta")
        #expect(roberta.wrap([[7], [8]]) == [0, 7, 2, 2, 8, 2])
        #expect(try TokenizerFixture.tokenizer("bytelevel_gpt2").wrap([[7], [8]]) == [7, 8])
    }

    @Test(arguments: ["wordpiece_uncased", "bytelevel_modernbert", "sentencepiece_gemma", "unigram_xlmr"])
    func leavesSpecialTokensOutWhenAsked(_ name: String) throws {
        let tokenizer = try TokenizerFixture.tokenizer(name)
        let bare = tokenizer.encode("The router.", addingSpecialTokens: false)
        let full = tokenizer.encode("The router.")
        #expect(tokenizer.wrap([bare.ids[...]]) == full.ids)
        #expect(full.offsets.first == 0..<0)
        #expect(Array(full.offsets.dropFirst().dropLast()) == bare.offsets)
        #expect(tokenizer.encode("", addingSpecialTokens: false) == TokenizedText())
    }

    @Test func countsUnknownTokens() throws {
        let tokenizer = try TokenizerFixture.tokenizer("wordpiece_uncased")
        #expect(tokenizer.encode("a").unknownCount == 0)
        let found = tokenizer.encode("a ☃☃ 𝄞")
        #expect(found.unknownCount == 2)
        #expect(found.offsets == [0..<0, 0..<1, 2..<4, 5..<6, 0..<0])
    }

    @Test func offsetsCountScalarsOfTheOriginal() throws {
        let tokenizer = try TokenizerFixture.tokenizer("wordpiece_uncased")
        let found = tokenizer.encode("A\u{301} [SEP]é", addingSpecialTokens: false)
        #expect(found.offsets == [0..<1, 3..<8, 8..<9])
        #expect(found.ids[1] == 3)
    }

    /// Words without an end, in the forms that cost most; squared, their time would be minutes.
    @Test(
        .timeLimit(.minutes(2)),
        arguments: ["wordpiece_cased", "bytelevel_cased", "sentencepiece_gemma", "unigram_xlmr"])
    func longWordsTakeLinearTime(_ name: String) throws {
        let tokenizer = try TokenizerFixture.tokenizer(name)
        let texts = [
            String(repeating: "a", count: 1 << 17), String(repeating: "the ", count: 1 << 15),
            String(repeating: " ", count: 1 << 17), "e" + String(repeating: "\u{301}\u{323}", count: 1 << 15),
        ]
        for text in texts {
            let found = tokenizer.encode(text)
            #expect(found.ids.count == found.offsets.count)
            #expect(found.offsets.map(\.upperBound).max() ?? 0 <= text.unicodeScalars.count)
        }
    }

    @Test func isUsedFromManyThreadsAtOnce() async throws {
        let (_, json, cases) = try #require(TokenizerFixture.committed().first { $0.name == "bytelevel_words" })
        let tokenizer = try Tokenizer(json: json)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for item in cases { #expect(tokenizer.encode(item.text).ids == item.ids) }
                }
            }
        }
    }
}
