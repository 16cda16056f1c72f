import Lexical
import Testing

@Suite struct PassageTests {
    /// Random texts: every byte is in a passage, passages come in order, none has more tokens than its bound, and none
    /// is contained in the one before it.
    @Test(arguments: [PassageSplitter.Strategy.fixed, .auto]) func cuttingKeepsItsLaws(
        _ strategy: PassageSplitter.Strategy
    ) {
        var generator = SystemRandomNumberGenerator()
        let pieces = ["word", " ", "\n", "\n\n", "# Title\n", "退款", "é", "--", "```\n", "a.b", "\t"]
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 1...120, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            let size = Int.random(in: 1...20, using: &generator)
            let splitter = PassageSplitter(strategy, size: size, overlap: Int.random(in: 0...25, using: &generator))
            let ranges = splitter.ranges(in: text)
            var covered = 0
            for (index, range) in ranges.enumerated() {
                #expect(range.lowerBound <= covered, "a gap in \(text.debugDescription)")
                #expect(range.upperBound > covered, "nothing new in \(text.debugDescription)")
                covered = range.upperBound
                let passage = splitter.passages(in: text)[index]
                #expect(PassageSplitter.unitStarts(passage).count <= size)
            }
            #expect(covered == text.utf8.count)
        }
    }

    @Test func fixedSizesCountTokens() {
        let text = (1...10).map { "w\($0)" }.joined(separator: " ")
        let passages = PassageSplitter(.fixed, size: 4, overlap: 2).passages(in: text).map(String.init)
        #expect(passages == ["w1 w2 w3 w4 ", "w3 w4 w5 w6 ", "w5 w6 w7 w8 ", "w7 w8 w9 w10"])
    }

    @Test func headingsAndBlankLinesEndPassages() {
        let text = "# One\nfirst of all\n\nsecond\n# Two\nthird\n"
        let passages = PassageSplitter(.auto, size: 6, overlap: 0).passages(in: text).map(String.init)
        #expect(passages == ["# One\nfirst of all\n\nsecond\n", "# Two\nthird\n"])
        #expect(PassageSplitter(.auto, size: 100).passages(in: text).count == 1)
    }

    @Test func pagesBecomeText() {
        let page = """
            <html><head><title>Refunds</title><style>p { color: red }</style></head><body>
            <script>alert("no")</script><h2>Rules &amp; times</h2><p>Within   14&nbsp;days.</p><ul><li>One<li>Two</ul>
            <!-- hidden > text --><p>1 &lt; 2 &#x263A; &unknown; a < b</p></body></html>
            """
        let text = HTMLText.text(of: Array(page.utf8))
        #expect(
            text.split(separator: "\n").map(String.init) == [
                "Refunds", "## Rules & times", "Within 14 days.", "One", "Two", "1 < 2 ☺ &unknown; a < b",
            ])
    }

    /// Bytes that cost a recursive or quadratic reader the process.
    @Test(.timeLimit(.minutes(1)), arguments: ["<div>", "<a", "<!--", "<script>", "<", "&", "<a \"", "</", "&#x"])
    func hostilePagesTakeOneWalk(_ piece: String) {
        let bytes = Array(String(repeating: piece, count: 400_000).utf8)
        #expect(HTMLText.text(of: bytes).utf8.count <= bytes.count)
        #expect(HTMLText.text(of: bytes + Array("<p>end".utf8)).utf8.count <= bytes.count + 6)
    }

    @Test func tablesBecomeRows() {
        let table = "name,\"what, exactly\"\nanna,\"said \"\"yes\"\"\nand left\"\n\nben,x,more\n"
        #expect(
            DelimitedText.text(of: table, limit: 1_000)
                == "Row 1:\n  name: anna\n  what, exactly: said \"yes\"\nand left\n\nRow 2:\n  name: ben\n"
                + "  what, exactly: x\n  Column3: more\n")
        #expect(DelimitedText.text(of: "a,b\n", limit: 10) == "a, b")
        #expect(DelimitedText.text(of: "", limit: 10) == "")
    }

    @Test func tablesThatGrowAreRefused() {
        let table = String(repeating: "h", count: 10_000) + "\n" + String(repeating: "1\n", count: 10_000)
        #expect(DelimitedText.text(of: table, limit: 1 << 20) == nil)
    }
}
