import Testing

@testable import Policy

@Suite struct YAMLReaderTests {
    private func read(_ text: String, limits: YAMLReader.Limits = YAMLReader.Limits()) -> YAMLReader.Result {
        YAMLReader(limits: limits).read(Array(text.utf8))
    }

    private func summary(_ result: YAMLReader.Result) -> [String] {
        result.diagnostics.map { "\($0.position) \($0.code.rawValue)" }
    }

    @Test func positionsAndScalars() throws {
        let root = try #require(read("a: 1\nb:\n  - 'x'\n  - {c: true}\nü: né\n").root)
        #expect(root["a"]?.position == SourcePosition(line: 1, column: 4))
        #expect(root["b"]?.elements?[0].scalar?.isPlain == false)
        #expect(root["b"]?.elements?[1]["c"]?.boolean == true)
        #expect(root["ü"]?.position == SourcePosition(line: 5, column: 4))
        #expect(root.node(at: PolicyPath([.key("b"), .index(1), .key("c")]))?.boolean == true)
    }

    @Test func emptyDocumentsAreEmptyMappings() throws {
        for text in ["", "\n# only a comment\n", "---\n", "~"] {
            #expect(try #require(read(text).root).entries?.isEmpty == true)
        }
        #expect(errors("") == ["1 missing_key"])
    }

    @Test(arguments: [
        ("a: [1, 2", "2:1 yaml_syntax"), ("a: 1\n\tb: 2", "2:1 yaml_syntax"), ("a: *x", "1:4 yaml_syntax"),
        ("a: 1\n---\nb: 2", "2:1 yaml_syntax"), ("? [a]\n: b", "1:3 yaml_syntax"), ("<<: 3", "1:5 yaml_syntax"),
    ])
    func syntaxErrorsHavePositions(text: String, expected: String) {
        let result = read(text)
        #expect(result.root == nil)
        let found = summary(result)
        #expect(found.count == 1)
        #expect(found[0].hasSuffix("yaml_syntax"))
        #expect(found[0].split(separator: ":")[0] == expected.split(separator: ":")[0], "\(found)")
    }

    @Test func invalidUTF8IsFound() {
        let result = YAMLReader().read(Array("a: b\nc: ".utf8) + [0xc3, 0x28])
        #expect(summary(result) == ["2:4 yaml_syntax"])
    }

    @Test func duplicateKeysNameTheFirst() {
        let result = read("a: 1\nb: 2\na: 3\nb: 4\n")
        #expect(summary(result) == ["3:1 duplicate_key", "4:1 duplicate_key"])
        #expect(result.diagnostics[0].message.contains("line 1"))
        #expect(result.root?["a"]?.scalar?.text == "1")
    }

    @Test func anchorsAndMergeKeys() throws {
        let root = try #require(
            read("base: &b {x: 1, y: 2}\nother: &o {x: 9, z: 3}\nuse:\n  <<: [*b, *o]\n  y: 5\nsame: *b\n").root)
        #expect(root["use"]?["x"]?.scalar?.text == "1")
        #expect(root["use"]?["y"]?.scalar?.text == "5")
        #expect(root["use"]?["z"]?.scalar?.text == "3")
        #expect(root["same"]?["y"]?.scalar?.text == "2")
        #expect(root["same"]?.position.line == 1)
    }

    @Test func aliasBombsAreRefused() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<12 {
            let uses = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        #expect(summary(read(text)).last?.hasSuffix("too_large") == true)
        // The same as keys, where hashing would be as dear.
        #expect(read(text + "? *a11\n: 1\n").root == nil)
    }

    @Test func depthAndSizeAreBounded() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(!read(deep).diagnostics.isEmpty)
        #expect(
            summary(read(String(repeating: "[", count: 201) + String(repeating: "]", count: 201)))
                == ["1:201 too_large"])
        #expect(read(String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).root != nil)
        #expect(summary(read(String(repeating: "- ", count: 300) + "x")) == ["1:401 too_large"])
        var chain = "a0: &a0 [x]\n"
        for level in 1..<250 { chain += "a\(level): &a\(level) [*a\(level - 1)]\n" }
        #expect(summary(read(chain)).last?.hasSuffix("too_large") == true)
        var limits = YAMLReader.Limits()
        limits.bytes = 10
        #expect(summary(read("a: 1234567890", limits: limits)) == ["1:1 too_large"])
        limits = YAMLReader.Limits()
        limits.nodes = 5
        #expect(summary(read("[1, 2, 3, 4, 5]", limits: limits)).last?.hasSuffix("too_large") == true)
    }

    @Test func longFilesLoad() throws {
        var text = "routing:\n  signals:\n    keywords:\n"
        for number in 0..<3_000 { text += "      - name: k\(number)\n        keywords: [a]\n        threshold: 0.5\n" }
        text += "  decisions:\n"
        for number in 0..<600 { text += "    - name: d\(number)\n      rules: {type: keyword, name: k\(number)}\n" }
        let loaded = load(text)
        #expect(loaded.diagnostics.isEmpty)
        #expect(try #require(loaded.policy).recipes[0].signals.count == 3_000)
        #expect(errors(text + "      rules: {}\n").count == 1)
    }
}
