import Testing

@testable import Encoding

@Suite struct ScalarExpressionTests {
    private func matches(_ pattern: String, _ text: String) throws -> [String] {
        let expression = try ScalarExpression(pattern)
        var found: [String] = []
        var text = text
        text.withUTF8 { bytes in
            expression.forEachMatch(in: bytes, 0..<bytes.count) {
                found.append(String(decoding: bytes[$0], as: UTF8.self))
            }
        }
        return found
    }

    @Test func cutsAsGPT2Does() throws {
        let pattern = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        #expect(
            try matches(pattern, "Don't stop  at 42!\n\n x") == [
                "Don", "'t", " stop", " ", " at", " 42", "!", "\n\n", " x",
            ])
        #expect(try matches(pattern, "été  ") == ["été", "  "])
    }

    @Test func takesTheFirstAlternativeThatLeadsToAMatch() throws {
        #expect(try matches("(ab|a)(c|bcd)?", "abcd a") == ["abc", "a"])
        #expect(try matches("a{2}|a", "aaa") == ["aa", "a"])
        #expect(try matches("[ab]+b", "abab") == ["abab"])
        #expect(try matches("[ab]++b", "abab") == [])
    }

    @Test func looksAheadWithoutTaking() throws {
        #expect(try matches(#"a(?=b)"#, "ab ac") == ["a"])
        #expect(try matches(#"\s+(?!\S)"#, "a   b ") == ["  ", " "])
    }

    @Test func foldsCaseOnlyInItsGroup() throws {
        #expect(try matches("(?i:'s)x", "'Sx 'sX 'ſx") == ["'Sx", "'ſx"])
    }

    @Test func readsClasses() throws {
        #expect(try matches(#"[^\s\p{L}]+"#, "a1-b ٣") == ["1-", "٣"])
        #expect(try matches(#"[à-ü\x{4E00}-\u9FFF\-]"#, "aé-中") == ["é", "-", "中"])
        #expect(try matches(#"[^(\s|[.,])]+"#, "ab(c.d e") == ["ab", "c", "d", "e"])
        #expect(try matches(#"\P{L}|\p{^N}"#, "1a") == ["1", "a"])
    }

    @Test func knowsLines() throws {
        #expect(try matches(#"^\w|\w$"#, "ab\ncd") == ["a", "b", "c", "d"])
    }
}
