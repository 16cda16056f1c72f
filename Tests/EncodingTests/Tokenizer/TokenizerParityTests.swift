import Encoding
import Glibc
import Testing

/// Ids and offsets, against the `tokenizers` package.
@Suite struct TokenizerParityTests {
    @Test func committedTokenizers() throws {
        let fixtures = try TokenizerFixture.committed()
        #expect(fixtures.count >= 12)
        for (name, json, cases) in fixtures {
            TokenizerFixture.check(try Tokenizer(json: json), cases, name)
        }
    }

    /// Larger tokenizers of every kind and 20,000 texts for each, made anew by a Python that has the package.
    @Test(
        .enabled(
            if: getenv("MARTLET_PARITY_PYTHON") != nil,
            "MARTLET_PARITY_PYTHON does not name a Python with the tokenizers package"))
    func freshTokenizers() throws {
        let python = try #require(getenv("MARTLET_PARITY_PYTHON").map { String(cString: $0) })
        var template = Array("/tmp/martlet-tokenizers-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = system("rm -r '\(directory)'") }
        let given = getenv("MARTLET_PARITY_TOKENIZER").map { "'\(String(cString: $0))'" } ?? ""
        let script = "\(TokenizerFixture.directory)/make_tokenizers.py"
        try #require(system("'\(python)' '\(script)' parity '\(directory)' 20000 \(given) >/dev/null 2>&1") == 0)
        let names = try TokenizerFixture.committed().map(\.name) + (given.isEmpty ? [] : ["given"])
        for name in names {
            let tokenizer = try Tokenizer(json: TokenizerFixture.bytes(of: "\(directory)/\(name).json"))
            let cases = try TokenizerFixture.cases(in: "\(directory)/\(name).cases")
            TokenizerFixture.check(tokenizer, cases, name)
            print("\(name): \(cases.count) texts")
        }
    }
}
