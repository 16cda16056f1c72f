import Lexical
import Testing

@Suite struct SentenceSplitterTests {
    @Test(arguments: [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Pi is 3.14. Yes.", ["Pi is 3.14.", "Yes."]),
        ("J. Smith came. He left.", ["J. Smith came.", "He left."]),
        ("The U.S. Army won. See node.js docs.", ["The U.S. Army won.", "See node.js docs."]),
        ("Plan B. it works", ["Plan B.", "it works"]),
        ("Wait... what?! No.", ["Wait...", "what?!", "No."]),
        ("今天很好。明天呢？好！", ["今天很好。", "明天呢？", "好！"]),
        ("नमस्ते। कैसे हो॥ ठीक", ["नमस्ते।", "कैसे हो॥", "ठीक"]),
        ("كيف حالك؟ بخير", ["كيف حالك؟", "بخير"]),
        ("line one\nline two\r\n\r\n  line three ", ["line one", "line two", "line three"]),
        ("He said \"stop.\" Then left.", ["He said \"stop.\"", "Then left."]),
        ("GET /a?b=1&c=2 ok", ["GET /a?b=1&c=2 ok"]), ("x != y. Go", ["x != y.", "Go"]),
        ("", []), (" \n\t ", []), ("...", ["..."]), ("no end", ["no end"]),
    ])
    func splits(_ text: String, _ expected: [String]) {
        #expect(SentenceSplitter().sentences(in: text).map(String.init) == expected)
    }

    @Test func losesOnlyWhiteSpace() {
        let pieces = ["a", "B", ".", "!", "?", "。", " ", "\n", "1", "\"", "\u{301}", "日", "\u{2028}", "="]
        for seed in UInt64(1)...500 {
            var random = LexicalRandom(seed: seed)
            let text = random.text(of: pieces, count: 0...40)
            let joined = SentenceSplitter().sentences(in: text).joined()
            func dense(_ text: String) -> [Unicode.Scalar] {
                text.unicodeScalars.filter { !$0.properties.isWhitespace }
            }
            #expect(dense(joined) == dense(text), "seed \(seed)")
        }
    }
}
