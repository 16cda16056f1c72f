import Testing
import Wire

@Suite struct JSONClosingTests {
    private static let texts = [
        #"{"messages":[{"role":"user","content":"Hello \"you\" \\ \u0048 \ud83e\udd86 語🦆 end"}],"model":"auto","n":12.5}"#,
        #"{ "model" : "auto" , "tools":[{"a":[1,2,{"b":null}],"c":true}], "messages": [ {"content":[{"type":"text","text":"x"}]} ] }"#,
        #"[[],{},"",{"":{"":[]}}]"#,
    ]

    /// Whatever has come of a valid text, closed, is a valid text.
    @Test(arguments: texts) func everyBeginningBecomesWhole(text: String) throws {
        let bytes = Array(text.utf8)
        for count in 0...bytes.count {
            guard let closed = JSONClosing.closed(Array(bytes[..<count])) else { continue }
            #expect(throws: Never.self, "\(String(decoding: closed, as: UTF8.self))") {
                try JSONDocument(parsing: closed)
            }
        }
        #expect(JSONClosing.closed([]) == nil)
    }

    @Test func textsThatAreCutKeepWhatIsThere() throws {
        func closed(_ text: String) -> String? {
            JSONClosing.closed(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(closed(#"{"a":"one tw"#) == #"{"a":"one tw"}"#)
        #expect(closed(#"{"a":"x","b"#) == #"{"a":"x"}"#)
        #expect(closed(#"{"a":"x","b":12"#) == #"{"a":"x"}"#)
        #expect(closed(#"{"a":["x\u00"#) == #"{"a":["x"]}"#)
        #expect(closed(#"{"a":"\ud83e\udd"#) == #"{"a":""}"#)
        #expect(closed("12") == nil)
    }

    @Test func bytesThatAreNoBeginningDoNotTrap() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let bytes = (0..<40).map { _ in Array("{}[]\":,\\u1a\u{e9}".utf8).randomElement(using: &generator) ?? 0 }
            _ = JSONClosing.closed(bytes)
        }
    }
}
