import Encoding
import Testing

@Suite struct TokenizerErrorTests {
    private static let model = #"{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1}}"#

    private func failure(_ json: String) -> TokenizerError? {
        do throws(TokenizerError) {
            _ = try Tokenizer(json: Array(json.utf8))
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ key: String, _ component: String) -> TokenizerError? {
        failure(#"{"model":\#(Self.model),"\#(key)":\#(component)}"#)
    }

    @Test func readsTheLeast() {
        #expect(failure("{\"model\":\(Self.model)}") == nil)
    }

    @Test func refusesWhatIsNoTokenizer() {
        #expect(failure("{")?.code == .notJSON)
        #expect(failure("{}")?.code == .malformed)
        #expect(failure("[]")?.code == .malformed)
        #expect(failure(#"{"model":{"type":"WordPiece","vocab":{"a":"b"}}}"#)?.path == "model.vocab")
        #expect(failure(#"{"model":{"type":"WordPiece","vocab":{"[UNK]":-1}}}"#)?.code == .malformed)
        #expect(failure(#"{"model":{"type":"WordPiece","vocab":{"[UNK]":4000000000}}}"#)?.code == .malformed)
    }

    @Test(arguments: ["normalizer", "pre_tokenizer", "post_processor"])
    func refusesUnknownComponents(_ key: String) throws {
        let error = try #require(failure(key, #"{"type":"Nmt"}"#))
        #expect(error.code == .unsupportedComponent)
        #expect(error.path == key)
        #expect(error.description.contains("“Nmt”"))
    }

    @Test func namesTheComponentInsideASequence() throws {
        let error = try #require(
            failure("pre_tokenizer", #"{"type":"Sequence","pretokenizers":[{"type":"Whitespace"},{"type":"X"}]}"#))
        #expect(error.path == "pre_tokenizer.pretokenizers[1]")
    }

    @Test func refusesUnknownModelsAndDropout() {
        #expect(failure(#"{"model":{"type":"WordLevel","vocab":{}}}"#)?.code == .unsupportedComponent)
        #expect(
            failure(#"{"model":{"type":"BPE","dropout":0.1,"vocab":{},"merges":[]}}"#)?.code == .unsupportedComponent)
        #expect(failure(#"{"model":{"type":"Unigram","vocab":[["a",0]]}}"#)?.code == .unsupportedComponent)
    }

    @Test func refusesTokensThatAreNotThere() {
        #expect(failure(#"{"model":{"type":"WordPiece","vocab":{"a":0}}}"#)?.code == .missingToken)
        #expect(
            failure(#"{"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[["a","b"]]}}"#)?.path == "model.merges[0]")
        #expect(failure(#"{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}"#)?.code == .malformed)
        #expect(failure(#"{"model":{"type":"Unigram","unk_id":1,"vocab":[["a",0]]}}"#)?.code == .malformed)
        let template = #"{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]"}}],"pair":[]}"#
        #expect(failure("post_processor", template)?.code == .missingToken)
    }

    @Test(arguments: [
        "(?<=a)b", "a*?", "(ab)+", "[[:alpha:]]", #"\\p{Han}"#, "[a&&b]", "a**", "(", "[", "x*", "(?i:ss)", #"\\b"#,
    ])
    func refusesPatternsItCannotMatch(_ pattern: String) throws {
        let split = #"{"type":"Split","pattern":{"Regex":"\#(pattern)"},"behavior":"Isolated","invert":false}"#
        let error = try #require(failure("pre_tokenizer", split))
        #expect(error.code == .unsupportedPattern)
        #expect(error.path == "pre_tokenizer.pattern.Regex")
    }

    @Test(arguments: ["!", "AAAA", "", "AQAAAA==", "BAAAAAAAAAD/"])
    func refusesBrokenCharacterMaps(_ map: String) {
        let error = failure("normalizer", #"{"type":"Precompiled","precompiled_charsmap":"\#(map)"}"#)
        #expect(error?.code == .badCharacterMap)
    }
}
